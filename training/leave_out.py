"""How well are hands of a source read that training never saw: ``python -m training.leave_out best green``.

Trains the plan ``<model>-without-<source>`` (shorter than the real one) unless its weights are there, and
measures it on every picture of that source; ``made`` measures the run that saw no photo of a hand at all, on
every source of photos. The shares of a model that is shipped go into ``models/rps/<model>/sources.toml``, and
from there onto the card.
"""

import argparse
import tomllib
from pathlib import Path

import numpy as np
import torch

from cnnviz.images.decode import decode
from cnnviz.images.prepare import prepare
from cnnviz.learn.evaluate import evaluate
from cnnviz.zoo.architectures import build
from cnnviz.zoo.measures import Share
from cnnviz.zoo.registry import FOLDER
from training import plans
from training.sources import files
from training.train import RUNS, train
from training.write_card import UNSEEN, to_toml

PHOTOS = ("webcam", "green", "crops")
MADE = {"photos": "made", "best": "best-made", "large": "large-made"}  # the plan without photos, by model


def main() -> None:
    """Train without the source named on the command line and measure on it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", choices=MADE)
    parser.add_argument("source", choices=(*PHOTOS, "made"))
    arguments = parser.parse_args()
    model, source = arguments.model, arguments.source
    name = MADE[model] if source == "made" else f"{model}-without-{source}"
    run = RUNS / f"rps-{name}"
    if not (run / "weights.pt").exists():
        train("rps", name, run)
    for one in PHOTOS if source == "made" else (source,):
        share = measured(model, one, run / "weights.pt")
        note(model, "made" if source == "made" else "without", one, share)
        print(one, f"{share.right} of {share.count}: {100 * share.value:.2f} %", flush=True)


def measured(model: str, source: str, weights: Path) -> Share:
    """Return how many pictures of a source the network `model` with these weights reads."""
    net = build("rps", plans.settings("rps", f"{model}-without").get("network", model))
    net.load_state_dict(torch.load(weights, weights_only=True))
    recipe = plans.recipe("rps", model, "photo")
    rows = files(source)
    inputs = [prepare(decode(path.read_bytes(), path.name), recipe).tensor_f32 for _, path in rows]
    return evaluate(net.eval(), np.stack(inputs), [label for label, _ in rows]).share


def note(model: str, kind: str, source: str, share: Share) -> None:
    """Put the share of a source into ``sources.toml``, under ``without`` or ``made``."""
    file = FOLDER / "rps" / model / UNSEEN
    if not file.parent.exists():
        return
    table = tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    table.setdefault(kind, {})[source] = {"right": share.right, "count": share.count}
    file.write_text(to_toml(table), encoding="utf-8")


if __name__ == "__main__":
    main()
