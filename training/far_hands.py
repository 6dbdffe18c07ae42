"""How are hands near and far read, and what does finding them bring? ``python -m training.far_hands best``.

Hands of a given size before rooms, people and things (`scenes`): made by code with another seed than those
trained on, and those of the webcam, which the network that finds them did not learn from. What a model, or
several together, reads of them is printed with the step `hand` of the preparation and without it.
"""

import argparse

import numpy as np
import torch
from numpy.typing import NDArray

from cnnviz.images.picture import Picture
from cnnviz.images.prepare import prepare
from cnnviz.learn.evaluate import probabilities
from cnnviz.learn.loop import NONE
from cnnviz.ops.ensemble import together
from cnnviz.zoo import registry
from cnnviz.zoo.cards import Card
from training import hands
from training.scenes import Scenes
from training.train import RUNS

SIDE_PX, COUNT = 360, 300
# Square around a hand, of the picture's side.
SHARES = (0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.7, 0.9)
SEED, SCENES_SEED = 99, 5


def main() -> None:
    """Print how many hands of each size are read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+", choices=registry.choices("rps"))
    models = parser.parse_args().models
    cards = [card for model in models for card in registry.members("rps", model)]
    made = hands.with_made(hands.load(RUNS / "hands-joints.npz"), 600, RUNS / "far-hands-made.npz", SEED)
    for source in ("made", "webcam"):
        for share in SHARES:
            pictures, labels = _scenes(made, source, share)
            with_step, without = (_right(cards, pictures, labels, found=found) for found in (True, False))
            print(f"{source}, {share:.0%} of the side: {with_step:.1%} read, without the step {without:.1%}")


def _scenes(material: hands.Hands, source: str, share: float) -> tuple[list[Picture], NDArray[np.int64]]:
    size = (share, share * 1.001)
    maker = Scenes(material, {source: 1.0}, side_px=SIDE_PX, sizes=size, nothing=0.0, whole=0.0)
    scene = maker.batch(COUNT, torch.Generator().manual_seed(SCENES_SEED))
    shown = (scene.labels != NONE).numpy()
    pixels = (255 * scene.pictures.permute(0, 2, 3, 1)).byte().numpy()[shown]
    return [Picture(one, origin="camera") for one in pixels], scene.labels.numpy()[shown]


def _right(cards: list[Card], pictures: list[Picture], labels: NDArray[np.int64], *, found: bool) -> float:
    answers = []
    for card in cards:
        recipe = card.recipe("photo").switched("hand", on=found)
        inputs = np.stack([prepare(picture, recipe).tensor_f32 for picture in pictures])
        answers.append(probabilities(registry.load("rps", card.name), inputs))
    return float((together(answers).probs.argmax(1) == labels).mean())


if __name__ == "__main__":
    main()
