"""The network that finds a hand far away, trained: ``python -m training.finder``; again to take it up.

It is that of `cnnviz.images.finder` and begins as the palm detector of MediaPipe Hands, whose features stay.
It sees scenes (`scenes`) and learns to say for each eighth pixel whether a hand's middle is there, how large
the hand is and where exactly; its weights go to ``models/finder/``. Photos of the webcam are not learned
from: they tell how well hands in a room never seen are found (``python -m training.finder --measure``).

X. Zhou, D. Wang, P. Kraehenbuehl, "Objects as points" (2019): one peak an object, size and offset there.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from hashlib import sha256
from itertools import pairwise

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save
from torch import Tensor, nn
from torch.nn import functional

from cnnviz.images import finder
from cnnviz.images.decode import decode
from cnnviz.learn.splits import group, is_held_out, is_reported
from training import hands, joints, landmarks
from training.empty import empty
from training.scenes import SIDE, Scene, Scenes
from training.sources import files
from training.speed import hardware
from training.train import HELD_SEED, RUNS
from training.write_card import SOURCES, to_toml

FOLDER = RUNS / "rps-finder"
CELLS = SIDE // finder.STRIDE
MADE, MADE_SEED = 8000, 31
SHARES = {"made": 0.4, "cgi": 0.12, "green": 0.2, "crops": 0.28}
BATCH, STEPS = 48, 1600
RATE, DECAY, AVERAGE = 5e-4, 0.02, 0.997
PALM_HEADS = (2, 6, 36, 108)  # outputs of the layers that are left out: where palms are, at two strides
FROZEN = ("stem", "stage", "down")  # layers that stay as they are: what was seen in the wild stays known
EMPTY, EMPTY_PX = 400, 240  # pictures without a hand that are looked at when measured
EDGES = (0.0, 0.35, 0.5, 0.65, 0.8, 1.0, 2.0)  # sides of hands that are told apart when measured


def beginning() -> dict[str, Tensor]:
    """Return what the palm detector learned, by names as in `cnnviz.images.finder`, and a new last layer."""
    kept = iter([part for part in landmarks.layers(landmarks.PALMS) if len(part[0]) not in PALM_HEADS])
    found: dict[str, Tensor] = {}

    def take(name: str, *parts: str) -> None:
        for part, value in zip(parts, next(kept), strict=True):
            found[f"{name}.{part}"] = torch.from_numpy(value)

    def take_block(name: str) -> None:
        take(f"{name}.spread", "weight", "bias")
        take(f"{name}.mix", "weight", "bias")
        take(name, "slope")

    take("stem", "weight", "bias")
    take("stem", "slope")
    for stage, blocks in enumerate(finder.STAGES):
        if stage:
            take_block(f"down{stage}")
        for number in range(blocks):
            take_block(f"stage{stage}.{number}")
    for stage in finder.RISING:
        take(f"up{stage}", "weight", "bias")
        take(f"up{stage}", "slope")
        for number in range(finder.RISING_BLOCKS):
            take_block(f"risen{stage}.{number}")
    found["head.weight"] = 0.01 * torch.randn(finder.HEAD, len(found["up2.slope"]), 1, 1)
    found["head.bias"] = torch.tensor([-4.0, -1.2, 0.0, 0.0])  # seldom a middle; a third of the side
    return found


def targets(scene: Scene) -> tuple[Tensor, Tensor]:
    """Return how near each place is to a hand's middle, 0..1, and its numbers beside that.

    Shapes (N, CELLS, CELLS) and (N, 3, CELLS, CELLS).
    """
    cell = torch.arange(CELLS) + 0.5
    away_x = scene.middle[:, 0, None, None] * CELLS - cell[None, None]
    away_y = scene.middle[:, 1, None, None] * CELLS - cell[None, :, None]
    spread = (0.13 * scene.side * CELLS).clamp(min=0.6)[:, None, None]
    near = torch.exp(-(away_x**2 + away_y**2) / (2 * spread**2)).nan_to_num(0)
    best = near.flatten(1).amax(1)[:, None, None]
    near = torch.where((near == best) & (best > 0), 1.0, near)
    size = scene.side.log()[:, None, None].expand_as(near)
    numbers = torch.stack([size, away_y.expand_as(near), away_x.expand_as(near)], 1)
    return near, numbers.nan_to_num(0)


def loss(said: Tensor, near: Tensor, numbers: Tensor) -> Tensor:
    """Return the focal loss of the middles and the distance of size and offset near them."""
    logit, rest = said[:, 0], said[:, 1:]
    chance = logit.sigmoid()
    here = near == 1
    right = -functional.logsigmoid(logit) * (1 - chance) ** 2
    wrong = -functional.logsigmoid(-logit) * chance**2 * (1 - near) ** 4
    focal = torch.where(here, right, wrong).sum() / here.sum().clamp(min=1)
    weight = torch.where(near > 0.3, near, 0.0)[:, None]
    apart = functional.smooth_l1_loss(rest, numbers, reduction="none", beta=0.2) * weight
    scale = torch.tensor([2.0, 1.0, 1.0])[:, None, None]
    return focal + (apart * scale).sum() / weight.sum().clamp(min=1)


def train() -> None:
    """Train, or go on training, and write the weights."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(1)
    now = {
        name: value.contiguous(memory_format=torch.channels_last) if value.ndim == 4 else value
        for name, value in beginning().items()
    }
    mean = {name: value.clone() for name, value in now.items()}
    learned = [value.requires_grad_() for name, value in now.items() if not name.startswith(FROZEN)]
    optimiser = torch.optim.AdamW(learned, RATE, weight_decay=DECAY)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=STEPS, pct_start=0.1)
    file, first, before = FOLDER / "checkpoint.pt", 0, 0.0
    if file.exists():
        state = torch.load(file, weights_only=True)
        first, before, mean = state["step"], state["seconds"], state["mean"]
        optimiser.load_state_dict(state["optimiser"])
        schedule.load_state_dict(state["schedule"])
        with torch.no_grad():
            for name, value in now.items():
                value.copy_(state["now"][name])
    scenes, since, total = Scenes(material(), SHARES), time.perf_counter() - before, 0.0
    for step in range(first, STEPS):
        scene = scenes.batch(BATCH, torch.Generator().manual_seed(step + 1))
        said = finder.network(scene.pictures.contiguous(memory_format=torch.channels_last), now)
        value = loss(said, *targets(scene))
        optimiser.zero_grad()
        value.backward()
        nn.utils.clip_grad_norm_(learned, 5.0)
        optimiser.step()
        schedule.step()
        with torch.no_grad():
            for name, kept in mean.items():
                kept.lerp_(now[name], 1 - AVERAGE)
        total += value.item()
        if (step + 1) % 50 == 0:
            before = time.perf_counter() - since
            print(step + 1, f"{total / 50:.4f}", f"{before:.0f} s", flush=True)
            total, state = 0.0, {"step": step + 1, "seconds": before, "now": now, "mean": mean}
            state |= {"optimiser": optimiser.state_dict(), "schedule": schedule.state_dict()}
            torch.save(state, file)
    write(mean, before / 60)


