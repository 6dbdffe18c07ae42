"""The pictures on which a finished model is measured, as inputs ready for the network.

The test sets are read here and nowhere else in training/.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

from cnnviz.learn.loop import Plan, normalise
from training import hands, pictures

Labelled = tuple[npt.NDArray[np.float32], npt.NDArray[np.int64]]


def of(task: str, plan: Plan, settings: dict[str, Any]) -> dict[str, Labelled]:
    """Return every suite for `task`: name to inputs (N, C, H, W) and labels (N,)."""
    if task == "rps":
        return {"test": _hands_test(plan, settings["side"])}
    scans, labels = pictures.idx(task, "t10k")
    return {"test": (normalise(scans.float() / 255, plan.mean, plan.std).numpy(), labels.numpy())}


def _hands_test(plan: Plan, side: int) -> Labelled:
    folder = pictures.data_dir() / "rps" / "moroney" / "test"
    files = [
        (path, label)
        for label, name in enumerate(hands.CLASSES)
        for path in sorted((folder / name).iterdir())
    ]
    stack = [
        np.asarray(Image.open(path).convert("RGB").resize((side, side), Image.Resampling.BOX))
        for path, _ in files
    ]
    values = np.stack(stack).transpose(0, 3, 1, 2).astype(np.float32) / 255
    mean, std = (np.array(part, np.float32).reshape(1, 3, 1, 1) for part in (plan.mean, plan.std))
    return (values - mean) / std, np.array([label for _, label in files])
