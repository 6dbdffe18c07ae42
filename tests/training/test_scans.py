"""Scanned garments: sleeves spread outwards, shoes doubled."""

import numpy as np

from training import scans


def test_spread_sleeves_reach_further_out():
    tone = np.zeros((84, 84), np.float32)
    tone[15:80, 26:58] = 0.5
    tone[15:70, 12:24] = tone[15:70, 60:72] = 0.5  # sleeves that hang beside the trunk
    tone[15:25, 12:72] = 0.5
    wide = scans._spread(tone, (tone > 0).astype(np.float32), np.random.default_rng(0))[1]
    cols = np.flatnonzero((wide > 0.5).any(0))
    assert np.ptp(cols) > 70


def test_a_shoe_and_its_fellow_cover_more_than_one():
    tone = np.zeros((84, 84), np.float32)
    tone[40:70, 5:80] = 0.5
    alpha = (tone > 0).astype(np.float32)
    both = scans._doubled(tone, alpha, np.random.default_rng(2))[1]
    assert both.sum() > 1.2 * alpha.sum()
