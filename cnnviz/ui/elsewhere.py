"""Where a page is for other browsers: over https, and for a class that scans its address.

``scripts/serve.py`` says in the environment where it offers the app on the network.
"""

import os
from collections.abc import Mapping
from urllib.parse import urlencode, urlsplit, urlunsplit

HERE = ("localhost", "127.0.0.1", "::1", None)  # hosts that mean another machine to every other machine
NETWORK, HTTPS_PORT = "CNNVIZ_ADDRESS", "CNNVIZ_HTTPS_PORT"  # variables: "http://192.0.2.7:8501" and "8502"


def over_https(url: str | None, query: Mapping[str, str]) -> str | None:
    """Return where a page is over https; None where its camera works already, or nobody offers it.

    Parameters
    ----------
    url : str or None
        Address of the page, as the browser knows it.
    query : mapping of str to str
        What the address says besides.
    """
    page, port = urlsplit(url or ""), os.environ.get(HTTPS_PORT)
    if not port or page.scheme != "http" or page.hostname in HERE:
        return None
    return urlunsplit(("https", f"{page.hostname}:{port}", page.path, urlencode(query), ""))


def for_others(url: str | None, query: Mapping[str, str]) -> str | None:
    """Return where others on the network find a page; None where only this machine's own address is known.

    Parameters
    ----------
    url, query
        As in `over_https`.
    """
    page, network = urlsplit(url or ""), os.environ.get(NETWORK)
    secure = page.port is not None and str(page.port) == os.environ.get(HTTPS_PORT)
    if page.hostname in HERE or secure:  # not every device takes a certificate that nobody vouches for
        if not network:
            return None
        page = urlsplit(network)._replace(path=page.path)
    return urlunsplit((page.scheme, page.netloc, page.path, urlencode(query), ""))
