"""Measure shipped models again: ``python -m training.measure_again rps best``.

For when the preparation changed. Weights, temperature and gate stay as they are; what a card says of suites,
steps of the preparation and speed is measured anew. A card that tells what made the model better needs the
run that its plan names as `plain`.
"""

import argparse
import tomllib

from cnnviz.zoo import registry
from training import write_card
from training.speed import speed


def main() -> None:
    """Measure the models named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task")
    parser.add_argument("models", nargs="+")
    parser.add_argument("--speed", action="store_true", help="only how fast they are")
    arguments = parser.parse_args()
    for model in arguments.models:
        (faster if arguments.speed else again)(arguments.task, model)


def faster(task: str, model: str) -> None:
    """Replace what the card of `model` says of its speed."""
    folder = registry.FOLDER / task / model
    table = tomllib.loads((folder / "card.toml").read_text(encoding="utf-8"))
    table["speed"] = speed(registry.load(task, model), registry.card(task, model))
    write_card.write_table(folder, table)
    print(task, model, table["speed"])


def again(task: str, model: str) -> None:
    """Replace what was measured on the card of `model`, and its metrics."""
    table = tomllib.loads((registry.FOLDER / task / model / "card.toml").read_text(encoding="utf-8"))
    write_card.complete(task, model, table, table["calibration"])


if __name__ == "__main__":
    main()
