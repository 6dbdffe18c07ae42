"""Where a page is for other browsers: over https, and for those who scan its address."""

import pytest

from cnnviz.ui import elsewhere

LAN, SECURE, PUBLIC = "http://192.0.2.7:8501", "https://192.0.2.7:8502", "https://cnn.example"


@pytest.fixture
def offered(monkeypatch: pytest.MonkeyPatch) -> None:
    """As `scripts/serve.py` says it."""
    monkeypatch.setenv(elsewhere.NETWORK, LAN)
    monkeypatch.setenv(elsewhere.HTTPS_PORT, "8502")


@pytest.mark.parametrize(
    ("url", "secure"),
    [
        (f"{LAN}/digits", f"{SECURE}/digits?lang=ko"),
        (f"{SECURE}/digits", None),  # there already
        ("http://localhost:8501/digits", None),  # allowed already
        ("http://127.0.0.1:8501/digits", None),
        (None, None),
    ],
)
@pytest.mark.usefixtures("offered")
def test_where_the_camera_works(url: str | None, secure: str | None) -> None:
    assert elsewhere.over_https(url, {"lang": "ko"}) == secure


@pytest.mark.parametrize(
    ("url", "others"),
    [
        ("http://localhost:8501/digits", f"{LAN}/digits?lang=ko"),
        ("http://[::1]:8501/", f"{LAN}/?lang=ko"),
        (f"{SECURE}/digits", f"{LAN}/digits?lang=ko"),
        ("http://192.0.2.8:8501/digits", "http://192.0.2.8:8501/digits?lang=ko"),
        (f"{PUBLIC}/digits", f"{PUBLIC}/digits?lang=ko"),
    ],
)
@pytest.mark.usefixtures("offered")
def test_where_others_find_a_page(url: str, others: str) -> None:
    assert elsewhere.for_others(url, {"lang": "ko"}) == others


def test_where_nothing_is_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(elsewhere.NETWORK, raising=False)
    monkeypatch.delenv(elsewhere.HTTPS_PORT, raising=False)
    assert elsewhere.over_https(f"{LAN}/digits", {}) is None
    assert elsewhere.for_others("http://localhost:8501/digits", {}) is None
    assert elsewhere.for_others(None, {}) is None
    assert elsewhere.for_others(f"{LAN}/digits", {}) == f"{LAN}/digits"
