"""Moves the skin of `hand_mesh` into a pose of `poses`: bones are stretched first, then turned.

Turns are blended as dual quaternions, so that knuckles stay thick where a finger bends.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from training import hand_mesh
from training.hand_mesh import ARM, FINGERS
from training.poses import Build, Pose, Touch

Floats = NDArray[np.float64]
PALM = (0, 5, 10, 15, 20)
MEDIAPIPE = [0, *(joint for finger in FINGERS for joint in finger)]
CUPS = {15: 0.45, 20: 1.0}  # share of the palm's bend that these bones take
TIP = 0.35  # how far beyond the file's last joint a finger's tip is, in lengths of the last bone
FINGER_RADII = (0.1, 0.085, 0.075)  # how thick the fingers are for a thumb
THUMB_RADII = (0.15, 0.12, 0.105, 0.095)  # at its joints
GATHER = (6.0, 1.0, -3.0, -4.0)  # degrees by which fingers lean together when they are bent
SQUASHED = 0.1  # how much thicker a bent finger is
LUMP = 0.02  # how far skin bulges here and there, in palms
ROUNDS = 12  # of pushing the thumb out of the fingers


@dataclass(frozen=True)
class Hand:
    """A hand in a pose: `points` (V, 3) of the finer mesh; MediaPipe's `joints` (21, 3); `arm` (3,)."""

    points: Floats
    joints: Floats
    arm: Floats


def moved(pose: Pose, build: Build) -> Hand:
    """Return the hand of this build in this pose."""
    mesh = hand_mesh.load()
    bent = np.sin(pose.bends.clip(0, np.pi / 2))
    thicks = build.thicks * np.vstack([[1, 1, 1], 1 + SQUASHED * bent[:, 1:2] * [1, 1, 0.5]])
    skin, joints = _stretched(mesh, replace(build, thicks=thicks))
    turns = np.tile(np.eye(3), (ARM + 1, 1, 1))
    places = joints.copy()
    for joint, share in CUPS.items():
        turns[joint] = Rotation.from_euler("x", -pose.cup * share).as_matrix()
    for number, finger in enumerate(FINGERS[1:]):
        palm = finger[0] - 1
        places[finger[0]] = joints[palm] + turns[palm] @ (joints[finger[0]] - joints[palm])
        gather = Rotation.from_euler("y", GATHER[number] * bent[number, 0], degrees=True).as_matrix()
        base = gather @ turns[palm] @ mesh.backs[finger[0]]
        _finger(finger, joints, base, (float(pose.aside[number]), pose.bends[number]), (turns, places))
    _thumb(joints, pose, turns, places)
    rest = np.array([0.0, -1.0, 0.0])
    turns[ARM] = _frame(pose.arm, np.array([0, 0, 1.0])) @ _frame(rest, np.array([0, 0, 1.0])).T
    points = mesh.finer @ _blended(skin, mesh.weights, turns, (joints, places))
    for finger in FINGERS:
        places[finger[3]] += TIP * (places[finger[3]] - places[finger[2]])
    return Hand(points, places[MEDIAPIPE], pose.arm)


def _stretched(mesh: hand_mesh.Mesh, build: Build) -> tuple[Floats, Floats]:
    """Return points and joints at rest with bones and palm of this build."""
    palm = np.diag([build.width, 1.0, build.depth])
    scales = np.tile(palm, (ARM + 1, 1, 1))
    scales[[0, ARM]] = np.diag([build.arm[0], 1.0, build.arm[1]])
    joints = mesh.joints @ palm
    for number, finger in enumerate(FINGERS):
        for bone in range(3):
            first, last = finger[bone], finger[bone + 1]
            along = mesh.joints[last] - mesh.joints[first]
            joints[last] = joints[first] + along * build.lengths[number, bone]
            way = np.outer(along, along) / (along @ along)
            thick = build.thicks[number, bone]
            scales[first] = thick * np.eye(3) + (build.lengths[number, bone] - thick) * way
        scales[finger[3]] = scales[finger[2]]
    each = np.einsum("jab,vjb->vja", scales, mesh.points[:, None] - mesh.joints) + joints
    points = np.einsum("vj,vja->va", mesh.weights, each)
    away = points - np.einsum("vj,ja->va", mesh.weights, joints)
    away /= np.linalg.norm(away, axis=1, keepdims=True) + 0.05
    lumps = np.sin(mesh.points @ build.lumps[:, :3].T + build.lumps[:, 3]).mean(1, keepdims=True)
    return points + (build.puff + LUMP * lumps) * away, joints


def _frame(along: Floats, back: Floats) -> Floats:
    """Return a right-handed frame, its columns: along a bone, its back, its side."""
    y = along / np.linalg.norm(along)
    z = back - (back @ y) * y
    z = z / np.linalg.norm(z)
    return np.stack([y, z, np.cross(y, z)], 1)


def _finger(
    finger: tuple[int, ...],
    joints: Floats,
    base: Floats,
    angles: tuple[float, Floats],
    out: tuple[Floats, Floats],
) -> None:
    """Write turns and places of a finger's joints into `out`; `base` is the back of its first bone."""
    aside, bends = angles
    ahead = _frame(np.array([np.sin(aside), np.cos(aside), 0.0]), base)
    bent = np.cumsum(bends)
    for bone, angle in enumerate(bent):
        first, last = finger[bone], finger[bone + 1]
        along = ahead[:, 0] * np.cos(angle) - ahead[:, 1] * np.sin(angle)
        back = ahead[:, 1] * np.cos(angle) + ahead[:, 0] * np.sin(angle)
        _aim((first, last), joints, (along, back), out)
    out[0][finger[3]] = out[0][finger[2]]


