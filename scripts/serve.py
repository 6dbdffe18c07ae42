"""Start the app: ``python scripts/serve.py``; with ``--https`` for a class whose computers have cameras.

Browsers open a camera only on https pages and on the machine that runs the app. So with ``--https`` the same
app is also there over https, at the next port, by a certificate that this machine makes for itself. Each
browser warns of it once, since nobody vouches for it. Browsers of iPhones and iPads refuse its
connections all the same; they use the http address, and a photo that was taken before.
"""

import argparse
import asyncio
import datetime
import ipaddress
import os
import signal
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KEPT = ROOT / ".https"  # the certificate, so that a browser is asked about it once and not in every lesson
DAYS = 365  # how long it is good for
OUTSIDE = ("203.0.113.1", 9)  # an address of nobody (RFC 5737): asked which way leads there; nothing is sent
CHUNK = 1 << 16  # bytes passed on at a time


def main() -> None:
    """Start the app and say where it is."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=int(os.environ.get("PORT", "8501")))
    parser.add_argument("--https", action="store_true", help="over https, too, at the next port")
    arguments = parser.parse_args()
    port, addresses = arguments.port, own_addresses()
    for address in addresses:
        print(f"  For others on this network: http://{address}:{port}", flush=True)
        if arguments.https:
            print(f"  With their cameras:         https://{address}:{port + 1}", flush=True)
    environment = dict(os.environ)
    if addresses:
        environment["CNNVIZ_ADDRESS"] = f"http://{addresses[0]}:{port}"
    file = certificate(["localhost", "127.0.0.1", *addresses]) if arguments.https else None
    with suppress(KeyboardInterrupt):
        sys.exit(asyncio.run(_run(port, environment, file)))


def own_addresses() -> list[str]:
    """Return this machine's addresses (IPv4) on its networks, likeliest first."""
    found = []
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        asked.connect(OUTSIDE)
        found.append(asked.getsockname()[0])
    with suppress(OSError):
        found += socket.gethostbyname_ex(socket.gethostname())[2]
    with suppress(OSError, subprocess.CalledProcessError):  # Linux alone tells them all
        found += subprocess.check_output(["hostname", "-I"], stderr=subprocess.DEVNULL, text=True).split()
    addresses = [ipaddress.ip_address(one) for one in dict.fromkeys(found)]
    return [str(one) for one in addresses if one.version == 4 and not one.is_loopback]


def certificate(names: Sequence[str], folder: Path = KEPT) -> Path:
    """Return the file of a certificate for these names and its key; made where there is none that holds."""
    file = folder / f"{'_'.join(names)}.pem"
    if file.exists() and time.time() - file.stat().st_mtime < DAYS * 86400:
        return file
    try:
        import trustme
    except ImportError:
        sys.exit("Over https something more is needed: pip install -r requirements-class.txt")
    ends = datetime.datetime.now(datetime.UTC) + datetime.timedelta(days=DAYS)
    made = trustme.CA().issue_cert(*names, not_after=ends)
    folder.mkdir(parents=True, exist_ok=True)
    file.touch(mode=0o600)  # the key is nobody else's
    file.write_bytes(made.private_key_and_cert_chain_pem.bytes())
    return file


async def front(port: int, inner: int, file: Path) -> asyncio.Server:
    """Return a server that takes https at `port` and passes on what comes to `inner` on this machine."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)

    async def visit(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            away = await asyncio.open_connection("127.0.0.1", inner)
            pipes = [_pass_on(reader, away[1]), _pass_on(away[0], writer)]
            tasks = [asyncio.create_task(pipe) for pipe in pipes]
            _, open_still = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in open_still:
                task.cancel()
            away[1].close()
        writer.close()

    return await asyncio.start_server(visit, port=port, ssl=context)


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):  # either side may leave at any time
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()


async def _run(port: int, environment: dict[str, str], file: Path | None) -> int:
    """Run the app until it ends, with https before it if there is a certificate; return its exit status."""
    if file:
        try:
            await front(port + 1, port, file)
        except OSError:
            sys.exit(f"Port {port + 1}, for https, is not free: name another one with --port")
        environment["CNNVIZ_HTTPS_PORT"] = str(port + 1)
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"]
    app = await asyncio.create_subprocess_exec(*command, cwd=ROOT, env=environment)
    with suppress(NotImplementedError):  # Windows ends both by itself
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, app.terminate)
    try:
        return await app.wait()
    finally:
        with suppress(ProcessLookupError):
            app.terminate()
        await app.wait()


if __name__ == "__main__":
    main()
