"""Smooth lines through given places, as texts ``row,col row,col / row,col``; ``/`` is a corner."""

import numpy as np
import numpy.typing as npt

F64 = npt.NDArray[np.float64]

STEPS = 7  # points of a curve between two given places


def curve(text: str) -> F64:
    """Return the places of one line, (n, 2): a curve through those of each piece between corners.

    Examples
    --------
    >>> curve("0,0 / 5,5").tolist()
    [[0.0, 0.0], [5.0, 5.0]]
    """
    pieces: list[F64] = []
    for piece in text.split("/"):
        given = np.array([[float(n) for n in place.split(",")] for place in piece.split()])
        start = pieces[-1][-1:] if pieces else given[:0]
        line = _catmull_rom(np.concatenate([start, given]))
        pieces.append(line[len(start) :])
    return np.concatenate(pieces)


def _catmull_rom(places: F64) -> F64:
    """Return a smooth line through `places` (E. Catmull, R. Rom, 1974), `STEPS` points a part."""
    if len(places) < 3:
        return places
    padded = np.concatenate([2 * places[:1] - places[1:2], places, 2 * places[-1:] - places[-2:-1]])
    t = np.linspace(0, 1, STEPS, endpoint=False)[:, None]
    p0, p1, p2, p3 = (padded[k : k + len(places) - 1, None] for k in range(4))
    line = p1 + t * (p2 - p0) / 2 + t**2 * (p0 - 2.5 * p1 + 2 * p2 - p3 / 2)
    line = line + t**3 * (1.5 * (p1 - p2) + (p3 - p0) / 2)
    return np.concatenate([line.reshape(-1, 2), places[-1:]])
