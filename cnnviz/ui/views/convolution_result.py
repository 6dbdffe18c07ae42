"""What the convolution gives: input, output, one cell, every map, every channel, program and files."""

from html import escape
from pathlib import Path
from types import MappingProxyType

import numpy as np
import streamlit as st

from cnnviz.figures import export, formula, palette
from cnnviz.figures.maps import CELL_PX, MOST_NUMBERED, Look, Mark, TiledMaps, tile_maps, tile_pictures
from cnnviz.figures.numbers import short
from cnnviz.ops.conv import CellTrace, ConvResult
from cnnviz.ops.conv_code import INPUT_FILE, conv2d_code, needs_file
from cnnviz.shapes import Axis
from cnnviz.ui import controls
from cnnviz.ui.frame import Page
from cnnviz.ui.views.convolution_kernels import CHANNELS

STYLE = Path(__file__).with_name("convolution.css")
LONGEST = 512  # rows or columns of a picture; larger ones are shrunk to this
TALL_PX, LEAST_PX = 350, 120  # most rows of a figure on a laptop, and least columns of an output
ICONS = MappingProxyType(
    {"left": "back", "up": "upward", "down": "downward", "right": "forward"}
)  # of Material Symbols, after "arrow_"
MOST_OUTLINED = 40  # rows or columns up to which single cells of a dilated window can be told apart
SMALL_CELL_PX = 30  # of a number in the working, where three grids stand side by side


