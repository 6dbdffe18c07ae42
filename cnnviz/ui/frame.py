"""The frame of every page: `begin` is the first statement of each script.

It sets the page up, settles the language, draws the sidebar (links to the pages there are, language
switch, a way to invite others, privacy) and keeps the address in step with the controls, so that it can be
shared.
"""

from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from types import MappingProxyType

import streamlit as st

from cnnviz import words
from cnnviz.ui import state
from cnnviz.ui.elsewhere import for_others

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
ICON = HERE / "icon.png"  # a named icon would be fetched from another server

GROUPS = (
    ("home", ("home",)),
    ("build", ("convolution", "activation_pooling", "layer_stack")),
    ("predict", ("digits", "clothes", "rock_paper_scissors")),
    ("look_inside", ("inside",)),
    ("look_up", ("architectures", "models")),
)
ICONS = MappingProxyType(
    {
        "home": ":material/home:",
        "convolution": ":material/grid_on:",
        "activation_pooling": ":material/filter_alt:",
        "layer_stack": ":material/stacks:",
        "digits": ":material/draw:",
        "clothes": ":material/apparel:",
        "rock_paper_scissors": ":material/back_hand:",
        "inside": ":material/network_node:",
        "architectures": ":material/account_tree:",
        "models": ":material/fact_check:",
    }
)
NATIVE_NAMES = MappingProxyType({"en": "English", "ko": "한국어"})


@dataclass(frozen=True, slots=True)
class Page:
    """A page in the reader's language."""

    name: str
    language: str

    def t(self, key: str, /, **values: object) -> str:
        """Return the text `key` of this page, or of the section that a full key ``section.key`` names.

        Raises
        ------
        KeyError
            If neither exists, or the text names a value not given.
        """
        own = f"{self.name}.{key}"
        return words.text(self.language, own if own in words.catalogue(self.language) else key, **values)

    def has(self, key: str) -> bool:
        """Return whether this page, or the section that a full key names, has a text `key`."""
        catalogue = words.catalogue(self.language)
        return f"{self.name}.{key}" in catalogue or key in catalogue

    def lesson(self) -> str:
        """Return the lesson of this page as Markdown."""
        return words.lesson(self.language, self.name)


def begin(name: str, *, heading: bool = True) -> Page:
    """Set up the page called `name`, draw its sidebar and heading, and return it.

    Parameters
    ----------
    name : str
        ``home`` or the name of the file in ``pages/``, which is also the section of its words.
    heading : bool
        Draw the texts ``title`` and ``intro`` of the page.
    """
    language = _language(name)
    page = Page(name, language)
    label = page.t(f"frame.pages.{name}")
    title = page.t("frame.product") if name == "home" else f"{label} · {page.t('frame.product')}"
    st.set_page_config(page_title=title, page_icon=ICON, layout="wide")
    st.html(HERE / "frame.css")
    _draw_sidebar(page)
    keep_url(page, place="page")
    if heading:
        st.title(page.t("title"), anchor=False)
        st.markdown(page.t("intro"))
    return page


def draw_lesson(page: Page, *, expanded: bool = False) -> None:
    """Draw the lesson of `page`, folded."""
    with st.expander(page.t("frame.lesson"), icon=":material/school:", expanded=expanded):
        st.markdown(page.lesson())


def link(page: Page, name: str, *, label: str | None = None, **params: str) -> None:
    """Draw a link to the page `name` in the same language; nothing if there is no such page.

    Parameters
    ----------
    page : Page
        The page to draw on.
    name : str
        The page to lead to.
    label : str, optional
        The words of the link; the page's name if left out.
    **params
        Controls to set there, by their names in the URL.
    """
    if exists(name):
        text = label or page.t(f"frame.pages.{name}")
        params = {"lang": page.language, **params}
        st.page_link(script(name), label=text, icon=ICONS[name], query_params=params)


def script(name: str) -> str:
    """Return the file of the page `name`, relative to the root."""
    return "app.py" if name == "home" else f"pages/{name}.py"


def exists(name: str) -> bool:
    """Return whether there is a page `name`."""
    return (ROOT / script(name)).is_file()


