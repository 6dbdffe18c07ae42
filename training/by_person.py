"""How weights read the held-out people settings are compared on: ``python -m training.by_person RUN ...``.

Of several runs, what they say together is read too. Of these 104 photos 60 are of one video, so
the mean over photos says little; here each person, video or frame also counts once. A run is a folder in
``runs/``; where there is none, the model that is shipped. ``rps-best=0.85`` sees hands upright
(`Recipe.upright`). Photos of the suites are not read.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from torch import nn

from cnnviz.images.decode import decode
from cnnviz.images.picture import Picture
from cnnviz.images.prepare import Recipe, prepare
from cnnviz.learn.evaluate import probabilities
from cnnviz.learn.splits import group, is_held_out, is_reported
from cnnviz.learn.suites import changed
from cnnviz.ops.ensemble import together
from cnnviz.zoo import registry
from training import plans
from training.sources import files
from training.train import RUNS, trained


def main() -> None:
    """Print accuracy by photo and by person, of photos and of their changed copies, and the log loss."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("runs", nargs="+")
    parser.add_argument("--side", type=int, help="rows and columns of pictures, to try others than planned")
    arguments = parser.parse_args()
    photos, labels, people = zip(*_photos(), strict=True)
    found: dict[str, NDArray[np.float32]] = {}
    for run in arguments.runs:
        folder, _, upright = run.partition("=")
        model = folder.removeprefix("rps-")
        recipe = plans.recipe("rps", model, "photo")
        recipe = replace(recipe, size=arguments.side or recipe.size, upright=float(upright or recipe.upright))
        here = (RUNS / folder / "weights.pt").exists()
        net = trained("rps", model) if here else registry.load("rps", model)
        found[run] = np.stack([_probs(net, [picture, *changed(picture)], recipe) for picture in photos])
    if len(found) > 1:
        found["together"] = together(list(found.values())).probs.astype(np.float32)
    for name, probs in found.items():
        right = probs.argmax(2) == np.array(labels)[:, None]
        truth = np.take_along_axis(probs, np.array(labels)[:, None, None], 2)
        print(
            name,
            _shares("photos", right[:, :1], people),
            _shares("copies", right[:, 1:], people),
            f"log loss of all {-np.log(truth).mean():.3f}",
        )


def _photos() -> Iterator[tuple[Picture, int, str]]:
    """Return the photos held out to compare settings, their labels and whom they show."""
    for label, path in files("crops"):
        person = group(path.name)
        if is_held_out(person) and not is_reported(person):
            yield decode(path.read_bytes(), path.name), label, person


def _probs(net: nn.Module, pictures: list[Picture], recipe: Recipe) -> NDArray[np.float32]:
    return probabilities(net, np.stack([prepare(picture, recipe).tensor_f32 for picture in pictures]))


def _shares(name: str, right: NDArray[np.bool_], people: Sequence[str]) -> str:
    each = [right[np.array(people) == person].mean() for person in set(people)]
    return f"{name}: {right.mean():.1%}, {np.mean(each):.1%} by {len(each)} people and videos;"


if __name__ == "__main__":
    main()
