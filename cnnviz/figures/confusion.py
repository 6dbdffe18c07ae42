"""Which class was taken for which, as an HTML table; and the misread pictures, as one HTML grid.

Classes named here are styled in ``cnnviz/ui/views/models.css``. All words come from the caller.
"""

import base64
import io
from collections.abc import Mapping, Sequence
from html import escape

import numpy as np
import numpy.typing as npt
from PIL import Image

from cnnviz.figures.palette import SIGNED

RIGHT, WRONG = SIGNED[9], SIGNED[1]  # a blue and an orange that colour-blind eyes tell apart
SHORT = 2  # longer names of columns stand upright
DEEPEST = 62  # per cent of colour in the deepest cell: text in the theme's colour stays legible on it

I64 = npt.NDArray[np.int64]
U8 = npt.NDArray[np.uint8]


def confusion_html(confusion: I64, *, labels: Sequence[str], words: Mapping[str, str]) -> str:
    """Return the table: what a picture shows downwards, what was answered across.

    Parameters
    ----------
    confusion : ndarray of int, (K, K)
        Pictures by true class (row) and answer (column).
    labels : sequence of str
        Name of each class.
    words : mapping
        ``truth`` and ``answer`` for the axes, ``alt`` for the whole, ``legend_right`` and
        ``legend_wrong`` for the two scales.
    """
    shares = confusion / np.maximum(confusion.sum(1, keepdims=True), 1)
    most = worst_share(confusion)
    kind = " class='long'" if max(map(len, labels)) > SHORT else ""
    head = "".join(f"<th scope='col'{kind}><span>{escape(label)}</span></th>" for label in labels)
    rows = []
    for row, label in enumerate(labels):
        cells = []
        for col, count in enumerate(confusion[row].tolist()):
            part = shares[row, col] if row == col else shares[row, col] / max(most, 1e-9)
            cells.append(f"<td style='{_fill(row == col, part)}'>{count or ''}</td>")
        rows.append(f"<tr><th scope='row'>{escape(label)}</th>{''.join(cells)}</tr>")
    corner = f"{escape(words['answer'])} →\n{escape(words['truth'])} ↓"
    return (
        f"<div class='scroll'><table class='confusion' aria-label='{escape(words['alt'], quote=True)}'>"
        f"<thead><tr><th class='axis'>{corner}</th>{head}</tr></thead>"
        f"<tbody>{''.join(rows)}</tbody></table></div>{_legend(words, wrong=most > 0)}"
    )


def worst_share(confusion: I64) -> float:
    """Return the largest share of a row that one wrong answer has, 0..1."""
    shares = confusion / np.maximum(confusion.sum(1, keepdims=True), 1)
    np.fill_diagonal(shares, 0)
    return float(shares.max())


def top_pairs(confusion: I64, limit: int) -> list[tuple[int, int, int]]:
    """Return the most frequent mistakes as (true class, answer, times), most frequent first.

    Examples
    --------
    >>> top_pairs(np.array([[5, 2], [1, 7]]), 3)
    [(0, 1, 2), (1, 0, 1)]
    """
    wrong = confusion.copy()
    np.fill_diagonal(wrong, 0)
    order = np.argsort(-wrong, axis=None, kind="stable")[:limit]
    pairs = [(int(place // len(wrong)), int(place % len(wrong))) for place in order]
    return [(row, col, int(wrong[row, col])) for row, col in pairs if wrong[row, col]]


def pictures_html(pictures_u8: Sequence[U8], captions: Sequence[str]) -> str:
    """Return small pictures side by side, each with its caption.

    Parameters
    ----------
    pictures_u8 : sequence of ndarray of uint8, (H, W) or (H, W, 3)
        A few dozen at most: all go to the browser in one piece.
    captions : sequence of str
        One each; it serves as alternative text too.
    """
    figures = [
        f"<figure><img src='data:image/png;base64,{_png(picture)}' alt='{escape(caption, quote=True)}'>"
        f"<figcaption>{escape(caption)}</figcaption></figure>"
        for picture, caption in zip(pictures_u8, captions, strict=True)
    ]
    return f"<div class='misread'>{''.join(figures)}</div>"


def _fill(right: bool, part: float) -> str:
    """Return the background of a cell whose depth is `part`, 0..1."""
    colour = RIGHT if right else WRONG
    return f"background:color-mix(in srgb,{colour} {DEEPEST * part:.0f}%,transparent)" if part else ""


def _legend(words: Mapping[str, str], *, wrong: bool) -> str:
    """Return a bar of colour for each scale, from none to the deepest; that of mistakes if there are any."""
    bars = []
    for colour, name in ((RIGHT, "legend_right"), (WRONG, "legend_wrong"))[: 1 + wrong]:
        deepest = f"color-mix(in srgb,{colour} {DEEPEST}%,transparent)"
        style = f"background:linear-gradient(90deg,transparent,{deepest})"
        bars.append(f"<span><i style='{style}'></i>{escape(words[name])}</span>")
    return f"<div class='legend'>{''.join(bars)}</div>"


def _png(picture_u8: U8) -> str:
    file = io.BytesIO()
    Image.fromarray(picture_u8).save(file, "PNG")
    return base64.b64encode(file.getvalue()).decode()
