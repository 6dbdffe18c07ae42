"""What can be asked for on the command line."""

import argparse
from pathlib import Path

from cnnviz.images.prepare import FORMS
from cnnviz.learn.datasets import data_dir
from cnnviz.zoo.registry import TASKS


def parse(arguments: list[str] | None) -> argparse.Namespace:
    """Return the options in `arguments`; argparse ends the process with status 2 if they make no sense."""
    parser = argparse.ArgumentParser(prog="cnnviz", description="Classify pictures and measure models.")
    commands = parser.add_subparsers(dest="command", required=True)
    _add_classify(commands.add_parser("classify", help="classify picture files and folders"))
    _add_evaluate(commands.add_parser("evaluate", help="measure models on everything at hand"))
    return parser.parse_args(arguments)


def _add_classify(parser: argparse.ArgumentParser) -> None:
    _add_model(parser)
    parser.add_argument(
        "--as",
        dest="form",
        choices=FORMS,
        help="what kind of pictures they are; guessed for each file if left out",
    )
    parser.add_argument("--format", choices=("table", "csv", "json"), default="table", help="how to print")
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a picture, or a folder of them")


def _add_evaluate(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--task", choices=TASKS, help="what to tell apart; every task if left out")
    parser.add_argument("--model", metavar="NAME", help="which model; left out, the best one of the task")
    folder = data_dir()
    parser.add_argument("--data", type=Path, default=folder, metavar="DIR", help=f"data sets (now: {folder})")
    suites = ("test", "strokes", "photos", "people", "copies")
    text = "which pictures, with the confusion matrix; every suite in brief if left out"
    parser.add_argument("--suite", choices=suites, help=text)
    parser.add_argument("--json", action="store_true", help="print for machines")


def _add_model(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--task", choices=TASKS, required=True, help="what to tell apart")
    parser.add_argument("--model", metavar="NAME", help="which model; the best one if left out")
