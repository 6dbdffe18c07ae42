"""The program shown on the page runs and prints the scores."""

import runpy

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from cnnviz.zoo.architectures import BUILDERS, build
from cnnviz.zoo.snippet import snippet

NETWORKS = [(task, name) for task, networks in BUILDERS.items() for name in networks]


@pytest.mark.parametrize(("task", "name"), NETWORKS)
def test_program_computes_the_logits(task, name, tmp_path, monkeypatch, capsys):
    net = build(task, name).eval()
    colour = getattr(net[0], "in_channels", 1) == 3
    x = torch.randn((3, 64, 64) if colour else (1, 28, 28), generator=torch.manual_seed(0))
    with torch.no_grad():
        logits = net(x[None])[0]
    save_file(net.state_dict(), tmp_path / "weights.safetensors")
    np.save(tmp_path / "input.npy", x.numpy())
    program = snippet(net, "weights.safetensors", shape=x.shape, logits=logits.tolist())
    (tmp_path / "program.py").write_text(program)
    monkeypatch.chdir(tmp_path)
    torch.testing.assert_close(runpy.run_path("program.py")["logits"], logits, atol=1e-5, rtol=0)
    assert capsys.readouterr().out.startswith("tensor([")
