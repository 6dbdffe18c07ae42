"""Shoes as surfaces in space: soles, uppers, shafts and bands of small faces, and a camera that sees them.

A foot lies along x, heel at 0 and toes at 1, y to the outer side, z up. A face has corners (4, 3) and a
colour; far faces are painted first, lit by one lamp.
"""

from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageDraw

from training.cloth import F32, F64, SIDE, Random, shaded

KNOTS = np.array([0, 0.01, 0.03, 0.06, 0.1, 0.3, 0.5, 0.7, 0.85, 0.93, 0.97, 1.0])
FOOT = {  # half-widths to the outer (1) and inner (-1) side
    1: np.array([0, 0.05, 0.085, 0.11, 0.125, 0.115, 0.13, 0.17, 0.155, 0.115, 0.075, 0.01]),
    -1: np.array([0, 0.05, 0.085, 0.105, 0.12, 0.09, 0.085, 0.14, 0.14, 0.105, 0.07, 0.01]),
}
STOCKY = {  # a sole with hardly a waist
    1: np.array([0, 0.06, 0.1, 0.125, 0.14, 0.15, 0.16, 0.175, 0.165, 0.13, 0.09, 0.015]),
    -1: np.array([0, 0.06, 0.1, 0.12, 0.135, 0.135, 0.13, 0.145, 0.145, 0.12, 0.085, 0.015]),
}
BULGE = 1.07  # how far a band over the foot stands out beside it
FILL = 0.86  # share of the drawing that a view fills


@dataclass(frozen=True)
class Last:
    """The form of a foot: how wide, how pointed, how high heel and sole, how `full` at the waist."""

    wide: float
    point: float
    heel: float
    sole: float
    full: float = 0.0

    def edge(self, t: F64, side: int) -> F64:
        """Return how far the foot reaches to the outer (1) or inner (-1) side at t."""
        form = FOOT[side] + self.full * (STOCKY[side] - FOOT[side])
        half = np.interp(t, KNOTS, form) * self.wide
        return np.asarray(half * (1 - self.point * np.clip((t - 0.7) / 0.3, 0, 1)) * side)

    def floor(self, t: F64) -> F64:
        """Return the height on which the foot stands at t."""
        return np.asarray(self.sole + self.heel * (1 - np.clip(t / 0.62, 0, 1) ** 1.5))


@dataclass
class Mesh:
    """Faces of a shoe: corners (4, 3) and colours (3,)."""

    corners: list[F64] = field(default_factory=list)
    colours: list[F64] = field(default_factory=list)

    def net(self, points: F64, colours: F64) -> None:
        """Add the faces between neighbours of a grid of points (n, m, 3); colours (3,) or (n-1, m-1, 3)."""
        around = (points[:-1, :-1], points[1:, :-1], points[1:, 1:], points[:-1, 1:])
        faces = np.stack(around, 2).reshape(-1, 4, 3)
        wide = np.broadcast_to(colours, (points.shape[0] - 1, points.shape[1] - 1, 3))
        self.corners.extend(faces)
        self.colours.extend(wide.reshape(-1, 3))

    def placed(self, mirrored: bool, turn: float, shift: tuple[float, float]) -> "Mesh":
        """Return the shoe on the floor: the left one mirrored, turned about its middle, moved."""
        cos, sin = np.cos(turn), np.sin(turn)
        spots = (np.stack(self.corners) - [0.5, 0, 0]) * [1, -1 if mirrored else 1, 1]
        spots = spots @ np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1]]) + [*shift, 0]
        return Mesh(list(spots), self.colours)


def outline(last: Last, grow: float = 1.0, count: int = 14) -> tuple[F64, F64, F64]:
    """Return t, outer and inner edge along the foot, made larger by `grow`."""
    t = (1 - np.cos(np.linspace(0, np.pi, count))) / 2
    return t, last.edge(t, 1) * grow, last.edge(t, -1) * grow


def add_sole(mesh: Mesh, last: Last, colours: tuple[F64, F64], grow: float = 1.06) -> None:
    """Add a sole: its wall and its top; a heel where it is high.

    The wall has one colour (3,) or two, (2, 1, 3), the lower first; the top one or those of its
    (13, 4, 3) faces from the heel on, rim, outer half, inner half, rim.
    """
    t, outer, inner = outline(last, grow)
    high = last.floor(t)
    low = np.clip(high - last.sole, 0, None)
    if last.heel < 0.12 or last.sole > 0.12:
        low = np.zeros_like(high)  # a wedge
    for y in (outer, inner):
        levels = ((0.97, low), (1.02, 0.6 * low + 0.4 * high), (1.0, high))
        mesh.net(np.stack([np.stack([t, y * out, z], 1) for out, z in levels]), colours[0])
    lines = (outer, 0.82 * outer, (outer + inner) / 2, 0.82 * inner, inner)
    mesh.net(np.stack([np.stack([t, y, high], 1) for y in lines], 1), colours[1])
    if low.max() > 0:
        _add_heel(mesh, last, colours[0].reshape(-1, 3)[0])


def _add_heel(mesh: Mesh, last: Last, colour: F64) -> None:
    angle = np.linspace(0, 2 * np.pi, 9)
    ring = np.stack([0.11 + 0.1 * np.cos(angle), 0.09 * last.wide * np.sin(angle)], 1)
    thin = 0.75 - 0.4 * (last.point > 0.2)
    floors = ((1.0, last.floor(np.array(0.1))), (thin, 0.0))
    rings = [np.column_stack([(ring - [0.1, 0]) * s + [0.1, 0], np.full(9, z)]) for s, z in floors]
    mesh.net(np.stack(rings), colour)


