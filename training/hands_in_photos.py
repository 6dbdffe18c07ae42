"""Is a hand found beside a face and among things? ``python -m training.hands_in_photos``.

Hands of the webcam, which the finder did not learn from, are pasted into photos of clothes lying in rooms
and into a portrait, small and large. Printed is how many of them are found, and how many taken for sure.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from skimage import data

from cnnviz.images import finder
from cnnviz.learn.datasets import data_dir
from training import hands
from training.train import RUNS

COUNT, SEED = 240, 7
SIZES = ((1280, 720), (640, 480), (480, 640))  # widths and heights of the photos
SMALLEST, LARGEST = 0.2, 0.6  # side of the square around a hand, as a share of the shorter side


def main() -> None:
    """Print shares of hands found, in all photos and in the portrait."""
    rows = []
    for pixels, middle, side, portrait in _photos():
        found = finder.find_hand(pixels)
        near = abs(found.row - middle[0]) < side / 2 and abs(found.col - middle[1]) < side / 2
        rows.append((near, found.score >= finder.SURE, portrait))
    near, sure, portrait = np.array(rows).T
    for name, of in (("all", portrait | True), ("portrait", portrait)):
        print(
            f"{name}, {of.sum()} photos: the likeliest place is the hand in {near[of].mean():.0%};",
            f"for sure in {(near & sure)[of].mean():.0%},",
            f"for sure elsewhere in {(~near & sure)[of].mean():.1%}",
        )


def _photos() -> Iterator[tuple[NDArray[np.uint8], tuple[float, float], float, bool]]:
    """Give photos, middle (row, col) and side of the hand pasted in, in pixels, and if it is the portrait."""
    random, known = np.random.default_rng(SEED), hands.load(RUNS / "hands-joints.npz")
    places = np.flatnonzero((known.sources == "webcam") & ~known.joints.isnan().flatten(1).any(1).numpy())
    rooms, portrait = sorted((data_dir() / "garment-photos").glob("*/*.jpg")), data.astronaut()
    for number in range(COUNT):
        at, (width, height) = int(random.choice(places)), SIZES[number % len(SIZES)]
        is_portrait = number % 3 == 0 or number % 9 == 4
        ground = (
            Image.fromarray(portrait) if is_portrait else Image.open(rooms[int(random.integers(len(rooms)))])
        )
        photo = _filling(ground.convert("RGB"), width, height, random)
        layers, joints = known.planes_u8[at, :4].numpy(), known.joints[at].numpy()
        low, high = (joints.min(0) + 1) / 2, (joints.max(0) + 1) / 2
        wanted = min(width, height) * random.uniform(SMALLEST, LARGEST)
        side = int(wanted / (hands.HAND * (high - low).max()))
        hand = Image.fromarray(layers.transpose(1, 2, 0), "RGBA").resize((side, side))
        middle = [random.uniform(0.4 * wanted, room - 0.4 * wanted) for room in (width, height)]
        corner = (int(middle[0] - side * (low + high)[0] / 2), int(middle[1] - side * (low + high)[1] / 2))
        photo.paste(hand, corner, hand)
        col, row = corner + side * (low + high) / 2
        yield np.asarray(photo), (row, col), hands.HAND * side * (high - low).max(), is_portrait


def _filling(ground: Image.Image, width: int, height: int, random: np.random.Generator) -> Image.Image:
    """Return a piece of `ground` of this size, from its upper part, mirrored as often as not."""
    larger = max(width / ground.width, height / ground.height) * random.uniform(1, 1.3)
    grown = ground.resize((round(ground.width * larger) + 1, round(ground.height * larger) + 1))
    left = int(random.integers(0, grown.width - width + 1))
    top = int(random.integers(0, min(grown.height - height + 1, 1 + grown.height // 3)))
    piece = grown.crop((left, top, left + width, top + height))
    return piece.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if random.random() < 0.5 else piece


if __name__ == "__main__":
    main()
