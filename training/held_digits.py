"""How networks read digits that none of them learned from: ``python -m training.held_digits best RUN ...``.

A name without `digits-` is a shipped model, others are folders in ``runs/``. Read are the scans held out to
compare settings and digits written by code, and of several networks also what they say together. No
test set and no pen stroke is read.
"""

import argparse

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from cnnviz.learn.loop import normalise
from cnnviz.zoo import registry
from training import handwriting, pictures, plans
from training.calibrate import logits_of, temperature
from training.train import RUNS, trained
from training.validation import SEED, WRITTEN


def main() -> None:
    """Print for each kind of digit how many are misread, and the log loss at the best temperature."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models", nargs="+")
    models = parser.parse_args().models
    common = plans.settings("digits", "common")
    data = pictures.split("digits", common["held_out"])
    written, meant = handwriting.written(WRITTEN, RUNS / "written-held.npz", seed=SEED)
    kinds = {
        "held-out scans": (data.held_u8, data.held_labels.numpy()),
        "written by code": (torch.from_numpy(written), meant),
    }
    nets = [_network(model) for model in models]
    for kind, (digits_u8, labels) in kinds.items():
        inputs = normalise(digits_u8.float() / 255, common["mean"], common["std"]).numpy()
        logits = (logits_of(net, inputs) for net in nets)
        found = {model: _calm(one, labels) for model, one in zip(models, logits, strict=True)}
        if len(found) > 1:
            found["together"] = _calm(np.mean(list(found.values()), axis=0), labels)
        for model, scores in found.items():
            wrong = int((scores.argmax(1) != labels).sum())
            loss = nn.functional.cross_entropy(torch.from_numpy(scores), torch.from_numpy(labels))
            print(f"{kind}, {model}: {wrong} of {len(labels)} misread, log loss {float(loss):.4f}")


def _network(model: str) -> nn.Module:
    if model.startswith("digits-"):
        return trained("digits", model.removeprefix("digits-"))
    return registry.load("digits", model)


def _calm(logits: NDArray[np.float32], labels: NDArray[np.int64]) -> NDArray[np.float32]:
    """Return the logarithms of the probabilities at the temperature that fits `labels` best."""
    scores = torch.from_numpy(logits / temperature(logits, labels)).log_softmax(1)
    calm: NDArray[np.float32] = scores.numpy().astype(np.float32)
    return calm


if __name__ == "__main__":
    main()
