"""Turn any picture into what a network expects, in named steps that are all kept.

This is the one preparation: pages, batch classification, evaluation and training use this function.

A picture comes in one of three forms:

``drawing``
    Strokes or flat shapes on a plain sheet of either colour.
``photo``
    Anything from a camera: uneven light, a background.
``dataset``
    Already prepared by the makers of a data set: only resized where needed, and normalised.

The steps of each task and form are in `STEPS`; what a step does is said at its function in
`cnnviz.images.steps` and, for learners, in the section ``prepare`` of the catalogue.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import takewhile
from types import MappingProxyType

import numpy as np
import numpy.typing as npt

from cnnviz import check
from cnnviz.errors import ShapeError
from cnnviz.images import steps
from cnnviz.images.picture import Picture

F32 = npt.NDArray[np.float32]

TASKS = ("digits", "clothes", "rps")
FORMS = ("drawing", "photo", "dataset")
MAX_SIZE = 512

_HANDS = ("background", "square", "resize")
_READY = ("grey", "resize")
STEPS: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        ("digits", "drawing"): ("grey", "polarity", "box", "fit", "contrast", "centre"),
        ("digits", "photo"): ("grey", "polarity", "paper", "box", "fit", "contrast", "centre"),
        ("digits", "dataset"): _READY,
        ("clothes", "drawing"): ("grey", "polarity", "fill", "box", "fit", "centre"),
        ("clothes", "photo"): ("background", "grey", "negative", "box", "fit", "contrast", "centre"),
        ("clothes", "dataset"): _READY,
        ("rps", "drawing"): _HANDS,
        ("rps", "photo"): ("hand", *_HANDS),
        ("rps", "dataset"): ("resize",),
    }
)
COLOUR_STEPS: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {  # where networks of one task see grey and others colour: for colour
        ("clothes", "photo"): ("whole", "resize"),
        ("clothes", "dataset"): ("resize",),
    }
)
UPRIGHT = "upright"  # a step before `resize`, for networks that see hands with their fingers up
MOST_ROOM = 4.0  # around a hand that is turned
LAST = "normalise"  # the last step of every task and form
FIXED = frozenset({"grey", "resize"})  # without these the picture would not fit the network
USUALLY_OFF: Mapping[str, frozenset[str]] = MappingProxyType({"rps": frozenset({"background"})})
CHANNELS: Mapping[str, tuple[int, ...]] = MappingProxyType({"digits": (1,), "clothes": (1, 3), "rps": (3,)})


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Which steps a picture goes through; hashable, so it serves in cache keys.

    Parameters
    ----------
    task : {'digits', 'clothes', 'rps'}
        What the network tells apart.
    form : {'drawing', 'photo', 'dataset'}
        What kind of picture comes in; `form_of` guesses it.
    size : int
        Rows and columns that the network expects, from its card.
    mean, std : tuple of float
        For each channel, from the network's card: the last step is ``(x - mean) / std``, x in 0..1. One
        for a network that sees grey, three for one that sees colour.
    off : frozenset of str, optional
        Steps switched off. Left out: those that are usually off (the background of hands).
    upright : float
        0, or hands are turned until their fingers point up: side of the square around the hand that is then
        cut out, as a multiple of the square in which joints are looked for (`cnnviz.images.upright`).

    Raises
    ------
    ChoiceError
        If task, form or a step to switch off is unknown, or what is to be turned is no hand.
    RangeError, ShapeError
        If size, mean, std or upright are impossible.

    Examples
    --------
    >>> Recipe(task="digits", form="drawing", size=28, mean=(0.1307,), std=(0.3081,)).names
    ('grey', 'polarity', 'box', 'fit', 'contrast', 'centre', 'normalise')
    """

    task: str
    form: str
    size: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    off: frozenset[str] | None = None
    upright: float = 0.0

    def __post_init__(self) -> None:
        check.check_choice("task", self.task, ("rps",) if self.upright else TASKS)
        check.check_choice("form", self.form, FORMS)
        check.check_integer("size", self.size, 8, MAX_SIZE)
        check.check_number("upright", self.upright, 0, MOST_ROOM)
        for name, numbers in (("mean", self.mean), ("std", self.std)):
            if len(numbers) not in CHANNELS[self.task] or len(numbers) != self.channels:
                wanted = " / ".join(map(str, CHANNELS[self.task]))
                raise ShapeError("per_channel", name=name, wanted=wanted, got=len(numbers))
            for number in numbers:
                check.check_number(name, number, -10 if name == "mean" else 1e-3, 10)
        if self.off is None:
            usual = USUALLY_OFF.get(self.task, frozenset()) & frozenset(self.switchable)
            object.__setattr__(self, "off", usual)
        for name in sorted(self.off or ()):
            check.check_choice("off", name, self.switchable)

    @property
    def channels(self) -> int:
        """Channels that the network expects: 1 for grey, 3 for colour."""
        return len(self.mean)

    @property
    def names(self) -> tuple[str, ...]:
        """Every step in order, switched on or off, without the original."""
        key = self.task, self.form
        names = COLOUR_STEPS.get(key, STEPS[key]) if self.channels == 3 else STEPS[key]
        return (*names[:-1], *((UPRIGHT,) if self.upright else ()), names[-1], LAST)

    @property
    def switchable(self) -> tuple[str, ...]:
        """Those of the steps that can be switched off."""
        return tuple(name for name in self.names if name not in FIXED)

    def is_on(self, name: str) -> bool:
        """Return whether the step `name` is carried out."""
        return name not in (self.off or ())

    def switched(self, name: str, on: bool) -> "Recipe":
        """Return the same recipe with one step switched on or off."""
        off = self.off or frozenset()
        return replace(self, off=off - {name} if on else off | {name})


