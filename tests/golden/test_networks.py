"""The lectures' networks: shapes and parameters as the slides have them."""

import pytest

from cnnviz.stack.networks import NETWORKS
from cnnviz.trace.summary import Summary, summary
from cnnviz.zoo.stack_builder import build
from cnnviz.zoo.torchvision_compat import torchvision


def table(name: str) -> Summary:
    """Return the table of one of the lectures' networks."""
    return summary(build(NETWORKS[name], device="meta"), NETWORKS[name].input_shape)


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("ten-twenty", 38_390),
        ("three-conv", 93_322),
        ("six-filter", 12_226),
        ("mlp", 269_322),
        ("lenet5", 61_706),
        ("vgg-two-3x3", 20),
        ("vgg-one-5x5", 26),
        ("alexnet-two-gpus", 60_965_224),
        ("alexnet-one-gpu", 61_100_840),
    ],
)
def test_parameters(name: str, parameters: int) -> None:
    assert table(name).parameters == parameters


@pytest.mark.parametrize(
    ("name", "shapes"),
    [
        ("ten-twenty", [(10, 24, 24), (10, 12, 12), (20, 8, 8), (20, 4, 4), (320,), (100,), (10,)]),
        (
            "three-conv",
            [(32, 26, 26), (32, 13, 13), (64, 11, 11), (64, 5, 5), (64, 3, 3), (576,), (64,), (10,)],
        ),
        ("six-filter", [(6, 28, 28), (6, 14, 14), (1176,), (10,)]),
        ("mlp", [(784,), (256,), (256,), (10,)]),
        ("photo-stack", [(3, 298, 398), (3, 149, 199), (3, 147, 197), (3, 73, 98)]),
    ],
)
def test_shapes(name: str, shapes: list[tuple[int, ...]]) -> None:
    rows = [row.shape_out for row in table(name).rows if row.kind not in ("activation", "softmax")]
    assert rows[: len(shapes)] == shapes


def test_ten_twenty_written_out() -> None:
    rows = {row.name: row for row in table("ten-twenty").rows}
    written = [rows[name].parameters_text for name in ("Conv0", "Conv1", "Dense0", "Dense1")]
    assert written == ["10·(5·5·1)+10", "20·(5·5·10)+20", "320·100+100", "100·10+10"]
    assert table("ten-twenty").parameters - 10 - 20 - 100 - 10 == 250 + 5_000 + 32_000 + 1_000


def test_six_filter_layer_by_layer() -> None:
    assert [row.parameters for row in table("six-filter").rows if row.parameters] == [456, 11_770]


def test_two_small_kernels_see_as_far_as_one_large_one() -> None:
    two, one = table("vgg-two-3x3"), table("vgg-one-5x5")
    assert two.rows[-1].field == one.rows[-1].field
    assert two.rows[-1].shape_out == one.rows[-1].shape_out


def test_alexnet_of_two_gpus() -> None:
    rows = [row for row in table("alexnet-two-gpus").rows if row.kind in ("conv", "flatten", "dense")]
    kernels = [row.parameters_text.split("+")[0] for row in rows[:5]]
    assert kernels == ["96·(11·11·3)", "256·(5·5·48)", "384·(3·3·256)", "384·(3·3·192)", "256·(3·3·192)"]
    assert [row.shape_out for row in rows[5:]] == [(9216,), (4096,), (4096,), (1000,)]


def test_alexnet_of_one_gpu_is_torchvisions() -> None:
    theirs = summary(torchvision().models.alexnet(weights=None), (3, 224, 224))
    ours = table("alexnet-one-gpu")
    assert [row.shape_out for row in ours.rows if row.macs] == [
        row.shape_out for row in theirs.rows if row.macs
    ]
    assert (ours.parameters, ours.macs) == (theirs.parameters, theirs.macs)


def test_filters_of_the_three_convolutions() -> None:
    assert [row.shape_out[0] for row in table("three-conv").rows if row.kind == "conv"] == [32, 64, 64]
