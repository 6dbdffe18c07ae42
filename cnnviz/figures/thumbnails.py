"""Small pictures of what is on each page, drawn from our own samples by our own operations.

They are files in ``cnnviz/ui/thumbnails``, so that Home costs nothing to paint; ``python
scripts/draw_thumbnails.py`` writes them again.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise, product
from types import MappingProxyType

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw
from safetensors.numpy import load_file

from cnnviz.figures import palette
from cnnviz.figures.colouring import range_of
from cnnviz.images.drawn.digits import digit
from cnnviz.images.drawn.garments import garment
from cnnviz.images.drawn.hands import hand
from cnnviz.images.drawn.scenes import scene
from cnnviz.images.picture import Picture
from cnnviz.images.prepare import prepare
from cnnviz.ops.activation import activate
from cnnviz.ops.conv import conv2d
from cnnviz.ops.journey import Journey, ten_twenty
from cnnviz.ops.kernels import kernel
from cnnviz.ops.pool import pool2d
from cnnviz.specs import PoolSpec
from cnnviz.zoo import registry

SIZE = (480, 220)  # width, height
RADIUS = 10
STACKED = 12  # pixels by which each map of a stack lies lower than the one behind it
EDGE = "#9fb0b0"
Array = npt.NDArray[np.floating]


def thumbnail(page: str) -> Image.Image:
    """Return the picture of `page`, RGBA of `SIZE`, transparent where nothing is.

    Raises
    ------
    KeyError
        If no picture is known for it.
    """
    sheet = Image.new("RGBA", SIZE)
    for tile, place in PAGES[page]():
        sheet.alpha_composite(tile, place)
    return sheet


# Rows, channels and kind of the stages of VGG-16: K. Simonyan, A. Zisserman (2014), table 1, column D;
# its 4,096 dense units are drawn as 1,000 to fit.
VGG16 = (
    (224, 64, "conv"), (112, 64, "pool"), (112, 128, "conv"), (56, 128, "pool"), (56, 256, "conv"),
    (28, 256, "pool"), (28, 512, "conv"), (14, 512, "pool"), (14, 512, "conv"), (7, 512, "pool"),
    (1, 1000, "dense"), (1, 1000, "dense"), (1, 300, "softmax"),
)  # fmt: skip

Placed = Iterable[tuple[Image.Image, tuple[int, int]]]


def _convolution() -> Placed:
    picture = Picture(scene("colours"))
    result = conv2d(picture.channels_f64(colour=False), kernel("sobel_x")[None, None])
    yield _tile(Image.fromarray(picture.pixels_u8), 220), (0, 0)
    strong = np.quantile(np.abs(result.output), 0.97)  # the few strongest edges would fade all others
    yield _tile(_coloured(np.clip(result.output[0], -strong, strong)), 220), (260, 0)
    yield _framed(_coloured(kernel("sobel_x")), 92), (194, 64)


def _activation_pooling() -> Placed:
    result = _journey("5").conv1.output[1]
    relu = activate(result, "relu").value
    pooled = pool2d(relu[None], PoolSpec()).output[0]
    for place, values in enumerate((result, relu, pooled)):
        yield _tile(_coloured(values), 148), (166 * place, 36)


def _layer_stack() -> Placed:
    journey = _journey("2")
    first = journey.conv1.image[0]
    stages = (
        (first[None] - first.min(), 116, 0),
        (journey.relu1[5:], 96, 132),
        (journey.pool1.output[5:], 72, 256),
        (journey.relu2[:8], 50, 350),
        (journey.pool2.output[:8], 32, 414),
    )
    for maps, side, left in stages:
        strongest_last = maps[np.argsort(maps.sum(axis=(1, 2)))]
        for index, values in enumerate(strongest_last):
            shift = STACKED * index
            top = (SIZE[1] - side - STACKED * (len(maps) - 1)) // 2 + shift
            yield _framed(_coloured(values), side), (left + shift // 3, top)


def _digits() -> Placed:
    for index, label in enumerate("0123456789"):
        style = ("school", "slanted", "continental", "quick")[index % 4]
        drawn = digit(label, style, seed=index).picture().pixels_u8
        yield _tile(Image.fromarray(drawn), 90), (97 * (index % 5), 16 + 97 * (index // 5))


def _clothes() -> Placed:
    names = (
        "t-shirt",
        "dress",
        "sneaker",
        "coat",
        "bag",
        "trouser",
        "ankle-boot",
        "pullover",
        "sandal",
        "shirt",
    )
    for index, name in enumerate(names):
        yield _tile(Image.fromarray(garment(name)), 90), (97 * (index % 5), 16 + 97 * (index // 5))


def _rock_paper_scissors() -> Placed:
    for index, name in enumerate(("rock", "paper", "scissors")):
        yield _tile(Image.fromarray(hand(name, index)), 148), (166 * index, 36)


def _inside() -> Placed:
    journey = _journey("8")
    columns = (
        (journey.conv1.image - journey.conv1.image.min(), 88, 0),
        (journey.relu1[[1, 5, 8]], 64, 132),
        (journey.pool1.output[[1, 5, 8]], 64, 236),
        (journey.relu2[[2, 5, 9, 14]], 48, 340),
        (journey.pool2.output[[2, 5, 9, 14]], 40, 430),
    )
    tiles = [
        [
            (_framed(_coloured(values), side), (left, _spread(index, len(stack), side)))
            for index, values in enumerate(stack)
        ]
        for stack, side, left in columns
    ]
    yield _links(tiles), (0, 0)
    for column in tiles:
        yield from column


def _architectures() -> Placed:
    left = 0
    for side, channels, kind in VGG16:
        width, height = 12 + channels // 22, 24 + round(13 * side**0.5)
        box = _framed(Image.new("RGB", (1, 1), palette.LAYERS[kind]), max(width, height)).crop(
            (0, 0, width, height)
        )
        yield box, (left, (SIZE[1] - height) // 2)
        left += width + 6


def _models() -> Placed:
    for index, task in enumerate(("digits", "clothes")):
        counts = registry.metrics(task, registry.default(task)).confusion
        yield _tile(_coloured(np.log1p(counts.astype(float))), 220), (260 * index, 0)


PAGES: Mapping[str, Callable[[], Placed]] = MappingProxyType(
    {
        "convolution": _convolution,
        "activation_pooling": _activation_pooling,
        "layer_stack": _layer_stack,
        "digits": _digits,
        "clothes": _clothes,
        "rock_paper_scissors": _rock_paper_scissors,
        "inside": _inside,
        "architectures": _architectures,
        "models": _models,
    }
)


def _spread(index: int, count: int, side: int) -> int:
    """Return the top of one of `count` tiles spread over the height."""
    gap = (SIZE[1] - count * side) // (count + 1)
    return gap + index * (side + gap)


def _links(columns: Sequence[Sequence[tuple[Image.Image, tuple[int, int]]]]) -> Image.Image:
    """Return lines from every tile of a column to every tile of the next."""
    sheet = Image.new("RGBA", (2 * SIZE[0], 2 * SIZE[1]))
    pen = ImageDraw.Draw(sheet)
    for these, those in pairwise(columns):
        for (tile, (left, top)), (other, (to_left, to_top)) in product(these, those):
            start = 2 * (left + tile.width), 2 * top + tile.height
            pen.line((start, (2 * to_left, 2 * to_top + other.height)), fill=EDGE, width=2)
    return sheet.resize(SIZE, Image.Resampling.LANCZOS)


def _journey(label: str) -> Journey:
    """Return the journey of a drawn digit through the trained network."""
    card = registry.card("digits", "ten-twenty")
    recipe = card.recipe("drawing")
    weights = load_file(registry.FOLDER / "digits" / "ten-twenty" / "weights.safetensors")
    return ten_twenty(prepare(digit(label).picture(), recipe).tensor_f32, weights)


def _coloured(values: Array) -> Image.Image:
    span = range_of(values)
    return Image.fromarray(palette.table(span.scale)[span.levels(values)])


def _tile(image: Image.Image, side: int) -> Image.Image:
    """Return the picture as a square with round corners; small ones keep their pixels."""
    how = Image.Resampling.NEAREST if max(image.size) < side else Image.Resampling.LANCZOS
    square = image.convert("RGBA").resize((side, side), how)
    mask = Image.new("L", (4 * side, 4 * side))
    ImageDraw.Draw(mask).rounded_rectangle((0, 0, 4 * side - 1, 4 * side - 1), 4 * RADIUS, fill=255)
    square.putalpha(mask.resize((side, side), Image.Resampling.LANCZOS))
    return square


def _framed(image: Image.Image, side: int) -> Image.Image:
    """Return the picture in a thin frame, to lie on others."""
    frame = Image.new("RGBA", (side, side), EDGE)
    inner = side - 2
    frame.paste(image.convert("RGBA").resize((inner, inner), Image.Resampling.NEAREST), (1, 1))
    return frame
