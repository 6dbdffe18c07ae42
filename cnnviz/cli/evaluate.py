"""``python -m cnnviz evaluate``: how often a model is right, class by class, and what it confuses."""

import argparse
import json
import sys
from typing import Any

from cnnviz.learn.evaluate import Evaluation, evaluate
from cnnviz.learn.suites import inputs
from cnnviz.zoo import registry
from cnnviz.zoo.measures import Share


def run(options: argparse.Namespace) -> int:
    """Measure the model on a suite, print what was found, and return the exit status."""
    name = options.model or registry.default(options.task)
    card, net = registry.card(options.task, name), registry.load(options.task, name)
    result = evaluate(net, *inputs(card, options.suite, options.data))
    facts = {"task": options.task, "model": name, "suite": options.suite}
    if options.json:
        json.dump(facts | _for_machines(result, card.classes), sys.stdout, indent=1)
        sys.stdout.write("\n")
    else:
        sys.stdout.write(_for_people(facts, result, card.classes))
    return 0


def _for_machines(result: Evaluation, classes: tuple[str, ...]) -> dict[str, Any]:
    shares = {name: result.of_class(number) for number, name in enumerate(classes)}
    return {
        **_share(result.share),
        "calibration_error": round(result.calibration_error, 5),
        "classes": {name: _share(share) if share else None for name, share in shares.items()},
        "confusion": result.confusion.tolist(),
    }


def _share(share: Share) -> dict[str, float]:
    interval = {"accuracy": share.value, "low": share.low, "high": share.high}
    return {"right": share.right, "count": share.count} | {k: round(v, 6) for k, v in interval.items()}


def _for_people(facts: dict[str, str], result: Evaluation, classes: tuple[str, ...]) -> str:
    width = max(map(len, classes))
    lines = [
        "{task} · {model} · {suite}".format(**facts),
        f"accuracy {_percent(result.share)}",
        f"expected calibration error {100 * result.calibration_error:.2f} % (15 bins)",
        "",
        *(f"{name:<{width}}  {_class(result, number)}" for number, name in enumerate(classes)),
        "",
        "confusion matrix: a row is what the picture shows, a column what was answered",
        *_matrix(result, classes),
    ]
    return "\n".join(lines) + "\n"


def _class(result: Evaluation, number: int) -> str:
    share = result.of_class(number)
    return _percent(share) if share else "no pictures"


def _percent(share: Share) -> str:
    interval = f"95 % interval {100 * share.low:.2f} to {100 * share.high:.2f}"
    return f"{100 * share.value:6.2f} %  ({share.right} of {share.count}; {interval})"


def _matrix(result: Evaluation, classes: tuple[str, ...]) -> list[str]:
    width = max(map(len, classes))
    cell = max(5, width + 1)
    head = " " * width + "".join(f"{name:>{cell}}" for name in classes)
    rows = zip(classes, result.confusion.tolist(), strict=True)
    return [head, *(f"{name:<{width}}" + "".join(f"{n:>{cell}}" for n in row) for name, row in rows)]
