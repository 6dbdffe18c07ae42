"""Draw given lines anew on the sheet of the canvas: another place, height, angle and pen."""

import numpy as np
import numpy.typing as npt

from cnnviz.images.strokes import SHEET, Stroke

F64 = npt.NDArray[np.float64]
PENS = (10.0, 18.0, 26.0)  # diameters, in units of the sheet
HEIGHTS = (90.0, 220.0)  # of what is drawn, in units of the sheet
TURN_DEG = 10.0


def redrawn(lines: list[F64], pen: float, random: np.random.Generator) -> tuple[Stroke, ...]:
    """Return lines turned, scaled and placed at random, so that the pen stays on the sheet.

    Parameters
    ----------
    lines : list of ndarray of float64, (n, 2)
        (row, col) in any unit.
    pen : float
        Diameter in units of the sheet.
    random : numpy.random.Generator
        Draws angle (±10°), height (90 to 220 units) and place.
    """
    angle = np.deg2rad(random.uniform(-TURN_DEG, TURN_DEG))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    every = np.concatenate(lines) @ turn
    low, size = every.min(0), np.ptp(every, 0)
    room = SHEET - pen
    scale = min((random.uniform(*HEIGHTS) - pen) / max(size[0], 1e-3), room / max(size[1], 1e-3))
    start = pen / 2 + random.random(2) * (room - scale * size)
    placed = [(start + scale * (line @ turn - low)).tolist() for line in lines]
    return tuple(Stroke(tuple((row, col) for row, col in line), pen) for line in placed)
