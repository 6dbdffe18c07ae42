"""Read the words on screen: one catalogue a language, written in ``cnnviz/lessons``.

A catalogue is the folder ``lessons/<language>``. Each ``<section>.toml`` in it holds short texts,
known as ``section.key``; each ``<section>.md`` holds one lesson. A text may name values in braces,
``"{rows} rows"``; a literal brace is doubled. No text lives in the code.
"""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

LANGUAGES = ("en", "ko")
FOLDER = Path(__file__).with_name("lessons")


def text(language: str, key: str, /, **values: object) -> str:
    """Return the text called `key`, with `values` filled in.

    Raises
    ------
    KeyError
        If the catalogue of `language` has no such key, or the text names a value not given.
    """
    return catalogue(language)[key].format_map(values)


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Return every short text of `language` as ``{"section.key": template}``."""
    texts: dict[str, str] = {}
    for file in sorted((FOLDER / language).glob("*.toml")):
        with file.open("rb") as stream:
            texts.update(_flatten(file.stem, tomllib.load(stream)))
    return MappingProxyType(texts)


@cache
def lesson(language: str, section: str) -> str:
    """Return the lesson of `section` as Markdown.

    Raises
    ------
    FileNotFoundError
        If no lesson of that name exists in `language`.
    """
    return (FOLDER / language / f"{section}.md").read_text(encoding="utf-8")


def _flatten(prefix: str, table: Mapping[str, object]) -> dict[str, str]:
    """Return nested tables as ``{"prefix.table.key": text}``."""
    flat: dict[str, str] = {}
    for name, value in table.items():
        key = f"{prefix}.{name}"
        flat.update(_flatten(key, value) if isinstance(value, dict) else {key: str(value)})
    return flat
