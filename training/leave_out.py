"""How well are hands of a source read that training never saw: ``python -m training.leave_out green``.

Trains the plan ``without-<source>`` (shorter than the real one) unless its weights are there, and measures
it on every picture of that source; ``made`` measures the run that saw no photo of a hand at all, on every
source of photos. The shares go into ``models/rps/photos/sources.toml``, and from there onto the card.
"""

import argparse
import tomllib
from pathlib import Path

import numpy as np
import torch

from cnnviz.images.decode import decode
from cnnviz.images.prepare import Recipe, prepare
from cnnviz.learn.evaluate import evaluate
from cnnviz.zoo.architectures import build
from cnnviz.zoo.measures import Share
from training import plans
from training.sources import files
from training.train import RUNS, train
from training.write_card import UNSEEN, to_toml

PHOTOS = ("webcam", "green", "crops")


def main() -> None:
    """Train without the source named on the command line and measure on it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", choices=(*PHOTOS, "made"))
    source = parser.parse_args().source
    name = "made" if source == "made" else f"without-{source}"
    run = RUNS / f"rps-{name}"
    if not (run / "weights.pt").exists():
        train("rps", name, run)
    for one in PHOTOS if source == "made" else (source,):
        share = measured(one, run / "weights.pt")
        note("made" if source == "made" else "without", one, share)
        print(one, f"{share.right} of {share.count}: {100 * share.value:.2f} %", flush=True)


def measured(source: str, weights: Path) -> Share:
    """Return how many pictures of a source the network with these weights reads."""
    plan, side = plans.plan("rps", "photos"), plans.settings("rps", "photos")["side"]
    net = build("rps", "photos")
    net.load_state_dict(torch.load(weights, weights_only=True))
    recipe = Recipe(task="rps", form="photo", size=side, mean=plan.mean, std=plan.std)
    rows = files(source)
    inputs = [prepare(decode(path.read_bytes(), path.name), recipe).tensor_f32 for _, path in rows]
    return evaluate(net.eval(), np.stack(inputs), [label for label, _ in rows]).share


def note(kind: str, source: str, share: Share) -> None:
    """Put the share of a source into ``sources.toml``, under ``without`` or ``made``."""
    table = tomllib.loads(UNSEEN.read_text(encoding="utf-8")) if UNSEEN.exists() else {}
    table.setdefault(kind, {})[source] = {"right": share.right, "count": share.count}
    UNSEEN.write_text(to_toml(table), encoding="utf-8")


if __name__ == "__main__":
    main()
