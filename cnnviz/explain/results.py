"""What the explanations return: frozen results with every intermediate, free of torch for the figures."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Layer:
    """One top-level layer or block of a network, and what it puts out for one picture.

    Parameters
    ----------
    name, kind : str
        Its name in the network and the name of its class.
    shape : tuple of int
        Of its output without the batch: (C, H, W) for maps, (C,) for a vector.
    """

    name: str
    kind: str
    shape: tuple[int, ...]

    @property
    def num_units(self) -> int:
        """Number of maps, or of elements of a vector."""
        return self.shape[0]

    @property
    def has_maps(self) -> bool:
        """Whether the output is a stack of maps."""
        return len(self.shape) == 3

    @property
    def map_side(self) -> int:
        """Cells along the shorter side of a map; 0 for a vector."""
        return min(self.shape[1:]) if self.has_maps else 0


@dataclass(frozen=True, slots=True)
class Attribution:
    """How much each place of a picture speaks for one class, by one method.

    Parameters
    ----------
    method : str
        One of `attribution.METHODS`.
    class_idx : int
        The class it speaks for.
    layer : str
        The layer whose maps were asked; empty where the method asks the whole network.
    values : ndarray, shape (C, H, W), float32
        One number for each number of the input, signed; (1, H, W) where the method gives one a place.
    heat : ndarray, shape (H, W), float32
        What is drawn: one number a place. Its sign tells for (+) from against (-); without a sign
        (`signed` False) it is at least 0.
    signed : bool
        Whether `heat` can be negative.
    coarse : ndarray, shape (h, w), float32, or None
        Grad-CAM before it is enlarged to the picture's size.
    delta : float or None
        Integrated gradients only: the sum of `values` less the difference of the class' logit between
        picture and baseline; 0 if the integral were exact.
    num_relus : int or None
        Guided Grad-CAM only: ReLUs whose gradient was guided; 0 in a network that has none.
    """

    method: str
    class_idx: int
    layer: str
    values: Floats
    heat: Floats
    signed: bool
    coarse: Floats | None = None
    delta: float | None = None
    num_relus: int | None = None


@dataclass(frozen=True, slots=True)
class Answer:
    """What a network answers to one picture.

    Parameters
    ----------
    logits, probs : ndarray, shape (K,), float32
        Scores, and their softmax.
    """

    logits: Floats
    probs: Floats

    @property
    def order(self) -> tuple[int, ...]:
        """Classes from the most to the least likely: first guess, second guess and so on."""
        return tuple(int(k) for k in np.argsort(-self.logits, kind="stable"))


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far several attributions of one answer point at the same places.

    Every heat is made comparable first: what speaks against the class is put to 0, and the mean is
    taken over each field of a `grid` × `grid` division of the picture (a saliency map scatters from
    pixel to pixel where Grad-CAM has one value for many).

    Parameters
    ----------
    methods : tuple of str
        The M methods compared.
    fields : ndarray, shape (M, grid, grid)
        What was compared.
    rank_correlation : ndarray, shape (M, M)
        Spearman's correlation of the fields: 1 same order, 0 none, -1 reversed; NaN where a method
        gives every field the same value.
    overlap : ndarray, shape (M, M)
        Share of the strongest fifth of the fields that two methods have in common, 0..1. By chance
        it would be 0.2.
    """

    methods: tuple[str, ...]
    fields: Floats
    rank_correlation: Floats
    overlap: Floats

    @property
    def mean_rank_correlation(self) -> float:
        """Mean over all pairs of different methods; NaN for one method or where none is defined."""
        return _pair_mean(self.rank_correlation)

    @property
    def mean_overlap(self) -> float:
        """Mean over all pairs of different methods; NaN for one method."""
        return _pair_mean(self.overlap)

    @property
    def verdict(self) -> str:
        """``'agree'`` from a mean overlap of 0.6, ``'partly'`` from 0.4, else ``'disagree'``.

        The bounds are three and two times what chance gives.
        """
        return "agree" if self.mean_overlap >= 0.6 else "partly" if self.mean_overlap >= 0.4 else "disagree"


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A rectangle of input cells: rows ``top`` to ``bottom - 1``, columns ``left`` to ``right - 1``.

    It can reach outside the picture, into the padding.
    """

    top: int
    bottom: int
    left: int
    right: int

    @property
    def size(self) -> tuple[int, int]:
        """Rows and columns, padding included."""
        return self.bottom - self.top, self.right - self.left

    def inside(self, height: int, width: int) -> "Rectangle":
        """Return the part that lies in a picture of `height` × `width`."""
        rows = sorted((min(max(self.top, 0), height), min(max(self.bottom, 0), height)))
        cols = sorted((min(max(self.left, 0), width), min(max(self.right, 0), width)))
        return Rectangle(rows[0], rows[1], cols[0], cols[1])


@dataclass(frozen=True, slots=True)
class UnitView:
    """What one unit can see of a picture, and what of it counts.

    Parameters
    ----------
    layer, unit, row, col : str, int, int, int
        Which unit, and which cell of its map; row and col are 0 for an element of a vector.
    value : float
        Its output.
    field : Rectangle
        Input cells it can see, by the arithmetic of kernel sizes, strides and padding.
    gradient : ndarray, shape (C, H, W), float32
        Derivative of the value by each input number.
    weight : ndarray, shape (H, W), float32
        Absolute gradient, summed over channels: what it does see of this picture.
    """

    layer: str
    unit: int
    row: int
    col: int
    value: float
    field: Rectangle
    gradient: Floats
    weight: Floats

    @property
    def effective_share(self) -> float:
        """Share of the cells of the field, inside the picture, that hold 95 % of the weight."""
        seen = self.field.inside(*self.weight.shape)
        cells = np.sort(self.weight[seen.top : seen.bottom, seen.left : seen.right].ravel())[::-1]
        total = cells.sum(dtype=np.float64)
        if not total:
            return 0.0
        needed = int(np.searchsorted(cells.cumsum(dtype=np.float64), 0.95 * total * (1 - 1e-9))) + 1
        return needed / cells.size


@dataclass(frozen=True, slots=True)
class Surgical:
    """The answers of a network before and after it was operated on, to the same picture."""

    before: Answer
    after: Answer

    @property
    def logit_change(self) -> Floats:
        """``after - before``, shape (K,)."""
        return self.after.logits - self.before.logits


@dataclass(frozen=True, slots=True)
class UnitRanking:
    """How the score of one class falls when each unit of a layer alone is switched off.

    Parameters
    ----------
    layer : str
        The layer.
    class_idx : int
        The class.
    before : Answer
        With every unit on.
    logits : ndarray, shape (U, K), float32
        Logits with unit u off.
    probs : ndarray, shape (U, K), float32
        Their softmax.
    """

    layer: str
    class_idx: int
    before: Answer
    logits: Floats
    probs: Floats

    @property
    def drops(self) -> Floats:
        """How far the logit of the class falls without each unit, shape (U,); negative where it rises."""
        drops: Floats = self.before.logits[self.class_idx] - self.logits[:, self.class_idx]
        return drops

    @property
    def order(self) -> tuple[int, ...]:
        """Units from the one whose loss hurts most."""
        return tuple(int(u) for u in np.argsort(-self.drops, kind="stable"))

    @property
    def changes_answer(self) -> npt.NDArray[np.bool_]:
        """Which units alone turn the first guess into another one, shape (U,)."""
        changed: npt.NDArray[np.bool_] = self.logits.argmax(1) != self.before.logits.argmax()
        return changed


@dataclass(frozen=True, slots=True)
class DreamStep:
    """One step of drawing the picture that a unit wants.

    Parameters
    ----------
    step, steps : int
        Steps done, from 0 (the noise), and steps in all.
    picture : ndarray, shape (C, H, W), float32
        As the network takes it (normalised).
    activation : float
        Output of the unit: the mean over its map, or the element.
    """

    step: int
    steps: int
    picture: Floats
    activation: float


@dataclass(frozen=True, slots=True)
class Exciting:
    """A picture that excites a unit: its place in the data set, how much, and where."""

    index: int
    value: float
    row: int
    col: int
    field: Rectangle


@dataclass(frozen=True, slots=True)
class ScanProgress:
    """How far a search through a data set has come, and the best so far, best first."""

    done: int
    best: tuple[Exciting, ...]


@dataclass(frozen=True, slots=True)
class Sweep:
    """One picture changed step by step, and what each network makes of it.

    Parameters
    ----------
    kind : str
        One of `sweep.KINDS`.
    amounts : ndarray, shape (V,), float32
        How much, in the unit of the kind.
    pictures : ndarray, shape (V, C, H, W), float32
        The changed pictures, in 0..1.
    probs : mapping of str to ndarray, shape (V, K), float32
        Probabilities by network.
    """

    kind: str
    amounts: Floats
    pictures: Floats
    probs: Mapping[str, Floats]


@dataclass(frozen=True, slots=True)
class CanvasScan:
    """A network applied to every window of a wide canvas at once.

    Parameters
    ----------
    logits, probs : ndarray, shape (K, h, w), float32
        Answer for each window; softmax over the first axis.
    stride : (int, int)
        Rows and columns from one window to the next.
    window : (int, int)
        Rows and columns of a window: the input size the network was made for.
    """

    logits: Floats
    probs: Floats
    stride: tuple[int, int]
    window: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Found:
    """A place of a sheet where a network sees something.

    Parameters
    ----------
    class_idx, prob : int, float
        What, and its softmax probability.
    size_idx : int
        In which of the sizes of the sheet.
    window : Rectangle
        The part that the network looked at, in pixels of the sheet of that size; it can reach outside.
    box : Rectangle
        The drawing in the middle of it, in the same pixels.
    """

    class_idx: int
    prob: float
    size_idx: int
    window: Rectangle
    box: Rectangle


@dataclass(frozen=True, slots=True)
class SheetReading:
    """What a network reads on a sheet, looked at in several sizes.

    Parameters
    ----------
    sides_px : tuple of int
        Height of the sheet in each size.
    scans : tuple of CanvasScan
        One a size, of the sheet with an empty border around it.
    found : tuple of Found
        From left to right.
    """

    sides_px: tuple[int, ...]
    scans: tuple[CanvasScan, ...]
    found: tuple[Found, ...]

    @property
    def num_windows(self) -> int:
        """Windows that got an answer, in all sizes together."""
        return sum(scan.probs[0].size for scan in self.scans)


def _pair_mean(matrix: Floats) -> float:
    pairs = matrix[np.triu_indices(len(matrix), k=1)]
    pairs = pairs[np.isfinite(pairs)]
    return float(pairs.mean()) if pairs.size else float("nan")
