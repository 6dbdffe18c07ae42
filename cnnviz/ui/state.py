"""Every control of every page in one table: key, default, bounds or choices, and name in the URL.

A control's key is ``page.name``; it is also the key of its widget. `FIELDS` is the table. The words of
a control are in the catalogue of its page: ``[name] label = … help = …`` and ``[name.choices]``; pages
that share a view share a section of words.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Self

Value = int | float | bool | str | tuple[int, int] | frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One control: what it may hold and what it is called in a shared link.

    Parameters
    ----------
    key : str
        ``page.name``; unique.
    default : int, float, bool, str, (int, int) or frozenset of str
        The value of a fresh session; its type is the type of the control.
    low, high : int or float, optional
        Bounds of a number or of both numbers of a pair, included.
    step : int or float, optional
        Distance of neighbouring values.
    choices : tuple of str
        What a text may be, or a set may hold; empty where a page passes them when it draws the control.
    url : str, optional
        Name in the URL; the part of the key after the dot if left out.
    words : str, optional
        Section of the catalogue that holds the words; the page if left out.

    Examples
    --------
    >>> Field(key="demo.stride", default=1, low=1, high=4).parse("9")
    4
    """

    key: str
    default: Value
    low: int | float | None = None
    high: int | float | None = None
    step: int | float | None = None
    choices: tuple[str, ...] = ()
    url: str = ""
    words: str = ""

    @property
    def page(self) -> str:
        """Page the control belongs to."""
        return self.key.partition(".")[0]

    @property
    def name(self) -> str:
        """Name within its page: the section of its words."""
        return self.key.partition(".")[2]

    @property
    def url_name(self) -> str:
        """Name in the URL."""
        return self.url or self.name

    def text_key(self, part: str) -> str:
        """Return the full key of its text `part`, for instance ``label``."""
        return f"{self.words or self.page}.{self.name}.{part}"

    def bounded(
        self,
        *,
        low: int | float | None = None,
        high: int | float | None = None,
        choices: Sequence[str] | None = None,
    ) -> Self:
        """Return the control with bounds or choices that the page has just worked out."""
        return replace(
            self,
            low=self.low if low is None else low,
            high=self.high if high is None else high,
            choices=self.choices if choices is None else tuple(choices),
        )

    def clamp(self, value: object) -> Value:
        """Return `value` moved into the bounds; the default where it is of another kind."""
        if isinstance(self.default, tuple):
            return self._clamp_pair(value)
        if isinstance(self.default, frozenset):
            return (
                frozenset(value) & frozenset(self.choices) if isinstance(value, frozenset) else self.default
            )
        if isinstance(self.default, str):
            return self._clamp_choice(value)
        if isinstance(self.default, bool):
            return value if isinstance(value, bool) else self.default
        return self._clamp_number(value, self.default)

    def parse(self, text: str) -> Value:
        """Return what `text` from a URL means, moved into the bounds; the default if it means nothing."""
        try:
            return self.clamp(self._read(text))
        except ValueError:
            return self.clamp(self.default)

    def write(self, value: Value) -> str:
        """Return `value` as it stands in a URL; `parse` reads it back."""
        if isinstance(value, tuple):
            return ",".join(map(str, value))
        if isinstance(value, frozenset):
            return ",".join(sorted(value)) or "none"
        return str(int(value)) if isinstance(value, bool) else str(value)

    def _read(self, text: str) -> object:
        if isinstance(self.default, tuple):
            return tuple(int(part) for part in text.split(","))
        if isinstance(self.default, frozenset):
            return frozenset(text.split(","))
        if isinstance(self.default, bool):
            return {"1": True, "0": False, "true": True, "false": False}.get(text.lower())
        return text if isinstance(self.default, str) else type(self.default)(text)

    def _clamp_number(self, value: object, default: int | float) -> int | float:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            value = default
        value = value if self.low is None else max(self.low, value)
        value = value if self.high is None else min(self.high, value)
        return type(default)(value)

    def _clamp_pair(self, value: object) -> tuple[int, int]:
        pair = value if isinstance(value, tuple | list) and len(value) == 2 else self.default
        rows, cols = (int(self._clamp_number(part, 1)) for part in pair)  # type: ignore[union-attr]  # a pair
        return rows, cols

    def _clamp_choice(self, value: object) -> str:
        if not self.choices or value in self.choices:
            return str(value)
        return str(self.default) if self.default in self.choices else self.choices[0]


