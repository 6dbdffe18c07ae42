"""All maps of a figure as one picture, of which each tile shows its own part.

One picture costs a browser far less than sixty-four: it is decoded once, and nothing waits for it
but the first tile. See ``docs/decisions/0002-maps-are-html.md``.
"""

from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2s

import numpy as np
import numpy.typing as npt
from PIL import Image

from cnnviz.figures import palette
from cnnviz.figures.colouring import png


@dataclass(frozen=True, slots=True)
class Sheet:
    """Maps of one size, one below the other.

    Below each map its last row stands once more, so that nothing of a neighbour shows at the edge of
    a tile that is not a whole number of screen pixels high.

    Parameters
    ----------
    name : str
        Class of the figure that the style rules of this sheet apply to.
    source : str
        The picture as a data address.
    scale : str
        Colours of its maps: a key of `palette.STOPS`.
    count, rows, cols : int
        How many maps, and their size.
    """

    name: str
    source: str
    scale: str
    count: int
    rows: int
    cols: int

    @classmethod
    def of(cls, levels: Sequence[npt.NDArray[np.uint8]], scale: str) -> "Sheet":
        """Return the sheet of maps given as levels, each (H, W), of the colours of `scale`."""
        rows, cols = levels[0].shape
        image = Image.fromarray(np.concatenate([np.pad(each, ((0, 1), (0, 0)), "edge") for each in levels]))
        image.putpalette(palette.table(scale).tobytes())
        content = png(image)
        name = f"sheet-{blake2s(content, digest_size=6).hexdigest()}"
        source = f"data:image/png;base64,{b64encode(content).decode()}"
        return cls(name, source, scale, len(levels), rows, cols)

    @property
    def style(self) -> str:
        """The CSS rules of the sheet."""
        height = 100 * self.count * (self.rows + 1) / self.rows
        return (
            f".{self.name} .map{{background-image:url({self.source});background-size:100% {height:.6g}%;"
            f"aspect-ratio:{self.cols}/{self.rows}}}"
            f".{self.name} .line{{background-image:{palette.css_gradient(self.scale)}}}"
        )

    def tile(self, idx: int, overlay: str, kind: str) -> str:
        """Return map `idx` as HTML, with `overlay` on it; `kind` is added to its classes."""
        spare = self.count * (self.rows + 1) - self.rows
        down = 100 * idx * (self.rows + 1) / spare
        return f'<div class="picture map{kind}" style="background-position:0 {down:.6g}%">{overlay}</div>'
