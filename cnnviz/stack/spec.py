"""A stack of layers as a frozen value: names, shapes layer by layer, and why a layer may not fit.

`cnnviz.zoo.stack_builder` makes a network of a stack, `cnnviz.zoo.code_export` writes it as code,
`cnnviz.trace.summary` counts its parameters.
"""

import base64
import binascii
import json
import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from math import prod
from typing import Any, Self

from cnnviz import check
from cnnviz.errors import CnnvizError, ModelError, RangeError
from cnnviz.stack.kernels import chosen_kernels
from cnnviz.stack.layers import LAYERS, ConvLayer, Layer, Shape

MAX_LAYERS, MAX_SIDE = 40, 512
MAX_CELLS = 1 << 25  # numbers in one layer's output: 128 MB


@dataclass(frozen=True, slots=True)
class Placed:
    """A layer at its place in a stack: its name there, and the shapes before and after it."""

    name: str
    layer: Layer
    shape_in: Shape
    shape_out: Shape


@dataclass(frozen=True, slots=True, kw_only=True)
class StackSpec:
    """Layers one after the other, and the shape of the picture that goes in.

    Parameters
    ----------
    input_shape : (int, int, int)
        Channels (1 or 3), rows, columns.
    layers : tuple of Layer
        First layer first; at most `MAX_LAYERS`. Whether they fit on each other is `places`' question.

    Examples
    --------
    >>> stack = StackSpec(input_shape=(1, 28, 28), layers=(ConvLayer(filters=10, kernel_size=(5, 5)),))
    >>> stack.places()[0].name, stack.places()[0].shape_out
    ('Conv0', (10, 24, 24))
    """

    input_shape: tuple[int, int, int]
    layers: tuple[Layer, ...] = ()

    def __post_init__(self) -> None:
        channels, height, width = self.input_shape
        check.check_choice("channels", str(channels), ("1", "3"))
        check.check_integer("rows", height, 1, MAX_SIDE)
        check.check_integer("columns", width, 1, MAX_SIDE)
        check.check_integer("layers", len(self.layers), 0, MAX_LAYERS)

    @property
    def names(self) -> tuple[str, ...]:
        """Name of each layer: its label and, from 0, which one of these it is."""
        seen: Counter[str] = Counter()
        names = []
        for layer in self.layers:
            names.append(f"{layer.label}{seen[layer.label]}")
            seen[layer.label] += 1
        return tuple(names)

    def places(self) -> tuple[Placed, ...]:
        """Return every layer with its name and shapes.

        Raises
        ------
        ModelError
            If a layer does not fit on the one before it: ``values`` hold its ``layer`` (name), its
            ``position`` from 1 and the error that says why.
        """
        placed: list[Placed] = []
        shape: Shape = self.input_shape
        for position, (name, layer) in enumerate(zip(self.names, self.layers, strict=True), start=1):
            try:
                shape_out = layer.output_shape(shape)
                if isinstance(layer, ConvLayer):
                    chosen_kernels(layer)  # raises where one does not fit
                if prod(shape_out) > MAX_CELLS:
                    raise RangeError("stack_too_large", got=prod(shape_out), limit=MAX_CELLS)
            except CnnvizError as error:
                raise ModelError("stack_layer", layer=name, position=position, reason=error) from error
            placed.append(Placed(name, layer, shape, shape_out))
            shape = shape_out
        return tuple(placed)

    def fitting(self) -> Self:
        """Return this very stack if its layers fit on each other; raises as `places` does."""
        self.places()
        return self

    def beginning(self) -> Self:
        """Return the stack up to the first layer that does not fit."""
        try:
            return self.fitting()
        except ModelError as error:
            fitting = int(str(error.values["position"])) - 1
            return replace(self, layers=self.layers[:fitting])

    def to_dict(self) -> dict[str, object]:
        """Return the stack as plain values, fit for JSON; settings left at their default are left out."""
        return {"input_shape": list(self.input_shape), "layers": [_layer_dict(x) for x in self.layers]}

    @classmethod
    def from_dict(cls, values: Mapping[str, object]) -> Self:
        """Return the stack that `to_dict` wrote.

        Raises
        ------
        ModelError
            If `values` do not describe a stack.
        """
        try:
            layers = tuple(_read_layer(layer) for layer in values["layers"])  # type: ignore[attr-defined]
            return cls(input_shape=_tuples(values["input_shape"]), layers=layers)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise ModelError("stack_text") from error

    def to_text(self) -> str:
        """Return the stack as a short text of letters, digits, ``-`` and ``_`` for a link."""
        raw = json.dumps(self.to_dict(), separators=(",", ":")).encode()
        return base64.urlsafe_b64encode(zlib.compress(raw, 9)).decode().rstrip("=")

    @classmethod
    def from_text(cls, text: str) -> Self:
        """Return the stack that `to_text` wrote.

        Raises
        ------
        ModelError
            If the text is not a stack.
        """
        try:
            packed = base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
            raw = zlib.decompressobj().decompress(packed, 1 << 16)  # a link may hold a bomb
            return cls.from_dict(json.loads(raw))
        except (binascii.Error, zlib.error, ValueError, TypeError) as error:
            raise ModelError("stack_text") from error


def _layer_dict(layer: Layer) -> dict[str, object]:
    plain = type(layer)()
    changed = {k: v for k, v in asdict(layer).items() if v != getattr(plain, k)}
    return {"kind": layer.kind, **changed}


def _read_layer(values: Mapping[str, object]) -> Layer:
    """Return the layer that `_layer_dict` wrote."""
    settings = {name: _tuples(value) for name, value in values.items() if name != "kind"}
    return LAYERS[str(values["kind"])](**settings)


def _tuples(value: object) -> Any:
    return tuple(_tuples(part) for part in value) if isinstance(value, list) else value