def write(parameters: dict[str, Tensor], minutes: float) -> None:
    """Write weights, in half precision, and card to where `cnnviz.images.finder` looks for them."""
    content = save({name: value.half().contiguous() for name, value in parameters.items()})
    finder.FOLDER.mkdir(exist_ok=True)
    (finder.FOLDER / finder.FILE).write_bytes(content)
    learned = [SOURCES[name] for name in ("palms", *SHARES, "joints") if name in SOURCES]
    card = {
        "sha256": sha256(content).hexdigest(),
        "bytes": len(content),
        "parameters": sum(value.numel() for value in parameters.values()),
        "command": "python -m training.finder",
        "steps": STEPS,
        "minutes": round(minutes, 1),
        "hardware": hardware(),
        "sources": [title for title, _ in learned],
        "licences": [licence for _, licence in learned],
    }
    (finder.FOLDER / "card.toml").write_text(to_toml(card, "training/finder.py"), encoding="utf-8")


def material() -> hands.Hands:
    """Return the hands to train on: held-out ones and those of the webcam are none of them."""
    every = hands.load(RUNS / "hands-joints.npz")
    return hands.with_made(every[~every.held], MADE, RUNS / "finder-made.npz", MADE_SEED)


def measure() -> None:
    """Print how well hands that it did not learn from are found, by their size, and what passes for one."""
    for source in ("webcam", "crops"):
        size, shared, score = np.array(list(_compared(source))).T
        for low, high in pairwise(EDGES):
            of = (size >= low) & (size < high)
            if of.any():
                half, middle = (shared[of] >= 0.5).mean(), np.median(shared[of])
                seldom, usual = np.quantile(score[of], (0.1, 0.5))
                print(
                    f"{source}, {of.sum()} hands of {low} to {high} of the side:",
                    f"overlap {middle:.2f}, at least half for {half:.0%};",
                    f"score {usual:.2f}, but for one in ten above {seldom:.2f}",
                )
    rooms = empty(EMPTY_PX, count=EMPTY, seed=HELD_SEED, rooms=()).permute(0, 2, 3, 1).numpy()
    scores = np.array([finder.find_hand(room).score for room in rooms])
    share = (scores >= finder.SURE).mean()
    print(f"{EMPTY} pictures without a hand: {share:.0%} with a score of {finder.SURE} or more")


def _compared(source: str) -> Iterator[tuple[float, float, float]]:
    """Give size (a share of the longer side), overlap and score of each hand of `source`.

    Of the crops, those that settings are compared on.
    """
    known = joints.known()
    for _, path in files(source):
        places, name = known.get(joints.key(source, path)), group(path.name)
        compared = source == "webcam" or (is_held_out(name) and not is_reported(name))
        if places is None or not compared:
            continue
        pixels = decode(path.read_bytes(), path.name).pixels_u8
        found = finder.find_hand(pixels)
        low, high = (edge(0) * pixels.shape[:2] for edge in (places.min, places.max))
        side = hands.HAND * (high - low).max()
        shared = _overlap((found.row, found.col), found.side, (low + high) / 2, side)
        yield side / max(pixels.shape[:2]), shared, found.score


def _overlap(one: Sequence[float], side: float, other: NDArray[np.float64], its_side: float) -> float:
    """Return intersection over union of two squares, given by middle and side."""
    apart = np.abs(np.array(one) - other)
    both = np.clip(np.minimum((side + its_side) / 2 - apart, min(side, its_side)), 0, None).prod()
    return float(both / (side**2 + its_side**2 - both))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--measure", action="store_true", help="only say how well the weights find hands")
    measure() if parser.parse_args().measure else train()
