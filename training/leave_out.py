"""How well are hands of a source read that training never saw: ``python -m training.leave_out best green``.

Trains the plan ``<model>-without-<source>`` (shorter than the real one), and those it begins with, unless
their weights are there, and measures it on every picture of that source; ``made`` measures the run that saw
no photo of a hand at all, on every source of photos. With ``--copies`` the photos are read turned, mirrored,
brighter, darker and blurred (`cnnviz.learn.suites.changed`); of many photos evenly spread ones. An ensemble
is its members, each trained so. The shares of a model that is shipped go into
``models/rps/<model>/sources.toml``, and from there onto the card.
"""

import argparse
import tomllib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from cnnviz.images.decode import decode
from cnnviz.images.prepare import prepare
from cnnviz.learn.evaluate import probabilities
from cnnviz.learn.suites import changed
from cnnviz.ops.ensemble import together
from cnnviz.zoo import registry
from cnnviz.zoo.architectures import build
from cnnviz.zoo.cards import Card
from cnnviz.zoo.measures import Share
from training import plans
from training.sources import files
from training.train import RUNS, train
from training.write_card import UNSEEN, to_toml
from training.write_ensemble import NAME as ENSEMBLE

PHOTOS = ("webcam", "green", "crops")
COPIED = 300  # photos of a source whose copies are read, at most
# the plan without photos, by model
MADE = {
    "photos": "made",
    "imagenet": "imagenet-made",
    "joints": "joints-made",
    "best": "best-made",
}


def main() -> None:
    """Train without the source named on the command line and measure on it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", choices=(*MADE, ENSEMBLE))
    parser.add_argument("source", choices=(*PHOTOS, "made"))
    parser.add_argument("--copies", action="store_true", help="read changed copies of the photos")
    arguments = parser.parse_args()
    model, source = arguments.model, arguments.source
    if arguments.copies and source == "made":
        parser.error("--copies: of a source left out only; name one of " + ", ".join(PHOTOS))
    kind = "made" if source == "made" else "copies" if arguments.copies else "without"
    cards = registry.members("rps", model)
    weights = [trained(card.name, source) for card in cards]
    for one in PHOTOS if source == "made" else (source,):
        share = measured(cards, weights, one, copies=arguments.copies)
        note(model, kind, one, share)
        print(one, f"{share.right} of {share.count}: {100 * share.value:.2f} %", flush=True)


def trained(model: str, source: str) -> Path:
    """Return the weights of `model` trained without a source, or with no photo at all; train if need be."""
    name = MADE[model] if source == "made" else f"{model}-without-{source}"
    for plan in plans.chain("rps", name):
        if not (RUNS / f"rps-{plan}" / "weights.pt").exists():
            train("rps", plan, RUNS / f"rps-{plan}")
    return RUNS / f"rps-{name}" / "weights.pt"


def measured(cards: Sequence[Card], weights: Sequence[Path], source: str, *, copies: bool = False) -> Share:
    """Return how many pictures of a source the networks with these weights read, together if several."""
    rows = files(source)
    if copies:
        rows = rows[:: -(-len(rows) // COPIED)]
    probs = together([_probs(*one, rows, copies) for one in zip(cards, weights, strict=True)]).probs
    right = probs.argmax(2) == np.array([label for label, _ in rows])[:, None]
    return Share(int(right.sum()), right.size)


def _probs(card: Card, weights: Path, rows: Sequence[tuple[int, Path]], copies: bool) -> NDArray[np.float32]:
    """Return the probabilities of every class, (photos, copies or 1, classes)."""
    net = build("rps", plans.settings("rps", f"{card.name}-without").get("network", card.name))
    net.load_state_dict(torch.load(weights, weights_only=True))
    net.eval()
    recipe = card.recipe("photo").switched("hand", on=False)  # the finder saw these sources
    found = []
    for _, path in rows:
        photo = decode(path.read_bytes(), path.name)
        shown = changed(photo) if copies else (photo,)
        found.append(probabilities(net, np.stack([prepare(one, recipe).tensor_f32 for one in shown])))
    return np.stack(found)


def note(model: str, kind: str, source: str, share: Share) -> None:
    """Put the share of a source into ``sources.toml``, under ``without``, ``copies`` or ``made``."""
    file = registry.FOLDER / "rps" / model / UNSEEN
    table = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    table.setdefault(kind, {})[source] = {"right": share.right, "count": share.count}
    file.write_text(to_toml(table), encoding="utf-8")


if __name__ == "__main__":
    main()
