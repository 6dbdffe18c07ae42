"""Small pictures of what is on each page, drawn from our own samples by our own operations.

They are files in ``cnnviz/ui/thumbnails``, so that Home costs nothing to paint; ``python
scripts/draw_thumbnails.py`` writes them again.
"""

from collections.abc import Callable, Iterable, Mapping
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
from cnnviz.images.prepare import Recipe, prepare
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
        "models": _models,
    }
)


def _journey(label: str) -> Journey:
    """Return the journey of a drawn digit through the trained network."""
    card = registry.card("digits", "ten-twenty")
    recipe = Recipe(task="digits", form="drawing", size=card.size[0], mean=card.mean, std=card.std)
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
