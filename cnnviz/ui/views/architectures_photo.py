"""One's own photo in a network trained on ImageNet, once its weights were asked for."""

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.figures import predictions
from cnnviz.figures.architectures import megabytes
from cnnviz.figures.spotlight import spotlight_html
from cnnviz.images.picture import Picture
from cnnviz.ops.ranking import rank
from cnnviz.ops.softmax import softmax
from cnnviz.ui import cache, controls
from cnnviz.ui.frame import Page
from cnnviz.ui.views.architectures import select_network
from cnnviz.ui.views.picture_panel import picture_panel

if TYPE_CHECKING:
    from cnnviz.zoo.imagenet_weights import WeightsFile

STYLE = Path(__file__).with_name("predict.css")
GUESSES = 5


def draw_photo(page: Page) -> None:
    """Draw the choice of network, then either the button that fetches weights or the photo and its answer."""
    from cnnviz.zoo import imagenet_weights

    st.markdown(page.t("photo.intro"))
    name = select_network(page, "photo_network", imagenet_weights.names())
    file = imagenet_weights.weights_file(name)
    if not file.is_here:
        _draw_fetch(page, name, file)
        return
    left, right = st.columns((6, 5), gap="large")
    with left:
        picture = picture_panel(page, kinds=("upload", "camera", "sample"))
    with right, controls.explained_errors(page):
        if picture is None:
            st.info(page.t("photo.no_picture"), icon=":material/photo:")
        else:
            _draw_answer(page, name, picture)


def _draw_fetch(page: Page, name: str, file: "WeightsFile") -> None:
    """Draw the button, and while it works how far it is; "stop" ends this run and thereby the work."""
    from cnnviz.zoo import imagenet_weights

    size = megabytes(file.num_bytes)
    pressed = st.button(page.t("photo.load", size=size), type="primary", icon=":material/download:")
    st.caption(page.t("photo.from", url=file.url, path=file.path))
    if not pressed:
        return
    bar = st.progress(0.0)
    st.button(page.t("photo.stop"), icon=":material/stop:")
    try:
        for done, total in imagenet_weights.fetch(name):
            bar.progress(
                done / total, text=page.t("photo.progress", done=megabytes(done), size=megabytes(total))
            )
    except CnnvizError as error:
        bar.empty()
        st.warning(error.worded(page.language), icon=":material/error:")
    else:
        st.rerun()


def _draw_answer(page: Page, name: str, picture: Picture) -> None:
    """Draw the first guesses, and what the network saw."""
    from cnnviz.explain.attribution import answer, grad_cam
    from cnnviz.zoo.imagenet_weights import prepare_photo

    trained = cache.cached_photo_net(name)
    seen = prepare_photo(name, picture.pixels_u8)
    scores = softmax(answer(trained.net, seen).logits)
    ranking = rank(scores)
    words = {kind: page.t(f"photo.{kind}") for kind in ("first", "second")}
    st.html(STYLE)
    st.html(predictions.answer_html(scores, ranking, labels=trained.classes, words=words))
    third_on = ranking.order[2:GUESSES]
    guesses = [f"{trained.classes[k]} {predictions.percent(float(scores.probs[k]))}" for k in third_on]
    st.markdown(page.t("photo.then", guesses=", ".join(guesses)))
    mean, std = (np.array(part, np.float32).reshape(3, 1, 1) for part in (trained.mean, trained.std))
    pixels = np.clip(seen * std + mean, 0, 1).transpose(1, 2, 0)  # (3, H, W) normalised to (H, W, 3) in 0..1
    lit = grad_cam(trained.net, seen, class_idx=ranking.first)
    plain = spotlight_html(pixels, np.ones_like(lit.heat), alt=page.t("photo.prepared"))
    where = spotlight_html(pixels, lit.heat, alt=page.t("photo.where", layer=lit.layer))
    with st.container(horizontal=True):
        for html, key in ((plain, "prepared"), (where, "where")):
            with st.container(width=240):
                st.html(html)
                st.caption(page.t(f"photo.{key}", layer=lit.layer))
    st.caption(page.t("photo.top5", percent=f"{100 * trained.top5:.1f}"))
