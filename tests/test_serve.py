"""How the app is started for a class: its certificate, and where the camera works."""

import ssl
from pathlib import Path

import pytest

from cnnviz.ui.views.picture_panel_sources import over_https
from scripts import serve


def test_a_certificate_is_made_once_for_the_same_names(tmp_path: Path) -> None:
    file = serve.certificate(["localhost", "127.0.0.1"], tmp_path / "kept")
    content = file.read_bytes()
    assert file.stat().st_mode & 0o077 == 0
    ssl.create_default_context(ssl.Purpose.CLIENT_AUTH).load_cert_chain(file)
    assert serve.certificate(["localhost", "127.0.0.1"], tmp_path / "kept").read_bytes() == content
    assert serve.certificate(["localhost", "192.0.2.7"], tmp_path / "kept").read_bytes() != content


def test_an_old_certificate_is_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = serve.certificate(["localhost"], tmp_path).read_bytes()
    monkeypatch.setattr(serve.time, "time", lambda: 2e10)
    assert serve.certificate(["localhost"], tmp_path).read_bytes() != content


@pytest.mark.parametrize(
    ("url", "port", "secure"),
    [
        ("http://192.0.2.7:8501/digits", "8502", "https://192.0.2.7:8502/digits?lang=ko"),
        ("http://192.0.2.7:8501/digits", None, None),  # nobody offers it
        ("https://192.0.2.7:8502/digits", "8502", None),  # there already
        ("http://localhost:8501/digits", "8502", None),  # allowed already
        ("http://127.0.0.1:8501/digits", "8502", None),
        (None, "8502", None),
    ],
)
def test_where_the_camera_works(url: str | None, port: str | None, secure: str | None) -> None:
    assert over_https(url, {"lang": "ko"}, port) == secure