@dataclass(frozen=True)
class Step:
    """One step and the picture after it.

    Parameters
    ----------
    name : str
        ``'original'`` or one of `Recipe.names`.
    pixels_f32 : ndarray of float32, (H, W) or (H, W, 3)
        0..1, except after ``'normalise'``, where it holds what the network receives.
    on : bool
        Whether the step was carried out.
    note : str
        Key ``prepare.notes.<note>`` of a sentence that says what happened here.
    values : mapping
        What that sentence names in braces.
    mask_f32 : ndarray of float32, (H, W), or None
        What the step took from the picture before it (1: the object, a hand or its bones) and left (0).
    """

    name: str
    pixels_f32: F32
    on: bool
    note: str
    values: Mapping[str, str | float]
    mask_f32: F32 | None = None

    def is_like(self, other: "Step") -> bool:
        """Return whether the same was done, with the same picture after it."""
        done = [(step.name, step.on, step.note, dict(step.values)) for step in (self, other)]
        return done[0] == done[1] and np.array_equal(self.pixels_f32, other.pixels_f32)


@dataclass(frozen=True)
class Prepared:
    """A picture as a network receives it, with every step on the way.

    Parameters
    ----------
    steps : tuple of Step
        The original first, the normalised picture last.
    tensor_f32 : ndarray of float32, (C, size, size)
        What the network receives; C is 1, or 3 where it sees colour.
    is_empty : bool
        Whether there is nothing to recognise: a blank sheet.
    recipe : Recipe or None
        How it was made; None where a network has a preparation of its own (`cnnviz.images.photo`).
    """

    steps: tuple[Step, ...]
    tensor_f32: F32
    is_empty: bool
    recipe: Recipe | None = None

    @property
    def seen_f32(self) -> F32:
        """The picture before normalisation, (size, size) or (size, size, 3), 0..1."""
        return self.steps[-2].pixels_f32


