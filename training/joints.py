"""The 21 joints of each training hand, found once by MediaPipe Hands and kept in ``joints.npz``.

Joints tell a network what matters (which way each finger points) and tell the hand from the room behind
it. They serve in training only; the networks here see pictures. To find them again, in an environment of
its own (it needs an older numpy): ``pip install -r training/requirements-joints.txt`` and
``python -m training.joints``.

F. Zhang et al., "MediaPipe Hands: on-device real-time hand tracking" (2020); Apache License 2.0.
"""

import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from training.sources import SOURCES, files

FILE = Path(__file__).with_name("joints.npz")
PARENTS = (0, 0, 1, 2, 3, 0, 5, 6, 7, 0, 9, 10, 11, 0, 13, 14, 15, 0, 17, 18, 19)  # of each joint; 0: wrist
PALM = (0, 1, 5, 9, 13, 17)
MIDDLE = 9  # where the middle finger begins
LOW, HIGH = -0.5, 1.5  # a joint may lie outside the picture; positions are kept in 256 steps between
LONG_PX = 480  # longer side at which joints are looked for
MARGINS = (0.0, 0.35, 0.8)  # tried in turn: a hand that fills the picture is found with room around it
SEEN = 0.3  # confidence from which a hand counts as found


def key(source: str, path: Path) -> int:
    """Return what a picture is called in ``joints.npz``: a checksum of source, class and file name."""
    return zlib.crc32(f"{source}/{path.parent.name}/{path.name}".encode())


def known() -> dict[int, NDArray[np.float32]]:
    """Return joints (21, 2) by `key`: (row, col) as shares of height and width; not of every picture."""
    with np.load(FILE) as kept:
        places = LOW + (HIGH - LOW) * kept["joints"].astype(np.float32) / 255
        return dict(zip(kept["keys"].tolist(), places, strict=True))


def main() -> None:
    """Look for the joints of every training picture."""
    find = _finder()
    found = {}
    for source in SOURCES:
        for _, path in files(source):
            if (joints := find(np.asarray(Image.open(path).convert("RGB")))) is not None:
                found[key(source, path)] = joints
        print(source, len(found), "found so far", flush=True)
    steps = np.clip((np.stack(list(found.values())) - LOW) / (HIGH - LOW), 0, 1) * 255
    np.savez_compressed(FILE, keys=np.array(list(found), np.uint32), joints=np.uint8(np.rint(steps)))


def _finder():  # a function from a picture to joints or None
    import cv2
    from mediapipe.python.solutions.hands import Hands

    hands = Hands(static_image_mode=True, max_num_hands=1, min_detection_confidence=SEEN)

    def find(rgb: NDArray[np.uint8]) -> NDArray[np.float64] | None:
        for margin in MARGINS:
            border = int(margin * max(rgb.shape))
            wide = cv2.copyMakeBorder(rgb, *(border,) * 4, cv2.BORDER_REPLICATE)
            larger = LONG_PX / max(wide.shape)
            found = hands.process(cv2.resize(wide, None, fx=larger, fy=larger))
            if found.multi_hand_landmarks:
                points = found.multi_hand_landmarks[0].landmark
                places = [(p.y * wide.shape[0] - border, p.x * wide.shape[1] - border) for p in points]
                return np.array(places) / rgb.shape[:2]
        return None

    return find


if __name__ == "__main__":
    main()
