"""Both languages say the same things: the same keys, the same values named, the same lessons."""

import ast
import string
from pathlib import Path

import pytest

from cnnviz import words

ROOT = Path(__file__).resolve().parents[1]


def fields(template: str) -> set[str]:
    return {name.split(".")[0].split("[")[0] for _, name, _, _ in string.Formatter().parse(template) if name}


def test_languages_have_the_same_keys() -> None:
    english, korean = (set(words.catalogue(language)) for language in ("en", "ko"))
    assert english ^ korean == set()


def test_texts_name_the_same_values() -> None:
    english, korean = (words.catalogue(language) for language in ("en", "ko"))
    differing = [key for key in english if fields(english[key]) != fields(korean[key])]
    assert not differing


def test_lessons_are_there_in_both() -> None:
    english, korean = ({f.name for f in (words.FOLDER / lang).glob("*.md")} for lang in ("en", "ko"))
    assert english == korean


def test_korean_is_korean() -> None:
    hangul = [key for key, text in words.catalogue("ko").items() if any("가" <= c <= "힣" for c in text)]
    assert len(hangul) > 0.75 * len(words.catalogue("ko"))  # symbols, names and numbers have none


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_no_text_is_empty(language: str) -> None:
    assert not [key for key, text in words.catalogue(language).items() if not text.strip()]


def test_every_error_code_has_words() -> None:
    missing = {code for code in raised_codes() if f"errors.{code}" not in words.catalogue("en")}
    assert not missing


def raised_codes() -> set[str]:
    """First argument of every ``raise SomethingError("code", ...)`` in the library."""
    codes = set()
    for path in (ROOT / "cnnviz").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            call = node.exc if isinstance(node, ast.Raise) else None
            if isinstance(call, ast.Call) and ast.unparse(call.func).endswith("Error") and call.args:
                first = call.args[0]
                if isinstance(first, ast.Constant):
                    codes.add(str(first.value))
    return codes


def test_text_fills_in_values() -> None:
    text = words.text("en", "errors.choice", name="kind", got="mix", choices="max")
    assert text == "`kind` does not know “mix”. Choose one of: max."


def test_unknown_key_is_an_error() -> None:
    with pytest.raises(KeyError):
        words.text("en", "errors.there_is_no_such_key")
