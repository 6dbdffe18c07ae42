"""The convolution on screen as a PyTorch program that prints the same numbers."""

from cnnviz.ops.conv import Array, ConvResult
from cnnviz.specs import ConvSpec

MOST_WRITTEN = 150  # numbers of an input that are written out; larger ones are loaded from a file
INPUT_FILE = "input.npy"


def conv2d_code(result: ConvResult) -> str:
    """Return a program whose variable ``y`` has shape (1, O, OH, OW) and holds `result.output`.

    A large input is loaded from `INPUT_FILE`, which the page offers as a download.
    """
    return _program(result)


def conv1d_code(plane: ConvResult) -> str:
    """Return the same for a convolution along a line, given as its `Conv1dResult.plane`."""
    return _program(plane, line=True)


def needs_file(result: ConvResult) -> bool:
    """Return whether the program loads the input from a file."""
    return result.image.size > MOST_WRITTEN


def _program(result: ConvResult, *, line: bool = False) -> str:
    image, weight = (result.image[:, 0], result.weight[:, :, 0]) if line else (result.image, result.weight)
    arguments = ["x", "weight", "bias", *_settings(result.spec, line=line)]
    lines = [
        *(["import numpy as np"] if needs_file(result) else []),
        "import torch",
        "from torch.nn import functional as F",
        "",
        f"x = {_input(image)}.unsqueeze(0)  # {tuple(image.shape)} as a batch of one",
        f"weight = {_written(weight)}",
        f"bias = {_written(result.bias)}",
        *_padded(result.spec, line=line),
        f"y = F.{'conv1d' if line else 'conv2d'}({', '.join(arguments)})",
        "print(y)",
    ]
    return "\n".join(lines) + "\n"


def _settings(spec: ConvSpec, *, line: bool) -> list[str]:
    """Return stride and dilation where they are not 1."""
    pairs = {"stride": spec.stride, "dilation": spec.dilation}
    return [f"{name}={pair[1] if line else pair}" for name, pair in pairs.items() if pair != (1, 1)]


def _padded(spec: ConvSpec, *, line: bool) -> list[str]:
    """Return the line that pads, with the sides in PyTorch's order; none where there is no padding."""
    top, bottom, left, right = spec.padding
    if not any(spec.padding):
        return []
    sides, order = (
        ((left, right), "left, right") if line else ((left, right, top, bottom), "left, right, top, bottom")
    )
    mode = "" if spec.padding_mode == "zeros" else f', mode="{spec.padding_mode}"'
    return [f"x = F.pad(x, {sides}{mode})  # {order}"]


def _input(image: Array) -> str:
    if image.size > MOST_WRITTEN:
        return f'torch.from_numpy(np.load("{INPUT_FILE}"))'
    return _written(image)


def _written(array: Array) -> str:
    """Return `array` as a tensor of double precision, one line a row, whole numbers without a point."""
    return f"torch.tensor({_rows(array.tolist(), 1)}, dtype=torch.float64)"


def _rows(values: list[object] | float, depth: int) -> str:
    if not isinstance(values, list):
        return str(int(values)) if float(values).is_integer() and abs(values) < 1e15 else repr(values)
    if not isinstance(values[0], list):
        return "[" + ", ".join(_rows(value, depth) for value in values) + "]"  # type: ignore[arg-type]  # numbers
    gap = ",\n" + "    " * depth
    return "[" + gap.join(_rows(value, depth + 1) for value in values) + "]"  # type: ignore[arg-type]  # lists