def keep_url(page: Page, *, place: str = "fragment") -> None:
    """Write language and changed controls into the address; a fragment with controls calls it too.

    The browser does it, replacing the entry in its history: `st.query_params` would add one entry a
    change, and "back" would no longer lead back.

    Parameters
    ----------
    page : Page
        The page whose controls are written.
    place : str
        Where it is called from, unique on the page.
    """
    names = ["lang", *(field.url_name for field in _drawn(page))]
    data = {"language": page.language, "names": names, "params": query_of(page)}
    mount = st.components.v2.component("cnnviz_frame", js=_script_text())
    with st.container(key=f"address-{place}"):
        # A list: in a dict Streamlit looks for data frames, and loads pandas for it, 0.3 s at the start.
        mount(key=f"frame.address.{place}", data=[data], height=1)


def query_of(page: Page) -> dict[str, str]:
    """Return what the address says of the page as it is now: its language and what was changed."""
    held = {field: st.session_state[field.key] for field in _drawn(page)}
    changed = {field.url_name: field.write(value) for field, value in held.items() if value != field.default}
    return {"lang": page.language, **changed}


def _drawn(page: Page) -> list[state.Field]:
    """Return the fields of the page whose controls were drawn before."""
    mine = (field for field in state.FIELDS.values() if field.page == page.name)
    return [field for field in mine if field.key in st.session_state]


@cache
def _script_text() -> str:
    return (HERE / "frame.js").read_text(encoding="utf-8")


def _language(name: str) -> str:
    """Return the language: of the link one came by, else the one chosen before, else the browser's."""
    memory = st.session_state
    if memory.get("frame.page") != name:
        memory["frame.page"] = name
        memory["frame.arrived_with"] = st.query_params.to_dict()
    asked = memory["frame.arrived_with"].pop("lang", None)
    if asked not in words.LANGUAGES:
        asked = memory.get("shared.language") or (st.context.locale or "en").split("-")[0].lower()
    memory["shared.language"] = asked if asked in words.LANGUAGES else "en"
    return str(memory["shared.language"])


def _draw_sidebar(page: Page) -> None:
    with st.sidebar:
        st.html(f"<div class='brand'>{page.t('frame.product')}</div>")
        _draw_language(page)
        for group, names in GROUPS:
            _draw_group(page, group, [name for name in names if exists(name)])
        label, icon = page.t("frame.invite.button"), ":material/qr_code_2:"
        if st.button(label, key=f"{page.name}.invite", icon=icon, type="tertiary"):
            _invite(page)
        st.caption(page.t("frame.privacy"))


def _invite(page: Page) -> None:
    """Show the address of the page as it is now, to be scanned or typed by others."""

    def draw() -> None:
        address = for_others(st.context.url, query_of(page))
        if address is None:
            st.info(page.t("frame.invite.unknown"))
            return
        from segno import make_qr  # only where it is asked for: the start of the app stays as short

        code = make_qr(address).svg_data_uri(border=2, light="#fff")
        st.html(f"<img class='invite' alt='{escape(address)}' src='{escape(code)}'>")
        st.markdown(page.t("frame.invite.how", address=address.split("?")[0]))
        st.caption(page.t("frame.invite.what"))

    st.dialog(page.t("frame.invite.title"), width="medium", icon=":material/qr_code_2:")(draw)()


def _draw_group(page: Page, group: str, names: list[str]) -> None:
    if names and page.has(f"frame.groups.{group}"):
        st.html(f"<div class='nav-group'>{page.t(f'frame.groups.{group}')}</div>")
    for name in names:
        link(page, name)


def _draw_language(page: Page) -> None:
    key = f"{page.name}.language"
    if st.session_state.get(key) != page.language:
        st.session_state[key] = page.language

    def remember() -> None:
        st.session_state["shared.language"] = st.session_state[key]

    st.segmented_control(
        "Language · 언어",
        words.LANGUAGES,
        key=key,
        required=True,
        format_func=NATIVE_NAMES.__getitem__,
        on_change=remember,
        label_visibility="collapsed",
        width="stretch",
    )
