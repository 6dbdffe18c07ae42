"""All activations of a forward pass against the bare forward pass; how fast the networks answer."""

import time
from collections.abc import Callable

import numpy as np
import torch

from benchmarks.harness import Row
from cnnviz.trace.activations import activations
from cnnviz.zoo import registry

ROUNDS = 300


def measure() -> list[Row]:
    """Return the rows of the report."""
    torch.set_num_threads(1)
    return [_activations(task) for task in registry.TASKS]


def _activations(task: str) -> Row:
    name = registry.names(task)[-1]
    net, size = registry.load(task, name), registry.card(task, name).size
    channels = 3 if task == "rps" else 1
    picture = np.random.default_rng(0).normal(size=(channels, *size)).astype(np.float32)
    batch = torch.from_numpy(picture)[None]
    with torch.inference_mode():
        bare, kept = _alternate(lambda: net(batch), lambda: activations(net, picture))
    text = f"{kept:.2f} ms, bare {bare:.2f} ms"
    return Row(f"All activations against the bare forward pass, {task} {name}", text, kept / bare, 1.25)


def _alternate(one: Callable[[], object], other: Callable[[], object]) -> tuple[float, float]:
    """Return the median milliseconds of two functions called in turns, so that noise meets both."""
    took: tuple[list[float], list[float]] = ([], [])
    for _ in range(ROUNDS):
        for function, times in zip((one, other), took, strict=True):
            start = time.perf_counter()
            function()
            times.append((time.perf_counter() - start) * 1000)
    return float(np.median(took[0])), float(np.median(took[1]))