def arches(last: Last, t: F64, high: F64, part: tuple[float, float] = (0.0, 1.0)) -> F64:
    """Return arches over the foot at t (n,), `high` (n,) above the sole: (n, 9, 3), inner side first."""
    share = np.linspace(*part, 9)
    angle = np.pi * (1 - share)
    flat = np.cos(angle)
    left, right = last.edge(t, -1)[:, None], last.edge(t, 1)[:, None]
    y = np.where(flat < 0, -flat * left, flat * right)
    z = last.floor(t)[:, None] + high[:, None] * np.sin(angle) ** 0.7
    return np.stack([np.broadcast_to(t[:, None], y.shape), y, z], 2)


def add_band(mesh: Mesh, last: Last, ends: tuple[F64, float, float], colour: F64) -> None:
    """Add a band over the foot: t at its inner and outer side, its width along the foot, its height."""
    (first, second), width, high = ends
    share = np.linspace(0, 1, 9)
    middle = first + (second - first) * share
    rows = [_across(last, middle + step * width / 2, high) for step in (-1, 0, 1)]
    mesh.net(np.stack(rows), colour)


def _across(last: Last, t: F64, high: float) -> F64:
    """Return a line (9, 3) over the foot whose points lie at t (9,)."""
    t = np.clip(t, 0.02, 0.98)
    flat = np.cos(np.pi * (1 - np.linspace(0, 1, 9)))
    y = np.where(flat < 0, -flat * last.edge(t, -1), flat * last.edge(t, 1)) * BULGE
    return np.stack([t, y, last.floor(t) + high * (1 - flat**2) ** 0.4], 1)


def add_line(mesh: Mesh, line: F64, width: float, colour: F64) -> None:
    """Add a thin band along a line (n, 3), level across its run."""
    ahead = np.gradient(line[:, :2], axis=0)
    across = ahead[:, ::-1] * [-1, 1] / np.maximum(np.linalg.norm(ahead, axis=1, keepdims=True), 1e-6)
    off = np.column_stack([across * width / 2, np.zeros(len(line))])
    rise = np.column_stack([np.zeros((len(line), 2)), np.full(len(line), width * 0.4)])
    mesh.net(np.stack([line - off, line + rise, line + off]), colour)


def add_shaft(mesh: Mesh, rings: list[tuple[F64, F64]], colours: tuple[F64, F64]) -> None:
    """Add a shaft through outlines (n, 2), their points each at a height; dark within."""
    points = np.stack([np.column_stack([ring, rim]) for ring, rim in rings])
    mesh.net(points, colours[0])
    top = points[-1]
    middle = top.mean(0)
    inside = [middle + (top - middle) * s - [0, 0, d] for s, d in ((0.9, 0.0), (0.8, 0.06), (0.05, 0.09))]
    mesh.net(np.stack(inside), colours[1])


def view(meshes: list[Mesh], camera: tuple[float, float, float], random: Random) -> F32:
    """Return what a camera sees, (SIDE, SIDE, 4): its angles round and above the shoes, and its roll."""
    corners = np.concatenate([np.stack(mesh.corners) for mesh in meshes])
    colours = np.concatenate([np.stack(mesh.colours) for mesh in meshes])
    light = _light(corners, random)
    seen, depth = _projected(corners, camera, random.uniform(2.2, 6))
    mask, cloth = Image.new("L", (SIDE, SIDE)), Image.new("RGB", (SIDE, SIDE))
    on_mask, on_cloth = ImageDraw.Draw(mask), ImageDraw.Draw(cloth)
    for place in np.argsort(-depth):
        spots = [tuple(spot) for spot in seen[place].tolist()]
        on_mask.polygon(spots, fill=255)
        on_cloth.polygon(spots, fill=shaded(colours[place], light[place]))
    both = np.dstack([np.asarray(cloth), np.asarray(mask)])
    return both.astype(np.float32) / np.float32(255)


def _light(corners: F64, random: Random) -> F64:
    """Return how bright each face (n, 4, 3) is under a lamp somewhere above."""
    normal = np.cross(corners[:, 2] - corners[:, 0], corners[:, 3] - corners[:, 1])
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-9)
    lamp = np.array([*random.normal(0, 0.6, 2), 1.0])
    soft = random.uniform(0.4, 0.8)  # light from all sides
    return np.asarray(soft + (1 - soft) * np.abs(normal @ lamp) / np.linalg.norm(lamp))


def _projected(corners: F64, camera: tuple[float, float, float], away: float) -> tuple[F64, F64]:
    """Return places in pixels (n, 4, 2), filling the drawing, and distances (n,)."""
    around, above, roll = camera
    cos, sin, low, high = np.cos(around), np.sin(around), np.cos(above), np.sin(above)
    turned = corners @ np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1]])
    x, y, z = turned[..., 0], turned[..., 1], turned[..., 2]
    up, far = y * high + z * low, away + y * low - z * high
    flat = np.stack([x / far, -up / far], 2)
    flat = flat @ np.array([[np.cos(roll), np.sin(roll)], [-np.sin(roll), np.cos(roll)]])
    ends = flat.reshape(-1, 2).min(0), flat.reshape(-1, 2).max(0)
    scale = SIDE / 2 * FILL / max(float((ends[1] - ends[0]).max()) / 2, 1e-6)
    return (flat - (ends[0] + ends[1]) / 2) * scale + SIDE / 2, far.mean(1)
