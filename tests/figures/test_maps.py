"""Tiled figures: one picture for all maps, numbers, marks, hatching, legend, words for screen readers."""

import io
import re
from base64 import b64decode
from html.parser import HTMLParser

import numpy as np
import pytest
from PIL import Image

from cnnviz import words
from cnnviz.errors import ChoiceError, RangeError, ShapeError
from cnnviz.figures.maps import Look, Mark, tile_maps, tile_pictures

MAPS = np.random.default_rng(0).normal(size=(64, 28, 28))


def images(html: str) -> list[Image.Image]:
    sources = re.findall(r'(?:src="|url\()data:image/\w+;base64,([^")]+)[")]', html)
    return [Image.open(io.BytesIO(b64decode(source))) for source in sources]


def texts(html: str) -> list[str]:
    found: list[str] = []
    parser = HTMLParser()
    parser.handle_data = found.append
    parser.feed(re.sub(r"<style>.*?</style>", "", html, flags=re.S))
    return found


def test_all_maps_are_one_picture_of_one_pixel_a_cell():
    drawn = tile_maps(MAPS)
    (sheet,) = images(drawn.html)
    assert sheet.size == (28, 64 * 29)  # below each map its last row once more
    for idx in (0, 17, 63):
        own = sheet.crop((0, idx * 29, 28, idx * 29 + 28))
        assert np.array_equal(own, drawn.ranges[idx].levels(MAPS[idx]))
        assert np.array_equal(np.asarray(sheet)[idx * 29 + 28], np.asarray(own)[-1])


def test_each_tile_shows_its_own_part():
    places = [float(at) for at in re.findall(r"background-position:0 ([\d.e+-]+)%", tile_maps(MAPS).html)]
    total = 64 * 29  # a position of p % lays p % of the picture on p % of the tile
    tops = [place / 100 * (total - 28) for place in places]
    np.testing.assert_allclose(tops, np.arange(64) * 29, atol=0.01)


def test_cells_smaller_than_a_pixel_are_averaged():
    (sheet,) = images(tile_maps(np.indices((8, 512, 512)).sum(axis=0) % 2, Look(scale="picture")).html)
    assert sheet.size == (170, 8 * 171)  # 3 × 3 cells into one, and each map's last row once more
    assert {113, 141} <= set(np.unique(sheet).tolist()) <= set(range(113, 142))  # 4 or 5 of 9 are white


def test_a_shared_range_has_one_legend_and_own_ranges_have_one_each():
    shared, own = tile_maps(MAPS, Look(per="layer")), tile_maps(MAPS)
    assert len(re.findall('class="cnn-legend', shared.html)) == 1
    assert len(re.findall('class="cnn-legend', own.html)) == 64
    assert len(set(shared.ranges)) == 1
    assert shared.ranges[0].high == np.abs(MAPS).max()
    assert [span.high for span in own.ranges] == np.abs(MAPS).max(axis=(1, 2)).tolist()


def test_maps_of_one_layer_share_the_kind_of_scale_even_where_one_has_no_negative():
    ranges = tile_maps([[[-1.0, 2]], [[1.0, 2]]]).ranges
    assert [span.scale for span in ranges] == ["signed", "signed"]


def test_a_small_map_shows_its_numbers_and_the_ends_of_its_range():
    assert texts(tile_maps([[2, -3.5], [0, 1 / 3]]).html) == ["2", "−3.5", "0", "0.3333", "−3.5 0 3.5"]


def test_titles_are_escaped_and_in_order():
    tiles = tile_maps(MAPS[:2], Look(legend=False), titles=["<b>", "Conv0-1"])
    assert texts(tiles.html) == ["<b>", "Conv0-1"]


def test_marks_stand_where_they_should_and_only_on_their_map():
    marks = [Mark(row=1, col=2, rows=2, map_idx=1, role="kernel"), Mark(row=0, col=0, shape="dot")]
    html = tile_maps(np.zeros((2, 4, 8)), marks=marks).html
    assert html.count("top:25%;height:50%;left:25%;width:12.5%") == 1
    assert html.count('<i class="dot"') == 2


def test_rows_and_columns_never_visited_are_hatched():
    html = tile_maps(np.zeros((4, 5)), visited=([True, False, False, True], [True] * 4 + [False])).html
    assert "top:25%;height:50%;left:0%;width:100%" in html
    assert "top:0%;height:100%;left:80%;width:20%" in html
    assert html.count('class="hatch"') == 2


@pytest.mark.parametrize("language", words.LANGUAGES)
def test_alt_text_names_size_and_range(language):
    tiles = tile_maps([[[-1, 2]], [[3, 4]]], Look(language=language))
    for part in ("2", "1", "−1", "4"):
        assert part in tiles.alt
    assert f'aria-label="{tiles.alt}"' in tiles.html


def test_columns_are_kept_where_asked_and_flow_where_not():
    assert "--columns:3" in tile_maps(MAPS, Look(columns=3)).html
    assert "--columns:" not in re.sub(r"<style>.*?</style>", "", tile_maps(MAPS).html, flags=re.S)


def test_pictures_of_different_sizes_and_kinds_stand_side_by_side():
    grey, colour, photo = (
        np.zeros((5, 4), np.uint8),
        np.zeros((7, 9, 3), np.uint8),
        np.zeros((300, 400, 3), np.uint8),
    )
    tiles = tile_pictures(
        [grey, colour, photo], titles=["a", "b", "c"], marks=[Mark(row=0, col=0, map_idx=1)]
    )
    shown = images(tiles.html)
    assert [image.size for image in shown] == [(4, 5), (9, 7), (400, 300)]
    assert [image.format for image in shown] == ["PNG", "PNG", "JPEG"]
    assert tiles.html.count('class="box"') == 1


@pytest.mark.parametrize(
    ("maps", "look", "error", "match"),
    [
        (np.zeros(3), Look(), ShapeError, "`maps` must have 2 / 3 dimensions"),
        (np.zeros((0, 3, 3)), Look(), ShapeError, "no empty side"),
        ([[np.nan]], Look(), RangeError, "`maps` holds a value that is not a finite number"),
        ([[1.0]], Look(per="cell"), ChoiceError, "`per` does not know “cell”"),
    ],
)
def test_what_cannot_be_drawn_is_explained(maps, look, error, match):
    with pytest.raises(error, match=match):
        tile_maps(maps, look)
