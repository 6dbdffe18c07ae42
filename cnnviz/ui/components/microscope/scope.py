"""Draw the microscope: one cell of a result object explained down to every product, in the browser."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from zlib import crc32

import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.ops.activation import ActivationResult
from cnnviz.ops.conv import ConvResult
from cnnviz.ui.components.microscope import payload, wording

if TYPE_CHECKING:
    from streamlit.components.v2.types import ComponentRenderer

HERE = Path(__file__).parent
# Order matters only for classes that extend others; functions are known throughout the joined script.
SCRIPTS = (
    "geometry", "numbers", "payload", "grid", "model", "formula", "curve", "working", "predict", "lens",
    "stage", "transport", "index",
)  # fmt: skip
SCORE = "shared.microscope_score"


@dataclass(frozen=True, slots=True)
class Look:
    """What is shown of a result.

    Parameters
    ----------
    map_idx : int
        Which output map.
    after : ActivationResult, optional
        The activation of a convolution's output, shown as its last step.
    names : sequence of str
        Names of the input channels; red, green, blue or numbers if left out.
    map_name : str
        What the output map is called, where there are several.
    start : (int, int)
        Row and column of the output cell that is shown first; a new value moves the window there.
    """

    map_idx: int = 0
    after: ActivationResult | None = None
    names: Sequence[str] = ()
    map_name: str = ""
    start: tuple[int, int] = (0, 0)


@st.fragment
def microscope(
    key: str, result: payload.Result | CnnvizError, *, language: str, look: Look | None = None
) -> None:
    """Draw the microscope on `result`, or the sentence of an error in its place.

    Pointer, keys and play are the browser's own: nothing is sent until a predicted cell is answered or
    the lens is let go, and then this fragment runs alone.

    Parameters
    ----------
    key : str
        Name of the view, unique in the app.
    result : ConvResult, PoolResult, ActivationResult or CnnvizError
        What to explain. An error is worded in its place, so that the page does not jump.
    language : {'en', 'ko'}
        Language of every word in it.
    look : Look, optional
        Which map, with what names.

    Examples
    --------
    >>> microscope("conv.microscope", conv2d([[[1, 2]]], [[[[1]]]]), language="en")  # doctest: +SKIP
    """
    look = look or Look()
    lens = _lens(key, look)
    data = scene_bytes(result, language=language, look=look, lens=lens, score=_score())
    _mount()(
        key=key,
        data=data,
        on_answer_change=lambda: _count(key),
        on_lens_change=lambda: _move_lens(key),
    )


def scene_bytes(
    result: payload.Result | CnnvizError,
    *,
    language: str,
    look: Look,
    lens: tuple[int, int] | None = None,
    score: Mapping[str, int] | None = None,
) -> bytes:
    """Return what the browser gets; an error, also of `result`'s own numbers, as its sentence."""
    try:
        if isinstance(result, CnnvizError):
            raise result
        header, arrays = _scene(result, look, lens)
    except CnnvizError as error:
        return payload.pack({"kind": "message", "text": error.worded(language)}, {})
    colour_header, tables = payload.colours()
    header |= colour_header
    header["texts"] = wording.texts(language)
    header["captions"] = wording.captions(header, language, map_name=look.map_name)
    header["names"] = list(look.names) or wording.channel_names(header, language)
    header["start"] = look.start
    header["scene"] = _checksum(header, arrays)
    header["score"] = dict(score or {"right": 0, "wrong": 0})
    return payload.pack(header, arrays | tables)


def _scene(
    result: payload.Result, look: Look, lens: tuple[int, int] | None
) -> tuple[payload.Header, dict[str, payload.AnyArray]]:
    if isinstance(result, ConvResult):
        return payload.conv_scene(result, map_idx=look.map_idx, lens=lens, after=look.after)
    if isinstance(result, ActivationResult):
        return payload.activation_scene(result, map_idx=look.map_idx, lens=lens)
    return payload.pool_scene(result, map_idx=look.map_idx, lens=lens)


def _checksum(header: payload.Header, arrays: Mapping[str, payload.AnyArray]) -> str:
    """Return a short name for these numbers: answers given to others do not count for them."""
    place = repr((header["rows"], header["cols"])).encode()
    sums = (crc32(arrays[name].tobytes()) for name in sorted(arrays))
    return "".join(f"{part:08x}" for part in (crc32(place), *sums))


def _count(key: str) -> None:
    """Add an answer to those of this visit."""
    answer = st.session_state[key].get("answer")
    if answer:
        score = _score()
        st.session_state[SCORE] = score | {name: score[name] + (name == _name(answer)) for name in score}


def _name(answer: Mapping[str, object]) -> str:
    return "right" if answer.get("right") else "wrong"


def _score() -> dict[str, int]:
    return dict(st.session_state.get(SCORE, {"right": 0, "wrong": 0}))


def _lens(key: str, look: Look) -> tuple[int, int] | None:
    """Return where the lens was let go, unless another cell was asked for since; then it goes there."""
    start_key, lens_key = f"{key}.start", f"{key}.lens"
    if st.session_state.get(start_key) != look.start:
        st.session_state[start_key] = look.start
        st.session_state.pop(lens_key, None)
        if look.start != (0, 0):
            row, col = look.start
            st.session_state[lens_key] = (row - payload.LENS // 2, col - payload.LENS // 2)
    return st.session_state.get(lens_key)


def _move_lens(key: str) -> None:
    """Keep where the lens was let go."""
    first = st.session_state[key].get("lens")
    if first:
        st.session_state[f"{key}.lens"] = (int(first[0]), int(first[1]))


@cache
def _mount() -> "ComponentRenderer":
    """Register the component: its scripts joined to one, as inline scripts cannot import each other."""
    texts = [(HERE / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS]
    html, css = ((HERE / file).read_text(encoding="utf-8") for file in ("index.html", "style.css"))
    return st.components.v2.component("cnnviz_microscope", html=html, js="\n".join(texts), css=css)
