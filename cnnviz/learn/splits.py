"""Which photos of hands are held out of training: whole people, videos or frames, never single files."""

import re
import zlib

EVERY = 6  # one group in so many is held out


def group(name: str) -> str:
    """Return what neighbouring frames share: the generated hand, the video, the visitor's hour, the frame.

    Parameters
    ----------
    name : str
        Name of a picture file.

    Examples
    --------
    >>> group("rock.IMG_7043_MOV-178_jpg.rf.26d9.jpg"), group("rock05ck01-003.jpg")
    ('IMG_7043_MOV', 'rock05ck01')
    """
    if visitor := re.search(r"egohands-public-(\d+)\d{3}_", name):  # a time in milliseconds
        return f"visitor{int(visitor[1]) // 3600}"
    if video := re.match(r"[a-z]+\.(.*[a-zA-Z].*?)-\d+_jpg\.rf", name):
        return video[1]
    return re.split(r"-|_png|_jpg|\.rf", name)[0]


def is_held_out(name: str) -> bool:
    """Return whether the group called `name` is one that no network was trained on."""
    return zlib.crc32(name.encode()) % EVERY == 0


def is_reported(name: str) -> bool:
    """Return whether the group called `name` is held out and measured on when all choices are made.

    The other half of the held-out groups is for comparing settings.
    """
    return is_held_out(name) and zlib.crc32(name[::-1].encode()) % 2 == 0
