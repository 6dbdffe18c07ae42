"""Measure a trained model and write its folder in models/: ``python -m training.write_card digits lenet5``.

Reads ``runs/<task>-<model>/``. Temperature and gate are settled on held-out pictures (`validation`);
nothing is chosen by what is measured here.
"""

import argparse
import json
import time
import tomllib
from collections.abc import Mapping
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.numpy import save as save_arrays
from safetensors.torch import save
from torch import nn

from cnnviz.learn.datasets import CLOTHES, DATASETS, DIGITS, HANDS, data_dir
from cnnviz.learn.evaluate import Evaluation, evaluate
from cnnviz.learn.measure import Measured, ablation, measure
from cnnviz.learn.suites import STRANGE, form_of_suite, inputs
from cnnviz.trace.summary import summary
from cnnviz.zoo import registry
from cnnviz.zoo.cards import REAL_USE, Card, read_card
from cnnviz.zoo.registry import FOLDER
from training import plans, pretrained, signs
from training.calibrate import folded, logits_of, temperature
from training.gate import Fitted, fit, said
from training.speed import hardware, speed
from training.train import RUNS, trained
from training.validation import Pictures

LOOKS = ("textures", "styles")  # settings of a plan that `training.styles` carries out
UNSEEN = "sources.toml"  # beside the card; written by leave_out

SOURCES = {
    "digits": (DIGITS.title, DIGITS.licence),
    "clothes": (CLOTHES.title, CLOTHES.licence),
    "cgi": (HANDS.title, HANDS.licence),
    "green": ("Rock-Paper-Scissors Images", "CC BY-SA 4.0 (J. de la Bruère-Terreault)"),
    "crops": ("Rock Paper Scissors SXSW", "CDLA-Sharing-1.0 (Roboflow)"),
    "webcam": ("Rock Paper Scissors, one webcam", "MIT"),
    "imagenet": (
        "ImageNet, as EfficientNet-Lite0 learned it before",
        "weights: Apache License 2.0 (Google; PyTorch file by ML Illustrated)",
    ),
    "hands": (
        "Joints of many hands, as the network in MediaPipe Hands learned them before",
        "weights: Apache License 2.0 (Google)",
    ),
    "palms": (
        "Palms of many hands, as the palm detector in MediaPipe Hands learned them before",
        "weights: Apache License 2.0 (Google)",
    ),
    "joints": ("Joints of these hands, found by MediaPipe Hands", "Apache License 2.0 (Google)"),
}