def prepare(picture: Picture, recipe: Recipe) -> Prepared:
    """Carry out the steps of `recipe` on `picture`.

    Parameters
    ----------
    picture : Picture
        Of any size, grey or colour.
    recipe : Recipe
        Task, form, size and normalisation.

    Returns
    -------
    Prepared
        The same input always gives the same output, to the last bit.

    Examples
    --------
    >>> sheet = Picture(np.zeros((280, 280), np.uint8), origin="drawing")
    >>> recipe = Recipe(task="digits", form="drawing", size=28, mean=(0.1307,), std=(0.3081,))
    >>> prepare(sheet, recipe).tensor_f32.shape
    (1, 28, 28)
    """
    work = steps.begin(picture.pixels_u8, recipe.task, recipe.size, recipe.channels, upright=recipe.upright)
    rows, cols = picture.size
    kept = [Step("original", work.pixels_f32, True, "original", {"rows": rows, "cols": cols})]
    for name in recipe.names[:-1]:
        work = (steps.ON if recipe.is_on(name) else steps.OFF)[name](replace(work, mask_f32=None))
        kept.append(Step(name, work.pixels_f32, recipe.is_on(name), work.note, work.values, work.mask_f32))
    work = steps.to_size(work)
    kept[-1] = replace(kept[-1], pixels_f32=work.pixels_f32)
    mean, std = (recipe.mean, recipe.std) if recipe.is_on(LAST) else ((), ())
    tensor, last = normalised(work.pixels_f32, mean, std)
    return Prepared((*kept, last), tensor, work.is_empty, recipe)


def count_alike(prepared: Sequence[Prepared]) -> int:
    """Return how many of the first steps are the same for all: what was done, and the picture after it.

    Examples
    --------
    >>> sheet = Picture(np.zeros((280, 280), np.uint8), origin="drawing")
    >>> recipe = Recipe(task="digits", form="drawing", size=28, mean=(0.1307,), std=(0.3081,))
    >>> count_alike([prepare(sheet, recipe), prepare(sheet, recipe.switched("box", on=False))])
    3
    """
    first, *others = (one.steps for one in prepared)
    same = (all(map(step.is_like, rest)) for step, *rest in zip(first, *others, strict=False))
    return sum(1 for _ in takewhile(bool, same))


def form_of(picture: Picture) -> str:
    """Return the form that a picture probably has, by where it comes from.

    Examples
    --------
    >>> form_of(Picture(np.zeros((28, 28), np.uint8), origin="dataset"))
    'dataset'
    """
    if picture.origin in ("dataset", "drawing"):
        return picture.origin
    return "photo" if picture.is_colour or picture.origin in ("upload", "camera") else "drawing"


def normalised(pixels: F32, mean: tuple[float, ...], std: tuple[float, ...]) -> tuple[F32, Step]:
    """Return the tensor (C, H, W) and the last step; without `mean` it is switched off."""
    channels = pixels[None] if pixels.ndim == 2 else pixels.transpose(2, 0, 1)
    if mean:
        of_mean, of_std = (np.array(n, np.float32)[:, None, None] for n in (mean, std))
        channels = (channels - of_mean) / of_std
    tensor = np.ascontiguousarray(channels, np.float32)
    shown = tensor[0] if len(tensor) == 1 else tensor.transpose(1, 2, 0)
    values: dict[str, str | float] = {"mean": channel_text(mean), "std": channel_text(std)}
    values |= {"low": float(tensor.min()), "high": float(tensor.max())}
    return tensor, Step(LAST, shown, bool(mean), "normalised" if mean else "off", values)


def channel_text(numbers: tuple[float, ...]) -> str:
    """Return a number for each channel as words; one number where all are the same.

    Examples
    --------
    >>> channel_text((0.5, 0.5, 0.5)), channel_text((0.1, 0.2))
    ('0.5', '0.1, 0.2')
    """
    alike = len(set(numbers)) == 1
    return ", ".join(f"{number:g}" for number in (numbers[:1] if alike else numbers))
