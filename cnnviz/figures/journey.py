"""The whole journey of one digit as one picture: pixels, kernels, maps, pooling, scores, answer.

The figure is HTML; its style is ``journey.css`` beside this module. Stages appear one after another
and the window glides over the digit once, unless the reader asked for less motion.
"""

from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cnnviz.figures.colouring import range_of
from cnnviz.figures.predictions import percent
from cnnviz.figures.sheet import image_tag, sheet_png
from cnnviz.ops.journey import Journey

STAGES = ("input", "kernels", "maps", "pooled", "deeper", "answer")


def journey_html(journey: Journey, words: Mapping[str, str]) -> str:
    """Return the figure.

    Parameters
    ----------
    journey : Journey
        What happened to the digit.
    words : mapping
        ``alt``, and for each of `STAGES` its name and a ``<stage>_note``.
    """
    scores = journey.softmax
    contents = {
        "input": _window(journey),
        "kernels": _sheet(journey.conv1.weight[:, 0], columns=2, scale="signed"),
        "maps": _sheet(journey.relu1, columns=2, scale="positive"),
        "pooled": _sheet(journey.pool1.output, columns=2, scale="positive"),
        "deeper": _sheet(journey.pool2.output, columns=4, scale="positive"),
        "answer": _bars(scores.probs.tolist()),
    }
    parts = [_stage(stage, turn, contents[stage], words) for turn, stage in enumerate(STAGES)]
    arrow = "<div class='arrow' aria-hidden='true'></div>"
    figure = f"<div class='journey' role='img' aria-label='{escape(words['alt'])}'>{arrow.join(parts)}</div>"
    return f"<style>{_style()}</style>{figure}"


def _stage(stage: str, turn: int, content: str, words: Mapping[str, str]) -> str:
    name = f"<div class='name'>{escape(words[stage])}</div>"
    note = f"<div class='note'>{escape(words[f'{stage}_note'])}</div>"
    body = f"<div class='body'>{content}</div>"
    return f"<div class='stage {stage}' style='--turn:{turn}'>{body}{name}{note}</div>"


def _sheet(maps: npt.NDArray[np.floating], *, columns: int, scale: str) -> str:
    ranges = [range_of(values, scale) for values in maps]
    return image_tag(sheet_png(maps, ranges, columns=columns))


def _window(journey: Journey) -> str:
    digit = journey.conv1.image
    shades = (digit - digit.min()) / max(float(np.ptp(digit)), 1e-9)  # back to black and white
    return f"<div class='digit'>{_sheet(shades, columns=1, scale='picture')}<i></i></div>"


def _bars(probs: list[float]) -> str:
    best = int(np.argmax(probs))
    marked = [" class='best'" if digit == best else "" for digit in range(len(probs))]
    rows = [
        f"<span{mark}><b>{digit}</b><u style='--prob:{prob * 100:.1f}%'></u></span>"
        for digit, (mark, prob) in enumerate(zip(marked, probs, strict=True))
    ]
    headline = f"<div class='headline'>{best}<small>{percent(probs[best])}</small></div>"
    return f"<div class='result'>{headline}<div class='rows'>{''.join(rows)}</div></div>"


@cache
def _style() -> str:
    return Path(__file__).with_name("journey.css").read_text(encoding="utf-8")
