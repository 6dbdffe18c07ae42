"""The preparation of a picture as a strip of tiles, one a step."""

from html import escape

from cnnviz.figures.numbers import short
from cnnviz.figures.strip import step_html
from cnnviz.images import prepare
from cnnviz.ui.frame import Page


def strip_html(page: Page, prepared: prepare.Prepared) -> str:
    """Return every step as a tile with its name, what happened and, folded, why; styled in predict.css.

    A step that tells the object from its background has a second tile before it: its mask.
    """
    tiles = "".join(_mask_html(page, step) + _step_html(page, step) for step in prepared.steps)
    return f"<div class='strip'>{tiles}</div>"


def _step_html(page: Page, step: prepare.Step) -> str:
    name, why = (page.t(f"prepare.steps.{step.name}.{part}") for part in ("name", "why"))
    values = {key: value if isinstance(value, str) else short(value, 3) for key, value in step.values.items()}
    note = page.t(f"prepare.notes.{step.note}", **values)
    tile = step_html(step.pixels_f32, f"{name}: {note}", normalised=step.name == prepare.LAST and step.on)
    kind = "" if step.on else " class='off'"
    return f"<div{kind}>{tile}{_words_html(page, name, note, why)}</div>"


def _mask_html(page: Page, step: prepare.Step) -> str:
    if step.mask_f32 is None:
        return ""
    name, note, why = (page.t(f"prepare.mask.{part}") for part in ("name", "note", "why"))
    return f"<div>{step_html(step.mask_f32, f'{name}: {note}')}{_words_html(page, name, note, why)}</div>"


def _words_html(page: Page, name: str, note: str, why: str) -> str:
    folded = f"<details><summary>{escape(page.t('predict.why'))}</summary>{escape(why)}</details>"
    return f"<b>{escape(name)}</b><span>{escape(note)}</span>{folded}"
