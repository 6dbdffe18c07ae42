"""Reading the data sets, and fetching them from a server of our own."""

import gzip
import hashlib
import http.server
import io
import threading
import zipfile
from dataclasses import replace

import numpy as np
import pytest

from cnnviz.errors import ChoiceError, DataError, RangeError
from cnnviz.learn import datasets, download
from cnnviz.learn.datasets import DATASETS, is_present, labels, picture, places, thumbnail


@pytest.mark.parametrize("task", list(DATASETS))
def test_counts_and_classes(task, data_dir):
    assert is_present(task, data_dir)
    for split, count in DATASETS[task].counts.items():
        classes = labels(task, split, data_dir)
        assert len(classes) == count
        assert set(classes.tolist()) == set(range(len(DATASETS[task].classes)))


@pytest.mark.parametrize("task", list(DATASETS))
def test_pictures_of_a_class(task, data_dir):
    label = DATASETS[task].classes[2]
    place = int(places(task, "test", label, data_dir)[3])
    chosen = picture(task, "test", place, data_dir)
    assert (chosen.label, chosen.origin) == (label, "dataset")
    assert chosen.size == ((300, 300) if task == "rps" else (28, 28))
    assert thumbnail(task, "test", place, folder=data_dir).shape[:2] == (56, 56)


def test_idx_files_are_read_as_torchvision_reads_them(data_dir):
    from cnnviz.zoo.torchvision_compat import torchvision

    theirs = torchvision().datasets.MNIST(str(data_dir), train=False)
    for place in (0, 1, 9999):
        ours = picture("digits", "test", place, data_dir)
        image, label = theirs[place]
        assert (ours.pixels_u8 == np.asarray(image)).all()
        assert ours.label == str(label)


def test_what_is_not_there(tmp_path, data_dir):
    assert not is_present("digits", tmp_path)
    for task in DATASETS:
        with pytest.raises(DataError, match="CNNVIZ_DATA"):
            labels(task, "test", tmp_path)
    with pytest.raises(RangeError, match="place"):
        picture("digits", "test", 10000, data_dir)
    with pytest.raises(ChoiceError, match="split"):
        labels("digits", "validation", data_dir)
    with pytest.raises(ChoiceError, match="label"):
        places("rps", "test", "lizard", data_dir)


@pytest.mark.parametrize(
    "content", [b"", b"\0\0", b"\0\0\x08\x01\0\0\0\x09abc", b"\1\0\x08\x01\0\0\0\x03abc"]
)
def test_damaged_files_are_named(tmp_path, content):
    folder = tmp_path / "MNIST" / "raw"
    folder.mkdir(parents=True)
    (folder / "t10k-labels-idx1-ubyte").write_bytes(content)
    with pytest.raises(DataError, match="t10k-labels"):
        labels("digits", "test", tmp_path)


def idx(array):
    shape = b"".join(size.to_bytes(4, "big") for size in array.shape)
    return b"\0\0\x08" + bytes([array.ndim]) + shape + array.astype(np.uint8).tobytes()


def hands():
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in (
            "rps/rock/a.png",
            "rps/paper/b.png",
            "rps/scissors/c.png",
            "../evil.png",
            "rps/rock/../x.png",
        ):
            archive.writestr(name, b"picture")
    return stream.getvalue()


FILES = {
    "train-images-idx3-ubyte.gz": gzip.compress(idx(np.zeros((5, 28, 28)))),
    "train-labels-idx1-ubyte.gz": gzip.compress(idx(np.arange(5))),
    "t10k-images-idx3-ubyte.gz": gzip.compress(idx(np.full((4, 28, 28), 7))),
    "t10k-labels-idx1-ubyte.gz": gzip.compress(idx(np.arange(4))),
    "rps.zip": hands(),
    "rps-test-set.zip": hands(),
}


def nothing(done, total):
    """Report to nobody."""


