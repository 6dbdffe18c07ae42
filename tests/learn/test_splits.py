"""Photos are held out by person, video or frame."""

import pytest

from cnnviz.learn.splits import EVERY, group, is_held_out, is_reported


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("rock.IMG_7043_MOV-178_jpg.rf.26d9ac.jpg", "IMG_7043_MOV"),
        ("paper.IMG_7043_MOV-9_jpg.rf.11.jpg", "IMG_7043_MOV"),
        ("rock.egohands-public-1620850569584_png_jpg.rf.5984.jpg", "visitor450236"),
        ("rock.0168_png.rf.d14f0c8a_01146.jpg", "rock.0168"),
        ("rock05ck01-003.jpg", "rock05ck01"),
        ("4a8ceb92cc00.jpg", "4a8ceb92cc00.jpg"),
    ],
)
def test_neighbouring_frames_share_a_group(name: str, wanted: str) -> None:
    assert group(name) == wanted


def test_about_one_group_in_six_is_held_out() -> None:
    held = sum(is_held_out(f"video{number}") for number in range(3000))
    assert held == pytest.approx(3000 / EVERY, rel=0.15)


def test_half_of_what_is_held_out_is_reported() -> None:
    held = [name for name in map(str, range(6000)) if is_held_out(name)]
    assert sum(map(is_reported, held)) == pytest.approx(len(held) / 2, rel=0.15)
    assert not any(is_reported(name) for name in map(str, range(6000)) if not is_held_out(name))
