"""What the picture panel draws for each kind of picture; each returns the picture, if there is one."""

from functools import lru_cache

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from cnnviz.errors import ImageError
from cnnviz.images import samples
from cnnviz.images.decode import SUFFIXES, decode
from cnnviz.images.picture import Picture
from cnnviz.images.worked import FIRST, WORKED
from cnnviz.ui.components.gallery.gallery import gallery, sheet_of
from cnnviz.ui.components.grid.number_grid import number_grid, set_numbers
from cnnviz.ui.components.pad.drawing_pad import EMPTY, drawing_pad
from cnnviz.ui.elsewhere import over_https
from cnnviz.ui.frame import Page, query_of
from cnnviz.ui.views import picture_panel_memory as memory

OFFERED = (*SUFFIXES, ".heic", ".heif")  # in the file dialog; heic so that we can say what to do about it


def draw_source(page: Page, task: str | None) -> Picture | None:
    """Draw the pad; pages without a task share the one for digits."""
    of = task or "digits"
    start = samples.drawing(samples.FIRST[of]) if of == "digits" else EMPTY
    live = f"{page.name}.picture_live"
    label = page.t(f"picture.draw.{of}")
    drawing = drawing_pad(
        f"shared.pad.{of}", start, label=label, language=page.language, live=st.session_state.get(live, True)
    )
    st.toggle(
        page.t("picture.live.label"),
        True,
        key=live,
        help=page.t("picture.live.help"),
        persist_state="session",
    )
    return None if drawing.is_empty else drawing.picture()


def sample_source(page: Page, task: str | None) -> Picture | None:
    """Draw the built-in pictures."""
    group = task or str(
        st.segmented_control(
            page.t("picture.group"),
            ("scenes", "photos", "digits", "clothes", "rps"),
            key=f"{page.name}.picture_group",
            default="scenes",
            format_func=lambda name: page.t(f"samples.groups.{name}"),
            required=True,
            label_visibility="collapsed",
            persist_state="session",
        )
    )
    keys = samples.KEYS[group]
    now = memory.current(task).picture.name
    picked = gallery(
        f"{page.name}.samples.{group}",
        _sample_sheet(group),
        [sample_name(page, key) for key in keys],
        label=page.t(f"samples.groups.{group}"),
        selected=keys.index(now) if now in keys else None,
    )
    return None if picked is None else samples.sample(keys[picked])


def sample_name(page: Page, key: str) -> str:
    """Return how a sample is called on screen."""
    group, label, variant = samples.split(key)
    name = page.t(f"samples.{group}.{label}")
    variant_key = f"samples.{group}.variants.{variant}"
    return f"{name} ({page.t(variant_key)})" if page.has(variant_key) else name


@lru_cache(maxsize=8)
def _sample_sheet(group: str) -> str:
    return sheet_of([samples.sample(key).pixels_u8 for key in samples.KEYS[group]])


def upload_source(page: Page) -> Picture | None:
    """Draw the uploader."""
    file = st.file_uploader(
        page.t("picture.upload.label"),
        OFFERED,
        key=f"{page.name}.picture_upload",
        label_visibility="collapsed",
    )
    st.caption(page.t("picture.upload.help"))
    return _decoded(page, file, "upload")


def camera_source(page: Page) -> Picture | None:
    """Draw the camera."""
    file = st.camera_input(
        page.t("picture.camera.label"), key=f"{page.name}.picture_camera", label_visibility="collapsed"
    )
    secure = over_https(st.context.url, query_of(page))
    if secure:
        st.info(page.t("picture.camera.secure", address=secure), icon=":material/lock:")
    st.caption(page.t("picture.camera.help"))
    return _decoded(page, file, "camera")


def _decoded(page: Page, file: UploadedFile | None, origin: str) -> Picture | None:
    """Return the picture in a file, decoded once; explain beside the uploader why it cannot be read."""
    if file is None:
        return None
    key = f"{page.name}.picture_{origin}.read"
    file_id, read = st.session_state.get(key, (None, None))
    if file_id != file.file_id:
        read = _read(file, origin, name=file.name if origin == "upload" else "")
        st.session_state[key] = (file.file_id, read)
    if isinstance(read, ImageError):
        st.warning(read.worded(page.language), icon=":material/broken_image:")
        return None
    return read if isinstance(read, Picture) else None


def _read(file: UploadedFile, origin: str, *, name: str) -> Picture | ImageError:
    try:
        return decode(file.getvalue(), name, origin=origin)
    except ImageError as error:
        return error


def grid_source(page: Page) -> Picture:
    """Draw the number grid with the lectures' worked inputs."""

    def use() -> None:
        set_numbers(memory.GRID, WORKED[st.session_state[key]])

    key = f"{page.name}.picture_worked"
    st.selectbox(
        page.t("picture.worked.label"),
        tuple(WORKED),
        key=key,
        format_func=lambda name: page.t(f"picture.worked.{name}"),
        on_change=use,
        label_visibility="collapsed",
        persist_state="session",
    )
    label = page.t("picture.kinds.grid")
    numbers = number_grid(memory.GRID, WORKED[FIRST], label=label, language=page.language, resizable=True)
    st.caption(page.t("picture.worked.help"))
    return Picture.from_numbers(numbers)
