"""Measure a trained model and write its folder in models/: ``python -m training.write_card digits lenet5``.

Reads ``runs/<task>-<model>/``. Nothing is chosen by what is measured here.
"""

import argparse
import json
import platform
import time
from hashlib import sha256
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save
from torch import nn

from cnnviz.learn.datasets import CLOTHES, DATASETS, DIGITS, HANDS, data_dir
from cnnviz.learn.evaluate import Evaluation, evaluate
from cnnviz.learn.suites import inputs, names
from cnnviz.trace.summary import summary
from cnnviz.zoo.architectures import build
from cnnviz.zoo.cards import read_card
from cnnviz.zoo.registry import FOLDER
from training import plans
from training.train import RUNS

SOURCES = {
    "digits": (DIGITS.title, DIGITS.licence),
    "clothes": (CLOTHES.title, CLOTHES.licence),
    "cgi": (HANDS.title, HANDS.licence),
    "green": ("Rock-Paper-Scissors Images", "CC BY-SA 4.0 (J. de la Bruère-Terreault)"),
    "crops": ("Rock Paper Scissors SXSW", "CDLA-Sharing-1.0 (Roboflow)"),
    "webcam": ("Rock Paper Scissors, one webcam", "MIT"),
}


def main() -> None:
    """Write the folder of the model named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task")
    parser.add_argument("model")
    arguments = parser.parse_args()
    write(arguments.task, arguments.model)


def write(task: str, model: str) -> None:
    """Measure `model` on every suite at hand and write weights, card and metrics."""
    run = RUNS / f"{task}-{model}"
    net = build(task, model)
    net.load_state_dict(torch.load(run / "weights.pt", weights_only=True))
    net.eval()
    folder = FOLDER / task / model
    folder.mkdir(parents=True, exist_ok=True)
    content = save({name: value.contiguous() for name, value in net.state_dict().items()})
    (folder / "weights.safetensors").write_bytes(content)
    weights = {"sha256": sha256(content).hexdigest(), "bytes": len(content)}
    table = {**_described(task, model, net), "weights": weights, **_made(task, model), "suites": {}}
    (folder / "card.toml").write_text(to_toml(table), encoding="utf-8")
    card, data = read_card(folder), data_dir()
    measured = {
        name: evaluate(net, *inputs(card, name, data)) for name in dict.fromkeys(("test", *names(task, data)))
    }
    shares = {name: result.share for name, result in measured.items()}
    table["suites"] = {name: {"right": share.right, "count": share.count} for name, share in shares.items()}
    (folder / "card.toml").write_text(to_toml(table), encoding="utf-8")
    (folder / "metrics.json").write_text(_metrics(measured["test"]), encoding="utf-8")
    print(task, model, {name: f"{100 * share.value:.2f} %" for name, share in shares.items()})


def _described(task: str, model: str, net: nn.Module) -> dict[str, Any]:
    """Return what the network is."""
    plan, side = plans.plan(task, model), plans.settings(task, model).get("side", 28)
    counted = summary(net, (len(plan.mean), side, side))
    return {
        "classes": DATASETS[task].classes,
        "parameters": counted.parameters,
        "macs": counted.macs,
        "input": {"size": [side, side], "mean": plan.mean, "std": plan.std},
    }


def _made(task: str, model: str) -> dict[str, Any]:
    """Return what it learned from and how."""
    plan, settings = plans.plan(task, model), plans.settings(task, model)
    chain, facts = _chain(task, model), _facts(task, model)
    sources = settings.get("sources", [task])
    data = {
        "sources": [SOURCES[source][0] for source in sources],
        "licences": [SOURCES[source][1] for source in sources],
        "train": facts["train"],
        "held_out": facts["held_count"],
        "split": "groups" if task == "rps" else "random",
        "test": f"{DATASETS[task].title} test",
        "written": facts.get("written", 0),
    }
    training = {
        "command": " && ".join(f"python -m training.train {task} {name}" for name in chain),
        "seed": plan.seed,
        "epochs": sum(plans.plan(task, name).epochs for name in chain),
        "minutes": round(sum(_facts(task, name)["minutes"] for name in chain), 1),
        "hardware": hardware(),
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "augmentation": {**settings.get("geometry", {}), **settings["augmentation"]},
    }
    return {"data": data, "training": training}


def _facts(task: str, model: str) -> dict[str, Any]:
    """Return what the run noted: minutes, pictures, held-out accuracy."""
    facts: dict[str, Any] = json.loads((RUNS / f"{task}-{model}" / "run.json").read_text())
    return facts


def _chain(task: str, model: str) -> list[str]:
    """Return the plans that make the weights, in order: those it begins with, then its own."""
    before = str(plans.settings(task, model).get("start", "")).removeprefix(f"{task}-")
    return [*(_chain(task, before) if before else []), model]


def hardware() -> str:
    """Return the processor, as the system names it, and the threads used."""
    cpu = Path("/proc/cpuinfo")
    names = (
        [line.split(":")[1].strip() for line in cpu.read_text().splitlines() if "model name" in line]
        if cpu.exists()
        else []
    )
    return f"{names[0] if names else platform.processor()}, {torch.get_num_threads()} thread"


def _metrics(test: Evaluation) -> str:
    wrong = test.wrong
    rows = ",\n  ".join(json.dumps(row) for row in test.confusion.tolist())
    places, truths, answers = (
        json.dumps(n.tolist()) for n in (wrong, test.labels[wrong], test.answers[wrong])
    )
    lists = f'"wrong": {places},\n"truths": {truths},\n"answers": {answers}'
    return f'{{"confusion": [\n  {rows}\n],\n{lists}}}\n'


def to_toml(table: dict[str, Any]) -> str:
    """Return nested tables of plain values as TOML."""
    lines = ["# Written by training/write_card.py; every number was measured."]
    _section(table, "", lines)
    return "\n".join(lines) + "\n"


def _section(table: dict[str, Any], prefix: str, lines: list[str]) -> None:
    plain = {name: value for name, value in table.items() if not isinstance(value, dict)}
    lines += [f"{name} = {_value(value)}" for name, value in plain.items()]
    for name, value in table.items():
        if isinstance(value, dict):
            lines += ["", f"[{prefix}{name}]"]
            _section(value, f"{prefix}{name}.", lines)


def _value(value: object) -> str:
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_value(part) for part in value) + "]"
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    main()
