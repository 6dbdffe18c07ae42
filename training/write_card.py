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

from cnnviz.learn.evaluate import Evaluation, evaluate
from cnnviz.trace.summary import summary
from cnnviz.zoo.architectures import build
from cnnviz.zoo.registry import FOLDER
from training import plans, suites
from training.train import RUNS

CLOTHES = "t-shirt trouser pullover dress coat sandal shirt sneaker bag ankle-boot"
CLASSES = {
    "digits": tuple("0123456789"),
    "clothes": tuple(CLOTHES.split()),
    "rps": ("rock", "paper", "scissors"),
}
LICENCES = {
    "MNIST": "CC BY-SA 3.0 (Y. LeCun, C. Cortes, C. Burges)",
    "Fashion-MNIST": "MIT (Zalando SE)",
    "Rock Paper Scissors (computer-generated)": "CC BY 2.0 (L. Moroney)",
    "Rock Paper Scissors (green screen)": "CC BY-SA 4.0 (J. de la Bruère-Terreault)",
    "Rock Paper Scissors SXSW": "CDLA-Sharing-1.0 (Roboflow)",
    "Rock Paper Scissors (webcam)": "MIT",
}
SOURCES = {
    "digits": ("MNIST",),
    "clothes": ("Fashion-MNIST",),
    "cgi": "Rock Paper Scissors (computer-generated)",
    "green": "Rock Paper Scissors (green screen)",
    "crops": "Rock Paper Scissors SXSW",
    "webcam": "Rock Paper Scissors (webcam)",
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
    tensors = {name: value.contiguous() for name, value in net.state_dict().items()}
    content = save(tensors, {"task": task, "model": model})
    (folder / "weights.safetensors").write_bytes(content)
    plan, settings = plans.plan(task, model), plans.settings(task, model)
    measured = {name: evaluate(net, *pictures) for name, pictures in suites.of(task, plan, settings).items()}
    facts = json.loads((run / "run.json").read_text())
    table = _table(task, model, net, {"content": content, "facts": facts, "measured": measured})
    (folder / "card.toml").write_text(to_toml(table), encoding="utf-8")
    (folder / "metrics.json").write_text(_metrics(measured["test"]), encoding="utf-8")
    print(task, model, {name: f"{100 * result.share.value:.2f} %" for name, result in measured.items()})


def _table(task: str, model: str, net: nn.Module, made: dict[str, Any]) -> dict[str, Any]:
    plan, settings = plans.plan(task, model), plans.settings(task, model)
    side = settings.get("side", 28)
    counted = summary(net, (len(plan.mean), side, side))
    names = tuple(SOURCES[source] for source in settings["sources"]) if task == "rps" else SOURCES[task]
    facts = made["facts"]
    return {
        "classes": CLASSES[task],
        "parameters": counted.parameters,
        "macs": counted.macs,
        "input": {"size": [side, side], "mean": plan.mean, "std": plan.std},
        "weights": {"sha256": sha256(made["content"]).hexdigest(), "bytes": len(made["content"])},
        "data": {
            "sources": names,
            "licences": [LICENCES[name] for name in names],
            "train": facts["train"],
            "held_out": facts["held_count"],
            "split": "groups" if task == "rps" else "random",
            "test": LABELS_TEST[task],
        },
        "training": {
            "command": f"python -m training.train {task} {model}",
            "seed": plan.seed,
            "epochs": plan.epochs,
            "minutes": round(facts["minutes"], 1),
            "hardware": hardware(),
            "date": time.strftime(
                "%Y-%m-%d", time.gmtime((RUNS / f"{task}-{model}" / "run.json").stat().st_mtime)
            ),
            "augmentation": {**settings.get("geometry", {}), **settings["augmentation"]},
        },
        "suites": {
            name: {"right": result.share.right, "count": result.share.count}
            for name, result in made["measured"].items()
        },
    }


LABELS_TEST = {
    "digits": "MNIST test",
    "clothes": "Fashion-MNIST test",
    "rps": "Rock Paper Scissors (computer-generated) test",
}


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
    answers = json.dumps(test.answers[wrong].tolist())
    return f'{{"confusion": [\n  {rows}\n],\n"wrong": {json.dumps(wrong.tolist())},\n"answers": {answers}}}\n'


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
