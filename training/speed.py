"""How fast a model answers: one thread, preparation included; in milliseconds of processor time.

Processor time, so that other programs on the same machine do not count.
"""

import platform
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import nn

from cnnviz.images.picture import Picture
from cnnviz.images.prepare import Recipe, prepare
from cnnviz.images.samples import KEYS, sample
from cnnviz.learn.evaluate import probabilities
from cnnviz.zoo.cards import Card

REPEATS = 40
BATCH = 256
PHOTO = (640, 480)  # width and height of a picture of a camera, in pixels
FORMS = {"digits": "drawing", "clothes": "photo", "rps": "photo"}


def speed(net: nn.Sequential, card: Card) -> dict[str, Any]:
    """Return what a card says of the speed of `net`: drawings of the canvas, or photos of 640 x 480."""
    recipe, pictures = card.recipe(FORMS[card.task]), _pictures(card.task)
    preparing = preparation_ms([recipe])
    prepared = [prepare(picture, recipe).tensor_f32 for picture in pictures]
    batch = np.stack([prepared[place % len(prepared)] for place in range(BATCH)])
    with torch.inference_mode():
        one = _milliseconds(lambda at: net(torch.from_numpy(prepared[at % len(prepared)])[None]).softmax(1))
        many = _milliseconds(lambda _: probabilities(net, batch), repeats=5)
    return {
        "picture_ms": round(preparing + one, 2),
        "preparation_ms": round(preparing, 2),
        "pictures_per_s": round(1000 * BATCH / many),
        "hardware": f"{hardware()}, 1 thread, processor time",
    }


def preparation_ms(recipes: Sequence[Recipe]) -> float:
    """Return how long it takes to prepare a picture by `recipes`, one after the other, on one thread."""
    pictures = _pictures(recipes[0].task)
    return _milliseconds(lambda at: [prepare(pictures[at % len(pictures)], recipe) for recipe in recipes])


def _pictures(task: str) -> list[Picture]:
    pictures = [sample(key) for key in KEYS[task]]
    if FORMS[task] == "drawing":
        return pictures
    enlarged = [Image.fromarray(picture.pixels_u8).convert("RGB").resize(PHOTO) for picture in pictures]
    return [Picture(np.asarray(picture), origin="camera") for picture in enlarged]


def _milliseconds(work: Callable[[int], object], repeats: int = REPEATS) -> float:
    """Return the median processor time of calls of `work` on one thread, after two that do not count."""
    threads, taken = torch.get_num_threads(), []
    torch.set_num_threads(1)
    for place in range(-2, repeats):
        begun = time.process_time_ns()
        work(place)
        taken.append(time.process_time_ns() - begun)
    torch.set_num_threads(threads)
    return float(np.median(taken[2:])) / 1e6


def hardware() -> str:
    """Return the processor, as the system names it."""
    cpu = Path("/proc/cpuinfo")
    lines = cpu.read_text().splitlines() if cpu.exists() else []
    names = [line.split(":")[1].strip() for line in lines if "model name" in line]
    return names[0] if names else platform.processor()
