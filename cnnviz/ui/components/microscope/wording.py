"""The words in a microscope: templates that the browser fills in, and captions filled in here."""

from collections.abc import Mapping
from functools import cache

from cnnviz import words

Axes = tuple[Mapping[str, int], Mapping[str, int]]
COLOURS = ("red", "green", "blue")


@cache
def texts(language: str) -> Mapping[str, str]:
    """Return every template of the section ``microscope``, with values still to be filled in."""
    catalogue = words.catalogue(language)
    ours = (key for key in catalogue if key.startswith("microscope.") and key.count(".") == 1)
    return {key.removeprefix("microscope."): catalogue[key] for key in ours}


def captions(
    header: Mapping[str, object], language: str, *, map_name: str = ""
) -> dict[str, tuple[str, str]]:
    """Return title and detail of each panel.

    Parameters
    ----------
    header : Mapping
        What `payload` wrote of the result.
    language : {'en', 'ko'}
        Language of the words.
    map_name : str
        What the output map is called; empty where there is only one.
    """
    rows, cols = axes = _axes(header)
    output = _text(language, "caption.map", map=map_name) if map_name else _text(language, "caption.output")
    middle = {"conv": "kernel", "pool": "window"}.get(str(header["kind"]), "curve")
    return {
        "input": (_text(language, "caption.input"), _input(axes, language)),
        "kernel": (_text(language, f"caption.{middle}"), _middle(header, language)),
        "output": (output, _size(language, rows["total"], cols["total"])),
        "lens": (
            _text(language, "caption.lens"),
            _text(language, "caption.lens_detail", rows=rows["inside"], cols=cols["inside"]),
        ),
    }


def channel_names(header: Mapping[str, object], language: str) -> list[str]:
    """Return what the input channels are called: three are red, green and blue, others have numbers."""
    count = int(str(header["channels"]))
    if count == 3:
        return [_text(language, f"colour.{colour}") for colour in COLOURS]
    return [str(idx + 1) for idx in range(count)]


def _input(axes: Axes, language: str) -> str:
    """Return the size of the input and its padding, or which part of it is shown."""
    rows, cols = axes
    if any(axis["out"] < axis["total"] for axis in axes):
        first, last = zip(*(_shown(axis) for axis in axes), strict=True)
        return _text(language, "caption.part", row=first[0], last_row=last[0], col=first[1], last_col=last[1])
    sides = [rows["before"], rows["after"], cols["before"], cols["after"]]
    if not any(sides):
        return _size(language, rows["inside"], cols["inside"])
    shown = str(sides[0]) if len(set(sides)) == 1 else ", ".join(map(str, sides))
    return _text(language, "caption.padded", rows=rows["inside"], cols=cols["inside"], sides=shown)


def _shown(axis: Mapping[str, int]) -> tuple[int, int]:
    """Return the first and the last row or column of the input that is shown, from 0."""
    return max(0, axis["at"]), min(axis["inside"], axis["at"] + axis["size"]) - 1


def _middle(header: Mapping[str, object], language: str) -> str:
    """Return size, stride and dilation of the window, or the name of the function."""
    if header["kind"] == "activation":
        return _text(language, f"name_{header['activation']}")
    rows, cols = _axes(header)
    parts = [_size(language, rows["kernel"], cols["kernel"])]
    if header.get("pool"):
        parts.insert(0, _text(language, f"kind.{header['pool']}"))
    for name in ("stride", "dilation"):
        if (rows[name], cols[name]) != (1, 1):
            both = str(rows[name]) if rows[name] == cols[name] else f"{rows[name]} × {cols[name]}"
            parts.append(_text(language, f"caption.{name}", **{name: both}))
    return ", ".join(parts)


def _axes(header: Mapping[str, object]) -> Axes:
    return header["rows"], header["cols"]  # type: ignore[return-value]  # Part.header wrote them


def _size(language: str, rows: int, cols: int) -> str:
    return _text(language, "caption.size", rows=rows, cols=cols)


def _text(language: str, key: str, **values: object) -> str:
    return words.text(language, f"microscope.{key}", **values)
