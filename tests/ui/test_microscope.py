"""What the microscope sends to the browser: every number of the result object, small and typed."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from cnnviz import words
from cnnviz.errors import RangeError
from cnnviz.ops.activation import KINDS, activate
from cnnviz.ops.conv import ConvResult, conv2d
from cnnviz.ops.pool import pool2d
from cnnviz.shapes import Axis
from cnnviz.specs import POOL_KINDS, ConvSpec, PoolSpec
from cnnviz.ui.components.microscope import payload, wording
from cnnviz.ui.components.microscope.scope import SCRIPTS, Look, scene_bytes

CONV_A = conv2d(
    [[[2, 2, 3, 0], [3, 0, 2, 3], [1, 0, 3, 2], [2, 3, 0, 1]]], [[[[2, 3, 1], [1, 1, 3], [1, 0, 0]]]]
)


def opened(data: bytes) -> tuple[dict, dict[str, np.ndarray]]:
    """Read packed bytes as payload.js does."""
    length = int.from_bytes(data[:4], "little")
    header = json.loads(data[4 : 4 + length])
    found = {name: read(data, entry) for name, entry in header.get("arrays", {}).items()}
    return header, found


def read(data: bytes, entry: dict) -> np.ndarray:
    assert entry["at"] % 8 == 0
    if entry["type"] != "i3":
        return np.frombuffer(data, "<f8" if entry["type"] == "f8" else "u1", entry["count"], entry["at"])
    raw = np.frombuffer(data, "u1", 3 * entry["count"], entry["at"]).reshape(-1, 3)
    low_first = np.concatenate([np.zeros((len(raw), 1), np.uint8), raw], axis=1)
    whole = low_first.view("<i4").ravel() >> 8
    return whole * np.repeat(entry["steps"], len(raw) // len(entry["steps"]))


def scene(result, look=None, **options):
    return opened(scene_bytes(result, language="en", look=look or Look(), **options))


@given(arrays(np.float64, st.integers(1, 50), elements=st.floats(-1e300, 1e300)))
def test_small_arrays_arrive_exactly(numbers):
    header, found = opened(payload.pack({"kind": "x"}, {"n": numbers, "u": np.arange(3, dtype=np.uint8)}))
    assert header["kind"] == "x"
    np.testing.assert_array_equal(found["n"], numbers)
    assert found["u"].tolist() == [0, 1, 2]


def test_large_arrays_arrive_to_a_ten_millionth_of_the_largest():
    numbers = np.random.default_rng(1).normal(size=(4, 100, 100)) * [[[1e-3]], [[1]], [[1e6]], [[0]]]
    _, found = opened(payload.pack({}, {"n": numbers}))
    error = np.abs(found["n"].reshape(numbers.shape) - numbers).max(axis=(1, 2))
    assert (error <= 1.2e-7 * np.abs(numbers).max(axis=(1, 2))).all()


def test_whole_numbers_arrive_exactly_in_large_arrays():
    numbers = np.arange(40_000.0).reshape(1, 200, 200) - 20_000
    _, found = opened(payload.pack({}, {"n": numbers}))
    np.testing.assert_array_equal(found["n"], numbers.ravel())


def test_64_maps_of_64_by_64_stay_below_a_megabyte():
    rng = np.random.default_rng(2)
    result = conv2d(rng.normal(size=(64, 64, 64)), rng.normal(size=(1, 64, 3, 3)), [0.5])
    assert len(scene_bytes(result, language="ko", look=Look())) <= 1_000_000


def test_outputs_kernels_and_bias_are_those_of_the_result():
    rng = np.random.default_rng(3)
    spec = ConvSpec(kernel_size=(3, 2), stride=(2, 1), padding=(1, 0, 2, 1), padding_mode="replicate")
    result = conv2d(rng.normal(size=(2, 9, 8)), rng.normal(size=(3, 2, 3, 2)), [1, 2, 3], spec)
    header, found = scene(result, Look(map_idx=1))
    np.testing.assert_array_equal(found["output"], result.output[1].ravel())
    np.testing.assert_array_equal(found["kernel"], result.weight[1].ravel())
    np.testing.assert_array_equal(found["input"], result.padded.ravel())
    assert header["bias"] == 2
    assert header["rows"]["at"] == -1
    assert header["cols"]["at"] == -2


def test_a_larger_picture_sends_the_part_under_the_lens():
    rng = np.random.default_rng(4)
    result = conv2d(rng.random((3, 300, 400)), rng.normal(size=(1, 3, 5, 5)), None)
    header, found = scene(result, lens=(100, 9999))
    rows, cols = header["rows"], header["cols"]
    assert (rows["first"], cols["first"] + cols["out"]) == (100, cols["total"])
    part = result.output[0, 100 : 100 + rows["out"], cols["first"] :]
    np.testing.assert_array_equal(found["output"], part.ravel())
    np.testing.assert_array_equal(
        found["input"], result.padded[:, 100 : 100 + rows["size"], cols["first"] :].ravel()
    )
    assert found["overview"].size == 3 * np.prod(header["overview"])


def test_an_overview_is_the_picture_made_small():
    red = np.zeros((3, 400, 600))
    red[0, :200] = 1
    small = payload.overview(red)
    assert max(small.shape) <= payload.OVERVIEW_PX
    assert small[0, 0].tolist() == [255, 0, 0]
    assert small[-1, -1].tolist() == [0, 0, 0]


@pytest.mark.parametrize("kind", POOL_KINDS)
def test_pooling_sends_its_maps(kind):
    maps = np.random.default_rng(5).normal(size=(2, 7, 7))
    result = pool2d(maps, PoolSpec(kind=kind, kernel_size=(3, 3), padding=(1, 1)))
    header, found = scene(result, Look(map_idx=1))
    assert header["pool"] == kind
    np.testing.assert_array_equal(found["output"], result.output[1].ravel())
    assert ("winners" in found) == (kind == "max")


def test_winners_point_at_the_largest_number():
    maps = np.random.default_rng(6).normal(size=(1, 8, 8))
    result = pool2d(maps, PoolSpec(kernel_size=(3, 3), stride=(1, 1), padding=(1, 1)))
    _, found = scene(result)
    padded = np.pad(maps[0], 1)
    taps = found["winners"].reshape(result.output.shape[1:]).astype(int)
    for (row, col), tap in np.ndenumerate(taps):
        assert padded[row + tap // 3, col + tap % 3] == result.output[0, row, col]


@pytest.mark.parametrize("kind", KINDS)
def test_an_activation_sends_its_curve(kind):
    result = activate(np.linspace(-8, 8, 12).reshape(1, 3, 4), kind)
    header, found = scene(result)
    assert header["activation"] == kind
    assert found["curve_x"].min() <= -8
    assert found["curve_x"].max() >= 8
    np.testing.assert_array_equal(found["curve_y"], activate(found["curve_x"], kind).value)
    np.testing.assert_array_equal(found["output"], result.value.ravel())


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("language", words.LANGUAGES)
def test_numbers_that_are_none_become_a_sentence(bad, language):
    padded = CONV_A.padded.copy()
    padded[0, 0, 0] = bad
    broken = ConvResult(CONV_A.spec, CONV_A.axes, padded, CONV_A.weight, CONV_A.bias, CONV_A.output)
    header, _ = opened(scene_bytes(broken, language=language, look=Look()))
    assert header["kind"] == "message"
    assert header["text"] == RangeError("not_finite", name="map").worded(language)


def test_an_empty_map_becomes_a_sentence():
    empty = ConvResult(
        CONV_A.spec, CONV_A.axes, CONV_A.padded[:, :0], CONV_A.weight, CONV_A.bias, CONV_A.output
    )
    assert scene(empty)[0]["kind"] == "message"


def test_an_error_of_the_page_is_worded_in_place():
    with pytest.raises(RangeError) as caught:
        conv2d([[[1]]], np.ones((1, 1, 3, 3)))
    header, _ = scene(caught.value)
    assert header["text"] == caught.value.worded("en")


def test_captions_name_size_padding_stride_and_dilation():
    spec = ConvSpec(kernel_size=(3, 3), stride=(2, 1), padding=(1, 1, 1, 1), dilation=(2, 2))
    result = conv2d(np.ones((1, 9, 9)), np.ones((1, 1, 3, 3)), None, spec)
    header, _ = scene(result, Look(map_name="4"))
    assert header["captions"]["input"] == ["Input", "9 × 9, padding 1"]
    assert header["captions"]["kernel"] == ["Kernel", "3 × 3, stride 2 × 1, dilation 2"]
    assert header["captions"]["output"] == ["Output · map 4", "4 × 7"]


def test_other_numbers_are_another_scene():
    other = conv2d(CONV_A.image + 1, CONV_A.weight)
    assert scene(CONV_A)[0]["scene"] != scene(other)[0]["scene"]
    assert scene(CONV_A)[0]["scene"] == scene(CONV_A)[0]["scene"]


@pytest.mark.parametrize("wanted", [None, 0, 5, 10**6])
def test_a_part_lies_within_its_axis(wanted):
    part = payload.part_of(Axis(500, 11, stride=4, before=3, after=3), wanted)
    assert 0 <= part.first <= part.axis.size_out - part.count
    assert part.cells.stop <= part.axis.padded
    assert part.cells.stop - part.cells.start <= payload.LENS + part.axis.leftover


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_every_word_that_the_scripts_use_is_in_the_catalogue(language):
    import re
    from pathlib import Path

    folder = Path(payload.__file__).parent
    script = "\n".join((folder / f"{name}.js").read_text(encoding="utf-8") for name in SCRIPTS)
    used = set(re.findall(r"texts\.(\w+)", script))
    computed = {f"name_{kind}" for kind in KINDS} | {f"formula_{kind}" for kind in KINDS}
    computed |= {f"{stem}_{kind}" for stem in ("say", "say_long", "long") for kind in POOL_KINDS}
    assert used | computed <= set(wording.texts(language))


def test_no_script_is_left_out():
    from pathlib import Path

    folder = Path(payload.__file__).parent
    assert {path.stem for path in folder.glob("*.js")} == set(SCRIPTS)
