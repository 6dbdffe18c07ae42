"""``python -m cnnviz classify``: answers for many files as a table, as CSV or as JSON."""

import argparse
import csv
import json
import sys
from collections.abc import Iterator

from tqdm import tqdm

from cnnviz.images.decode import SUFFIXES
from cnnviz.learn.classify import Answer, classify_by_ensemble, picture_files, verdict
from cnnviz.ops.ranking import rank_probs
from cnnviz.zoo import registry
from cnnviz.zoo.cards import Card

Row = dict[str, str | float | None]
FIRST = ("path", "label", "confidence", "second", "second_confidence", "belongs", "verdict")


def run(options: argparse.Namespace) -> int:
    """Classify the files, print the answers and return the exit status: 1 if a file could not be read."""
    name = options.model or registry.default(options.task)
    cards = registry.members(options.task, name)
    members = [(registry.load(options.task, card.name), card) for card in cards]
    files = picture_files(options.paths)
    if not files:
        sys.stderr.write(f"cnnviz: no pictures there (looked for {' '.join(SUFFIXES)})\n")
        return 1
    card = members[0][1]
    gate = registry.gate(options.task, card.name)
    answers = classify_by_ensemble(members, files, form=options.form, gate=gate)
    bar = tqdm(answers, total=len(files), unit=" files", file=sys.stderr)
    write = {"table": _write_table, "csv": _write_csv, "json": _write_json}[options.format]
    return 1 if write(_rows(bar, card), card.classes) else 0


def _rows(answers: Iterator[Answer], card: Card) -> Iterator[Row]:
    """Return a flat row for each answer: guesses, how to read them, one probability a class, error."""
    classes = card.classes
    for answer in answers:
        row: Row = dict.fromkeys((*FIRST, *classes))
        row |= {"path": str(answer.path), "error": str(answer.error) if answer.error else None}
        if answer.probs is not None:
            first, second, *_ = rank_probs(answer.probs).order
            probs = [round(float(prob), 6) for prob in answer.probs]
            row |= {"label": classes[first], "confidence": probs[first]}
            row |= {"second": classes[second], "second_confidence": probs[second]}
            row["belongs"] = None if answer.belongs is None else round(answer.belongs, 6)
            row["verdict"] = verdict(card, answer.probs, answer.belongs)
            row |= dict(zip(classes, probs, strict=True))
        yield row


def _write_csv(rows: Iterator[Row], classes: tuple[str, ...]) -> int:
    writer = csv.DictWriter(sys.stdout, [*FIRST, *classes, "error"], lineterminator="\n")
    writer.writeheader()
    failed = 0
    for row in rows:
        writer.writerow(row)
        failed += row["error"] is not None
    return failed


def _write_json(rows: Iterator[Row], classes: tuple[str, ...]) -> int:
    kept = list(rows)
    nested = []
    for row in kept:
        plain = {name: value for name, value in row.items() if name not in classes}
        probs = None if row["error"] else {name: row[name] for name in classes}
        nested.append({**plain, "probabilities": probs})
    json.dump(nested, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")
    return sum(row["error"] is not None for row in kept)


def _remark(row: Row) -> str:
    """Return what a person should know before believing the first guess."""
    words = {"none": "perhaps none of the classes", "unsure": f"unsure: {row['label']} or {row['second']}"}
    belongs = "" if row["belongs"] is None else f"one of the classes {row['belongs']:7.2%}   "
    return belongs + words.get(str(row["verdict"]), "")


def _write_table(rows: Iterator[Row], classes: tuple[str, ...]) -> int:
    kept = list(rows)
    width = max(len(str(row["path"])) for row in kept)
    label = max(map(len, classes))
    for row in kept:
        if row["error"]:
            sys.stdout.write(f"{row['path']:<{width}}  {row['error']}\n")
            continue
        first = f"{row['label']:<{label}} {row['confidence']:7.2%}"
        second = f"{row['second']:<{label}} {row['second_confidence']:7.2%}"
        line = f"{row['path']:<{width}}  {first}   {second}   {_remark(row)}"
        sys.stdout.write(f"{line.rstrip()}\n")
    return sum(row["error"] is not None for row in kept)
