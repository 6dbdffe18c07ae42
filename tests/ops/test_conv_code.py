"""The PyTorch program is run, and gives the numbers on screen."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cnnviz.ops.conv import conv2d
from cnnviz.ops.conv1d import conv1d, line_spec
from cnnviz.ops.conv_code import INPUT_FILE, conv1d_code, conv2d_code, needs_file
from cnnviz.specs import PADDING_MODES, ConvSpec


def run(code, folder=None, monkeypatch=None):
    if folder:
        monkeypatch.chdir(folder)
    names = {}
    exec(compile(code, "snippet", "exec"), names)  # noqa: S102 (our own program is what is tested)
    return names["y"][0].numpy()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.tuples(*[st.integers(1, 2)] * 4),
    st.tuples(*[st.integers(0, 2)] * 4),
    st.sampled_from(PADDING_MODES),
    st.tuples(*[st.integers(1, 3)] * 4),
)
def test_program_gives_the_output(counts, padding, mode, sizes):
    maps, channels, rows, cols = counts
    spec = ConvSpec(
        kernel_size=(rows, cols), stride=sizes[:2], padding=padding, padding_mode=mode, dilation=sizes[2:]
    )
    random = np.random.default_rng(0)
    image, weight = random.normal(size=(channels, 7, 6)), random.integers(-3, 3, (maps, channels, rows, cols))
    result = conv2d(image, weight, random.normal(size=maps), spec)
    np.testing.assert_allclose(run(conv2d_code(result)), result.output, atol=1e-12)


def test_a_large_input_comes_from_a_file(tmp_path, monkeypatch):
    image = np.random.default_rng(0).random((3, 20, 20))
    result = conv2d(image, np.ones((2, 3, 3, 3)) / 27)
    np.save(tmp_path / INPUT_FILE, image)
    assert needs_file(result)
    np.testing.assert_allclose(run(conv2d_code(result), tmp_path, monkeypatch), result.output, atol=1e-12)


@pytest.mark.parametrize("mode", PADDING_MODES)
def test_program_along_a_line_gives_the_output(mode):
    spec = line_spec(3, stride=2, padding=(1, 2), padding_mode=mode, dilation=2)
    result = conv1d(np.arange(16.0).reshape(2, 8), [[[1, 2, 3], [0, -1, 0.5]]], [0.25], spec)
    np.testing.assert_allclose(run(conv1d_code(result.plane)), result.output, atol=1e-12)


def test_program_is_short_where_nothing_is_special():
    code = conv2d_code(conv2d([[[1, 2], [3, 4]]], [[[[1, 0], [0, 1]]]]))
    assert "y = F.conv2d(x, weight, bias)" in code
    assert "pad" not in code
    assert "numpy" not in code
