"""How well is a garment told from what it lies on: ``python -m training.outlines``.

Made photos of held-out garments are separated as the page does; there the true outline is known.
"""

import numpy as np

from cnnviz.images.segment import separate
from training import pictures, plans, wardrobe

COUNT, SEED, BAD = 240, 5, 0.6


def main() -> None:
    """Print the mean overlap of mask and garment (intersection over union), and how often it is bad."""
    data = pictures.split("clothes", plans.settings("clothes", "best")["held_out"])
    _, studio = wardrobe.studios(data)
    random = np.random.default_rng(SEED)
    overlap = np.array([_overlap(place % 10, studio, random) for place in range(COUNT)])
    print(f"{COUNT} made photos: overlap {overlap.mean():.2f}, below {BAD} in {(overlap < BAD).mean():.0%}")


def _overlap(label: int, studio: wardrobe.Studio, random: np.random.Generator) -> float:
    scene, alpha = wardrobe.taken(label, studio, random)
    found, true = separate(scene).alpha_f32 > 0.5, alpha > 0.5
    return float((found & true).sum() / max((found | true).sum(), 1))


if __name__ == "__main__":
    main()
