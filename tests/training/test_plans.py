"""A plan says which pictures its network gets, in training and afterwards."""

import pytest

from cnnviz.zoo import registry
from training import plans
from training.leave_out import MADE, PHOTOS


@pytest.mark.parametrize(
    ("task", "name"), [(task, name) for task in registry.TASKS for name in registry.names(task)]
)
def test_a_card_has_the_size_that_the_plan_says_is_in_use(task: str, name: str) -> None:
    side = plans.side_in_use(task, name)
    assert registry.card(task, name).size == (side, side)


def test_pictures_in_use_may_be_larger_than_in_training() -> None:
    assert plans.settings("rps", "best")["side"] < plans.side_in_use("rps", "best")
    assert plans.recipe("rps", "best", "photo").size == plans.side_in_use("rps", "best")
    assert plans.side_in_use("rps", "imagenet") == plans.settings("rps", "imagenet")["side"]
    assert plans.side_in_use("digits", "best") == 28


def test_a_chain_begins_with_what_it_needs() -> None:
    chain = plans.chain("rps", "best")
    assert chain == ["best-wide", "best-middle", "best-first", "best"]
    trains = (f"python -m training.train rps {name}" for name in chain)
    assert registry.card("rps", "best").training.command == " && ".join(trains)


def test_teachers_come_before_their_pupil() -> None:
    chain, own = plans.chain("digits", "best"), plans.settings("digits", "best")
    assert chain[-1] == "best"
    assert set(own["teachers"]) <= set(chain[:-1])
    assert len(set(chain)) == len(chain)


@pytest.mark.parametrize("model", MADE)
def test_a_source_left_out_is_never_trained_on_before(model: str) -> None:
    for source in PHOTOS:
        for name in plans.chain("rps", f"{model}-without-{source}"):
            assert source not in plans.settings("rps", name)["sources"]
    for name in plans.chain("rps", MADE[model]):
        assert plans.settings("rps", name)["sources"] == ["cgi"]
