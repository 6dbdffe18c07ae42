"""A shared network is as it was: hooks, modes, gradients, numbers; after success and after failure."""

from functools import partial

import pytest
import torch
from torch import nn

from cnnviz.errors import ModelError, ShapeError
from cnnviz.explain import attribution, guard, layers
from cnnviz.explain.attribution import Question


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


ASK = [partial(attribution.attribute, method=m, question=Question(class_idx=1)) for m in attribution.METHODS]


@pytest.fixture
def marked(net):
    """Return a network in training mode with gradients, a frozen weight and a hook of its owner."""
    net(torch.ones(2, 2, 12, 12)).sum().backward()
    net.conv2.weight.requires_grad_(False)
    net.train()
    net.dense1.register_forward_hook(lambda *_: None)
    return net


@pytest.mark.parametrize("ask", ASK, ids=attribution.METHODS)
def test_network_is_untouched(marked, picture, ask):
    before = state(marked)
    ask(marked, picture)
    assert same(before, state(marked))


@pytest.mark.parametrize("ask", ASK, ids=attribution.METHODS)
def test_network_is_untouched_after_failure(marked, picture, ask, monkeypatch):
    before = state(marked)
    calls = []

    def fail_later(_self, pictures):
        calls.append(1)
        if len(calls) > 1:
            raise ZeroDivisionError
        return pictures.relu()

    monkeypatch.setattr(nn.ReLU, "forward", fail_later)
    with pytest.raises(ZeroDivisionError):
        ask(marked, picture)
    assert same(before, state(marked))


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
