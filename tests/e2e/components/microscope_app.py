"""A page with one microscope on the case that the address names, for the browser tests and the benchmarks."""

import numpy as np
import streamlit as st

from cnnviz.errors import CnnvizError
from cnnviz.ops.activation import activate
from cnnviz.ops.conv import conv2d
from cnnviz.ops.pool import pool2d
from cnnviz.specs import ConvSpec, PoolSpec
from cnnviz.ui.components.microscope.scope import Look, microscope

st.set_page_config(layout="wide")
LECTURE = [[[2, 2, 3, 0], [3, 0, 2, 3], [1, 0, 3, 2], [2, 3, 0, 1]]]
KERNEL = [[[[2, 3, 1], [1, 1, 3], [1, 0, 0]]]]
PADDED = ConvSpec(padding=(1, 1, 1, 1))
rng = np.random.default_rng(11)


def random_conv(size, channels, kernel, spec=None):
    image = rng.random((channels, size, size))
    return conv2d(image, rng.normal(size=(1, channels, kernel, kernel)) / kernel, [0.25], spec)


def with_relu(result):
    return result, Look(after=activate(result.output, "relu"))


def too_large():
    try:
        return conv2d(LECTURE, np.ones((1, 1, 9, 9)))
    except CnnvizError as error:
        return error


CASES = {
    "lecture": lambda: conv2d(LECTURE, KERNEL),
    "padded": lambda: conv2d(LECTURE, KERNEL, [3], PADDED),
    "leftover": lambda: conv2d(np.arange(49).reshape(1, 7, 7), KERNEL, None, ConvSpec(stride=(3, 3))),
    "dilated": lambda: random_conv(9, 1, 3, ConvSpec(dilation=(2, 2))),
    "colour": lambda: with_relu(random_conv(28, 3, 5)),
    "deep": lambda: random_conv(64, 64, 3, PADDED),
    "photo": lambda: random_conv(256, 3, 3),
    "single": lambda: conv2d([[[1, 3], [2, 4]]], [[[[5, 7], [6, 8]]]]),
    "pool": lambda: pool2d([[[1, 2, 1, 0], [0, 1, 2, 3], [3, 0, 1, 2], [2, 4, 0, 1]]], PoolSpec()),
    "l2": lambda: pool2d([[[1, 2, 1, 0], [0, 1, 2, 3], [3, 0, 1, 2], [2, 4, 0, 1]]], PoolSpec(kind="l2")),
    "relu": lambda: activate([[[-1.5, 0, 2.5]]], "relu"),
    "error": too_large,
}
case, language = st.query_params.get("case", "lecture"), st.query_params.get("lang", "en")
st.session_state.runs = st.session_state.get("runs", 0) + 1
st.text(f"run {st.session_state.runs}")
made = CASES[case]()
result, look = made if isinstance(made, tuple) else (made, None)
if not st.toggle("Leave"):
    microscope("demo.microscope", result, language=language, look=look)
