"""What the page of architectures draws: layer table, block pictures, the 3×3 argument, the history."""

from types import MappingProxyType

import streamlit as st

from cnnviz import words
from cnnviz.figures import architectures as figures
from cnnviz.stack.small_kernels import KernelChoice, small_against_large
from cnnviz.ui import cache, controls
from cnnviz.ui.frame import Page
from cnnviz.zoo.imagenet_table import ARCHITECTURES, HISTORY

# The network in which each kind of block is shown.
SHOWN_IN = MappingProxyType(
    {
        "inception": "googlenet",
        "residual": "resnet18",
        "bottleneck": "resnet50",
        "squeeze_excitation": "se-resnet50",
    }
)


def draw_layers(page: Page) -> None:
    """Draw one architecture: where it comes from, what it costs, its layers."""
    name = select_network(page, "network", tuple(ARCHITECTURES))
    one = ARCHITECTURES[name]
    table, found = cache.cached_architecture(name)
    source = page.t("by", authors=one.authors, source=one.source, year=one.year)
    st.markdown(page.t(f"about.{name}"))
    st.caption(source if one.authors else page.t("lecture"))
    maps = [row for row in table.rows if len(row.shape_out) == 3]
    field = f"{maps[-1].field[0].size} × {maps[-1].field[1].size}" if maps else page.t("no_maps")
    facts = [
        (f"{table.parameters:,}", page.t("facts.parameters")),
        (f"{table.macs:,}", page.t("facts.macs")),
        (figures.megabytes(table.weight_bytes), page.t("facts.weights")),
        (figures.megabytes(table.output_bytes), page.t("facts.maps")),
        (field, page.t("last_maps")),
    ]
    st.html(figures.style_html() + figures.facts_html(facts))
    if len(found) < len(table.rows):
        st.caption(page.t("column.fold"))
    st.html(figures.layer_table_html(found, table, _table_words(page)))
    st.caption(page.t("macs_meaning"))


def draw_blocks(page: Page) -> None:
    """Draw the picture of a kind of block, in a network that is made of it."""
    kind = controls.segmented(page, "block")
    network = SHOWN_IN[kind]
    _, found = cache.cached_architecture(network)
    of_kind = [block for block in found if block.kind == kind]
    left, right = st.columns((5, 7), gap="large")
    with left:
        place = int(controls.slider(page, "place", high=len(of_kind)))
        block = of_kind[place - 1]
        counts = {"parameters": f"{block.parameters:,}", "macs": f"{block.macs:,}"}
        st.markdown(page.t(f"block.meaning.{kind}"))
        title = ARCHITECTURES[network].title
        st.markdown(page.t("picture.where", block=block.name, network=title, **counts))
    with right:
        st.html(figures.style_html() + figures.block_html(block, _picture_words(page)))


def draw_small_kernels(page: Page) -> None:
    """Draw several 3×3 layers against the one large kernel that sees as much."""
    st.markdown(page.t("small.intro"))
    left, right = st.columns(2, gap="large")
    with left:
        num_layers = int(controls.slider(page, "num_layers"))
    with right:
        channels = int(controls.slider(page, "channels"))
    small, large = small_against_large(num_layers, channels)
    for column, choice, title in ((left, small, "small_title"), (right, large, "large_title")):
        with column:
            st.header(page.t(f"small.{title}", count=num_layers, kernel=choice.kernel), anchor=False)
            _draw_choice(page, choice)
    percent = f"{100 * small.parameters / large.parameters:.0f}"
    st.markdown(page.t("small.fewer" if num_layers > 1 else "small.same", percent=percent))


def draw_history(page: Page) -> None:
    """Draw the line from the Neocognitron on."""
    st.markdown(page.t("history.intro"))
    texts = {f"new_{one.key}": page.t(f"history.new.{one.key}") for one in HISTORY}
    template = words.catalogue(page.language)["architectures.history.error"]
    st.html(figures.style_html() + figures.history_html(HISTORY, texts | {"error": template}))


def select_network(page: Page, name: str, choices: tuple[str, ...]) -> str:
    """Draw a choice of architectures, called as in their papers in every language."""
    field = controls.seed(page, name, choices=choices)
    return st.selectbox(
        page.t(f"{name}.label"),
        choices,
        key=field.key,
        format_func=lambda choice: ARCHITECTURES[choice].title,
        persist_state="session",
    )


def _draw_choice(page: Page, choice: KernelChoice) -> None:
    values = {"count": choice.num_layers, "kernel": choice.kernel, "channels": choice.channels}
    alt = page.t("small.alt", side=choice.field, **values)
    step = page.t("small.step", kernel=choice.kernel)
    st.html(figures.style_html() + figures.pyramid_html(choice, {"alt": alt, "step": step}))
    lines = [
        page.t("small.field", side=choice.field),
        page.t("small.parameters", total=f"{choice.parameters:,}", **values),
        page.t("small.macs", total=f"{choice.weights:,}", **values),
        page.t("small.functions", count=choice.num_layers),
    ]
    st.markdown("\n".join(f"- {line}" for line in lines))


def _table_words(page: Page) -> dict[str, str]:
    names = (*figures.COLUMNS, "input", "total")
    return {name: page.t(f"column.{name}") for name in names} | _kinds(page)


def _picture_words(page: Page) -> dict[str, str]:
    ways = {f"way_{name}": page.t(f"picture.{name}") for name in ("main", "shortcut", "gate")}
    maps = words.catalogue(page.language)["architectures.picture.maps"]
    return _kinds(page) | ways | {"identity": page.t("picture.identity"), "maps": maps}


def _kinds(page: Page) -> dict[str, str]:
    prefix = "architectures.kind."
    texts = words.catalogue(page.language)
    return {f"kind_{key.removeprefix(prefix)}": text for key, text in texts.items() if key.startswith(prefix)}
