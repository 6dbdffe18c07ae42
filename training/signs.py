"""Teach the dense layers of `joints` to name a sign by where the joints of a hand are.

All before them is the network in MediaPipe Hands, as it is. They learn from what it says of pictures as they
are, and of pictures changed as `best` learned from them: so also what to believe of a hand hardly to be seen.
"""

import json
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from cnnviz.images import upright
from cnnviz.images.decode import decode
from cnnviz.images.prepare import Recipe, prepare
from cnnviz.learn.augment import Augmentation
from cnnviz.learn.loop import Plan, one_cycle
from cnnviz.zoo.architectures import build
from training import hands, landmarks

F32 = NDArray[np.float32]

SIDE = upright.SIDE_PX
WHOLE = Recipe(
    task="rps",
    form="photo",
    size=SIDE,
    mean=(0.0,) * 3,
    std=(1.0,) * 3,
    off=frozenset({"hand", "background"}),
)
MANY = {"cgi": 300, "green": 500, "webcam": 300, "crops": 1200, "made": 1200}  # changed pictures by source
AT_ONCE, SEED = 25, 5
DROPPED = 0.1  # of what the first layer says, while it learns
# How joints are changed: turned; stretched, shifted and scattered by shares of the square's side
TURNED_DEG, STRETCHED, SHIFTED, SCATTERED = 7.5, 0.15, 0.03, 0.004
MIDDLE_PX, SCALE_PX, SCALE_SURE = SIDE / 2, SIDE / 4, 3.0  # so that the first layer gets numbers about 1


@dataclass(frozen=True)
class Seen:
    """What the layer `joints` says of pictures, (N, 43), of which the labels (N,) are known.

    `shares` (N,): how often each is drawn.
    """

    said: Tensor
    labels: Tensor
    shares: Tensor


def learn(net: nn.Sequential, plan: Plan, settings: Mapping[str, Any], folder: Path) -> None:
    """Give `net` all its weights, and leave them in `folder` with what the run took."""
    began, runs = time.perf_counter(), folder.parent
    landmarks.know_joints(net)
    every = hands.load(runs / "hands-joints.npz")
    plain = seen_plain(runs / "hands-seen.npz")
    wanted = np.isin(every.sources, settings["sources"])
    held = wanted & every.chosen_by
    seen = _seen(settings, runs, every[wanted & ~every.held], plain[wanted & ~every.held])
    teach(net, plan, seen)
    torch.save(net.state_dict(), folder / "weights.pt")
    right = says(net, plain[held]).argmax(1) == every.labels[held].numpy()
    facts = {
        "minutes": (time.perf_counter() - began) / 60,
        "held_out": float(right.mean()),
        "held_count": int(held.sum()),
        "train": int((wanted & ~every.held).sum()),
        "made": MANY["made"],
    }
    (folder / "run.json").write_text(json.dumps(facts))
    print(facts, flush=True)


def seen_held_out(settings: Mapping[str, Any], runs: Path) -> F32:
    """Return what is said of the held-out pictures that settings are compared on."""
    every = hands.load(runs / "hands-joints.npz")
    return seen_plain(runs / "hands-seen.npz")[np.isin(every.sources, settings["sources"]) & every.chosen_by]


def teach(net: nn.Sequential, plan: Plan, seen: Seen) -> None:
    """Train the layers of `net` after `joints`; each epoch draws as many pictures as there are."""
    torch.manual_seed(plan.seed)
    first, *rest = list(net)[_end(net) :]
    learner = nn.Sequential(first, rest[0], nn.Dropout(DROPPED), *rest[1:]).train()
    optimiser = torch.optim.AdamW(learner.parameters(), plan.learning_rate, weight_decay=plan.weight_decay)
    steps = plan.epochs * len(seen.labels) // plan.batch_size
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] = plan.learning_rate * one_cycle(step / steps, plan.warmup)
        at = torch.multinomial(seen.shares, plan.batch_size, replacement=True)
        logits = learner(_scaled(moved(seen.said[at])))
        loss = functional.cross_entropy(logits, seen.labels[at], label_smoothing=plan.smoothing)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch
        optimiser.step()
    with torch.no_grad():  # the shipped layer gets pixels as they are
        first.bias -= first.weight[:, :-1].sum(1) * (MIDDLE_PX / SCALE_PX)
        first.weight[:, :-1] /= SCALE_PX
        first.weight[:, -1] /= SCALE_SURE
    net.eval()


