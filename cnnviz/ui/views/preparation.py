"""The preparation of a picture as a strip of tiles, one a step."""

from collections.abc import Mapping
from html import escape
from types import MappingProxyType

import numpy as np

from cnnviz.figures.numbers import short
from cnnviz.figures.strip import photo_html, step_html
from cnnviz.images import prepare
from cnnviz.images.picture import Picture
from cnnviz.ui.frame import Page

BESIDE = 4  # so many tiles of a network, or fewer, stand beside those of another
AROUND = 0.3  # brightness that is left of what lies around a hand, or behind its bones
GALLERIES = ("sample", "dataset")  # origins of pictures that are chosen from a gallery
WHERE: Mapping[str, str] = MappingProxyType({"hand": "place", "upright": "joints"})  # words, by step


def strip_html(page: Page, prepared: prepare.Prepared) -> str:
    """Return every step as a tile with its name, what happened and, folded, why; styled in predict.css.

    A step that tells the object from its background, or finds a hand or its joints, has a second tile before
    it: where.
    """
    return f"<div class='strip'>{''.join(_tiles(page, prepared))}</div>"


def strips_html(page: Page, prepared: Mapping[str, prepare.Prepared]) -> str:
    """Return the steps of networks that are asked together, by name: what is alike once, the rest of each."""
    each = list(prepared.values())
    alike = prepare.count_alike(each)
    groups = [(page.t("predict.ensemble.alike"), _tiles(page, each[0], slice(alike)), "all")]
    for name, one in prepared.items():
        tiles = _tiles(page, one, slice(alike, None))
        groups.append((name, tiles, f"of-{len(tiles)}" if len(tiles) <= BESIDE else "all"))
    parts = [
        f"<section class='{kind}'><h3 class='whose'>{escape(name)}</h3>{''.join(tiles)}</section>"
        for name, tiles, kind in groups
    ]
    return f"<div class='strip'>{''.join(parts)}</div>"


def _tiles(page: Page, prepared: prepare.Prepared, part: slice = slice(None)) -> list[str]:
    """Return the tiles of the steps of `part`."""
    steps = prepared.steps
    tiles = [
        tile
        for before, step in list(zip((steps[0], *steps), steps, strict=False))[part]
        for tile in (_where_html(page, before, step), _step_html(page, step))
    ]
    return [tile for tile in tiles if tile]


def chosen_html(page: Page, picture: Picture, prepared: prepare.Prepared) -> str:
    """Return the picture as it was chosen, with a frame around the hand where one was cut out.

    Nothing where it is seen large anyway: the pad shows what is drawn, the camera what it took, but that
    without a frame. Of a gallery it is shown where there is room (predict.css).
    """
    frame = next((_frame(step) for step in prepared.steps if step.note == "hand"), None)
    if picture.origin == "drawing" or (picture.origin == "camera" and not frame):
        return ""
    words = page.t("prepare.framed" if frame else "prepare.chosen")
    photo = photo_html(picture.pixels_u8, words, frame=frame)
    return f"<div class='of-gallery'>{photo}</div>" if picture.origin in GALLERIES else photo


def _frame(step: prepare.Step) -> tuple[int, int, int]:
    """Return first row, first column and side of what the step `hand` cut out."""
    top, left, side = (int(step.values[name]) for name in ("top", "left", "side"))
    return top, left, side


def _step_html(page: Page, step: prepare.Step) -> str:
    name, why = (page.t(f"prepare.steps.{step.name}.{part}") for part in ("name", "why"))
    values = {key: value if isinstance(value, str) else short(value, 3) for key, value in step.values.items()}
    note = page.t(f"prepare.notes.{step.note}", **values)
    tile = step_html(step.pixels_f32, f"{name}: {note}", normalised=step.name == prepare.LAST and step.on)
    kind = "" if step.on else " class='off'"
    return f"<div{kind}>{tile}{_words_html(page, name, note, why)}</div>"


def _where_html(page: Page, before: prepare.Step, step: prepare.Step) -> str:
    """Return the mask of `step`; where it is a frame or bones, the picture before, all else darkened."""
    if step.mask_f32 is None:
        return ""
    mask, words, colours = step.mask_f32, WHERE.get(step.name, "mask"), before.pixels_f32
    pixels = mask
    if words != "mask":
        mask = mask if colours.ndim == 2 else mask[..., None]
        pixels = (AROUND + (1 - AROUND) * mask) * (colours if words == "place" else np.maximum(colours, mask))
    name, note, why = (page.t(f"prepare.{words}.{part}") for part in ("name", "note", "why"))
    return f"<div>{step_html(pixels, f'{name}: {note}')}{_words_html(page, name, note, why)}</div>"


def _words_html(page: Page, name: str, note: str, why: str) -> str:
    folded = f"<details><summary>{escape(page.t('predict.why'))}</summary>{escape(why)}</details>"
    return f"<b>{escape(name)}</b><span>{escape(note)}</span>{folded}"