def _table(*groups: Sequence[Field]) -> Mapping[str, Field]:
    """Return the fields of all `groups` by key."""
    return MappingProxyType({field.key: field for group in groups for field in group})


def _predict(page: str, model: str, *, off: Sequence[str] = ()) -> tuple[Field, ...]:
    """Return the controls of a Predict page, whose best network is `model`; the steps `off` start off."""
    return (
        Field(key=f"{page}.model", words="predict", default=model),
        Field(key=f"{page}.rival", words="predict", default="mlp"),
        Field(key=f"{page}.form", words="predict", default="auto", choices=("auto", "drawing", "photo")),
        Field(key=f"{page}.detail", words="predict", default="softmax", choices=DETAILS),
        Field(key=f"{page}.target", words="predict", default="first"),
        *_microscope(page),
        Field(key=f"{page}.scale", words="predict", default="map", choices=("map", "layer")),
        Field(key=f"{page}.off", words="predict", default=frozenset(off), choices=STEPS),
    )


def _microscope(page: str) -> tuple[Field, ...]:
    """Return the choice of a layer and one of its maps, counted from 1, to look at closely."""
    return (
        Field(key=f"{page}.scope_layer", words="microscope", default="conv1"),
        Field(key=f"{page}.scope_map", words="microscope", default=1, low=1, high=4096),
    )


DETAILS = ("softmax", "layers", "microscope", "compare", "code")
STEPS = (  # of preparation that can be switched off, as in `cnnviz.images.prepare`
    "hand",
    "background",
    "polarity",
    "negative",
    "paper",
    "fill",
    "box",
    "fit",
    "contrast",
    "centre",
    "square",
    "upright",
    "whole",
    "normalise",
)
DIGITS = _predict("digits", "best")
CLOTHES = _predict("clothes", "ensemble")
ROCK_PAPER_SCISSORS = _predict("rock_paper_scissors", "ensemble", off=("background",))

ACTIVATION_POOLING = (
    Field(key="activation_pooling.view", default="activation", choices=("activation", "pooling")),
    Field(key="activation_pooling.source", default="picture", choices=("picture", "pool", "pool_odd")),
    Field(key="activation_pooling.kernel", default="sobel_x"),
    Field(key="activation_pooling.function", default="relu"),
    Field(key="activation_pooling.negative_slope", default=0.01, low=0.0, high=1.0, step=0.01),
    Field(key="activation_pooling.alpha", default=1.0, low=0.0, high=3.0, step=0.1),
    Field(key="activation_pooling.row", default=12, low=0, high=511),
    Field(key="activation_pooling.col", default=12, low=0, high=511),
    Field(key="activation_pooling.layers", default=5, low=1, high=10),
    Field(key="activation_pooling.w1", default=1.5, low=-2.0, high=2.0, step=0.1),
    Field(key="activation_pooling.w2", default=-1.0, low=-2.0, high=2.0, step=0.1),
    Field(key="activation_pooling.w3", default=0.8, low=-2.0, high=2.0, step=0.1),
    Field(key="activation_pooling.between", default="tanh"),
    Field(key="activation_pooling.window", default=2, low=1, high=8),
    Field(key="activation_pooling.stride", default=2, low=1, high=8),
    Field(key="activation_pooling.padding", default=0, low=0, high=4),
    Field(key="activation_pooling.edge", default="floor", choices=("floor", "ceil", "far_zeros")),
    Field(key="activation_pooling.kind", default="max", choices=("max", "average", "l2", "global_average")),
    Field(key="activation_pooling.out_row", default=5, low=0, high=511),
    Field(key="activation_pooling.out_col", default=5, low=0, high=511),
    Field(key="activation_pooling.shift_rows", default=0, low=-4, high=4),
    Field(key="activation_pooling.shift_cols", default=1, low=-4, high=4),
)

MODELS = (
    Field(key="models.task", default="digits", choices=("digits", "clothes", "rps")),
    Field(key="models.model", default="best", words="predict"),
    Field(key="models.pair", default="all"),
)

