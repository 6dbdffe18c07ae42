"""A plan says which pictures its network gets, in training and afterwards."""

import pytest

from cnnviz.zoo import registry
from training import plans


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
