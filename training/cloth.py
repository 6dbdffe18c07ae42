"""A sheet to draw a garment on: parts, seams, straps and patches, in colours that clothes have.

The drawing is flat, in units in which it is `2 * REACH` wide and high, (x, y) from the middle, y down.
"""

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageChops, ImageDraw

F64 = npt.NDArray[np.float64]
F32 = npt.NDArray[np.float32]
Random = np.random.Generator
Colour = tuple[int, int, int]

SIDE = 240  # pixels of a drawing
REACH = 1.5  # units from the middle to the edge of the drawing: spread sleeves need room


class Sheet:
    """A drawing in progress: where the garment is, and its colours there."""

    def __init__(self, random: Random, colour: F64 | None = None) -> None:
        self.random = random
        self.colour = cloth_colour(random) if colour is None else colour
        self.pattern: F32 | None = None  # all that it was covered with
        self.over: Sheet | None = None  # what lies over all that is drawn here, as folded arms
        self.mask = Image.new("L", (SIDE, SIDE))
        self.cloth = Image.new("RGB", (SIDE, SIDE), shaded(self.colour, 1))
        self.on_mask, self.on_cloth = ImageDraw.Draw(self.mask), ImageDraw.Draw(self.cloth)

    def part(self, points: F64, colour: F64, shade: float = 1.0) -> None:
        """Add a filled part of the garment."""
        spots = pixels(points)
        self.on_mask.polygon(spots, fill=255)
        self.on_cloth.polygon(spots, fill=shaded(colour, shade))

    def patch(self, points: F64, colour: F64, shade: float = 1.0) -> None:
        """Paint a filled shape on the cloth."""
        self.on_cloth.polygon(pixels(points), fill=shaded(colour, shade))

    def seam(self, points: F64, shade: float, width: float = 0.02) -> None:
        """Paint a line on the cloth, darker or lighter than it."""
        wide = max(1, round(width * SIDE / (2 * REACH)))
        self.on_cloth.line(pixels(points), fill=shaded(self.colour, shade), width=wide)

    def strap(self, points: F64, colour: F64, width: float) -> None:
        """Add a band."""
        wide = max(2, round(width * SIDE / (2 * REACH)))
        self.on_mask.line(pixels(points), fill=255, width=wide, joint="curve")
        self.on_cloth.line(pixels(points), fill=shaded(colour, 1), width=wide, joint="curve")

    def cover(self, pattern: F32) -> None:
        """Multiply what is drawn so far by a pattern (SIDE, SIDE) or (SIDE, SIDE, 3)."""
        field = pattern if pattern.ndim == 3 else pattern[..., None]
        self.pattern = field if self.pattern is None else self.pattern * field
        covered = np.clip(np.asarray(self.cloth, np.float32) * field, 0, 255)
        self.cloth = Image.fromarray(covered.astype(np.uint8))
        self.on_cloth = ImageDraw.Draw(self.cloth)

    def cutout(self) -> F32:
        """Return colours and opacity, (SIDE, SIDE, 4) in 0..1; what lies over it has its pattern."""
        if self.over is not None:
            if self.pattern is not None:
                self.over.cover(self.pattern)
            self.cloth.paste(self.over.cloth, mask=self.over.mask)
            self.mask = ImageChops.lighter(self.mask, self.over.mask)
        both = np.dstack([np.asarray(self.cloth), np.asarray(self.mask)])
        return both.astype(np.float32) / np.float32(255)


def cloth_colour(random: Random) -> F64:
    """Return red, green, blue in 0..1: often dark or pale, seldom vivid."""
    tone = random.choice([random.uniform(0.05, 0.25), random.uniform(0.25, 0.7), random.uniform(0.7, 0.97)])
    hue = random.random(3)
    return np.clip(tone + (hue - hue.mean()) * random.uniform(0, 0.9) ** 2, 0.02, 1)


def near(colour: F64, random: Random, far: float = 0.25) -> F64:
    """Return a colour of another part: mostly a tone of the same, else any."""
    if random.random() < far:
        return cloth_colour(random)
    return np.clip(colour * random.uniform(0.7, 1.25) + random.normal(0, 0.03), 0.02, 1)


def shaded(colour: F64, shade: float) -> Colour:
    """Return a colour for drawing, lighter or darker by the factor `shade` of its distance to white."""
    light = colour * shade if shade <= 1 else 1 - (1 - colour) / shade
    red, green, blue = (int(255 * min(max(part, 0.0), 1.0)) for part in light)
    return red, green, blue


def pixels(points: F64) -> list[tuple[float, float]]:
    """Return places on the drawing in pixels."""
    return [(x, y) for x, y in ((points / REACH + 1) * (SIDE / 2)).tolist()]


def mirror(half: F64) -> F64:
    """Return a closed outline from its right half, (n, 2)."""
    return np.concatenate([half, half[::-1] * [-1, 1]])


def rounded(points: F64, reach: float) -> F64:
    """Return a closed outline (n, 2) with its corners cut `reach` before and behind them, (2n, 2)."""
    ahead = np.roll(points, -1, 0) - points
    length = np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-9)
    cut = ahead * np.minimum(reach / length, 0.4)
    return np.stack([points + cut, points + ahead - cut], 1).reshape(-1, 2)


def contrast(sheet: Sheet, random: Random) -> float:
    """Return a factor that shows on the cloth, often faintly: darker, or lighter on dark cloth."""
    dark, faint = sheet.colour.mean() < 0.3, random.random() < 0.5
    if dark or random.random() < 0.2:
        return random.uniform(1.06, 1.3) if faint else random.uniform(1.3, 2.2)
    return random.uniform(0.78, 0.95) if faint else random.uniform(0.4, 0.78)
