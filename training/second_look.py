"""What the joints of a hand tell of a source never trained on: ``python -m training.second_look crops``.

The network for joints in MediaPipe Hands looks at a photo, then at the square around the joints that it
found, turned so that the fingers point up, and once more. A small network, learned from joints of the other
sources and of hands made by code, names the sign from the last 21. What it says counts by how sure the first
is that it sees a hand, beside what ``<model>-without-<source>`` says of the photo.
"""

import argparse
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from cnnviz.images.decode import decode
from cnnviz.images.prepare import Recipe, prepare
from cnnviz.learn.loop import one_cycle
from cnnviz.zoo.architectures import build
from training import hands, landmarks
from training.leave_out import PHOTOS, _probs
from training.sources import files
from training.train import RUNS

F32 = NDArray[np.float32]
SIDE, AT_ONCE = 224, 64
PALM = [0, 1, 2, 3, 5, 6, 9, 10, 13, 14, 17, 18]  # joints that the square is laid around
LARGER, HIGHER = 2.0, 0.1  # its side against theirs, and how far it is moved towards the fingers
LOOKS = 3
STEPS, BATCH, RATE = 4000, 256, 2e-3
WEIGHT = 0.8  # of what the joints say, where a hand is seen for sure


class LikeTensorFlow(nn.Module):
    """A convolution that halves and pads as TensorFlow does: one more at the far edges."""

    def __init__(self, conv: nn.Conv2d) -> None:
        super().__init__()
        spare = conv.kernel_size[0] - conv.stride[0]
        self.around, self.conv = (spare // 2, spare - spare // 2) * 2, conv
        conv.padding = (0, 0)

    def forward(self, maps: Tensor) -> Tensor:
        """Return what the convolution makes of the padded maps."""
        found: Tensor = self.conv(functional.pad(maps, self.around))
        return found


def main() -> None:
    """Print how many photos of a source are read by joints, and by both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", choices=PHOTOS)
    source = parser.parse_args().source
    rows = files(source)
    labels = np.array([label for label, _ in rows])
    recipe = Recipe(task="rps", form="photo", size=SIDE, mean=(0.0,) * 3, std=(1.0,) * 3)
    recipe = recipe.switched("hand", on=False)
    squares = (prepare(decode(path.read_bytes(), path.name), recipe).tensor_f32 for _, path in rows)
    pictures = torch.from_numpy(np.stack(list(squares)))
    look = looker()
    seen = [looked(look, part) for part in pictures.split(AT_ONCE)]
    sure, joints = (torch.cat(part) for part in zip(*seen, strict=True))
    said = np.mean([_said(named(*_known(source), seed), joints) for seed in range(2)], axis=0)
    report("joints", said, labels, sure.numpy())
    weights = RUNS / f"rps-best-without-{source}" / "weights.pt"
    if weights.exists():
        other = _probs("best", weights, rows)
        report("best", other, labels, sure.numpy())
        both = np.log(other + 1e-6) + WEIGHT * sure.numpy()[:, None] * np.log(said + 1e-6)
        report("both", both, labels, sure.numpy())


def report(name: str, said: F32, labels: NDArray[np.int64], sure: F32) -> None:
    """Print the share that is right, of all and where a hand was seen."""
    right = said.argmax(1) == labels
    there = sure > 0.5
    print(f"{name}: {right.sum()} of {len(right)}, {right.mean():.2%}", flush=True)
    print(f"  where a hand is seen, in {there.mean():.1%}: {right[there].mean():.2%}", flush=True)


def looker() -> Callable[[Tensor], tuple[Tensor, Tensor]]:
    """Return what gives, of pictures (N, 3, 224, 224), how sure a hand is (N,) and its joints (N, 21, 2)."""
    net = build("rps", "best").eval()
    landmarks.begin(net, (0.0,) * 3, (1.0,) * 3)
    for module in list(net.modules()):
        for name, layer in list(module.named_children()):
            if isinstance(layer, nn.Conv2d) and layer.stride[0] == 2:
                setattr(module, name, LikeTensorFlow(layer))
    body = net[:-1].to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # torch
    flag, places = _ends()

    @torch.no_grad()
    def look(pictures: Tensor) -> tuple[Tensor, Tensor]:
        features = body(pictures.contiguous(memory_format=torch.channels_last))
        joints = functional.linear(features, *places).unflatten(1, (21, 3))[..., :2] / SIDE
        return functional.linear(features, *flag)[:, 0].sigmoid(), joints

    return look


def _ends() -> tuple[tuple[Tensor, Tensor], tuple[Tensor, Tensor]]:
    """Return weights and biases of the layers that say whether there is a hand, and where its joints are."""
    import tflite  # only to train

    model: Any = tflite.Model.GetRootAs(landmarks._file(landmarks.FILE).read_bytes(), 0)
    graph = model.Subgraphs(0)
    names = {code: name for name, code in vars(tflite.BuiltinOperator).items() if isinstance(code, int)}
    halves, found = {}, {}
    for place in range(graph.OperatorsLength()):
        step = graph.Operators(place)
        code = model.OperatorCodes(step.OpcodeIndex())
        kind, inputs = names[max(code.BuiltinCode(), code.DeprecatedBuiltinCode())], step.InputsAsNumpy()
        output = int(step.OutputsAsNumpy()[0])
        if kind == landmarks.DEQUANTIZE:
            halves[output] = int(inputs[0])
        elif kind == "FULLY_CONNECTED":
            parts = (landmarks._tensor(model, halves.get(int(at), int(at))) for at in inputs[1:])
            found[graph.Tensors(output).Name().decode()] = tuple(map(torch.from_numpy, parts))
    flag = next(value for name, value in found.items() if "handflag" in name)
    return flag, found["Identity"]  # type: ignore[return-value]  # pairs


def looked(look: Callable[[Tensor], tuple[Tensor, Tensor]], pictures: Tensor) -> tuple[Tensor, Tensor]:
    """Return how sure a hand is in the end, (N,), and its joints upright, (N, 21, 2); unsure, turn first."""
    sure, joints = look(pictures)
    for quarters in (1, 3, 2):
        at = torch.nonzero(sure < 0.5)[:, 0]
        if not len(at):
            break
        again, there = look(torch.rot90(pictures[at], quarters, (2, 3)))
        there = there - 0.5
        for _ in range(quarters):
            there = torch.stack([-there[..., 1], there[..., 0]], -1)
        better = again > sure[at]
        sure[at[better]], joints[at[better]] = again[better], there[better] + 0.5
    place = joints
    for _ in range(LOOKS - 1):
        middle, side, turn = _square(place)
        form = torch.cat([turn * side[:, None, None], (2 * middle - 1)[..., None]], 2)
        grid = functional.affine_grid(form, list(pictures.shape), align_corners=False)
        sure, joints = look(functional.grid_sample(pictures, grid, align_corners=False))
        place = torch.einsum("nij,nkj->nki", turn, joints - 0.5) * side[:, None, None] + middle[:, None]
    return sure, joints


def _square(joints: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Return middle (N, 2), side (N,) and turn (N, 2, 2) of the square around a hand, as MediaPipe does."""
    wrist, knuckles = joints[:, 0], ((joints[:, 5] + joints[:, 13]) / 2 + joints[:, 9]) / 2
    ahead = functional.normalize(knuckles - wrist, dim=1)
    turn = torch.stack(
        [torch.stack([-ahead[:, 1], -ahead[:, 0]], 1), torch.stack([ahead[:, 0], -ahead[:, 1]], 1)], 1
    )
    upright = torch.einsum("nji,nkj->nki", turn, joints[:, PALM] - wrist[:, None])
    low, high = upright.min(1).values, upright.max(1).values
    middle = (low + high) / 2 - torch.stack([torch.zeros(len(low)), HIGHER * (high - low)[:, 1]], 1)
    return torch.einsum("nij,nj->ni", turn, middle) + wrist, LARGER * (high - low).max(1).values, turn


def _known(source: str) -> tuple[F32, NDArray[np.int64], F32]:
    """Return joints (N, 21, 2) of hands of the other sources and made by code, their labels and weights."""
    every = hands.load(RUNS / "hands-joints.npz")
    joints, labels = every.joints.numpy(), every.labels.numpy()
    kept = ~np.isnan(joints).any((1, 2)) & (every.sources != source)
    with np.load(RUNS / "hands-made.npz") as made:
        joints = np.concatenate([joints[kept], made["joints"]])
        labels = np.concatenate([labels[kept], made["labels"]])
    shares = np.repeat(
        [0.5 / kept.sum(), 0.5 / (len(labels) - kept.sum())], [kept.sum(), len(labels) - kept.sum()]
    )
    return joints.astype(np.float32), labels, shares.astype(np.float32)


def named(joints: F32, labels: NDArray[np.int64], shares: F32, seed: int) -> nn.Sequential:
    """Return a network that names the sign of `_placed` joints: trained on them turned, mirrored, moved."""
    torch.manual_seed(seed)
    net = nn.Sequential(
        nn.Linear(42, 256), nn.ReLU(), nn.Dropout(0.1), nn.Linear(256, 128), nn.ReLU(), nn.Linear(128, 3)
    )
    optimiser = torch.optim.AdamW(net.parameters(), RATE, weight_decay=0.05)
    known, wanted, weights = (
        _placed(torch.from_numpy(joints)),
        torch.from_numpy(labels),
        torch.from_numpy(shares),
    )
    for step in range(STEPS):
        for group in optimiser.param_groups:
            group["lr"] = RATE * one_cycle(step / STEPS, 0.0)
        at = torch.multinomial(weights, BATCH, replacement=True)
        angle = 2 * torch.pi * torch.rand(BATCH)
        c, s = angle.cos(), angle.sin()
        moved = known[at] @ torch.stack([c, -s, s, c], 1).view(-1, 2, 2)
        moved = moved * torch.stack([torch.rand(BATCH).sub(0.5).sign(), torch.ones(BATCH)], 1)[:, None]
        moved = moved * (1 + 0.3 * (torch.rand(BATCH, 1, 2) - 0.5)) + 0.05 * torch.randn(moved.shape)
        loss = functional.cross_entropy(net(moved.flatten(1)), wanted[at], label_smoothing=0.05)
        optimiser.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]  # torch
        optimiser.step()
    return net.eval()


def _placed(joints: Tensor) -> Tensor:
    """Return joints about their middle, of one size."""
    about = joints - joints.mean(1, keepdim=True)
    return about / about.square().mean((1, 2), keepdim=True).sqrt()


@torch.no_grad()
def _said(net: nn.Sequential, joints: Tensor) -> F32:
    said: F32 = net(_placed(joints).flatten(1)).softmax(1).numpy()
    return said


if __name__ == "__main__":
    main()
