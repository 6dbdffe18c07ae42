"""Architectures as HTML: the layer table, block pictures, kernels that see as much, the history line.

HTML and not plotly: texts take the colour of the theme, a table of 500 rows costs no rendering time, and a
block of layers opens without asking the server. The style is ``architectures.css`` beside this module.
All words come from the caller and are escaped.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from html import escape
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING

from cnnviz.figures import palette
from cnnviz.stack.small_kernels import KernelChoice
from cnnviz.zoo.imagenet_table import Milestone

if TYPE_CHECKING:
    from cnnviz.trace.blocks import Block
    from cnnviz.trace.record import Shape
    from cnnviz.trace.summary import LayerRow, Summary

Words = Mapping[str, str]

COLUMNS = ("layer", "kind", "output", "parameters", "macs", "field", "memory")
JOINS = ("add", "concat", "mul")
COLOURS = palette.LAYERS | dict.fromkeys(("add", "concat", "mul"), palette.JOIN)
BLOCK_COLOUR, OTHER_COLOUR = palette.BLOCK, palette.LAYERS["dropout"]


def layer_table_html(found: Sequence["Block"], table: "Summary", words: Words) -> str:
    """Return the table of an architecture: one line a layer or block, a block opens to its layers.

    Parameters
    ----------
    found : sequence of Block
        The layers and blocks of `table`.
    table : Summary
        For the sums.
    words : mapping
        A heading for each of `COLUMNS`, a ``kind_<kind>`` for each kind, ``input`` and ``total``.
    """
    head = _line([escape(words[name]) for name in COLUMNS], "head")
    first = _line([escape(words["input"]), "", _shape(table.input_shape), *[""] * 4])
    body = "".join(_block_lines(block, words) for block in found)
    sums = [
        f"{table.parameters:,}",
        f"{table.macs:,}",
        "",
        megabytes(table.weight_bytes + table.output_bytes),
    ]
    total = _line([escape(words["total"]), "", "", *sums], "total")
    return f"<div class='arch-scroll'><div class='arch-table'>{head}{first}{body}{total}</div></div>"


def block_html(block: "Block", words: Words) -> str:
    """Return the picture of a block: its ways side by side, and how they come together.

    Parameters
    ----------
    block : Block
        An inception, residual, bottleneck or squeeze_excitation block.
    words : mapping
        ``kind_<kind>`` for each kind, ``identity``, ``maps``, and ``way_<name>`` for the ways.
    """
    ways, after = _ways(block)
    contents = {name: _stack(rows, words) for name, rows in ways.items()}
    if (
        "gate" in contents
    ):  # the gate looks at what the main way makes, and its factors are multiplied to that
        fork = {"untouched": "", "gate": contents.pop("gate")}
        contents["main"] += _fork(fork, words) + _stack(after[:1], words)
        after = after[1:]
    shapes = [f"<div class='io'>{_shape(shape)}</div>" for shape in (block.rows[0].shape_in, block.shape_out)]
    body = f"{shapes[0]}{_fork(contents, words)}<div class='joins'>{_stack(after, words)}</div>{shapes[1]}"
    return f"<div class='arch-block'>{body}</div>"


def pyramid_html(choice: KernelChoice, words: Words) -> str:
    """Return the maps of a run of convolutions as grids: the last cell and all it sees, layer by layer.

    Parameters
    ----------
    choice : KernelChoice
        The layers.
    words : mapping
        ``alt``: the picture in a sentence; ``step``: what stands between two maps.
    """
    sides = [choice.field - layer * (choice.kernel - 1) for layer in range(choice.num_layers + 1)]
    grids = []
    for layer, side in enumerate(sides):
        seen = choice.kernel if layer < choice.num_layers else 1
        cells = [_cell(row < seen and col < seen) for row in range(side) for col in range(side)]
        grids.append(f"<div class='grid' style='--side:{side}'>{''.join(cells)}</div>")
    step = f"<div class='step'>{escape(words['step'])}</div>"
    return (
        f"<div class='arch-pyramid' role='img' aria-label='{escape(words['alt'])}'>{step.join(grids)}</div>"
    )


def history_html(milestones: Sequence[Milestone], words: Words) -> str:
    """Return the history as a line of years, with the error each network reported as a bar.

    Parameters
    ----------
    milestones : sequence of Milestone
        In order.
    words : mapping
        ``new_<key>``: what was new, for each milestone; ``error``: the caption of the bar with
        ``{percent}`` in it.
    """
    worst = max((one.error_percent or 0 for one in milestones), default=1)
    items = [_milestone(one, worst, words) for one in milestones]
    return f"<div class='arch-history' role='list'>{''.join(items)}</div>"


def facts_html(facts: Sequence[tuple[str, str]]) -> str:
    """Return large numbers with a caption each, side by side."""
    items = [f"<div><b>{escape(value)}</b><span>{escape(name)}</span></div>" for value, name in facts]
    return f"<div class='arch-facts'>{''.join(items)}</div>"


@cache
def style_html() -> str:
    """Return the style sheet of these figures."""
    return f"<style>{Path(__file__).with_name('architectures.css').read_text(encoding='utf-8')}</style>"


def megabytes(num_bytes: int) -> str:
    """Return memory as text.

    Examples
    --------
    >>> megabytes(1_500_000), megabytes(2_000)
    ('1.5 MB', '2.0 kB')
    """
    return f"{num_bytes / 1e6:,.1f} MB" if num_bytes >= 100_000 else f"{num_bytes / 1e3:,.1f} kB"


def _block_lines(block: "Block", words: Words) -> str:
    """Return the line of a layer, or of a block with its layers folded under it."""
    if len(block.rows) == 1:
        return _line(_cells(block.rows[0], block.rows[0].name, words))
    sums = [f"{block.parameters:,}" if block.parameters else "", f"{block.macs:,}" if block.macs else ""]
    memory = megabytes(block.output_bytes + sum(row.weight_bytes for row in block.rows))
    cells = [
        escape(block.name),
        _chip(block.kind, words, BLOCK_COLOUR),
        _shape(block.shape_out),
        *sums,
        _field(block.rows[-1]),
        memory,
    ]
    inside = "".join(
        _line(_cells(row, row.name.removeprefix(f"{block.name}."), words), "inner") for row in block.rows
    )
    return f"<details><summary>{_line(cells, 'block')}</summary>{inside}</details>"


def _cells(row: "LayerRow", name: str, words: Words) -> list[str]:
    return [
        escape(name),
        _chip(row.kind, words, COLOURS.get(row.kind, OTHER_COLOUR)),
        _shape(row.shape_out),
        _written(row.parameters, row.parameters_text),
        _written(row.macs, row.macs_text),
        _field(row),
        megabytes(row.weight_bytes + row.output_bytes),
    ]


def _line(cells: Sequence[str], kind: str = "") -> str:
    return f"<div class='line {kind}'>{''.join(f'<span>{cell}</span>' for cell in cells)}</div>"


def _written(count: int, text: str) -> str:
    """Return a count with how it comes about underneath; nothing for 0."""
    if not count:
        return ""
    return f"{count:,}<small>{escape(text).replace('·', '·<wbr>')}</small>"


def _chip(kind: str, words: Words, colour: str) -> str:
    name = escape(words.get(f"kind_{kind}", kind))
    return f"<i class='chip' style='background:{colour};color:{palette.ink(colour)}'>{name}</i>"


def _shape(shape: "Shape") -> str:
    return " × ".join(str(size) for size in shape)


def _field(row: "LayerRow") -> str:
    rows, cols = row.field
    return f"{rows.size} × {cols.size}"


def _ways(block: "Block") -> tuple[dict[str, list["LayerRow"]], list["LayerRow"]]:
    """Return the rows of each way through a block, and the rows from where they come together."""
    ways: dict[str, list[LayerRow]] = {}
    after: list[LayerRow] = []
    name = "main"
    for row in block.rows:
        parts = row.name.removeprefix(f"{block.name}.").split(".")
        name = {"downsample": "shortcut", "way": "main"}.get(parts[0], parts[0]) if len(parts) > 1 else name
        if after or row.kind in JOINS:
            after.append(row)
        else:
            ways.setdefault(name, []).append(row)
    if block.kind != "inception":
        ways = {"shortcut": ways.get("shortcut", []), "main": ways["main"], **ways}
    return ways, after


def _boxes(rows: Sequence["LayerRow"]) -> list[list["LayerRow"]]:
    """Return rows in groups that are drawn as one box: a layer with its normalisation and function."""
    boxes: list[list[LayerRow]] = []
    for row in rows:
        follows = row.kind in ("norm", "activation") and boxes and boxes[-1][0].kind not in JOINS
        if follows:
            boxes[-1].append(row)
        else:
            boxes.append([row])
    return boxes


def _fork(contents: Mapping[str, str], words: Words) -> str:
    """Return ways that start at one point and end at one point; an empty one passes its input on."""
    ways = [_way(words.get(f"way_{name}", ""), content, words) for name, content in contents.items()]
    return f"<div class='ways'>{''.join(ways)}</div>"


def _way(label: str, content: str, words: Words) -> str:
    title = f"<div class='label'>{escape(label)}</div>" if label else ""
    return f"<div class='way'>{title}{content or _identity(words)}</div>"


def _identity(words: Words) -> str:
    return f"<div class='identity'>{escape(words['identity'])}</div>"


def _stack(rows: Sequence["LayerRow"], words: Words) -> str:
    return "".join(_box(group, words) for group in _boxes(rows))


def _box(group: Sequence["LayerRow"], words: Words) -> str:
    """Return one box: what the layer does, how many maps come out, what follows at once."""
    first = group[0]
    colour = COLOURS.get(first.kind, OTHER_COLOUR)
    window = first.parameters_text.partition("(")[2].split("·")[:2]  # 64·(3·3·128)
    kernel = f"{window[0]}×{window[1]} " if len(window) == 2 else ""
    title = f"{kernel}{words.get(f'kind_{first.kind}', first.kind)}"
    maps = words["maps"].format(count=first.shape_out[0]) if first.kind == "conv" else ""
    after = [words.get(f"kind_{kind}", kind) for kind, _ in groupby(row.kind for row in group[1:])]
    small = "".join(f"<small>{escape(text)}</small>" for text in (maps, " · ".join(after)) if text)
    style = f"background:{colour};color:{palette.ink(colour)}"
    return f"<div class='box' style='{style}'>{escape(title)}{small}</div>"


def _cell(seen: bool) -> str:
    return "<i class='seen'></i>" if seen else "<i></i>"


def _milestone(one: Milestone, worst: float, words: Words) -> str:
    bar = ""
    if one.error_percent is not None:
        share = 100 * one.error_percent / worst
        text = escape(words["error"].format(percent=f"{one.error_percent:g}"))
        bar = f"<div class='error'><u style='--share:{share:.1f}'></u><span>{text}</span></div>"
    texts = f"<b>{escape(one.title)}</b><p>{escape(words[f'new_{one.key}'])}</p>{bar}"
    what = f"<div class='what'>{texts}<cite>{escape(one.source)}</cite></div>"
    return f"<div class='item' role='listitem'><div class='year'>{one.year}</div>{what}</div>"