CONVOLUTION = (
    Field(key="convolution.mode", default="plane", choices=("plane", "line")),
    Field(key="convolution.kernels", default="sobel_x"),
    Field(key="convolution.chosen", default=1, low=1, high=8, url="kernel"),
    Field(key="convolution.colour", default=True),
    Field(key="convolution.padding", default="same", choices=("same", "valid", "custom")),
    Field(
        key="convolution.padding_mode", default="zeros", choices=("zeros", "reflect", "replicate", "circular")
    ),
    *(
        Field(key=f"convolution.{side}", default=1, low=0, high=16)
        for side in ("top", "bottom", "left", "right")
    ),
    *(Field(key=f"convolution.stride_{axis}", default=1, low=1, high=32) for axis in ("rows", "cols")),
    *(Field(key=f"convolution.dilation_{axis}", default=1, low=1, high=8) for axis in ("rows", "cols")),
    Field(key="convolution.view", default="signed", choices=("signed", "absolute", "picture")),
    Field(
        key="convolution.detail",
        default="microscope",
        choices=("microscope", "cell", "size", "maps", "channels", "files"),
    ),
    Field(key="convolution.row", default=12, low=0, high=4095),
    Field(key="convolution.col", default=12, low=0, high=4095),
    Field(key="convolution.line_signal", default="0,0,1,2,3,3,3,0,0,0"),
    Field(key="convolution.line_kernel", default="-1,0,1"),
    Field(key="convolution.line_bias", default=0.0, low=-1e6, high=1e6, step=0.5),
    Field(key="convolution.line_stride", default=1, low=1, high=32),
    Field(key="convolution.line_dilation", default=1, low=1, high=8),
    Field(key="convolution.line_before", default=0, low=0, high=16),
    Field(key="convolution.line_after", default=0, low=0, high=16),
    Field(
        key="convolution.line_mode", default="zeros", choices=("zeros", "reflect", "replicate", "circular")
    ),
    Field(key="convolution.line_position", default=0, low=0, high=4095),
)

LAYER_STACK = (
    Field(key="layer_stack.preset", default="photo-stack"),
    Field(key="layer_stack.stack", default=""),
    Field(key="layer_stack.layer", default=0, low=0, high=39),
    Field(key="layer_stack.section", default="maps", choices=("maps", "microscope", "table", "code")),
    *_microscope("layer_stack"),
    Field(key="layer_stack.shown", default=8, low=1, high=64),
    Field(key="layer_stack.scale", default="map", choices=("map", "layer")),
    Field(key="layer_stack.framework", default="pytorch", choices=("pytorch", "keras")),
)

ARCHITECTURES = (
    Field(
        key="architectures.view",
        default="layers",
        choices=("layers", "blocks", "small_kernels", "history", "photo"),
    ),
    Field(key="architectures.network", default="lenet5"),
    Field(
        key="architectures.block",
        default="inception",
        choices=("inception", "residual", "bottleneck", "squeeze_excitation"),
    ),
    Field(key="architectures.place", default=1, low=1, high=16),
    Field(key="architectures.num_layers", default=2, low=1, high=4),
    Field(key="architectures.channels", default=1, low=1, high=512),
    Field(key="architectures.photo_network", default="resnet18"),
)

INSIDE = (
    Field(key="inside.task", default="digits", choices=("digits", "clothes", "rps", "photos")),
    Field(key="inside.model", words="predict", default="three-conv"),
    Field(key="inside.block", default=""),
    Field(key="inside.layer", default=""),
    Field(key="inside.unit", default=0, low=0, high=32767),
    Field(key="inside.cell", default=False),
    Field(key="inside.row", default=0, low=0, high=511),
    Field(key="inside.col", default=0, low=0, high=511),
    Field(key="inside.section", default="unit"),
    Field(key="inside.target", default="first"),
    Field(key="inside.cam_layer", default="auto"),
    Field(key="inside.seed", default=0, low=0, high=9999),
    Field(key="inside.steps", default=100, low=20, high=400, step=20),
    Field(key="inside.smooth", default=1.0, low=0.0, high=10.0, step=0.5),
    Field(key="inside.edit_layer", default="conv1"),
    Field(key="inside.edit_unit", default=1, low=1, high=512),
    Field(key="inside.edit_channel", default=1, low=1, high=512),
    Field(key="inside.change", default="shift_right"),
    Field(key="inside.amount", default=20, low=0, high=40),
    Field(key="inside.rival", words="predict", default="mlp"),
)

# One tuple a page; append yours, and name it here.
FIELDS = _table(
    INSIDE,
    CONVOLUTION,
    DIGITS,
    CLOTHES,
    ROCK_PAPER_SCISSORS,
    ACTIVATION_POOLING,
    LAYER_STACK,
    MODELS,
    ARCHITECTURES,
)