def cell_of(page: Page, result: ConvResult, map_idx: int) -> CellTrace:
    """Return the working of the chosen cell, moved into the output."""
    _, rows, cols = result.output.shape
    for name, size in (("row", rows), ("col", cols)):
        controls.seed(page, name, high=size - 1, start=size // 2)  # the middle tells more than a corner
    return result.cell(map_idx, st.session_state["convolution.row"], st.session_state["convolution.col"])


def input_html(page: Page, result: ConvResult, cell: CellTrace, *, scale: str) -> str:
    """Return the padded input with the kernel's window, the padding, and what is never visited.

    Parameters
    ----------
    page : Page
        The page.
    result : ConvResult
        What to draw; an input of three channels is drawn in colour.
    cell : CellTrace
        The chosen cell.
    scale : {'picture', 'auto'}
        Whether the input is a picture or a table of numbers.
    """
    rows, cols = result.axes
    sizes = {"rows": rows.size_in, "cols": cols.size_in, "all_rows": rows.padded, "all_cols": cols.padded}
    title = page.t("input_padded" if any(result.spec.padding) else "input", **sizes)
    marks = [*_padding_marks(rows, cols), *_window_marks(result, cell)]
    visited = rows.visited, cols.visited
    look = Look(scale=scale, tile_px=_input_px(result), language=page.language)
    if len(result.padded) == len(CHANNELS):
        pixels_u8 = np.clip(result.padded.transpose(1, 2, 0) * 255 + 0.5, 0, 255).astype(np.uint8)
        figure = tile_pictures([pixels_u8], look, marks=marks, visited=visited)
    else:
        figure = tile_maps(result.padded, look, marks=marks, visited=visited)
    missed = tuple(axis.visited.count(False) for axis in (rows, cols))
    note = page.t("never_visited", rows=missed[0], cols=missed[1]) if any(missed) else ""
    return _titled(title, figure.html, note)


def output_html(page: Page, result: ConvResult, cell: CellTrace, *, white: float) -> str:
    """Return the map of the chosen kernel, at the scale of the input, with the chosen cell."""
    _, rows, cols = result.output.shape
    look = _output_look(page, result, white)
    mark = Mark(row=cell.row, col=cell.col, role="output")
    figure = tile_maps(result.output[cell.map_idx], look, marks=[mark])
    return _titled(page.t("output", rows=rows, cols=cols), figure.html)


def draw_cell(page: Page, cell: CellTrace, result: ConvResult) -> None:
    """Draw the choice of an output cell and how its number comes about."""
    left, right = st.columns((1, 3), gap="large")
    with left:
        _draw_position(page, result)
    with right:
        grids = [("patch", cell.patch), ("weights", cell.weights), ("products", cell.products)]
        for (name, values), column in zip(grids, st.columns(3), strict=True):
            with column:
                _subtitle(page.t(name))
                st.html(_numbered(page, values).html)
        st.html(working_html(page, cell))
        if cell.is_padding.any():
            st.caption(page.t("padding_underlined"))
        if not float(cell.products.sum()).is_integer():
            st.caption(page.t("rounded"))


def working_html(page: Page, cell: CellTrace) -> str:
    """Return the whole formula of a cell: every product, the sum of each channel, the bias, the total."""
    colours = f"--input:{palette.ROLES['input']};--kernel:{palette.ROLES['kernel']}"
    working = formula.cell_html(cell, _channel_names(page, len(cell.patch)))
    total = f'<p class="total">{page.t("total")} {formula.total_line(cell)}</p>'
    return f'<div class="cnn-working" style="{colours}">{working}{total}</div>'


def draw_size(page: Page, result: ConvResult) -> None:
    """Draw the size formula of rows and columns with the numbers filled in."""
    for name, axis, column in zip(("rows", "cols"), result.axes, st.columns(2), strict=True):
        with column:
            st.latex(formula.size_latex(axis, page.t(f"axis_{name}")))
            key = "leftover" if axis.leftover else "no_leftover"
            st.caption(page.t(key, count=axis.leftover))
    st.caption(page.t("symbols"))


def draw_maps(page: Page, result: ConvResult, *, white: float) -> None:
    """Draw the maps of all kernels, stacked as the next layer would get them."""
    count, rows, cols = result.output.shape
    st.markdown(page.t("all_maps" if count > 1 else "all_maps_one", count=count, rows=rows, cols=cols))
    look = Look(scale=controls.value(page, "view"), white=white, language=page.language)
    titles = [page.t("kernel_number", number=number) for number in range(1, count + 1)]
    st.html(tile_maps(result.output, look, titles=titles).html)


def draw_channels(page: Page, result: ConvResult, map_idx: int) -> None:
    """Draw each channel of the input, its kernel slice and its share of the output."""
    channels = len(result.padded)
    names = _channel_names(page, channels)
    rows = [
        ("channel_input", result.image, "picture" if channels > 1 else "auto"),
        ("channel_slice", result.weight[map_idx], "signed"),
        ("channel_share", result.channel_maps(map_idx), "signed"),
    ]
    for key, maps, scale in rows:
        _subtitle(page.t(key))
        look = Look(scale=scale, columns=channels, tile_px=200, per="layer", language=page.language)
        st.html(tile_maps(maps, look, titles=names if channels > 1 else ()).html)
    bias = short(result.bias[map_idx])
    st.markdown(page.t("channel_sum", channels=" + ".join(names), bias=bias))


def draw_files(page: Page, result: ConvResult, map_idx: int, *, white: float) -> None:
    """Draw the program and the files to take away."""
    scale = controls.value(page, "view")
    grid, name = result.output[map_idx], f"convolution-{map_idx + 1}"
    makers = {
        "png": lambda: export.to_png(grid, scale, white),
        "csv": lambda: export.to_csv(grid),
        "npy": lambda: export.to_npy(result.output),
    }
    with st.container(horizontal=True):
        for kind, make in makers.items():
            label, icon = page.t(f"download.{kind}"), ":material/download:"
            st.download_button(
                label, make, f"{name}.{kind}", icon=icon, on_click="ignore", key=f"convolution.{kind}"
            )
        if needs_file(result):
            make = lambda: export.to_npy(result.image)  # noqa: E731 (as the makers above)
            st.download_button(page.t("download.input"), make, INPUT_FILE, icon=icon, on_click="ignore")
    st.caption(page.t("code_needs" if needs_file(result) else "code_prints", file=INPUT_FILE))
    st.code(conv2d_code(result), language="python")


def _titled(title: str, figure: str, note: str = "") -> str:
    """Return a figure below its title, as one piece of HTML: each element of a page costs time."""
    below = f'<p class="cnn-note">{escape(note)}</p>' if note else ""
    return f'<p class="cnn-title">{escape(title)}</p>{figure}{below}'


def _subtitle(text: str) -> None:
    st.markdown(f"**{text}**")


def _numbered(page: Page, values: np.ndarray) -> TiledMaps:
    """Return small grids one below the other, with their numbers in the cells."""
    cols = values.shape[2]
    px = SMALL_CELL_PX if cols > 3 else CELL_PX
    look = Look(numbers=True, tile_px=px * cols, columns=1, legend=False, per="layer", language=page.language)
    titles = _channel_names(page, len(values)) if len(values) > 1 else ()
    return tile_maps(values, look, titles=titles)


def _channel_names(page: Page, count: int) -> tuple[str, ...]:
    if count == len(CHANNELS):
        return tuple(page.t(name) for name in CHANNELS)
    return tuple(page.t("channel", number=number) for number in range(1, count + 1))


def _input_px(result: ConvResult) -> int:
    """Return the width of the input: with numbers in its cells where it is small, else not too tall."""
    rows, cols = (axis.padded for axis in result.axes)
    if max(rows, cols) <= MOST_NUMBERED:
        return min(CELL_PX, TALL_PX // rows) * cols
    scale = TALL_PX / max(rows, cols)
    return round(scale) * cols if scale >= 4 else max(1, round(scale * cols))


def _output_look(page: Page, result: ConvResult, white: float) -> Look:
    """Return a look in which one output cell is as wide as one input cell, unless that is too small."""
    cell_px = _input_px(result) / result.padded.shape[2]
    width = max(LEAST_PX, round(cell_px * result.output.shape[2]))
    if max(result.output.shape[1:]) <= MOST_NUMBERED:
        width = round(max(cell_px, min(CELL_PX, TALL_PX / result.output.shape[1])) * result.output.shape[2])
    return Look(scale=controls.value(page, "view"), white=white, tile_px=width, language=page.language)


def _padding_marks(rows: Axis, cols: Axis) -> list[Mark]:
    """Return the four bands around the input that are padding."""
    bands = [
        (0, 0, rows.before, cols.padded),
        (rows.before + rows.size_in, 0, rows.after, cols.padded),
        (rows.before, 0, rows.size_in, cols.before),
        (rows.before, cols.before + cols.size_in, rows.size_in, cols.after),
    ]
    places = [dict(zip(("row", "col", "rows", "cols"), band, strict=True)) for band in bands]
    return [
        Mark(**place, role="padding", shape="fill") for place in places if place["rows"] and place["cols"]
    ]


def _window_marks(result: ConvResult, cell: CellTrace) -> list[Mark]:
    """Return the window of the chosen cell; with dilation on a small input, every cell that it multiplies."""
    rows, cols = result.axes
    down, across = (
        tuple(at + axis.before for at in part) for part, axis in ((cell.rows, rows), (cell.cols, cols))
    )
    if result.spec.dilation == (1, 1) or max(rows.padded, cols.padded) > MOST_OUTLINED:
        return [Mark(row=down[0], col=across[0], rows=rows.extent, cols=cols.extent, role="kernel")]
    return [Mark(row=row, col=col, role="kernel") for row in down for col in across]


def _draw_position(page: Page, result: ConvResult) -> None:
    """Draw row and column of the chosen cell, with arrows."""
    _, rows, cols = result.output.shape
    numbers = st.container(key="convolution_place").columns(2)
    with numbers[0]:
        controls.number(page, "row", high=rows - 1)
    with numbers[1]:
        controls.number(page, "col", high=cols - 1)
    arrows = {"left": ("col", -1), "up": ("row", -1), "down": ("row", 1), "right": ("col", 1)}
    with st.container(horizontal=True, gap="xsmall"):
        for name, (control, step) in arrows.items():
            icon, key = f":material/arrow_{ICONS[name]}:", f"convolution.arrow.{name}"
            held = st.session_state[f"convolution.{control}"] + step
            outside = not 0 <= held < (rows if control == "row" else cols)
            st.button(
                "",
                icon=icon,
                key=key,
                help=page.t(f"arrows.{name}"),
                disabled=outside,
                on_click=controls.push,
                args=(page, control, held),
                shortcut=f"Shift+{name.capitalize()}",
            )
    st.caption(page.t("counted_from_zero"))
