"""How the app is started for a class: its certificate, its addresses."""

import ipaddress
import ssl
from pathlib import Path

import pytest

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


def test_addresses_are_those_others_can_reach() -> None:
    for address in serve.own_addresses():
        assert ipaddress.ip_address(address).version == 4
        assert not address.startswith("127.")