def moved(said: Tensor) -> Tensor:
    """Return joints (N, 43) mirrored, turned, stretched and scattered at random."""
    count = len(said)
    places = said[:, :-1].view(count, -1, 2) - MIDDLE_PX
    angle = torch.deg2rad(TURNED_DEG * (2 * torch.rand(count) - 1))
    cos, sin = angle.cos(), angle.sin()
    places = places @ torch.stack([cos, -sin, sin, cos], 1).view(-1, 2, 2)
    places = places * (1 + STRETCHED * (2 * torch.rand(count, 1, 2) - 1))
    places = places + SIDE * SHIFTED * (torch.rand(count, 1, 2) - 0.5)
    places = places * torch.stack([torch.rand(count).sub(0.5).sign(), torch.ones(count)], 1)[:, None]
    places = places + SIDE * SCATTERED * torch.randn(places.shape)
    return torch.cat([places.flatten(1) + MIDDLE_PX, said[:, -1:]], 1)


def _scaled(said: Tensor) -> Tensor:
    return torch.cat([(said[:, :-1] - MIDDLE_PX) / SCALE_PX, said[:, -1:] / SCALE_SURE], 1)


@torch.inference_mode()
def says(net: nn.Sequential, said: F32) -> F32:
    """Return the logits (N, K) of pictures of which the layer `joints` says this."""
    logits: F32 = net[_end(net) :](torch.from_numpy(said)).numpy()
    return logits


def _end(net: nn.Sequential) -> int:
    """Return how many layers there are up to `joints`."""
    return [name for name, _ in net.named_children()].index("joints") + 1


def _seen(settings: Mapping[str, Any], runs: Path, kept: hands.Hands, plain: F32) -> Seen:
    """Return pictures as they are and changed, each kind drawn as often; of every source its share."""
    said, labels, shares = [], [], []
    changed = seen_changed(settings, runs)
    shares_of = settings["paste"]["shares"]
    for source in (*settings["sources"], "made"):
        here = kept.sources == source
        parts = [changed[source]] + ([(plain[here], kept.labels[here].numpy())] if here.any() else [])
        for some, own in parts:
            said.append(some)
            labels.append(own)
            shares.append(np.full(len(own), shares_of[source] / len(parts) / len(own)))
    every = (torch.from_numpy(np.concatenate(part)) for part in (said, labels, shares))
    return Seen(*every)


def seen_plain(kept_in: Path) -> F32:
    """Return what the layer `joints` says of each picture of `hands.load`, as it is."""
    if not kept_in.exists():
        paths = [path for _, _, path in hands.rows()]
        np.savez(kept_in, said=_said([paths[at : at + AT_ONCE] for at in range(0, len(paths), AT_ONCE)]))
    with np.load(kept_in) as kept:
        said: F32 = kept["said"]
        return said


def seen_changed(settings: Mapping[str, Any], runs: Path) -> dict[str, tuple[F32, NDArray[np.int64]]]:
    """Return what it says of training pictures changed as the plan says, and their labels, by source."""
    kept_in = runs / "hands-seen-changed.npz"
    if not kept_in.exists():
        every = hands.load(runs / "hands-joints.npz")
        full = hands.with_made(every[~every.held], settings["made"], runs / "hands-made.npz")
        geometry, paste = Augmentation.from_dict(settings["geometry"]), dict(settings["paste"], shares=None)
        generator, found = torch.Generator().manual_seed(SEED), {}
        for source, count in MANY.items():
            paster = hands.Paster(full[full.sources == source], geometry, side=SIDE, **paste)
            batches = [paster(torch.arange(AT_ONCE), generator) for _ in range(count // AT_ONCE)]
            found[source] = _said([pictures.numpy() for pictures, _, _ in batches])
            found[f"{source}-labels"] = torch.cat([labels for _, labels, _ in batches]).numpy()
        np.savez(kept_in, **found)
    with np.load(kept_in) as kept:
        return {source: (kept[source], kept[f"{source}-labels"]) for source in MANY}


def _said(jobs: Sequence[Sequence[Path] | F32]) -> F32:
    with ProcessPoolExecutor() as pool:
        return np.concatenate(list(pool.map(_looked_at, jobs)))


def _looked_at(pictures: Sequence[Path] | F32) -> F32:
    """Return what is said of files or of pictures (N, 3, S, S), each turned upright first."""
    squares = [
        prepare(decode(one.read_bytes(), one.name), WHOLE).tensor_f32 if isinstance(one, Path) else one
        for one in pictures
    ]
    return np.stack([_looked_at_one(square.transpose(1, 2, 0)) for square in squares])


def _looked_at_one(pixels: F32) -> F32:
    weights = _begun()
    return upright.said_of(pixels, upright.find_joints(pixels, weights).square, weights)


@cache
def _begun() -> Mapping[str, Tensor]:
    """Return the weights of the package, once a process."""
    net = build("rps", "joints")
    landmarks.know_joints(net)
    return upright.folded(net.state_dict())
