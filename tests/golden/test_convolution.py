"""The worked convolutions of the lectures, each number as on the slides and as torch computes it."""

import numpy as np
import pytest
import torch
from torch.nn import functional as F  # noqa: N812 (torch's own name for it)

from cnnviz.ops.conv import conv2d
from cnnviz.ops.conv1d import conv1d
from cnnviz.specs import ConvSpec

A = [[2, 2, 3, 0], [3, 0, 2, 3], [1, 0, 3, 2], [2, 3, 0, 1]]
A_KERNEL = [[2, 3, 1], [1, 1, 3], [1, 0, 0]]
B = [[1, 2, 3, 0], [0, 1, 2, 3], [3, 0, 1, 2], [2, 3, 0, 1]]
B_KERNEL = [[2, 0, 1], [0, 1, 2], [1, 0, 2]]
C = [[(1, 2, 3, 0)[(col - row) % 4] for col in range(7)] for row in range(7)]
D = [[1, 1, 1, 0, 0], [0, 1, 1, 1, 0], [0, 0, 1, 1, 1], [0, 0, 1, 1, 0], [0, 1, 1, 0, 0]]
D_KERNEL = [[1, 0, 1], [0, 1, 0], [1, 0, 1]]
A_PADDED = [[8, 16, 5, 5], [11, 23, 24, 14], [10, 20, 21, 18], [14, 10, 17, 13]]

CASES = {
    "conv-a": (A, A_KERNEL, 0, 1, 0, [[23, 24], [20, 21]]),
    "conv-a-pad": (A, A_KERNEL, 0, 1, 1, A_PADDED),
    "conv-b": (B, B_KERNEL, 0, 1, 0, [[15, 16], [6, 15]]),
    "conv-b-bias": (B, B_KERNEL, 3, 1, 0, [[18, 19], [9, 18]]),
    "conv-c": (C, B_KERNEL, 0, 2, 0, [[15, 17, 15], [17, 15, 17], [15, 17, 15]]),
    "conv-d": (D, D_KERNEL, 0, 1, 0, [[4, 3, 4], [2, 4, 3], [2, 3, 4]]),
    "dot-2d": ([[1, 0, 1], [0, 1, 0], [1, 0, 1]], [[0, 1, 1], [0, 1, 1], [0, 0, 1]], 0, 1, 0, [[3]]),
    "inner": ([[1, 3], [2, 4]], [[5, 7], [6, 8]], 0, 1, 0, [[70]]),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_lecture(case):
    image, kernel, bias, stride, padding, wanted = case
    size = (len(kernel), len(kernel[0]))
    spec = ConvSpec(kernel_size=size, stride=(stride, stride), padding=(padding,) * 4)
    result = conv2d([image], [[kernel]], [bias], spec)
    assert result.output[0].tolist() == wanted
    x, w, b = (torch.tensor(values, dtype=torch.float64) for values in ([[image]], [[kernel]], [bias]))
    assert F.conv2d(x, w, b, stride, padding)[0, 0].tolist() == wanted


def test_lecture_conv_c_is_the_picture_on_the_slide():
    assert C[0] == [1, 2, 3, 0, 1, 2, 3]
    assert C[3] == [2, 3, 0, 1, 2, 3, 0]
    assert C[4:] == C[:3]


def test_lecture_conv_a_first_cell_spelled_out():
    cell = conv2d([A], [[A_KERNEL]]).cell(0, 0, 0)
    assert cell.products[0].tolist() == [[2 * 2, 2 * 3, 3 * 1], [3 * 1, 0 * 1, 2 * 3], [1 * 1, 0 * 0, 3 * 0]]
    assert cell.total == 23


def test_lecture_dot_1d():
    cell = conv1d([[1, 0, 2]], [[[2, 3, 1]]]).cell(0, 0)
    assert cell.products.ravel().tolist() == [2, 0, 2]
    assert cell.total == 4


def test_lecture_sobel_answers_to_the_edges_it_should():
    step = np.repeat(
        [[0.0, 0.0, 1.0, 1.0]], 4, axis=0
    )  # a vertical edge: dark on the left, bright on the right
    d_dx, d_dy = [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]], [[-1, -2, -1], [0, 0, 0], [1, 2, 1]]
    assert conv2d([step], [[d_dx]]).output[0].tolist() == [[4, 4], [4, 4]]
    assert conv2d([step], [[d_dy]]).output[0].tolist() == [[0, 0], [0, 0]]
    assert conv2d([step.T], [[d_dy]]).output[0].tolist() == [[4, 4], [4, 4]]
