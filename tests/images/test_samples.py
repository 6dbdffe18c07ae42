"""The built-in pictures: all can be drawn, are what they claim, and come out the same each time."""

import numpy as np
import pytest

from cnnviz.errors import ChoiceError
from cnnviz.images import samples
from cnnviz.images.drawn.digits import digit
from cnnviz.images.prepare import CHANNELS, Recipe, form_of, prepare
from cnnviz.words import LANGUAGES, catalogue

ALL = [key for keys in samples.KEYS.values() for key in keys]


@pytest.mark.parametrize("key", ALL)
def test_every_sample(key):
    group, label, _ = samples.split(key)
    picture = samples.sample(key)
    assert picture.origin == "sample"
    assert picture.label == (label if group in CHANNELS else None)
    assert np.ptp(picture.pixels_u8) > 100
    assert picture.is_colour == (
        group == "rps" or label in ("colours", "cat", "coffee", "astronaut", "rocket")
    )
    samples.sample.cache_clear()
    assert samples.sample(key).digest == picture.digest


def test_enough_of_each():
    labels = {group: [samples.split(key)[1] for key in keys] for group, keys in samples.KEYS.items()}
    assert all(labels["digits"].count(str(number)) >= 3 for number in range(10))
    assert len(set(labels["clothes"])) == 10
    assert all(labels["rps"].count(name) >= 3 for name in ("rock", "paper", "scissors"))
    assert len(set(labels["scenes"])) >= 6


@pytest.mark.parametrize("task", ["digits", "clothes", "rps"])
def test_samples_can_be_prepared(task):
    count = CHANNELS[task][0]
    for key in samples.KEYS[task]:
        picture = samples.sample(key)
        recipe = Recipe(task=task, form=form_of(picture), size=28, mean=(0.5,) * count, std=(0.5,) * count)
        prepared = prepare(picture, recipe)
        assert not prepared.is_empty
        assert prepared.seen_f32.std() > 0.1


def test_a_seed_gives_another_attempt_and_the_same_one_each_time():
    model, attempt = digit("3", "quick"), digit("3", "quick", seed=7)
    assert attempt == digit("3", "quick", seed=7)
    assert attempt != digit("3", "quick", seed=8)
    shift = np.array(attempt.strokes[0].points) - np.array(model.strokes[0].points)
    assert 0.5 < np.abs(shift).max() < 40


def test_unknown_samples_are_refused():
    for key in ("cats", "digits/11/school", "digits/7", "scenes/sea/0"):
        with pytest.raises(ChoiceError, match="sample"):
            samples.sample(key)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sample_has_a_name(language):
    words = catalogue(language)
    for key in ALL:
        group, label, variant = samples.split(key)
        assert words[f"samples.groups.{group}"]
        assert words[f"samples.{group}.{label}"]
        assert group in ("scenes", "photos") or words[f"samples.{group}.variants.{variant}"]
