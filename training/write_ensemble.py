"""Measure several networks together: ``python -m training.write_ensemble rps imagenet best``.

Writes the ensemble's folder in models/. An ensemble answers with the geometric mean of its members'
probabilities, each network behind its own preparation; ``--upright best=0.85`` shows a network hands with
their fingers up (`Recipe.upright`) that alone sees them as they are. An ensemble has no weights, and nothing
is settled here.
"""

import argparse
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from cnnviz.learn.datasets import data_dir
from cnnviz.learn.measure import measure_ensemble
from cnnviz.zoo import registry
from cnnviz.zoo.cards import Card
from training import write_card
from training.speed import FORMS, hardware, preparation_ms, speed

NAME = "ensemble"


def main() -> None:
    """Write the ensemble of the models named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task")
    parser.add_argument("models", nargs="+")
    parser.add_argument("--upright", action="append", default=[], metavar="MODEL=SIDE")
    arguments = parser.parse_args()
    turned = dict(one.split("=") for one in arguments.upright)
    write(arguments.task, arguments.models, {name: float(side) for name, side in turned.items()})


def write(task: str, models: Sequence[str], turned: Mapping[str, float]) -> None:
    """Measure the ensemble of `models`, some of which see hands `turned`, and write its card and metrics."""
    cards = [registry.card(task, name) for name in models]
    cards = [replace(card, upright=turned.get(card.name, card.upright)) for card in cards]
    members = [(registry.load(task, card.name), card) for card in cards]
    measured = measure_ensemble(members, data_dir(), gate=registry.gate(task, models[0]))
    table = _described(cards, turned) | write_card.shares(measured)
    errors = write_card.calibration_errors(measured)
    table["calibration"] = {"temperature": 1.0, "split": [], "errors": errors}
    table["speed"] = _together([speed(net, card) for net, card in members], cards)
    folder = registry.FOLDER / task / NAME
    folder.mkdir(parents=True, exist_ok=True)
    table |= write_card.unseen(folder)
    (folder / "card.toml").write_text(write_card.to_toml(table), encoding="utf-8")
    (folder / "metrics.json").write_text(write_card.metrics(measured.suites["test"]), encoding="utf-8")
    write_card.report(task, NAME, measured)


def _described(cards: Sequence[Card], turned: Mapping[str, float]) -> dict[str, Any]:
    """Return what the ensemble is: the input of its first member, sums, and what any of them learned from."""
    first, names = cards[0], [card.name for card in cards]
    licences = {
        pair: None for card in cards for pair in zip(card.data.sources, card.data.licences, strict=True)
    }
    sources, licensed = zip(*licences, strict=True)
    options = [f"--upright {name}={side}" for name, side in turned.items()]
    return {
        "members": names,
        **({"members_upright": [card.upright for card in cards]} if turned else {}),
        "classes": first.classes,
        "parameters": sum(card.parameters for card in cards),
        "macs": sum(card.macs for card in cards),
        "input": {"size": first.size, "mean": first.mean, "std": first.std},
        "weights": {"sha256": "", "bytes": sum(card.weights_bytes for card in cards)},
        "data": {
            "sources": sources,
            "licences": licensed,
            "train": first.data.train,
            "held_out": first.data.held_out,
            "split": first.data.split,
            "test": first.data.test,
            "written": sum(card.data.written for card in cards),
            "pretrained": list(dict.fromkeys(one for card in cards for one in card.data.pretrained)),
        },
        "training": {
            "command": " ".join(["python -m training.write_ensemble", first.task, *names, *options]),
            "seed": first.training.seed,
            "epochs": sum(card.training.epochs for card in cards),
            "minutes": round(sum(card.training.minutes for card in cards), 1),
            "hardware": hardware(),
            "date": time.strftime("%Y-%m-%d", time.gmtime()),
            "augmentation": {},
        },
    }


def _together(each: Sequence[dict[str, Any]], cards: Sequence[Card]) -> dict[str, Any]:
    """Return how fast networks answer one after the other; what is prepared alike is prepared once."""
    preparing = preparation_ms(list(dict.fromkeys(card.recipe(FORMS[card.task]) for card in cards)))
    answering = sum(one["picture_ms"] - one["preparation_ms"] for one in each)
    return {
        "picture_ms": round(preparing + answering, 2),
        "preparation_ms": round(preparing, 2),
        "pictures_per_s": round(1 / sum(1 / one["pictures_per_s"] for one in each)),
        "hardware": each[0]["hardware"],
    }


if __name__ == "__main__":
    main()
