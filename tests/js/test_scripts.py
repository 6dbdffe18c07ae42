"""Run the tests of the browser scripts in Node, against cases written out here from cnnviz/ops."""

import base64
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from cnnviz.ops.conv import ConvResult, conv2d
from cnnviz.ops.pool import PoolResult, pool2d
from cnnviz.specs import ConvSpec, PoolSpec
from cnnviz.ui.components.microscope.scope import Look, scene_bytes

HERE = Path(__file__).parent
NODE = shutil.which("node")
CONV = {
    "dilated": ConvSpec(kernel_size=(3, 2), dilation=(2, 3)),
    "strided": ConvSpec(kernel_size=(2, 3), stride=(3, 2)),
    "padded": ConvSpec(kernel_size=(3, 3), padding=(1, 2, 0, 3)),
    "all": ConvSpec(
        kernel_size=(3, 3), stride=(2, 3), padding=(2, 1, 1, 2), dilation=(2, 1), padding_mode="reflect"
    ),
    "one place": ConvSpec(kernel_size=(9, 8)),
}
POOL = {
    "odd": PoolSpec(),
    "padded": PoolSpec(kernel_size=(3, 3), padding=(1, 1)),
    "ceil": PoolSpec(kernel_size=(3, 3), stride=(2, 2), ceil_mode=True),
    "ceil average": PoolSpec(kind="average", kernel_size=(2, 4), stride=(2, 3), ceil_mode=True),
    "far zeros": PoolSpec(far_zeros=True),
    "global": PoolSpec(kind="global_average"),
}


def conv_case(name: str, result: ConvResult) -> dict:
    shape = result.output.shape[1:]
    cells = []
    for row, col in np.ndindex(*shape):
        trace = result.cell(0, row, col)
        cells.append(
            {
                "at": [row, col],
                "rows": np.repeat(trace.rows, len(trace.cols)).tolist(),
                "cols": np.tile(trace.cols, len(trace.rows)).tolist(),
                "padding": trace.is_padding.ravel().tolist(),
                "products": trace.products.reshape(len(trace.products), -1).tolist(),
                "sums": trace.channel_sums.tolist(),
                "output": float(result.output[0, row, col]),
            }
        )
    return {"name": name, "bytes": packed(result), "out": shape, "cells": cells}


def pool_case(name: str, result: PoolResult) -> dict:
    cells = []
    for row, col in np.ndindex(*result.output.shape[1:]):
        cell = result.cell(0, row, col)
        won = None if cell.winner is None else cell.winner[0] * cell.values.shape[1] + cell.winner[1]
        entry = {"at": [row, col], "values": cell.values.ravel().tolist(), "output": cell.value}
        cells.append(entry | {"padding": cell.is_padding.ravel().tolist(), "winner": won})
    return {"name": name, "bytes": packed(result), "cells": cells}


def packed(result: ConvResult | PoolResult) -> str:
    return base64.b64encode(scene_bytes(result, language="en", look=Look())).decode()


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    rng = np.random.default_rng(7)
    lecture = conv2d(
        [[[2, 2, 3, 0], [3, 0, 2, 3], [1, 0, 3, 2], [2, 3, 0, 1]]], [[[[2, 3, 1], [1, 1, 3], [1, 0, 0]]]]
    )
    image = rng.normal(size=(2, 9, 8))
    convs = [conv_case("conv-a", lecture)] + [
        conv_case(name, conv2d(image, rng.normal(size=(1, 2, *spec.kernel_size)), [0.5], spec))
        for name, spec in CONV.items()
    ]
    pools = [pool_case(name, pool2d(rng.normal(size=(1, 7, 9)), spec)) for name, spec in POOL.items()]
    file = tmp_path / "cases.json"
    file.write_text(json.dumps({"conv": convs, "pool": pools}))
    return file


@pytest.mark.skipif(NODE is None, reason="script tests: no node")
@pytest.mark.parametrize("script", sorted(HERE.glob("*.test.mjs")), ids=lambda path: path.stem)
def test_scripts_in_node(script: Path, cases: Path) -> None:
    env = {"CASES": str(cases), "SCRATCH": str(cases.parent), "PATH": str(Path(NODE).parent)}
    done = subprocess.run([NODE, "--test", str(script)], env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4000:]
