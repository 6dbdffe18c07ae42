"""The table of a network: numel, torchvision's published figures and autograd judge it."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from cnnviz.errors import ModelError
from cnnviz.trace.summary import summary
from cnnviz.zoo.torchvision_compat import torchvision

# PyTorch says that an even "same" kernel costs it a copy
pytestmark = pytest.mark.filterwarnings("ignore:Using padding='same' with even kernel lengths")
PUBLISHED = (
    "alexnet",
    "vgg16",
    "vgg19_bn",
    "googlenet",
    "resnet18",
    "resnet50",
    "resnet152",
    "convnext_tiny",
)


@pytest.mark.parametrize("name", PUBLISHED)
def test_equals_torchvisions_published_figures(name: str) -> None:
    models = torchvision().models
    options = {"aux_logits": False, "init_weights": False} if name == "googlenet" else {}
    with torch.device("meta"):
        net = models.get_model(name, **options)
    published = next(iter(models.get_model_weights(name))).meta
    table = summary(net, (3, 224, 224))
    assert table.parameters == published["num_params"]
    assert round(table.macs / 1e9, 3) == published["_ops"]


def windows(draw: st.DrawFn) -> dict[str, int]:
    """Return the settings of a layer with a window."""
    window = draw(st.integers(1, 4))
    return {
        "kernel_size": window,
        "stride": draw(st.integers(1, 3)),
        "padding": draw(st.integers(0, window // 2)),
    }


@st.composite
def networks(draw: st.DrawFn) -> nn.Sequential:
    """Return some layers that share their gradient with every cell they see."""
    layers: list[nn.Module] = []
    for kind in draw(
        st.lists(st.sampled_from(["conv", "pool", "same", "relu", "norm"]), min_size=1, max_size=5)
    ):
        if kind == "conv":
            layers.append(nn.Conv2d(2, 2, dilation=draw(st.integers(1, 2)), **windows(draw)))
        elif kind == "same":
            layers.append(nn.Conv2d(2, 2, (3, 4), padding="same", groups=2))
        else:
            other = {"relu": nn.ReLU(), "norm": nn.BatchNorm2d(2)}
            layers.append(other.get(kind) or nn.AvgPool2d(**windows(draw)))
    return nn.Sequential(*layers)


def positive(net: nn.Module) -> nn.Module:
    """Return `net` with positive weights, so that no gradients cancel."""
    for weight in net.parameters():
        nn.init.constant_(weight, 0.5)
    return net.double().eval()


def seen(net: nn.Module, shape: tuple[int, ...]) -> list[tuple[int, int]]:
    """Return the first and one past the last row and column with a gradient from the middle cell."""
    x = torch.ones(1, *shape, dtype=torch.float64, requires_grad=True)
    y = net(x)
    y[(0, 0, *(size // 2 for size in y.shape[2:]))].backward()
    touched = [(x.grad != 0).any(3).any(1).nonzero(), (x.grad != 0).any(2).any(1).nonzero()]
    return [(int(cells[:, 1].min()), int(cells[:, 1].max()) + 1) for cells in touched]


@settings(max_examples=60, deadline=None)
@given(networks())
def test_receptive_field_is_where_the_gradient_goes(net: nn.Sequential) -> None:
    shape = (2, 120, 131)
    try:
        row = summary(net, shape).rows[-1]
    except ModelError:  # shrunk to nothing
        return
    grown = zip(row.field, row.shape_out[1:], seen(positive(net), shape), shape[1:], strict=True)
    for field, size, cells, limit in grown:
        first, end = field.of(size // 2)
        assert max(0, first) <= cells[0] < cells[1] <= min(limit, end)
        if first >= 0 and end <= limit - len(net) * field.jump:  # rows left over at the far edge are unseen
            assert cells == (first, end)


@settings(max_examples=30, deadline=None)
@given(networks())
def test_shapes_and_parameters_are_pytorchs(net: nn.Sequential) -> None:
    try:
        table = summary(net, (2, 30, 31))
    except ModelError:
        with pytest.raises(RuntimeError):
            net.eval()(torch.zeros(1, 2, 30, 31))
        return
    x = torch.zeros(1, 2, 30, 31)
    for layer, row in zip(net.eval(), table.rows, strict=True):
        assert row.shape_in == x.shape[1:]
        x = layer(x)
        assert row.shape_out == x.shape[1:]
        assert row.parameters == sum(weight.numel() for weight in layer.parameters())
        written = row.parameters_text.replace("·", "*") or "0"
        assert eval(written) == row.parameters  # noqa: S307  # the sum as written on screen
        assert eval(row.macs_text.replace("·", "*") or "0") == row.macs  # noqa: S307


class Residual(nn.Module):
    """Two ways to the sum, of which one sees more; and a weight of its own."""

    def __init__(self) -> None:
        super().__init__()
        self.far, self.near = nn.Conv2d(1, 1, 5, padding=2), nn.Conv2d(1, 1, 1)
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # noqa: D102  # the class says it
        return self.near(self.near(self.far(x) + x)) * self.scale


def test_a_residual_block() -> None:
    table = summary(Residual(), (1, 20, 20))
    assert [row.kind for row in table.rows] == ["conv", "add", "conv", "conv", "other", "mul"]
    assert [row.parameters for row in table.rows] == [26, 0, 2, 0, 1, 0]  # a shared layer counts once
    first, end = table.rows[-1].field[0].of(10)
    assert seen(positive(Residual()), (1, 20, 20))[0] == (first, end)


@pytest.mark.parametrize("last", [nn.Flatten(), nn.AdaptiveAvgPool2d(1)])
def test_a_dense_layer_or_global_average_sees_the_whole_picture(last: nn.Module) -> None:
    net = nn.Sequential(nn.Conv2d(1, 2, 3, stride=2), last, nn.Flatten(), nn.LazyLinear(4))
    net(torch.zeros(1, 1, 9, 9))
    assert [(field.start, field.size) for field in summary(net, (1, 9, 9)).rows[-1].field] == [(0, 9), (0, 9)]


def test_the_network_is_only_read() -> None:
    net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.BatchNorm2d(2), nn.Dropout()).train()
    before = {name: value.clone() for name, value in net.state_dict().items()}
    summary(net, (1, 8, 8))
    assert all(torch.equal(value, before[name]) for name, value in net.state_dict().items())
    assert all(layer.training and not layer._forward_hooks for layer in net.modules())


def test_memory_counts_four_bytes_a_number() -> None:
    row = summary(nn.Sequential(nn.Conv2d(1, 10, 5)), (1, 28, 28)).rows[0]
    assert (row.weight_bytes, row.output_bytes) == (4 * 260, 4 * 24 * 24 * 10)


class Deciding(nn.Module):
    """A forward pass that looks at the numbers."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:  # noqa: D102  # the class says it
        return x if x.sum() > 0 else -x


def test_refuses_what_it_cannot_follow_and_shapes_that_do_not_fit() -> None:
    with pytest.raises(ModelError, match="cannot be taken apart"):
        summary(Deciding(), (1, 2, 2))
    with pytest.raises(ModelError, match=r"does not accept an input of shape \(3, 8, 8\)"):
        summary(nn.Sequential(nn.Conv2d(1, 2, 3)), (3, 8, 8))
