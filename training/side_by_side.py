"""Which clothes network reads whole photos best: ``python -m training.side_by_side best colour``.

Every network gets the same held-out photos made by code, each through its own preparation. No real photo. Of
several, what they say together is read too. ``--far``: of garments far away.
"""

import argparse
from dataclasses import replace

import numpy as np

from cnnviz.images.picture import Picture
from cnnviz.images.prepare import prepare
from cnnviz.learn.evaluate import Evaluation, evaluate, joined
from cnnviz.zoo import registry
from training import pictures, plans, wardrobe

COUNT, SEED = 1000, 9
FAR = 0.25, 0.5  # of the frame's side: what garments far away fill


def main() -> None:
    """Print how many of the photos each network named on the command line reads."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+")
    parser.add_argument("--far", action="store_true", help="garments that fill a quarter to half of a side")
    arguments = parser.parse_args()
    scenes = _scenes(far=arguments.far)
    labels = [place % 10 for place in range(COUNT)]
    found: dict[str, Evaluation] = {}
    for model in arguments.models:
        recipe = registry.card("clothes", model).recipe("photo")
        inputs = np.stack([prepare(scene, recipe).tensor_f32 for scene in scenes])
        found[model] = evaluate(registry.load("clothes", model), inputs, labels)
    if len(found) > 1:
        found["together"] = joined(list(found.values()))
    for model, result in found.items():
        loss = -np.log(result.probs[np.arange(COUNT), labels]).mean()
        two = result.top2.right
        print(f"{model}: {result.share.right} of {COUNT}, among the first two {two}, log loss {loss:.3f}")


def _scenes(*, far: bool = False) -> list[Picture]:
    """Return photos of held-out garments before held-out backgrounds, class by class in turn."""
    data = pictures.split("clothes", plans.settings("clothes", "best")["held_out"])
    _, studio = wardrobe.studios(data, in_colour=True)
    studio = replace(studio, fills=FAR) if far else studio
    random = np.random.default_rng(SEED)
    taken = (wardrobe.taken(place % 10, studio, random) for place in range(COUNT))
    return [Picture(pixels, origin="upload") for pixels, _ in taken]


if __name__ == "__main__":
    main()
