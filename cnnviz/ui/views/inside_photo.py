"""An ImageNet network as the subject of the page."""

import numpy as np

from cnnviz.figures.predictions import percent
from cnnviz.images.photo import Normalisation, prepare_photo
from cnnviz.images.picture import Picture
from cnnviz.ops.ranking import rank
from cnnviz.ops.softmax import softmax
from cnnviz.ui import cache
from cnnviz.ui.frame import Page
from cnnviz.ui.views.answers import PhotoAnswer
from cnnviz.ui.views.inside_subject import Subject, unfolded

GUESSES = 5
GREY = Picture(np.full((256, 256), 128, np.uint8), origin="drawing")  # where there is no picture


def photo_subject(page: Page, picture: Picture | None, name: str) -> Subject:
    """Return what the ImageNet network `name` makes of `picture`, with the open block unfolded.

    Raises
    ------
    DataError, WeightsError
        If its weights are not here or not right.
    """
    picture = picture or GREY
    trained = cache.cached_photo_net(name)
    prepared = prepare_photo(picture, Normalisation(trained.mean, trained.std))
    digest = cache.digest_of(prepared.tensor_f32)
    run = cache.cached_photo_run(name, digest, _picture=prepared.tensor_f32)
    scores = softmax(run.logits)
    answer = PhotoAnswer(trained, run, scores, rank(scores))
    labels = list(trained.classes)
    return unfolded(page, Subject(cache.PHOTOS, name, trained.net, answer, prepared, labels, digest))


def best_guesses(page: Page, subject: Subject) -> str:
    """Return the five best guesses with their probabilities, as Markdown."""
    probs, order = subject.answer.softmax.probs, subject.answer.ranking.order[:GUESSES]
    first, *others = [f"{subject.labels[k]} ({percent(float(probs[k]))})" for k in order]
    return page.t("photo_guesses", first=first, others=", ".join(others))
