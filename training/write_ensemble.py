"""Measure several networks together: ``python -m training.write_ensemble rps imagenet best``.

Writes the ensemble's folder in models/. An ensemble answers with the geometric mean of its members'
probabilities, each network behind its own preparation. It has no weights, and nothing is settled here.
"""

import argparse
import time
from collections.abc import Sequence
from typing import Any

from cnnviz.images.prepare import Recipe
from cnnviz.learn.datasets import data_dir
from cnnviz.learn.measure import measure_ensemble
from cnnviz.zoo import registry
from cnnviz.zoo.cards import Card
from training import write_card
from training.speed import FORMS, hardware, speed

NAME = "ensemble"


def main() -> None:
    """Write the ensemble of the models named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task")
    parser.add_argument("models", nargs="+")
    arguments = parser.parse_args()
    write(arguments.task, arguments.models)


def write(task: str, models: Sequence[str]) -> None:
    """Measure the ensemble of `models`, and write its card and metrics."""
    members = [(registry.load(task, name), registry.card(task, name)) for name in models]
    measured = measure_ensemble(members, data_dir(), gate=registry.gate(task, models[0]))
    table = _described([card for _, card in members]) | write_card.shares(measured)
    errors = write_card.calibration_errors(measured)
    table["calibration"] = {"temperature": 1.0, "split": [], "errors": errors}
    table["speed"] = _together([(card.recipe(FORMS[task]), speed(net, card)) for net, card in members])
    folder = registry.FOLDER / task / NAME
    folder.mkdir(parents=True, exist_ok=True)
    table |= write_card.unseen(folder)
    (folder / "card.toml").write_text(write_card.to_toml(table), encoding="utf-8")
    (folder / "metrics.json").write_text(write_card.metrics(measured.suites["test"]), encoding="utf-8")
    write_card.report(task, NAME, measured)


def _described(cards: Sequence[Card]) -> dict[str, Any]:
    """Return what the ensemble is: the input of its first member, sums, and what any of them learned from."""
    first, names = cards[0], [card.name for card in cards]
    licences = {
        pair: None for card in cards for pair in zip(card.data.sources, card.data.licences, strict=True)
    }
    sources, licensed = zip(*licences, strict=True)
    return {
        "members": names,
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
            "command": f"python -m training.write_ensemble {first.task} {' '.join(names)}",
            "seed": first.training.seed,
            "epochs": sum(card.training.epochs for card in cards),
            "minutes": round(sum(card.training.minutes for card in cards), 1),
            "hardware": hardware(),
            "date": time.strftime("%Y-%m-%d", time.gmtime()),
            "augmentation": {},
        },
    }


def _together(each: Sequence[tuple[Recipe, dict[str, Any]]]) -> dict[str, Any]:
    """Return how fast networks answer one after the other; what is prepared alike is prepared once."""
    preparing = sum({recipe: one["preparation_ms"] for recipe, one in each}.values())
    answering = sum(one["picture_ms"] - one["preparation_ms"] for _, one in each)
    return {
        "picture_ms": round(preparing + answering, 2),
        "preparation_ms": round(preparing, 2),
        "pictures_per_s": round(1 / sum(1 / one["pictures_per_s"] for _, one in each)),
        "hardware": each[0][1]["hardware"],
    }


if __name__ == "__main__":
    main()
