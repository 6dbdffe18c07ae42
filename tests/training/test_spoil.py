"""What bad light and bad cameras do to training photos."""

import torch

from training.spoil import Spoil, shaken

SIDE = 64


def test_spoilt_pictures_stay_pictures() -> None:
    pictures = torch.rand(32, 3, SIDE, SIDE, generator=torch.Generator().manual_seed(1))
    spoilt = Spoil()(pictures.clone(), torch.Generator().manual_seed(2))
    assert spoilt.shape == pictures.shape
    assert spoilt.min() >= 0
    assert spoilt.max() <= 1
    assert (spoilt != pictures).flatten(1).any(1).all()


def test_what_moves_is_drawn_out_along_a_line_of_its_own() -> None:
    dots = torch.zeros(40, 1, SIDE, SIDE)
    dots[:, :, 30:34, 30:34] = 1
    lines = shaken(dots, torch.Generator().manual_seed(3))[:, 0]
    torch.testing.assert_close(lines.sum((1, 2)), torch.full((40,), 16.0), atol=0.05, rtol=0)
    at = torch.arange(SIDE) - 31.5
    rows, cols = (lines * at[:, None]).sum((1, 2)) / 16, (lines * at).sum((1, 2)) / 16
    assert rows.abs().max() < 0.1  # they stay where they are
    assert cols.abs().max() < 0.1
    places = torch.stack(torch.meshgrid(at, at, indexing="ij"), -1).view(-1, 2)
    spread = torch.einsum("nk,ki,kj->nij", lines.flatten(1) / 16, places, places)
    along = torch.linalg.eigvalsh(spread)
    dot = 1.25  # variance of four pixels in a row
    assert (along[:, 0] < dot + 0.5).all()
    length = (12 * (along[:, 1] - dot)).sqrt() / SIDE  # of a line of equal weight
    assert 0.04 < length.min() < 0.1
    assert 0.2 < length.max() < 0.3
