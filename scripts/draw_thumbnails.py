"""Draw the small pictures of the pages again: ``python scripts/draw_thumbnails.py``."""

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from cnnviz.figures.thumbnails import PAGES, thumbnail  # noqa: E402  # found through the line above

FOLDER = ROOT / "cnnviz" / "ui" / "thumbnails"

if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for page in PAGES:
        thumbnail(page).quantize(128).save(FOLDER / f"{page}.png", optimize=True)
