"""Which settings of a convolution are possible: bounds that move, so that no control can break it.

One axis at a time: `size` input cells, `kernel` cells of the kernel. The settings are chosen in the
order padding, border mode, sides, dilation, stride; each is bounded by those before it.
"""

from cnnviz.shapes import Axis
from cnnviz.specs import PADDING_MODES

PADDINGS = ("same", "valid", "custom")
MOST_SIDE, MOST_DILATION, MOST_STRIDE = 16, 8, 32  # what a learner can still see on screen

Pair = tuple[int, int]


def paddings(sizes: Pair, kernels: Pair) -> tuple[str, ...]:
    """Return the kinds of padding that are possible: without any, the kernel must fit into the input."""
    fits = all(kernel <= size for size, kernel in zip(sizes, kernels, strict=True))
    return PADDINGS if fits else tuple(kind for kind in PADDINGS if kind != "valid")


def modes(padding: str, sizes: Pair, kernels: Pair) -> tuple[str, ...]:
    """Return the border modes with which the padding that the kernel needs at least is possible."""
    pairs = list(zip(sizes, kernels, strict=True))
    needed = [
        kernel // 2 if padding == "same" else max(0, (kernel - size + 1) // 2) for size, kernel in pairs
    ]
    return tuple(
        mode
        for mode in PADDING_MODES
        if all(need <= most_side(size, mode) for size, need in zip(sizes, needed, strict=True))
    )


def most_side(size: int, mode: str) -> int:
    """Return how many cells one side may be padded by."""
    limit = {"reflect": size - 1, "circular": size}.get(mode, MOST_SIDE)
    return min(limit, MOST_SIDE)


def side(size: int, kernel: int, mode: str, before: int | None = None) -> Pair:
    """Return the least and the most padding of the first side, or, given `before`, of the second."""
    most = most_side(size, mode)
    return max(0, kernel - size - (most if before is None else before)), most


def most_dilation(size: int, kernel: int, mode: str, sides: Pair | None) -> int:
    """Return the largest dilation; `sides` is None for "same" padding, which grows with the dilation."""
    if kernel == 1:
        return 1
    if sides is not None:
        room = (size + sum(sides) - 1) // (kernel - 1)
    elif mode in ("reflect", "circular"):
        room = 2 * most_side(size, mode) // (kernel - 1)
    else:
        room = MOST_DILATION
    return max(1, min(room, MOST_DILATION))


def most_stride(axis: Axis) -> int:
    """Return the largest stride that means something: with it, one window position is left."""
    return max(1, min(axis.travel + 1, MOST_STRIDE))
