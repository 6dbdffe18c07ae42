"""Reading cards: intervals, missing and broken files."""

from pathlib import Path

import pytest

from cnnviz.errors import ModelError
from cnnviz.zoo.cards import Share, read_card, read_metrics


# 95 % score intervals of R. Newcombe, "Two-sided confidence intervals for the single proportion"
# (Statistics in Medicine 17, 1998), table I, method 3
@pytest.mark.parametrize(
    ("right", "count", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_interval_equals_the_published_ones(right: int, count: int, low: float, high: float) -> None:
    share = Share(right, count)
    assert (share.low, share.high) == pytest.approx((low, high), abs=5e-5)


def test_a_missing_card_is_explained(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"tmp/none.*cannot be read"):
        read_card(Path("tmp/none"))


def test_a_card_without_an_entry_names_it(tmp_path: Path) -> None:
    (tmp_path / "card.toml").write_text("classes = ['0']\n[input]\nsize = [28, 28]\n")
    with pytest.raises(ModelError, match="mean"):
        read_card(tmp_path)


def test_broken_metrics_are_explained(tmp_path: Path) -> None:
    (tmp_path / "metrics.json").write_text("{")
    with pytest.raises(ModelError, match="cannot be read"):
        read_metrics(tmp_path)