def main() -> None:
    """Write the folder of the model named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task")
    parser.add_argument("model")
    arguments = parser.parse_args()
    write(arguments.task, arguments.model)


def write(task: str, model: str) -> None:
    """Settle and measure `model`, and write its weights, gate, card and metrics."""
    net = trained(task, model)
    settings = plans.settings(task, model)
    calibration: dict[str, Any] = {"temperature": 1.0, "split": ()}
    folder = FOLDER / task / model
    folder.mkdir(parents=True, exist_ok=True)
    begun = settings.get("names") or settings.get("upright")
    pictures = None if begun else Pictures(task, model)
    if pictures:  # else the network stays, but for its end, as it learned something else: nothing is settled
        held = pictures.held()
        divisor = temperature(logits_of(net, held.inputs), held.labels, held.counts)
        calibration = {"temperature": round(divisor, 4), "split": held.kinds}
        net = folded(net, divisor)
    weights = kept(net)
    table = {
        **_described(task, model, net),
        "weights": _kept(folder / "weights.safetensors", save(weights)),
        **_made(task, model, net),
    }
    if pictures and task in STRANGE:
        table["gate"] = _gate(fit(net, pictures), calibration["split"], folder)
    elif settings.get("upright"):
        table["gate"] = _gate(said("joints", signs.seen_held_out(settings, RUNS)), ("plain",), folder)
    write_table(folder, {**table, "suites": {}})
    complete(task, model, table, calibration)


def complete(task: str, model: str, table: dict[str, Any], calibration: Mapping[str, Any]) -> None:
    """Measure `model` as it is shipped, and write its card: `table`, and what was found.

    Weights, gate and a first card are in its folder.
    """
    net, card, folder = registry.load(task, model), registry.card(task, model), FOLDER / task / model
    measured = measure(net, card, data_dir(), gate=registry.gate(task, model))
    table |= shares(measured)
    table["calibration"] = {**calibration, "errors": calibration_errors(measured)}
    write_table(folder, table)
    table |= _comparisons(task, model, net, read_card(folder))
    table["speed"] = speed(net, read_card(folder))
    table |= unseen(folder)
    write_table(folder, table)
    (folder / "metrics.json").write_text(metrics(measured.suites["test"]), encoding="utf-8")
    report(task, model, measured)


def write_table(folder: Path, table: dict[str, Any]) -> None:
    """Write the card of the model in `folder`."""
    (folder / "card.toml").write_text(to_toml(table), encoding="utf-8")


def kept(net: nn.Module) -> dict[str, torch.Tensor]:
    """Return the weights that a file keeps: those of convolutions and dense layers in float16.

    The network gets the rounded ones itself, so that what is measured is what is kept.
    """
    weights = {name: value.contiguous() for name, value in net.state_dict().items()}
    weights = {name: value.half() if value.ndim > 1 else value for name, value in weights.items()}
    net.load_state_dict(weights)
    return weights


def _kept(file: Path, content: bytes) -> dict[str, Any]:
    """Write `content` and return what a card says of the file."""
    file.write_bytes(content)
    return {"sha256": sha256(content).hexdigest(), "bytes": len(content)}


def _gate(fitted: Fitted, split: tuple[str, ...], folder: Path) -> dict[str, Any]:
    arrays = {"weight": fitted.weights.weight_f32, "bias": np.array([fitted.weights.bias], np.float32)}
    return {
        "layer": fitted.weights.layer,
        "threshold": fitted.threshold,
        "kept": round(fitted.kept, 4),
        "split": split,
        **_kept(folder / "gate.safetensors", save_arrays(arrays)),
    }


def shares(measured: Measured) -> dict[str, Any]:
    """Return accuracy, top 2, accuracy by class and by confidence, and separation, by suite."""
    found = measured.suites.items()
    by_class = {
        name: {
            "right": [share.right if share else 0 for share in result.by_class],
            "count": [share.count if share else 0 for share in result.by_class],
        }
        for name, result in found
    }
    return {
        "suites": {name: asdict(result.share) for name, result in found},
        "top2": {name: asdict(result.top2) for name, result in found},
        "by_class": by_class,
        "groups": {name: _groups(result) for name, result in found},
        "separations": {name: asdict(one) for name, one in measured.separations.items()},
    }


def unseen(folder: Path) -> dict[str, Any]:
    """Return the table of shares of sources left out of training, if `training.leave_out` wrote any."""
    file = folder / UNSEEN
    return {"unseen": tomllib.loads(file.read_text(encoding="utf-8"))} if file.exists() else {}


def _groups(result: Evaluation) -> dict[str, list[float]]:
    return {
        "confidence": [round(one.confidence, 4) for one in result.groups],
        "right": [one.share.right for one in result.groups],
        "count": [one.share.count for one in result.groups],
    }


def calibration_errors(measured: Measured) -> dict[str, float]:
    """Return the expected calibration error by suite."""
    return {name: round(result.calibration_error, 5) for name, result in measured.suites.items()}


def _comparisons(task: str, model: str, net: nn.Sequential, card: Card) -> dict[str, Any]:
    """Return what each step of the preparation brings, and what made the model better, where planned."""
    settings, suite, tables = plans.settings(task, model), REAL_USE[task], {}
    if suite not in card.suites:
        return {}
    if settings.get("ablation"):
        shares = ablation(net, card, suite, data_dir())
        tables["ablation"] = {suite: {step: asdict(share) for step, share in shares.items()}}
    if plain := settings.get("plain"):
        tables["better"] = {"suite": suite, **_better(task, plain, card)}
    return tables


def _better(task: str, plain: str, card: Card) -> dict[str, Any]:
    """Return the accuracy of plain training behind bare resizing, behind the preparation, and of `card`."""
    suite = REAL_USE[task]
    net = trained(task, plain)
    steps = card.recipe(form_of_suite(task, suite)).switchable
    bare = inputs(card, suite, data_dir(), off=frozenset(steps) - {"normalise"})
    prepared = inputs(card, suite, data_dir())
    shares = {"plain": evaluate(net, *bare).share, "prepared": evaluate(net, *prepared).share}
    return {stage: asdict(share) for stage, share in {**shares, "augmented": card.suites[suite]}.items()}


def report(task: str, model: str, measured: Measured) -> None:
    """Print what was measured."""
    for name, result in measured.suites.items():
        print(f"{task} {model} {name}: {100 * result.share.value:.2f} %, ECE {result.calibration_error:.4f}")
    for name, one in measured.separations.items():
        print(f"{task} {model} {name}: AUROC {one.auroc:.4f}")


def _described(task: str, model: str, net: nn.Module) -> dict[str, Any]:
    """Return what the network is."""
    plan, side = plans.plan(task, model), plans.side_in_use(task, model)
    counted = summary(net, (len(plan.mean), side, side))
    return {
        "classes": DATASETS[task].classes,
        "parameters": counted.parameters,
        "macs": counted.macs,
        **({"forms": forms} if (forms := plans.settings(task, model).get("forms")) else {}),
        "input": {
            "size": [side, side],
            "mean": plan.mean,
            "std": plan.std,
            **({"upright": upright} if (upright := plans.settings(task, model).get("upright")) else {}),
        },
    }


def _made(task: str, model: str, net: nn.Sequential) -> dict[str, Any]:
    """Return what it learned from and how."""
    plan, settings = plans.plan(task, model), plans.settings(task, model)
    chain, facts = plans.chain(task, model), _facts(task, model)
    first = any(plans.settings(task, name).get("pretrained") for name in chain)
    names = settings.get("names", [])
    made = facts.get("made", settings.get("made", 0))  # hands; fewer where not all were looked at
    begun = [pretrained.knowledge(net)] if first or names else []
    sources = [
        *begun,
        *settings.get("sources", [task]),
        *(["joints"] if task == "rps" and "beside" in settings else []),
    ]
    data = {
        "sources": [SOURCES[source][0] for source in sources],
        "licences": [SOURCES[source][1] for source in sources],
        "train": facts["train"],
        "held_out": facts["held_count"],
        "split": "none" if names else "groups" if task == "rps" else "random",
        "test": f"{DATASETS[task].title} test",
        "written": settings.get("written", 0) + settings.get("photographed", 0) + made,
        "others": settings.get("others", 0),
        "pretrained": ["joints"] if settings.get("upright") else begun,
        "names": names,
    }
    training = {
        "command": " && ".join(f"python -m training.train {task} {name}" for name in chain),
        "seed": plan.seed,
        "epochs": sum(plans.plan(task, name).epochs for name in chain),
        "minutes": round(sum(_facts(task, name)["minutes"] for name in chain), 1),
        "hardware": f"{hardware()}, {torch.get_num_threads()} thread",
        "date": time.strftime("%Y-%m-%d", time.gmtime()),
        "augmentation": {
            **settings["augmentation"],
            **settings.get("geometry", {}),
            **{name: settings[name] for name in LOOKS if name in settings},
        },
    }
    return {"data": data, "training": training}


def _facts(task: str, model: str) -> dict[str, Any]:
    """Return what the run noted: minutes, pictures, held-out accuracy."""
    facts: dict[str, Any] = json.loads((RUNS / f"{task}-{model}" / "run.json").read_text())
    return facts


def metrics(test: Evaluation) -> str:
    """Return the content of ``metrics.json``: confusion matrix and misread pictures of the test set."""
    wrong = test.wrong
    rows = ",\n  ".join(json.dumps(row) for row in test.confusion.tolist())
    places, truths, answers = (
        json.dumps(n.tolist()) for n in (wrong, test.labels[wrong], test.answers[wrong])
    )
    lists = f'"wrong": {places},\n"truths": {truths},\n"answers": {answers}'
    return f'{{"confusion": [\n  {rows}\n],\n{lists}}}\n'


def to_toml(table: dict[str, Any], script: str = "training/write_card.py") -> str:
    """Return nested tables of plain values as TOML, with a comment on what wrote them."""
    lines = [f"# Written by {script}; every number was measured."]
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
