"""The only cache decorators of the project: functions that remember what they computed.

Rules: the name starts with ``cached_``; the key is a content digest and frozen specs; arrays come in
as underscore arguments, which are not hashed; ``max_entries`` is always set; results are shared
between sessions, so nobody writes to them.
"""

import gc
import threading
from typing import TYPE_CHECKING

import streamlit as st

from cnnviz.images.picture import Picture
from cnnviz.images.prepare import Prepared, Recipe, prepare

if TYPE_CHECKING:
    from torch import nn

WARM_AFTER_S = 1.5  # Home has been painted by then


@st.cache_resource(max_entries=24, show_spinner=False)
def cached_net(task: str, name: str) -> "nn.Sequential":
    """Return a trained network, in eval mode, shared by all sessions: nobody changes it.

    One thread is faster than two for such small networks when several people compute at once; and
    what is loaded by now is put out of the garbage collector's sight, which saves it 0.1 s a run.
    """
    import torch

    from cnnviz.zoo import registry

    torch.set_num_threads(1)
    net = registry.load(task, name)
    gc.collect()
    gc.freeze()
    return net


@st.cache_resource(max_entries=32, show_spinner=False)
def cached_prepared(digest: str, recipe: Recipe, *, _picture: Picture) -> Prepared:  # noqa: ARG001  # a key
    """Return `_picture`, whose digest is `digest`, prepared by `recipe`; nobody writes to its arrays."""
    return prepare(_picture, recipe)


@st.cache_resource(max_entries=1, show_spinner=False)
def cached_warm_up() -> threading.Timer:
    """Load PyTorch in the background, once a process, so that the first page that needs it opens fast."""
    timer = threading.Timer(WARM_AFTER_S, _import_torch)
    timer.daemon = True
    timer.start()
    return timer


def _import_torch() -> None:
    import torch

    torch.set_num_threads(1)