def _aim(
    bone: tuple[int, int], joints: Floats, to: tuple[Floats, Floats], out: tuple[Floats, Floats]
) -> None:
    """Turn a bone so that it goes along `to[0]` and its back looks along `to[1]`."""
    turns, places = out
    first, last = bone
    rest = joints[last] - joints[first]
    turns[first] = _frame(*to) @ _frame(rest, hand_mesh.load().backs[first]).T
    places[last] = places[first] + turns[first] @ rest


def _thumb(joints: Floats, pose: Pose, turns: Floats, places: Floats) -> None:
    """Turn the thumb; it is pushed out of the fingers where it would lie in them."""
    thumb = FINGERS[0]
    lengths = np.linalg.norm(np.diff(joints[list(thumb)], axis=0), axis=1)
    steps = pose.thumb
    line = places[thumb[0]] + np.concatenate([np.zeros((1, 3)), np.cumsum(steps * lengths[:, None], 0)])
    if pose.touch:
        line = _reached(line, lengths, _spot(pose.touch, turns, places))
    line = _pushed(line, lengths, places)
    steps = np.diff(line, axis=0)
    backs = hand_mesh.load().backs
    for bone, share in enumerate((0.2, 0.7, 1.0)):
        back = backs[thumb[bone]] * (1 - share) + pose.nail * share
        _aim((thumb[bone], thumb[bone + 1]), joints, (steps[bone], back), (turns, places))
    turns[thumb[3]] = turns[thumb[2]]


def _spot(touch: Touch, turns: Floats, places: Floats) -> Floats:
    """Return where the tip of a thumb is that lies on a finger."""
    first, last = FINGERS[touch.finger][1:3]
    out = turns[first] @ hand_mesh.load().backs[first] if touch.out is None else touch.out
    on = places[first] + touch.share * (places[last] - places[first])
    spot: Floats = on + out * (FINGER_RADII[1] + THUMB_RADII[3]) + touch.off
    return spot


def _reached(line: Floats, lengths: Floats, spot: Floats) -> Floats:
    """Return the thumb's joints (4, 3) such that its tip comes to a place, or near it."""
    line, base = line.copy(), line[0].copy()
    for _ in range(8):
        line[3] = spot
        for joint in (2, 1, 0):
            step = line[joint] - line[joint + 1]
            line[joint] = line[joint + 1] + step / np.linalg.norm(step) * lengths[joint]
        line[0] = base
        for joint in (1, 2, 3):
            step = line[joint] - line[joint - 1]
            line[joint] = line[joint - 1] + step / np.linalg.norm(step) * lengths[joint - 1]
    return line


def _pushed(line: Floats, lengths: Floats, places: Floats) -> Floats:
    """Return the thumb's joints (4, 3) moved out of the fingers, its bones as long as before."""
    share = np.linspace(0, 1, 7)[:, None]
    fingers = [
        (places[f[b]] + (places[f[b + 1]] - places[f[b]]) * share * (1.5 if b == 2 else 1), FINGER_RADII[b])
        for f in FINGERS[1:]
        for b in range(3)
    ]
    centres = np.concatenate([points for points, _ in fingers])
    radii = np.repeat([radius for _, radius in fingers], len(share))
    at = np.array([0.5, 1.0, 1.5, 2.0, 2.4, 2.8, 3.3])
    bone = np.minimum(at.astype(int), 2)
    rest = (at - bone)[:, None]
    own = np.interp(at, [0, 1, 2, 3], THUMB_RADII)
    for _ in range(ROUNDS):
        spots = line[bone] + (line[bone + 1] - line[bone]) * rest
        apart = spots[:, None] - centres
        gap = np.linalg.norm(apart, axis=2) + 1e-9
        inside = (own[:, None] + radii - gap).clip(0)
        worst = inside.argmax(1)
        rows = np.arange(len(at))
        push = apart[rows, worst] / gap[rows, worst, None] * inside[rows, worst, None]
        if inside.max() < 0.01:
            break
        line = line.copy()
        for joint, ease in ((1, 0.4), (2, 1.2), (3, 1.2)):
            near = (1 - np.abs(at - joint)).clip(0, 1)[:, None]
            line[joint] += (near * push).sum(0) / max(float(near.sum()), 1e-9) * ease
        for joint in (1, 2, 3):
            step = line[joint] - line[joint - 1]
            line[joint] = line[joint - 1] + step / np.linalg.norm(step) * lengths[joint - 1]
    return line


def _blended(skin: Floats, weights: Floats, turns: Floats, ends: tuple[Floats, Floats]) -> Floats:
    """Return points moved by their joints' turns and shifts, blended as dual quaternions."""
    rest, places = ends
    real = Rotation.from_matrix(turns).as_quat(scalar_first=True)
    shift = places - np.einsum("jab,jb->ja", turns, rest)
    dual = 0.5 * _times(np.concatenate([np.zeros((len(shift), 1)), shift], 1), real)
    signs = np.where(real[weights.argmax(1)] @ real.T < 0, -1.0, 1.0)
    both = (weights * signs) @ np.concatenate([real, dual], 1)
    both /= np.linalg.norm(both[:, :4], axis=1, keepdims=True)
    real, dual = both[:, :4], both[:, 4:]
    inverse = real * [1, -1, -1, -1]
    turned = _times(_times(real, np.concatenate([np.zeros((len(skin), 1)), skin], 1)), inverse)
    moved_: Floats = turned[:, 1:] + 2 * _times(dual, inverse)[:, 1:]
    return moved_


def _times(first: Floats, second: Floats) -> Floats:
    """Return products of quaternions, (N, 4) each."""
    w, v, x, u = first[:, :1], first[:, 1:], second[:, :1], second[:, 1:]
    return np.concatenate([w * x - (v * u).sum(1, keepdims=True), w * u + x * v + np.cross(v, u)], 1)
