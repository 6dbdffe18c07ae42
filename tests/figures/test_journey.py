"""The journey's figure shows what the network computed."""

import numpy as np
import pytest

from cnnviz.figures.journey import STAGES, journey_html
from cnnviz.figures.predictions import percent
from cnnviz.ops.journey import ten_twenty

SHAPES = {"conv1": (10, 1, 5, 5), "conv2": (20, 10, 5, 5), "dense1": (100, 320), "dense2": (10, 100)}
WORDS = {stage: stage for stage in STAGES} | {f"{stage}_note": "" for stage in STAGES} | {"alt": "a 'digit'"}


@pytest.fixture
def journey():
    generator = np.random.default_rng(3)
    weights = {f"{name}.weight": generator.normal(size=shape) / 9 for name, shape in SHAPES.items()}
    weights |= {f"{name}.bias": np.zeros(shape[0]) for name, shape in SHAPES.items()}
    return ten_twenty(generator.normal(size=(1, 28, 28)), weights)


def test_answer_is_that_of_the_softmax(journey):
    html = journey_html(journey, WORDS)
    probs = journey.softmax.probs
    assert f"<div class='headline'>{probs.argmax()}<small>{percent(probs.max())}" in html
    assert f"<span class='best'><b>{probs.argmax()}</b>" in html


def test_every_stage_is_there_and_words_are_escaped(journey):
    html = journey_html(journey, WORDS)
    assert html.count("data:image/png") == 5
    assert "a &#x27;digit&#x27;" in html
