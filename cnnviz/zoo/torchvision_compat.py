"""Import torchvision also where torch is the CPU build.

torchvision's ordinary Linux wheel is linked against the CUDA build of torch. With the CPU build its
compiled library does not load, and the import dies with ``operator torchvision::nms does not exist``
when it describes that operator to the compiler. Declaring the two missing operators is enough for
datasets, transforms, models and feature extraction; `torchvision.ops.nms` and image files stay out.
"""

import importlib
import sys
from functools import cache
from types import ModuleType
from typing import Any

MISSING = "operator torchvision::nms does not exist"
SIGNATURE = "(Tensor dets, Tensor scores, float iou_threshold) -> Tensor"


@cache
def torchvision() -> ModuleType:
    """Return the package `torchvision`, repaired if need be; a healthy import is left alone.

    Raises
    ------
    ImportError, RuntimeError
        Whatever else the import dies of.

    Examples
    --------
    >>> torchvision().__name__
    'torchvision'
    """
    try:
        return importlib.import_module("torchvision")
    except RuntimeError as error:
        if MISSING not in str(error):
            raise
    for name in [name for name in sys.modules if name.split(".")[0] == "torchvision"]:
        del sys.modules[name]  # the half-imported remains
    _operators()
    return importlib.import_module("torchvision")


@cache  # the declarations live as long as the object does
def _operators() -> Any:
    """Declare the operators that the compiled library would have brought."""
    import torch

    library = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]  # torch
    for name in ("nms", "qnms"):
        library.define(name + SIGNATURE)  # type: ignore[no-untyped-call]  # torch
    return library
