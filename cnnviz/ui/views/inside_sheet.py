"""Several digits on one wide sheet: the network slides over it and marks where each one is."""

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import streamlit as st

from cnnviz.figures.maps import Look, tile_maps, tile_pictures
from cnnviz.images import samples, strokes
from cnnviz.images.strokes import Drawing
from cnnviz.ui import cache, controls
from cnnviz.ui.components.pad.drawing_pad import PadMark, drawing, drawing_pad, set_drawing
from cnnviz.ui.frame import Page
from cnnviz.ui.views.inside_subject import Subject

if TYPE_CHECKING:
    from cnnviz.explain.results import Found, SheetReading

KEY = "inside.sheet_pad"
ASPECT = 3
EXAMPLE = ("digits/3/school", "digits/7/school", "digits/1/school")
PEN = 18.0  # units of the sheet: about the stroke of a digit half as high as the sheet
WINDOW_PX, MAP_PX = 92, 190
ROOM = 10.0  # units between a drawing and its frame


def draw_sheet(page: Page, subject: Subject) -> None:
    """Draw the sheet with a frame around each digit, and what the network saw to say so."""
    st.header(page.t("sheet_title"), anchor=False)
    st.markdown(page.t("sheet_intro"))
    start = example()
    now = drawing(KEY, start)
    slot = st.container()  # the frames are known once the sheet is read
    reading: SheetReading | None = None
    with controls.explained_errors(page):
        reading = cache.cached_reading((subject.task, subject.name), now)
    with slot:
        _draw_pad(page, subject, start, reading)
    if reading is not None and reading.found:
        _draw_found(page, subject, now, reading)
    elif reading is not None:
        st.markdown(page.t("sheet_empty" if now.is_empty else "sheet_nothing"))


def _draw_pad(page: Page, subject: Subject, start: Drawing, reading: "SheetReading | None") -> None:
    """Draw the sheet and the button that puts the example on it."""
    marks = [_mark(subject, found, reading) for found in reading.found] if reading else []
    label = page.t("sheet_label")
    drawing_pad(KEY, start, label=label, language=page.language, live=False, pen=PEN, marks=marks)
    st.button(
        page.t("sheet_example"),
        key="inside.sheet.example",
        icon=":material/edit_note:",
        on_click=lambda: set_drawing(KEY, example()),
    )


def example() -> Drawing:
    """Return a wide sheet with the digits of `EXAMPLE`."""
    return strokes.in_a_row([samples.drawing(key) for key in EXAMPLE], aspect=ASPECT, height=0.55, pen=PEN)


def _mark(subject: Subject, found: "Found", reading: "SheetReading") -> PadMark:
    """Return the frame of a digit, in units of the sheet."""
    unit = strokes.SHEET / reading.sides_px[found.size_idx]
    box = found.box
    (rows, cols), text = box.size, f"{subject.labels[found.class_idx]} · {_percent(found.prob)}"
    return PadMark(
        box.top * unit - ROOM, box.left * unit - ROOM, rows * unit + 2 * ROOM, cols * unit + 2 * ROOM, text
    )


def _draw_found(page: Page, subject: Subject, now: Drawing, reading: "SheetReading") -> None:
    """Draw what was read, the window of each digit, and the maps of answers in one size."""
    read = " ".join(subject.labels[one.class_idx] for one in reading.found)
    st.markdown(page.t("sheet_reads", text=read))
    titles = [f"{subject.labels[one.class_idx]} · {_percent(one.prob)}" for one in reading.found]
    windows = [_window(now, one, reading) for one in reading.found]
    st.html(tile_pictures(windows, Look(tile_px=WINDOW_PX, language=page.language), titles=titles).html)
    values = {"count": f"{reading.num_windows:,}", "sizes": len(reading.sides_px)}
    st.caption(page.t("sheet_about", **values))
    with st.expander(page.t("sheet_maps")):
        places = [one.size_idx for one in reading.found]
        size_idx = max(set(places), key=places.count)
        probs = reading.scans[size_idx].probs
        _, rows, cols = probs.shape
        side = reading.sides_px[size_idx]
        st.markdown(page.t("sheet_maps_about", rows=rows, cols=cols, height=side, width=side * ASPECT))
        look = Look(scale="positive", per="layer", tile_px=MAP_PX, language=page.language)
        st.html(tile_maps(probs, look, titles=subject.labels).html)


def _window(now: Drawing, found: "Found", reading: "SheetReading") -> npt.NDArray[np.uint8]:
    """Return the pixels of the window in which a digit was found, as the network got them."""
    side, window = reading.sides_px[found.size_idx], found.window
    sheet_u8 = strokes.render(now.strokes, size_px=side, aspect=ASPECT)
    room = max(window.size)  # a window can reach beyond the sheet, where it is black
    whole = np.pad(sheet_u8, room)
    return whole[window.top + room : window.bottom + room, window.left + room : window.right + room]


def _percent(prob: float) -> str:
    return f"{100 * prob:.0f}\N{NARROW NO-BREAK SPACE}%"
