"""Train one model: ``python -m training.train digits lenet5``; call again to take up an interrupted run.

Progress goes to the terminal and to ``runs/<task>-<model>/log.csv``, the checkpoint beside it; at the end
``weights.pt`` is there for `training.write_card`.
"""

import argparse
import json
import time
from collections.abc import Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from cnnviz.learn.augment import Augmentation
from cnnviz.learn.loop import NONE, Batch, Plan, Progress, Run, Source, normalise
from training import (
    hands,
    handwriting,
    landmarks,
    others,
    pictures,
    plans,
    precision,
    pretrained,
    remember,
    signs,
    styles,
    teachers,
    wardrobe,
)
from training.snapshots import Snapshots, enlarged

RUNS = Path("runs")
HELD_PHOTOS = 2000  # made by code, to measure on; those without a garment are left out
LARGER = 128  # pixels of photos made by code before they are moved
HELD_SEED = 77  # of pictures without a hand that are not trained on
SHOWN, SHOWN_SEED = 192, 9  # pictures by which batch normalisation is set up where it was folded away
UNTRAINED = {"minutes": 0.0, "held_count": 0, "train": 0}  # what a run notes that took names of ImageNet
SMALL = 0.1  # what is learned beside the class begins with so much of the usual weights


def main() -> None:
    """Train the model named on the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("task")
    parser.add_argument("model")
    parser.add_argument("--run", help="name of the folder in runs/, to try something beside the real run")
    arguments = parser.parse_args()
    train(arguments.task, arguments.model, RUNS / (arguments.run or f"{arguments.task}-{arguments.model}"))


def train(task: str, model: str, folder: Path) -> None:
    """Carry out the plan of `model` and leave its weights in `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    plan = plans.plan(task, model)
    torch.manual_seed(plan.seed)
    settings = plans.settings(task, model)
    net = teachers.build(task, settings.get("network", model))
    if names := settings.get("names"):
        pretrained.keep_names(net, names)
        torch.save(net.state_dict(), folder / "weights.pt")
        (folder / "run.json").write_text(json.dumps(UNTRAINED))
        return
    if settings.get("upright"):
        signs.learn(net, plan, settings, folder)
        return
    material = _remembered(material_of(task, settings), settings.get("remembered", 0), net)
    if before := settings.get("start"):
        net.load_state_dict(torch.load(RUNS / before / "weights.pt", weights_only=True))
    if settings.get("pretrained"):
        pretrained.begin(net)
        if pretrained.knowledge(net) == "hands":
            shown, *_ = material.source(torch.arange(SHOWN), torch.Generator().manual_seed(SHOWN_SEED))
            landmarks.unfold(net, normalise(shown, plan.mean, plan.std))
    _widen(net, material.beside)
    if plan.half:
        precision.spare_depthwise(net)
    if share := settings.get("styles"):
        styles.MixStyle(net, share)
    source = styles.with_textures(material.source, settings.get("textures", 0.0))
    if names := settings.get("teachers"):
        nets = [trained(task, name) for name in names]
        source = teachers.Taught(source, plan.augmentation, nets, mean=plan.mean, std=plan.std)
        plan = replace(plan, augmentation=Augmentation())
    run = Run(net, plan, checkpoint=folder / "checkpoint.pt", device=device())
    log = Log(folder, run, plan, material)
    run.fit(source, material.count, on_step=log.step)
    log.finish()
    if runs := settings.get("mean_with"):
        mean_with(folder / "weights.pt", [RUNS / run_name / "weights.pt" for run_name in runs])


def trained(task: str, model: str) -> nn.Sequential:
    """Return the network of a plan with the weights that its run left, ready to answer."""
    net = teachers.build(task, plans.settings(task, model).get("network", model)).eval()
    net.load_state_dict(torch.load(RUNS / f"{task}-{model}" / "weights.pt", weights_only=True))
    return net


def device() -> str:
    """Return the graphics card, or what else PyTorch finds to compute on; the processor if nothing."""
    found = torch.accelerator.current_accelerator(check_available=True)
    return found.type if found else "cpu"


@dataclass(frozen=True)
class Material:
    """What a run trains on: where batches come from, pictures an epoch, held-out ones; how many code made.

    `photographed` are held-out photos made by code, of other garments before other backgrounds.
    `held_source` makes held-out pictures as `source` makes those to train on, where they are not used as
    they are. `held_counts` says how much each of those held out counts, where they are not alike.
    """

    source: Source
    count: int
    held: tuple[Tensor, Tensor]
    written: int = 0
    photographed: tuple[Tensor, Tensor] | None = None
    held_source: Source | None = None
    held_counts: Tensor | None = None
    beside: int = 0  # numbers to be learned beside the class


def material_of(task: str, settings: dict[str, Any]) -> Material:
    """Return the pictures that the plan with these settings trains on."""
    if task == "rps":
        return _hands(settings)
    return _in_colour(settings) if settings.get("in_colour") else _scans(task, settings)


def _remembered(material: Material, count: int, net: nn.Sequential) -> Material:
    """Return the material with `count` numbers more to be learned beside the class (`remember`)."""
    if not count:
        return material
    source = remember.Memory(material.source, count, deepcopy(net))
    return replace(material, source=source, beside=material.beside + count)


def _widen(net: nn.Sequential, more: int) -> None:
    """Give the last layer of `net` `more` outputs; for training only."""
    if not more:
        return
    last = net[-1]
    assert isinstance(last, nn.Linear)  # noqa: S101  # every network here ends so
    wide = nn.Linear(last.in_features, last.out_features + more)
    with torch.no_grad():
        wide.weight *= SMALL
        wide.weight[: last.out_features], wide.bias[: last.out_features] = last.weight, last.bias
    setattr(net, list(dict(net.named_children()))[-1], wide)


def _scans(task: str, settings: dict[str, Any]) -> Material:
    data = pictures.split(task, settings["held_out"])
    scans, labels = data.train_u8, data.train_labels
    written, strange = settings.get("written", 0), settings.get("others", 0)
    if written:
        more = handwriting.written(written, RUNS / "written.npz")
        scans, labels = (
            torch.cat([a, torch.from_numpy(b)]) for a, b in zip((scans, labels), more, strict=True)
        )
    if strange:
        drawn = others.others(strange, RUNS / "others.npz")
        scans = torch.cat([scans, torch.from_numpy(drawn)])
        labels = torch.cat([labels, torch.full((strange,), NONE)])

    held_photos = None
    if photos := settings.get("photographed", 0):
        (more, own), held_photos = _photos(data, photos)
        scans, labels = torch.cat([scans, more]), torch.cat([labels, own])

    def source(indices: Tensor, _: torch.Generator) -> Batch:
        return scans[indices].float() / 255, labels[indices]

    held = data.held_u8.float() / 255, data.held_labels
    return Material(source, len(labels), held, written + strange + photos, held_photos)


def _photos(data: pictures.Split, count: int) -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """Return photos of clothes made by code, to train on (uint8) and to measure (float32)."""
    kept, held = wardrobe.studios(data)
    scans, labels = map(torch.from_numpy, wardrobe.photographed(count, kept, RUNS / "photographed.npz"))
    held_file = RUNS / "photographed-held.npz"
    seen, answers = map(torch.from_numpy, wardrobe.photographed(HELD_PHOTOS, held, held_file))
    shown = answers != NONE
    return (scans, labels), (seen[shown].float() / 255, answers[shown])


def _in_colour(settings: dict[str, Any]) -> Material:
    """Return whole photos of clothes made by code, and scans, for a network that sees colour."""
    data, side = pictures.split("clothes", settings["held_out"]), settings["side"]
    kept, held = wardrobe.studios(data, in_colour=True)
    made = wardrobe.in_colour(settings["photographed"], LARGER, kept, RUNS / "in-colour.npz")
    photos, labels = map(torch.from_numpy, made)
    held_file = RUNS / "in-colour-held.npz"
    seen, answers = map(torch.from_numpy, wardrobe.in_colour(HELD_PHOTOS, side, held, held_file))
    shown = answers != NONE
    geometry, scans = Augmentation.from_dict(settings["geometry"]), (data.train_u8, data.train_labels)
    return Material(
        Snapshots((photos, labels), scans, geometry, side, settings["scans"]),
        len(data.train_labels) + len(labels),
        (enlarged(data.held_u8, side), data.held_labels),
        len(labels),
        (seen[shown].float() / 255, answers[shown]),
    )


def _hands(settings: dict[str, Any]) -> Material:
    every, made = hands.load(RUNS / "hands-joints.npz"), settings.get("made", 0)
    if made:
        every = hands.with_made(every, made, RUNS / "hands-made.npz")
    wanted = np.isin(every.sources, [*settings["sources"], "made"])
    train, held = every[wanted & ~every.held], every[wanted & every.chosen_by]
    side = settings["side"]
    still = hands.still(held, side), held.labels
    if not settings.get("augmented", True):
        plain = hands.still(train, side)
        return Material(lambda at, _: (plain[at], train.labels[at]), len(train.labels), still)
    geometry, paste = Augmentation.from_dict(settings["geometry"]), settings.get("paste", {})
    source = hands.Paster(train, geometry, side=side, **paste)
    held_source = hands.Paster(held, geometry, side=side, **{**paste, "seed": HELD_SEED})
    count = len(train.labels)
    return Material(
        source,
        count,
        still,
        made,
        held_source=held_source,
        held_counts=held.counts,
        beside=2 * hands.BONES,
    )


class Log:
    """Print and keep one line an epoch; count the minutes of work over all interruptions."""

    def __init__(self, folder: Path, run: Run, plan: Plan, material: Material) -> None:
        self.folder, self.run, self.plan, self.material = folder, run, plan, material
        self.epoch, self.sums = 0, [0.0, 0.0, 0.0]
        self.since = time.perf_counter()

    def step(self, progress: Progress) -> None:
        """Take in a step; write a line when an epoch is full."""
        for place, value in enumerate((1.0, progress.loss, progress.accuracy)):
            self.sums[place] += value
        if progress.step % (progress.steps // self.plan.epochs) == 0:
            self._line(progress)

    def _line(self, progress: Progress) -> None:
        count, loss, right = self.sums
        self.sums = [0.0, 0.0, 0.0]
        seconds, self.since = time.perf_counter() - self.since, time.perf_counter()
        last = progress.step == progress.steps
        held = self._averaged_accuracy() if progress.epoch % 5 == 0 or last else float("nan")
        row = (progress.epoch, loss / count, right / count, held, progress.learning_rate, seconds)
        line = ",".join(f"{value:.5g}" for value in row)
        print(time.strftime("%H:%M:%S"), line, flush=True)
        with (self.folder / "log.csv").open("a") as stream:
            stream.write(line + "\n")

    def _averaged_accuracy(self) -> float:
        """Return the held-out accuracy of the averaged weights."""
        now = {name: value.clone() for name, value in self.run.net.state_dict().items()}
        self.run.net.load_state_dict(self.run.averaged)
        right = accuracy(self.run.net, *self.material.held, self.plan)
        if self.material.photographed:
            share = accuracy(self.run.net, *self.material.photographed, self.plan)
            print(f"held-out photos made by code: {share:.4f}", flush=True)
        self.run.net.load_state_dict(now)
        self.run.net.train()
        return right

    def finish(self) -> None:
        """Write the averaged weights and what the run took."""
        weights = narrowed(self.run.net.cpu().state_dict(), self.material.beside)
        torch.save(weights, self.folder / "weights.pt")
        rows = [line.split(",") for line in (self.folder / "log.csv").read_text().splitlines()]
        facts = {
            "minutes": sum(float(row[5]) for row in rows) / 60,
            "held_out": float(rows[-1][3]),
            "held_count": len(self.material.held[1]),
            "train": self.material.count - self.material.written,
            "written": self.material.written,
        }
        if self.material.photographed:
            facts["held_photos"] = accuracy(self.run.net, *self.material.photographed, self.plan)
        (self.folder / "run.json").write_text(json.dumps(facts))
        print(facts, flush=True)


def mean_with(file: Path, more: Sequence[Path]) -> None:
    """Replace the weights in `file` by the mean of them and those in `more`; counters stay.

    M. Wortsman et al., "Model soups: averaging weights of multiple fine-tuned models" (2022).
    """
    now, *rest = (torch.load(one, weights_only=True) for one in (file, *more))
    mean = {
        name: torch.stack([value, *(other[name] for other in rest)]).mean(0)
        if value.is_floating_point()
        else value
        for name, value in now.items()
    }
    torch.save(mean, file)


def narrowed(state: dict[str, Tensor], more: int) -> dict[str, Tensor]:
    """Return weights without the last `more` outputs of the last layer."""
    last = list(state)[-2:] if more else []
    return {name: value[:-more].clone() if name in last else value for name, value in state.items()}


@torch.inference_mode()
def accuracy(net: nn.Module, held: Tensor, labels: Tensor, plan: Plan) -> float:
    """Return the share of pictures that `net` gets right."""
    net.eval()
    here, right, classes = next(net.parameters()).device, 0, int(labels.max()) + 1
    for part, wanted in zip(held.split(500), labels.split(500), strict=True):
        inputs = normalise(part, plan.mean, plan.std).to(here, memory_format=torch.channels_last)
        with torch.autocast(here.type, torch.bfloat16, enabled=plan.half):
            right += int((net(inputs)[:, :classes].argmax(1).cpu() == wanted).sum())
    return right / len(labels)


if __name__ == "__main__":
    main()
