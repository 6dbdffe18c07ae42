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

Value = int | float | bool | str | tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One control: what it may hold and what it is called in a shared link.

    Parameters
    ----------
    key : str
        ``page.name``; unique.
    default : int, float, bool, str or (int, int)
        The value of a fresh session; its type is the type of the control.
    low, high : int or float, optional
        Bounds of a number or of both numbers of a pair, included.
    step : int or float, optional
        Distance of neighbouring values.
    choices : tuple of str
        What a text may be; empty where a page passes them when it draws the control.
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
        return str(int(value)) if isinstance(value, bool) else str(value)

    def _read(self, text: str) -> object:
        if isinstance(self.default, tuple):
            return tuple(int(part) for part in text.split(","))
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
        Field(key=f"{page}.scale", words="predict", default="map", choices=("map", "layer")),
        *(Field(key=f"{page}.{step}", words="predict", default=step not in off) for step in STEPS),
    )


DETAILS = ("softmax", "layers", "compare", "code")
STEPS = (  # of preparation, as in `cnnviz.images.prepare`, with the prefix of their words
    "step_background",
    "step_polarity",
    "step_negative",
    "step_paper",
    "step_fill",
    "step_box",
    "step_fit",
    "step_contrast",
    "step_centre",
    "step_square",
    "step_normalise",
)
DIGITS = _predict("digits", "best")
CLOTHES = _predict("clothes", "best")
ROCK_PAPER_SCISSORS = _predict("rock_paper_scissors", "photos", off=("step_background",))

ACTIVATION_POOLING = (
    Field(key="activation_pooling.view", default="activation", choices=("activation", "pooling")),
    Field(key="activation_pooling.source", default="picture", choices=("picture", "pool", "pool_odd")),
    Field(key="activation_pooling.kernel", default="sobel_x"),
    Field(key="activation_pooling.function", default="relu"),
    Field(key="activation_pooling.negative_slope", default=0.01, low=0.0, high=1.0, step=0.01),
    Field(key="activation_pooling.alpha", default=1.0, low=0.0, high=3.0, step=0.1),
    Field(key="activation_pooling.row", default=0, low=0, high=511),
    Field(key="activation_pooling.col", default=0, low=0, high=511),
    Field(key="activation_pooling.layers", default=5, low=1, high=10),
    Field(key="activation_pooling.w1", default=1.5, low=-2.0, high=2.0, step=0.1),
    Field(key="activation_pooling.w2", default=-1.0, low=-2.0, high=2.0, step=0.1),
    Field(key="activation_pooling.w3", default=0.8, low=-2.0, high=2.0, step=0.1),
    Field(key="activation_pooling.between", default="relu"),
    Field(key="activation_pooling.window", default=2, low=1, high=8),
    Field(key="activation_pooling.stride", default=2, low=1, high=8),
    Field(key="activation_pooling.padding", default=0, low=0, high=4),
    Field(key="activation_pooling.edge", default="floor", choices=("floor", "ceil", "far_zeros")),
    Field(key="activation_pooling.kind", default="max", choices=("max", "average", "l2", "global_average")),
    Field(key="activation_pooling.out_row", default=0, low=0, high=511),
    Field(key="activation_pooling.out_col", default=0, low=0, high=511),
    Field(key="activation_pooling.shift_rows", default=0, low=-4, high=4),
    Field(key="activation_pooling.shift_cols", default=1, low=-4, high=4),
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
    Field(key="inside.task", default="digits", choices=("digits", "clothes", "rps")),
    Field(key="inside.model", words="predict", default="three-conv"),
    Field(key="inside.layer", default=""),
    Field(key="inside.unit", default=0, low=0, high=4095),
    Field(key="inside.cell", default=False),
    Field(key="inside.row", default=0, low=0, high=511),
    Field(key="inside.col", default=0, low=0, high=511),
    Field(key="inside.section", default="unit"),
)

# One tuple a page; append yours, and name it here.
FIELDS = _table(INSIDE, DIGITS, CLOTHES, ROCK_PAPER_SCISSORS, ACTIVATION_POOLING, ARCHITECTURES)
