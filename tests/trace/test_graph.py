"""Steps give what PyTorch gives, inside blocks too, and know what they listen to."""

import numpy as np
import pytest
import torch

from cnnviz.errors import ModelError
from cnnviz.trace import unit as units
from cnnviz.trace.graph import Graph, graph
from cnnviz.zoo.architectures import build
from cnnviz.zoo.imagenet_layouts import sequential, torchvision_network

SHAPE = (3, 64, 64)  # ImageNet's layouts take smaller pictures, too


def untrained(name: str) -> Graph:
    torch.manual_seed(0)
    return graph(sequential(torchvision_network(name)), SHAPE)


@pytest.fixture(scope="module")
def photo() -> np.ndarray:
    return np.random.default_rng(1).normal(size=SHAPE).astype(np.float32)


def hooked(net: torch.nn.Module, photo: np.ndarray) -> dict[str, np.ndarray]:
    """Return what every module of a private network puts out, by hooks: the judge."""
    found: dict[str, np.ndarray] = {}
    for name, part in net.named_modules():
        part.register_forward_hook(
            lambda _m, _i, out, name=name: found.update({name: out[0].detach().numpy().copy()})
        )
    net(torch.from_numpy(photo)[None])
    return found


@pytest.mark.parametrize(("name", "block"), [
    ("alexnet", "conv1"), ("resnet18", "layer2_0"), ("resnet50", "layer1_1"),
    ("googlenet", "inception4a"),
])  # fmt: skip
def test_every_step_is_what_pytorch_gives(photo: np.ndarray, name: str, block: str) -> None:
    steps = untrained(name)
    run = steps.unfold(steps.run(photo), block)
    wanted = hooked(steps.net, photo)
    names = [layer.name for layer in run.layers]
    assert len(names) == len(set(names))
    for layer in run.layers:
        step = steps[layer.name]
        assert layer.output.shape == step.shape
        if layer.name in wanted and ".relu" not in layer.name:  # one module works twice in a block
            np.testing.assert_allclose(layer.output, wanted[layer.name], atol=1e-5, rtol=1e-5)
    assert {block, *(one for one in wanted if one.startswith(f"{block}.conv"))} <= set(names)


def test_a_residual_block_forks_and_meets_again() -> None:
    steps = untrained("resnet18")
    found = {step.name: step for step in steps.blocks["layer2_0"]}
    assert found["layer2_0.add"].sources == ("layer2_0.bn2", "layer2_0.downsample.1")
    assert found["layer2_0.downsample.0"].sources == ("layer1_1",)
    assert found["layer2_0"].kind == "activation"
    assert steps["layer1_0.add"].sources == ("layer1_0.bn2", "maxpool")
    assert [steps.kind(name) for name in ("conv1", "layer2_0")] == ["conv", "residual"]
    assert untrained("googlenet").kind("inception3a") == "inception"


@pytest.mark.parametrize("name", ["resnet18", "resnet50", "googlenet"])
def test_every_unit_inside_a_block_is_explained_as_computed(photo: np.ndarray, name: str) -> None:
    steps = untrained(name)
    block = next(one for one in steps.blocks if steps.kind(one) in ("residual", "bottleneck", "inception"))
    run = steps.run(photo)
    for step in steps.blocks[block]:
        found = units.unit_result(steps, run, step.name, step.shape[0] - 1)
        wanted = steps.output(run, step.name)[-1]
        np.testing.assert_allclose(_worked_out(found, steps, run), wanted, atol=1e-4, rtol=1e-4)


def _worked_out(found: units.UnitResult, steps: Graph, run: object) -> np.ndarray:
    if isinstance(found, units.SumUnit):
        return found.after.value if found.after and "add" not in found.place.layer else found.total
    if isinstance(found, units.JoinedUnit):
        return steps.output(run, found.source)[found.source_unit]
    if isinstance(found, units.NormUnit):
        return found.place.inputs[found.place.unit] * found.scale + found.shift
    result = found.explained.result
    return result.value[0] if hasattr(result, "value") else result.output[0]


@pytest.mark.parametrize("name", ["layer1_1.conv2", "layer2_0.add", "layer2_0", "conv1"])
def test_the_network_up_to_a_step(photo: np.ndarray, name: str) -> None:
    steps = untrained("resnet18")
    with torch.no_grad():
        found = steps.head(name)(torch.from_numpy(photo)[None].repeat(2, 1, 1, 1))
    np.testing.assert_allclose(found[1].numpy(), steps.output(steps.run(photo), name), atol=1e-5)


def test_a_plain_network_is_a_chain() -> None:
    net = build("digits", "three-conv").eval()
    steps = graph(net, (1, 28, 28))
    names = [name for name, _ in net.named_children()]
    assert [step.name for step in steps.steps] == names
    assert [step.sources for step in steps.steps] == [(name,) for name in ("input", *names[:-1])]


def test_nothing_is_left_on_the_network(photo: np.ndarray) -> None:
    steps = untrained("googlenet")
    before = {name: value.clone() for name, value in steps.net.state_dict().items()}
    steps.unfold(steps.run(photo), "inception3a")
    assert not any(part._forward_hooks or part._forward_pre_hooks for part in steps.net.modules())
    assert all(torch.equal(value, before[name]) for name, value in steps.net.state_dict().items())


def test_wrong_shapes_and_names_are_explained() -> None:
    steps = untrained("resnet18")
    with pytest.raises(ModelError, match=r"\(1, 64, 64\)"):
        steps.run(np.zeros((1, 64, 64), np.float32))
    with pytest.raises(ModelError, match="layer9"):
        steps["layer9"]


def test_wires_pass_over_what_is_not_shown_and_know_branches() -> None:
    from cnnviz.trace.wiring import Link, graph_wiring

    steps = untrained("googlenet")
    (inception,) = graph_wiring(steps, [*steps.blocks], {})[5:6]
    assert inception.links == (Link("maxpool2", "all"),)
    inner = [step.name for step in steps.blocks["inception3a"]]
    joined = graph_wiring(steps, [*steps.blocks, *inner], {})[-1]
    assert [(link.kind, link.offset) for link in joined.links] == [
        ("one", start) for start in (0, 64, 192, 224)
    ]
