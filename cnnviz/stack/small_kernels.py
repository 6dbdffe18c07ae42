"""Several small kernels against a large one that sees as much: the argument of the VGG networks."""

from dataclasses import dataclass

from cnnviz.check import check_integer
from cnnviz.shapes import Axis, receptive_field


@dataclass(frozen=True, slots=True)
class KernelChoice:
    """A run of equal convolutions, C maps in and C maps out, stride 1.

    Parameters
    ----------
    num_layers, kernel : int
        How many, and rows (= columns) of each kernel.
    channels : int
        C.
    """

    num_layers: int
    kernel: int
    channels: int

    @property
    def field(self) -> int:
        """Rows (= columns) of the input that one cell of the last map sees."""
        size = 1 + self.num_layers * (self.kernel - 1)
        return receptive_field([Axis(size, self.kernel)] * self.num_layers).size

    @property
    def weights(self) -> int:
        """Weights without biases: ``n·K·K·C·C``; also the multiply-adds for one cell of every map."""
        return self.num_layers * self.kernel**2 * self.channels**2

    @property
    def parameters(self) -> int:
        """Weights and one bias a map and layer: ``n·(K·K·C·C + C)``."""
        return self.weights + self.num_layers * self.channels


def small_against_large(num_layers: int, channels: int) -> tuple[KernelChoice, KernelChoice]:
    """Return `num_layers` layers of 3×3, and one layer whose kernel sees as much.

    Source: K. Simonyan, A. Zisserman, "Very deep convolutional networks" (2015), section 2.3.

    Parameters
    ----------
    num_layers : int
        From 1 to 10.
    channels : int
        Maps in and out, from 1 to 4,096.

    Examples
    --------
    >>> small, large = small_against_large(2, 1)
    >>> (small.parameters, large.parameters, large.kernel)
    (20, 26, 5)
    """
    check_integer("num_layers", num_layers, 1, 10)
    check_integer("channels", channels, 1, 4096)
    small = KernelChoice(num_layers, 3, channels)
    return small, KernelChoice(1, small.field, channels)
