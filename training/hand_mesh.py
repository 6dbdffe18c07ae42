"""The hand at rest: skin, bones and weights out of `hand.glb`, with a forearm; finer by Loop's subdivision.

A palm is one unit long. x towards the thumb, y towards the finger tips, z out of the back, origin at the
wrist. `hand.glb` is the generic hand of the WebXR input profiles (MIT, `hand-LICENSE.md`): 25 joints, wrist
first, four of the thumb, five of each finger. The arm is joint 25.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
FILE = Path(__file__).with_name("hand.glb")
ARM = 25  # the joint of the forearm, behind those of the file
UNIT = 0.0917  # metres of a palm in the file
CUT = -0.05  # where the hand of the file ends and the forearm starts
ARM_LENGTH, ARM_RINGS = 2.9, 14
FINGERS = ((1, 2, 3, 4), (6, 7, 8, 9), (11, 12, 13, 14), (16, 17, 18, 19), (21, 22, 23, 24))
KINDS = {5126: "f4", 5121: "u1", 5123: "u2"}
SIZES = {"SCALAR": 1, "VEC2": 2, "VEC3": 3, "VEC4": 4, "MAT4": 16}


@dataclass(frozen=True)
class Mesh:
    """A hand at rest.

    `points` (V, 3); `weights` (V, 26): how much each joint moves a point; `faces` (F, 3) of the finer mesh,
    counter-clockwise from outside; `finer` (V', V): each point of the finer mesh as a mean of points; `rest`
    (V', 3): the finer points; `joints` (26, 3), `backs` (26, 3): where bones start, which way their backs
    look.
    """

    points: Floats
    weights: Floats
    faces: Ints
    finer: Any
    rest: Floats
    joints: Floats
    backs: Floats


@cache
def load() -> Mesh:
    """Return the mesh of the file, welded, with a forearm."""
    arrays = _arrays(FILE.read_bytes())
    points, first, welded = np.unique(arrays[0].round(5), axis=0, return_index=True, return_inverse=True)
    points = _turned(points - arrays[6][0, :3, 3])
    faces = welded.ravel()[arrays[5].astype(int).reshape(-1, 3)][:, ::-1]
    weights = np.zeros((len(points), ARM + 1))
    for slot in range(4):
        np.add.at(weights, (np.arange(len(points)), arrays[3][first, slot]), arrays[4][first, slot])
    joints = _turned(arrays[6][:, :3, 3] - arrays[6][0, :3, 3])
    backs = _turned(arrays[6][:, :3, 1]) * UNIT
    points, weights, faces = _with_arm(points, weights / weights.sum(1, keepdims=True), faces)
    finer, fine_faces = subdivision(len(points), faces)
    joints, backs = np.vstack([joints, [0, 0, 0]]), np.vstack([backs, [0, 0, 1]])
    return Mesh(points, weights, fine_faces, finer, finer @ points, joints, backs)


def _arrays(data: bytes) -> list[NDArray[Any]]:
    """Return points, normals, places in a texture, joints, weights, triangles, matrices of joints."""
    length = int.from_bytes(data[12:16], "little")
    header, binary = json.loads(data[20 : 20 + length]), data[28 + length :]
    arrays: list[NDArray[Any]] = []
    for accessor in header["accessors"]:
        start, size = header["bufferViews"][accessor["bufferView"]]["byteOffset"], SIZES[accessor["type"]]
        kind = np.dtype(KINDS[accessor["componentType"]])
        flat: NDArray[Any] = np.frombuffer(binary, kind, accessor["count"] * size, start)
        arrays.append(flat.reshape(accessor["count"], size))
    arrays[6] = np.linalg.inv(arrays[6].reshape(-1, 4, 4).transpose(0, 2, 1).astype(float))
    return arrays


def _turned(vectors: Floats) -> Floats:
    """Return vectors of the file as vectors of the hand."""
    turned: Floats = vectors[:, [2, 1, 0]] * [-1.0, -1.0, 1.0] / UNIT
    return turned


def _with_arm(points: Floats, weights: Floats, faces: Ints) -> tuple[Floats, Floats, Ints]:
    """Return the mesh with its end cut off and a tube of rings in its place."""
    faces = faces[(points[faces][:, :, 1] >= CUT).all(1)]
    rim = _rim(faces)
    rings, ring_faces = [rim], []
    shape = points[rim] * [1, 0, 1]
    middle = shape.mean(0)
    angle = np.arctan2(*(shape - middle)[:, [2, 0]].T)
    for number in range(1, ARM_RINGS + 1):
        share = number / ARM_RINGS
        far = share**1.4 * ARM_LENGTH
        wide, high = 0.27 + 0.16 * min(far, 1.6) / 1.6, 0.19 + 0.2 * min(far, 1.6) / 1.6
        oval = np.stack([wide * np.cos(angle), 0 * angle, high * np.sin(angle)], 1)
        blend = min(1.0, far / 0.5)
        start = points[rim, 1] * (1 - blend) + CUT * blend
        ring = middle + (shape - middle) * (1 - blend) + oval * blend + np.outer(start - far, [0, 1, 0])
        ids = len(points) + np.arange(len(rim))
        points = np.concatenate([points, ring])
        last, following = rings[-1], np.roll(np.arange(len(rim)), -1)
        ring_faces += [np.stack([last[following], last, ids], 1)]
        ring_faces += [np.stack([last[following], ids, ids[following]], 1)]
        rings.append(ids)
    whole = np.zeros((len(points), ARM + 1))
    whole[: len(weights)] = weights
    whole[len(weights) :, 0] = 1
    bent = ((0.12 - points[:, 1]) / 0.5).clip(0, 1)
    bent = (3 * bent**2 - 2 * bent**3)[:, None]
    whole = whole * (1 - bent)
    whole[:, ARM] += bent[:, 0]
    return _pruned(points, whole, np.concatenate([faces, *ring_faces]))


def _pruned(points: Floats, weights: Floats, faces: Ints) -> tuple[Floats, Floats, Ints]:
    """Return the mesh without points that no triangle needs."""
    used, renamed = np.unique(faces, return_inverse=True)
    return points[used], weights[used], renamed.reshape(-1, 3)


def _rim(faces: Ints) -> Ints:
    """Return the points around the only hole, in the order in which triangles beside it go."""
    sides = {(int(a), int(b)) for t in faces for a, b in zip(t, np.roll(t, -1), strict=True)}
    following = {a: b for a, b in sides if (b, a) not in sides}
    order = [next(iter(following))]
    while len(order) < len(following):
        order.append(following[order[-1]])
    return np.array(order)


def subdivision(count: int, faces: Ints) -> tuple[Any, Ints]:
    """Return Loop's rule for `count` points, a sparse (V', V), and the triangles of the finer mesh."""
    sides = np.sort(np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]), axis=1)
    edges, which, uses = np.unique(sides, axis=0, return_inverse=True, return_counts=True)
    which = which.ravel()
    opposite = np.concatenate([faces[:, 2], faces[:, 0], faces[:, 1]])
    inner = uses == 2
    rows = np.concatenate([which, np.arange(len(edges)), np.arange(len(edges))])
    columns = np.concatenate([opposite, edges[:, 0], edges[:, 1]])
    near, far = np.where(inner, 3 / 8, 1 / 2), np.where(inner, 1 / 8, 0.0)
    middles = sparse.coo_matrix(
        (np.concatenate([far[which], near, near]), (rows, columns)), (len(edges), count)
    )
    ends = np.concatenate([edges, edges[:, ::-1]])
    links = sparse.coo_matrix((np.ones(len(ends)), ends.T), (count, count)).tocsr()
    valence = np.asarray(links.sum(1)).ravel()
    beta = np.where(valence > 3, 3 / (8 * np.maximum(valence, 1)), 3 / 16)
    beta[np.unique(edges[~inner])] = 0
    corners = sparse.diags(1 - valence * beta) + sparse.diags(beta) @ links
    first, second, third = (count + part for part in np.split(which, 3))
    a, b, c = faces.T
    parts = [(a, first, third), (b, second, first), (c, third, second), (first, second, third)]
    return sparse.vstack([corners, middles]).tocsr(), np.concatenate([np.stack(p, 1) for p in parts])
