"""``python -m cnnviz evaluate``: how often models are right, suite by suite, and what they confuse."""

import argparse
import json
import sys
from typing import Any

from cnnviz.errors import DataError
from cnnviz.learn.evaluate import Evaluation
from cnnviz.learn.measure import Measured, measure_ensemble
from cnnviz.learn.suites import SUITES
from cnnviz.zoo import registry
from cnnviz.zoo.measures import Separation, Share, error_by_chance

Facts = dict[str, str]


def run(options: argparse.Namespace) -> int:
    """Measure, print what was found, and return the exit status: 1 if nothing could be measured."""
    reports: list[Any] = []
    missing = ""
    for task, name in _models(options):
        try:
            found = _measured(task, name, options)
        except DataError as error:
            if options.task:  # asked for this one
                raise
            missing = str(error)
            continue
        words = {"task": task, "model": name}, found, registry.card(task, name).classes, options.suite
        reports.append(_for_machines(*words) if options.json else _for_people(*words))
        if not options.json:
            sys.stdout.write(reports[-1])
            sys.stdout.flush()
    if options.json:
        json.dump(reports[0] if options.task else reports, sys.stdout, indent=1)
        sys.stdout.write("\n")
    if missing:
        sys.stderr.write(f"cnnviz: {missing}\n")
    return 0 if reports else 1


def _models(options: argparse.Namespace) -> list[tuple[str, str]]:
    """Return the models asked for: one; the best one of a task; every one of every task."""
    if options.task:
        return [(options.task, options.model or registry.default(options.task))]
    every = [(task, name) for task in registry.TASKS for name in registry.choices(task)]
    return [
        (task, name)
        for task, name in every
        if options.model in (None, name) and options.suite in (None, *SUITES[task])
    ]


def _measured(task: str, name: str, options: argparse.Namespace) -> Measured:
    wanted = [options.suite] if options.suite else None
    members = [(registry.load(task, card.name), card) for card in registry.members(task, name)]
    gate = None if options.suite else registry.gate(task, members[0][1].name)
    return measure_ensemble(members, options.data, gate=gate, names=wanted)


def _for_machines(
    facts: Facts, found: Measured, classes: tuple[str, ...], suite: str | None
) -> dict[str, Any]:
    if suite:
        return {**facts, "suite": suite} | _report(found.suites[suite], classes)
    reports = {name: _report(result, classes) for name, result in found.suites.items()}
    separations = {name: _separated(one) for name, one in found.separations.items()}
    return {**facts, "suites": reports, "separations": separations}


def _report(result: Evaluation, classes: tuple[str, ...]) -> dict[str, Any]:
    shares = dict(zip(classes, result.by_class, strict=True))
    return {
        **_share(result.share),
        "top2": _share(result.top2),
        "calibration_error": round(result.calibration_error, 5),
        "calibration_error_by_chance": round(error_by_chance(result.groups), 5),
        "classes": {name: _share(share) if share else None for name, share in shares.items()},
        "confusion": result.confusion.tolist(),
    }


def _share(share: Share) -> dict[str, float]:
    interval = {"accuracy": share.value, "low": share.low, "high": share.high}
    return {"right": share.right, "count": share.count} | {k: round(v, 6) for k, v in interval.items()}


def _separated(one: Separation) -> dict[str, float]:
    interval = {"auroc": one.auroc, "low": one.low, "high": one.high}
    return {"known": one.known, "other": one.other} | {k: round(v, 6) for k, v in interval.items()}


def _for_people(facts: Facts, found: Measured, classes: tuple[str, ...], suite: str | None) -> str:
    if suite:
        return "\n".join(_in_full(facts, suite, found.suites[suite], classes)) + "\n"
    lines = ["{task} · {model}".format(**facts)]
    for name, result in found.suites.items():
        lines.append(f"  {name:<8} {_percent(result.share)}")
        lines.append(f"  {'':<8} {_besides(result, classes)}")
    for name, one in found.separations.items():
        interval = f"95 % interval {one.low:.4f} to {one.high:.4f}"
        lines.append(f"  {name:<8} {one.auroc:8.4f}  AUROC ({one.known} against {one.other}; {interval})")
    return "\n".join(lines) + "\n\n"


def _besides(result: Evaluation, classes: tuple[str, ...]) -> str:
    there = [(share.value, name) for name, share in zip(classes, result.by_class, strict=True) if share]
    worst, name = min(there)
    error = f"calibration error {_errors(result)}"
    two = f"{100 * result.top2.value:6.2f} %  among the first two"
    return f"{two}; {error}; worst class {name} {100 * worst:.2f} %"


def _in_full(facts: Facts, suite: str, result: Evaluation, classes: tuple[str, ...]) -> list[str]:
    width = max(map(len, classes))
    shares = zip(classes, result.by_class, strict=True)
    return [
        "{task} · {model} · ".format(**facts) + suite,
        f"accuracy {_percent(result.share)}",
        f"top 2    {_percent(result.top2)}",
        f"expected calibration error {_errors(result)}",
        "",
        *(f"{name:<{width}}  {_percent(share) if share else 'no pictures'}" for name, share in shares),
        "",
        "confusion matrix: a row is what the picture shows, a column what was answered",
        *_matrix(result, classes),
    ]


def _errors(result: Evaluation) -> str:
    chance = 100 * error_by_chance(result.groups)
    return f"{100 * result.calibration_error:.2f} % (15 bins; {chance:.2f} % by chance alone)"


def _percent(share: Share) -> str:
    interval = f"95 % interval {100 * share.low:.2f} to {100 * share.high:.2f}"
    return f"{100 * share.value:6.2f} %  ({share.right} of {share.count}; {interval})"


def _matrix(result: Evaluation, classes: tuple[str, ...]) -> list[str]:
    width = max(map(len, classes))
    cell = max(5, width + 1)
    head = " " * width + "".join(f"{name:>{cell}}" for name in classes)
    rows = zip(classes, result.confusion.tolist(), strict=True)
    return [head, *(f"{name:<{width}}" + "".join(f"{n:>{cell}}" for n in row) for name, row in rows)]
