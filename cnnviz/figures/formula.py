"""Formulas with the numbers filled in: the output size, and one output cell."""

from html import escape

from cnnviz.figures.numbers import short
from cnnviz.ops.conv import CellTrace
from cnnviz.shapes import Axis


def size_latex(axis: Axis, name: str) -> str:
    r"""Return the size formula of one axis for KaTeX: in letters, in numbers, before and after the floor.

    Parameters
    ----------
    axis : Axis
        The settings.
    name : str
        Subscript of the result, such as "rows".

    Examples
    --------
    >>> r"\lfloor 1.5 \rfloor" in size_latex(Axis(size_in=4, kernel=3, stride=2, before=1, after=1), "rows")
    True
    """
    letters = r"\frac{I + P_1 + P_2 - D\,(K-1) - 1}{S}"
    numbers = rf"{axis.size_in} + {axis.before} + {axis.after} - {axis.dilation}\cdot({axis.kernel}-1) - 1"
    steps = (
        rf"O_{{\text{{{name}}}}} &= \left\lfloor {letters} \right\rfloor + 1",
        rf"&= \left\lfloor \frac{{{numbers}}}{{{axis.stride}}} \right\rfloor + 1",
        rf"&= \lfloor {axis.travel / axis.stride:.6g} \rfloor + 1 = \mathbf{{{axis.size_out}}}",
    )
    return r"\begin{aligned}" + r"\\[4pt] ".join(steps) + r"\end{aligned}"


def total_line(cell: CellTrace) -> str:
    """Return how the channels and the bias add up, ``15 + 3 = 18``.

    Examples
    --------
    >>> from cnnviz.ops.conv import conv2d
    >>> total_line(conv2d([[[2]]], [[[[3]]]], [-1]).cell(0, 0, 0))
    '6 + (−1) = 5'
    """
    parts = [*cell.channel_sums.tolist(), cell.bias]
    return " + ".join(_term(part, 6) for part in parts) + f" = {short(cell.total, 6)}"


def cell_html(cell: CellTrace, names: tuple[str, ...]) -> str:
    """Return the sum of products of each channel as HTML, one line each; padding is dimmed.

    A negative number stands in brackets.

    Parameters
    ----------
    cell : CellTrace
        The cell.
    names : tuple of str
        What each channel is called; nothing is written where there is one.
    """
    lines = []
    for name, patch, weights, total in zip(names, cell.patch, cell.weights, cell.channel_sums, strict=True):
        terms = [
            f'<span class="{"pad" if padding else "term"}"><i>{_term(x)}</i>·<b>{_term(w)}</b></span>'
            for x, w, padding in zip(patch.flat, weights.flat, cell.is_padding.flat, strict=True)
        ]
        label = f"<em>{escape(name)}</em> " if len(names) > 1 else ""
        lines.append(f"<p>{label}{' + '.join(terms)} = <strong>{short(total, 6)}</strong></p>")
    return "".join(lines)


def _term(value: float, digits: int = 4) -> str:
    text = short(value, digits)
    return f"({text})" if text.startswith("−") else text
