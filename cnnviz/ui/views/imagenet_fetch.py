"""The button that fetches ImageNet weights, and how far it is."""

import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.figures.architectures import megabytes
from cnnviz.ui.frame import Page
from cnnviz.ui.views.inside_progress import Bar

WORDS = "architectures.photo"


def draw_fetch(page: Page, name: str) -> None:
    """Draw the button, and while it works how far it is; "stop" ends this run and thereby the work."""
    from cnnviz.zoo import imagenet_weights

    file = imagenet_weights.weights_file(name)
    size = megabytes(file.num_bytes)
    pressed = st.button(
        page.t(f"{WORDS}.load", size=size),
        key=f"{page.name}.fetch_weights",
        type="primary",
        icon=":material/download:",
    )
    st.caption(page.t(f"{WORDS}.from", url=file.url, path=file.path))
    if not pressed:
        return
    bar, stop = Bar(), st.empty()
    stop.button(page.t(f"{WORDS}.stop"), key=f"{page.name}.fetch_stop", icon=":material/stop:")
    try:
        for done, total in imagenet_weights.fetch(name):
            values = {"done": megabytes(done), "size": megabytes(total)}
            bar.progress(done / total, text=page.t(f"{WORDS}.progress", **values))
    except CnnvizError as error:
        bar.empty()
        stop.empty()
        st.warning(error.worded(page.language), icon=":material/error:")
    else:
        st.rerun()
