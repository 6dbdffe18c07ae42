"""One's own photo in a network trained on ImageNet, once its weights were asked for."""

from pathlib import Path

import streamlit as st

from cnnviz.figures import predictions
from cnnviz.images.picture import Picture
from cnnviz.ops.ranking import rank
from cnnviz.ops.softmax import softmax
from cnnviz.ui import cache, controls, frame
from cnnviz.ui.frame import Page
from cnnviz.ui.views.architectures import select_network
from cnnviz.ui.views.imagenet_fetch import draw_fetch
from cnnviz.ui.views.picture_panel import picture_panel
from cnnviz.ui.views.preparation import strip_html

STYLE = Path(__file__).with_name("predict.css")
GUESSES = 5


def draw_photo(page: Page) -> None:
    """Draw the choice of network, then either the button that fetches weights or the photo and its answer."""
    from cnnviz.zoo import imagenet_weights

    st.markdown(page.t("photo.intro"))
    name = select_network(page, "photo_network", imagenet_weights.names())
    if not imagenet_weights.weights_file(name).is_here:
        draw_fetch(page, name)
        return
    left, right = st.columns((6, 5), gap="large")
    with left:
        picture = picture_panel(page, cache.PHOTOS)
    with right, controls.explained_errors(page):
        if picture is None:
            st.info(page.t("photo.no_picture"), icon=":material/photo:")
        else:
            _draw_answer(page, name, picture)


def _draw_answer(page: Page, name: str, picture: Picture) -> None:
    """Draw the first guesses, what the network saw, and the way inside."""
    from cnnviz.images.photo import Normalisation, prepare_photo

    trained = cache.cached_photo_net(name)
    prepared = prepare_photo(picture, Normalisation(trained.mean, trained.std))
    digest = cache.digest_of(prepared.tensor_f32)
    with st.spinner(page.t("inside.working"), show_time=True):
        scores = softmax(cache.cached_photo_run(name, digest, _picture=prepared.tensor_f32).logits)
    ranking = rank(scores)
    words = {kind: page.t(f"photo.{kind}") for kind in ("first", "second")}
    st.html(STYLE)
    st.html(predictions.answer_html(scores, ranking, labels=trained.classes, words=words))
    third_on = ranking.order[2:GUESSES]
    guesses = [f"{trained.classes[k]} {predictions.percent(float(scores.probs[k]))}" for k in third_on]
    st.markdown(page.t("photo.then", guesses=", ".join(guesses)))
    frame.link(page, "inside", label=page.t("photo.inside"), task=cache.PHOTOS, model=name)
    st.html(strip_html(page, prepared))
    st.caption(page.t("photo.top5", percent=f"{100 * trained.top5:.1f}"))