class Handler(http.server.BaseHTTPRequestHandler):
    """Answer with `FILES`."""

    def do_GET(self):
        """Answer one request."""
        content = FILES.get(self.path.strip("/"))
        self.send_response(404 if content is None else 200)
        self.end_headers()
        self.wfile.write(content or b"")

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture
def server(monkeypatch):
    """Serve `FILES` and let every source point there; give its address."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as httpd:
        threading.Thread(target=httpd.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{httpd.server_port}/"

        def local(source):
            name = source.urls[0].rsplit("/", 1)[1]
            md5 = hashlib.md5(FILES[name], usedforsecurity=False).hexdigest() if source.md5 else ""
            return replace(source, urls=(address + name,), num_bytes=len(FILES[name]), md5=md5)

        table = {task: tuple(map(local, sources)) for task, sources in download.SOURCES.items()}
        monkeypatch.setattr(download, "SOURCES", table)
        yield address
        httpd.shutdown()


def test_fetching_reports_and_is_read_back(server, tmp_path):
    seen = []
    download.fetch("digits", lambda done, total: seen.append((done, total)), tmp_path)
    assert seen[-1][0] == seen[-1][1]
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert labels("digits", "train", tmp_path).tolist() == [0, 1, 2, 3, 4]
    assert picture("digits", "test", 2, tmp_path).pixels_u8[0, 0] == 7
    assert [path.name for path in tmp_path.iterdir()] == ["MNIST"]


def test_hands_are_unpacked_and_nothing_else(server, tmp_path):
    download.fetch("rps", nothing, tmp_path)
    files = sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.png"))
    assert len(files) == 6
    assert "rps/moroney/test/rock/a.png" in files
    assert labels("rps", "test", tmp_path).tolist() == [0, 1, 2]
    assert not list(tmp_path.parent.glob("evil.png"))


def test_a_wrong_checksum_leaves_nothing(server, tmp_path, monkeypatch):
    table = dict(download.SOURCES)
    table["digits"] = (*table["digits"][:3], replace(table["digits"][3], md5="0"))
    monkeypatch.setattr(download, "SOURCES", table)
    with pytest.raises(DataError, match="checksum"):
        download.fetch("digits", nothing, tmp_path)
    assert not list(tmp_path.rglob("*ubyte*"))


def test_no_connection_is_a_clear_message(tmp_path, monkeypatch):
    source = download.Source(("http://127.0.0.1:9/nothing.gz",), 10, "0")
    monkeypatch.setattr(download, "SOURCES", {"digits": (source,)})
    with pytest.raises(DataError, match="internet") as caught:
        download.fetch("digits", nothing, tmp_path)
    assert caught.value.code == "download_failed"


def test_a_missing_file_on_the_server_is_a_clear_message(server, tmp_path, monkeypatch):
    source = replace(download.SOURCES["digits"][0], urls=(f"{server}gone.gz",))
    monkeypatch.setattr(download, "SOURCES", {"digits": (source,)})
    with pytest.raises(DataError, match=r"gone\.gz") as caught:
        download.fetch("digits", nothing, tmp_path)
    assert caught.value.code == "download_failed"


def test_a_folder_that_cannot_be_written_is_a_clear_message(server, tmp_path):
    (tmp_path / "MNIST").write_text("in the way", encoding="utf-8")
    with pytest.raises(DataError, match="written"):
        download.fetch("digits", nothing, tmp_path)


def test_sizes_are_told():
    assert [download.megabytes(task) for task in ("digits", "clothes", "rps")] == [12, 31, 230]
    assert all("." in download.host(task) for task in DATASETS)


def test_reading_needs_no_torch():
    import subprocess
    import sys

    code = "import sys, cnnviz.learn.datasets, cnnviz.learn.download; sys.exit('torch' in sys.modules)"
    assert (
        subprocess.run(
            [sys.executable, "-c", code], check=False, cwd=datasets.__file__.split("cnnviz/learn")[0]
        ).returncode
        == 0
    )
