"""A shared network is as it was: hooks, modes, gradients, numbers; after success and after failure."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn

from cnnviz.errors import ModelError, ShapeError
from cnnviz.explain import attribution, guard, layers
from cnnviz.explain.attribution import Question
from cnnviz.explain.canvas import fully_convolutional
from cnnviz.explain.dream import DreamSpec, dream
from cnnviz.explain.exciting import most_exciting
from cnnviz.explain.field import unit_view
from cnnviz.explain.surgery import FlipKernel, SetBias, Surgery, SwitchOff, compare, rank_all
from cnnviz.explain.sweep import Contestant, sweep


def state(net):
    """Everything about a network that an explanation could disturb."""
    hooks = ("_forward_hooks", "_forward_pre_hooks", "_backward_hooks", "_backward_pre_hooks")
    modules = [
        (name, m.training, getattr(m, "inplace", None), [len(getattr(m, h)) for h in hooks])
        for name, m in net.named_modules()
    ]
    numbers = [(n, v.clone()) for n, v in net.state_dict().items()]
    marks = [(p.requires_grad, None if p.grad is None else p.grad.clone()) for p in net.parameters()]
    return modules, numbers, marks


def same(one, other):
    flat = [[v for pair in (*s[1], *s[2]) for v in pair] for s in (one, other)]
    return one[0] == other[0] and all(
        torch.equal(a, b) if isinstance(a, torch.Tensor) else a == b for a, b in zip(*flat, strict=True)
    )


ASK = {
    **{
        m: partial(attribution.attribute, method=m, question=Question(class_idx=1))
        for m in attribution.METHODS
    },
    "unit_view": partial(unit_view, layer="conv2", unit=0, at=(1, 1)),
    "dream": lambda net, picture: list(
        dream(net, picture.shape, layer="relu2", unit=0, spec=DreamSpec(steps=2))
    ),
    "most_exciting": lambda net, picture: list(
        most_exciting(net, [picture[None]] * 2, layer="relu2", unit=0)
    ),
    "compare": lambda net, picture: compare(net, PLAN, picture),
    "rank_all": partial(rank_all, class_idx=1),
    "perturbed": lambda net, picture: sweep({"a": Contestant(net)}, picture[:1].repeat(3, 0), "noise"),
    "slid": lambda net, picture: fully_convolutional(net, picture.shape)(guard.batch(picture)),
}
PLAN = Surgery((SwitchOff("relu1", 0), SetBias("conv1", 1, 2.0), FlipKernel("conv2", 1, "negate")))


@pytest.fixture
def marked(net):
    """Return a network in training mode with gradients, a frozen weight and a hook of its owner."""
    net(torch.ones(2, 2, 12, 12)).sum().backward()
    net.conv2.weight.requires_grad_(False)
    net.train()
    net.dense1.register_forward_hook(lambda *_: None)
    return net


@pytest.mark.parametrize("name", [name for name in ASK if name != "perturbed"])
def test_network_is_untouched(marked, picture, name):
    before = state(marked)
    ASK[name](marked, picture)
    assert same(before, state(marked))


@pytest.mark.parametrize("name", ASK)
def test_network_is_untouched_after_failure(marked, picture, name, monkeypatch):
    before = state(marked)
    calls = []

    def fail_later(_self, pictures):
        calls.append(1)
        if len(calls) > 1:
            raise ZeroDivisionError
        return pictures.relu()

    monkeypatch.setattr(nn.ReLU, "forward", fail_later)
    with pytest.raises((ZeroDivisionError, ModelError)):
        ASK[name](marked, picture)
    assert same(before, state(marked))


def test_threads_do_not_disturb_each_other(net):
    pictures = np.random.default_rng(0).normal(size=(24, 2, 12, 12)).astype(np.float32)
    ask = partial(attribution.guided_grad_cam, net, class_idx=1)
    alone = [ask(picture).values for picture in pictures]
    with ThreadPoolExecutor(8) as pool:
        together = [found.values for found in pool.map(ask, pictures)]
    np.testing.assert_allclose(together, alone, atol=1e-6)


def test_twin_gives_the_same_logits_and_shares_memory(net, picture):
    copy = guard.twin(net)
    assert torch.equal(copy(guard.batch(picture)), net(guard.batch(picture)))
    assert copy.conv1.weight.data_ptr() == net.conv1.weight.data_ptr()
    assert not copy.relu1.inplace
    assert net.relu1.inplace


@pytest.mark.parametrize(("module", "part"), [(nn.Linear(3, 2), "12"), (nn.Identity(), "scores")])
def test_unfit_network_is_explained(module, part, picture):
    with pytest.raises(ModelError, match=part):
        attribution.answer(module, picture)


def test_wrong_channels_are_explained(net, picture):
    with pytest.raises(ModelError, match="does not accept an input of shape"):
        attribution.attribute(net, picture[:1], method="saliency", question=Question(class_idx=0))


def test_wrong_dimensions_are_explained(net, picture):
    with pytest.raises(ShapeError, match="3 dimensions"):
        layers.layers(net, picture[0])


def test_other_kinds_of_network_are_explained(picture):
    with pytest.raises(ModelError, match="Bilinear"):
        layers.layers(nn.Bilinear(1, 1, 1), picture)


def test_watched_network_counts_and_stops(net, picture):
    seen = []
    attribution.occlusion(guard.watched(net, seen.append), picture, class_idx=0)
    assert sum(seen) > 25

    def stop(_count):
        raise guard.Stopped

    with pytest.raises(guard.Stopped):
        attribution.occlusion(guard.watched(net, stop), picture, class_idx=0)
