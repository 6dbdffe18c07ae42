"""The preparation of a picture as a strip of tiles, one a step."""

from html import escape

from cnnviz.figures.strip import step_html
from cnnviz.images import prepare
from cnnviz.ui.frame import Page


def strip_html(page: Page, prepared: prepare.Prepared) -> str:
    """Return every step as a tile with its name, what happened and, folded, why; styled in predict.css."""
    return f"<div class='strip'>{''.join(_step_html(page, step) for step in prepared.steps)}</div>"


def _step_html(page: Page, step: prepare.Step) -> str:
    name, why = (page.t(f"prepare.steps.{step.name}.{part}") for part in ("name", "why"))
    note = page.t(f"prepare.notes.{step.note}", **step.values)
    tile = step_html(step.pixels_f32, f"{name}: {note}", normalised=step.name == prepare.LAST and step.on)
    folded = f"<details><summary>{escape(page.t('predict.why'))}</summary>{escape(why)}</details>"
    kind = "" if step.on else " class='off'"
    return f"<div{kind}>{tile}<b>{escape(name)}</b><span>{escape(note)}</span>{folded}</div>"
