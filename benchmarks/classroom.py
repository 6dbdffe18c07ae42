"""A class at work: how long thirty or sixty students wait who all use one server.

A student here is a websocket that says what a browser would say, and waits for the end of each answer;
what a browser then takes to paint it is measured elsewhere (`pages`).
"""

import asyncio
import json
import random
import re
import time
from collections.abc import Awaitable, Callable
from io import BytesIO
from math import inf
from statistics import median, quantiles
from uuid import uuid4

import requests
import websockets
from PIL import Image
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.typing import Subprotocol

from benchmarks.harness import ROOT, Row, serve
from cnnviz.images.drawn.digits import digit
from cnnviz.images.samples import DIGITS, KEYS, sample
from cnnviz.ui.components.pad.drawing_pad import as_sent

CLASSES = (30, 60)
ALONE, ACTS = 12, 6  # acts of one student alone, and of each in a class
ALONE_EVERY_S, STROKE_EVERY_S, PHOTO_EVERY_S = 1.0, 3.0, 15.0  # from act to act of one student, on average
PHOTO_PX = (960, 720)
ANSWER = re.compile("class='answer'.*?class='name[^>]*>(.*?)<", re.DOTALL)
PAD, SPEAKS = "shared.pad.digits", Subprotocol("streamlit")
HANDS = KEYS["rps"]


class Student:
    """One visit to a page of the app.

    `drawn` is the digit that was drawn last, `answer` the first guess that came last.
    """

    def __init__(self, address: str, page: str, seed: str) -> None:
        self.address, self.page, self.opened_s = address, page, inf
        self.random = random.Random(seed)  # noqa: S311  # drawings, no secrets
        self.drawn = self.answer = ""
        self.ids: dict[str, tuple[str, str]] = {}  # of controls: by the end of their key, with their fragment
        self.options: dict[str, str] = {}  # values of the choice of a kind of picture, by their words
        self.states: dict[str, WidgetState] = {}

    async def open(self) -> None:
        """Open the page and note in how many seconds its script has run."""
        start = time.perf_counter()
        stream = self.address.replace("http", "ws") + "/_stcore/stream"
        self.socket = await websockets.connect(stream, subprotocols=[SPEAKS], max_size=None)
        await self._run()
        self.opened_s = time.perf_counter() - start

    async def draw(self) -> float:
        """Draw a digit as nobody did before and return the seconds until the answer."""
        self.drawn, attempt = self.random.choice(DIGITS), self.random.randrange(1, 1_000_000)
        strokes = [as_sent(stroke) for stroke in digit(self.drawn, seed=attempt).strokes]
        edit = {"revision": 0, "paper": "black", "strokes": strokes}
        return await self._act(PAD, WidgetState(id=self.ids[PAD][0], json_value=json.dumps({"edit": edit})))

    async def send_photo(self) -> float:
        """Upload a photo that nobody took before and return the seconds until the answer."""
        kind, key = (f"{self.page}.picture_{name}" for name in ("kind", "upload"))
        if key not in self.ids:
            state = WidgetState(id=self.ids[kind][0])
            state.string_array_value.data.append(self.options["Upload"])
            await self._act(kind, state)
        content, name = self._photo(), f"{uuid4()}.jpg"
        start = time.perf_counter()
        asked = BackMsg()
        asked.file_urls_request.request_id = name
        asked.file_urls_request.file_names.append(name)
        await self.socket.send(asked.SerializeToString())
        while (message := await self._message()).WhichOneof("type") != "file_urls_response":
            pass
        urls = message.file_urls_response.file_urls[0]
        await asyncio.to_thread(_put, self.address + urls.upload_url, name, content)
        state = WidgetState(id=self.ids[key][0])
        file = state.file_uploader_state_value.uploaded_file_info.add()
        file.name, file.size, file.file_id = name, len(content), urls.file_id
        file.file_urls.CopyFrom(urls)
        await self._act(key, state)
        return time.perf_counter() - start

    async def _act(self, key: str, state: WidgetState) -> float:
        self.states[key] = state
        start = time.perf_counter()
        await self._run(self.ids[key][1])
        return time.perf_counter() - start

    async def _run(self, fragment: str = "") -> None:
        """Let the script run, or a fragment of it; an answer has to be among what it says."""
        asked = BackMsg()
        asked.rerun_script.page_name, asked.rerun_script.fragment_id = self.page, fragment
        asked.rerun_script.widget_states.widgets.extend(self.states.values())
        await self.socket.send(asked.SerializeToString())
        self.answer = ""
        while (message := await self._message()).WhichOneof("type") != "script_finished":
            if message.WhichOneof("type") == "delta" and message.delta.HasField("new_element"):
                self._take_in(message)
        if not self.answer:
            raise RuntimeError(f"{self.page} gave no answer")

    def _take_in(self, message: ForwardMsg) -> None:
        """Keep what an element says: a control its name, an answer its first guess."""
        element, fragment = message.delta.new_element, message.delta.fragment_id
        kind = element.WhichOneof("type")
        if kind in ("bidi_component", "button_group", "file_uploader"):
            ident = str(getattr(element, kind).id)
            self.ids[ident.rpartition("-")[2]] = ident, fragment
        if kind == "button_group":
            for option in element.button_group.options:
                self.options[option.content] = f"{option.content_icon} {option.content}".strip()
        if kind == "html" and (found := ANSWER.search(element.html.body)):
            self.answer = found[1]

    async def _message(self) -> ForwardMsg:
        message = ForwardMsg()
        message.ParseFromString(await self.socket.recv())  # the server sends bytes
        return message

    def _photo(self) -> bytes:
        """Return a photo of one of the built-in hands, somewhere on a table of any colour."""
        hand = Image.fromarray(sample(self.random.choice(HANDS)).pixels_u8).convert("RGB")
        table = Image.new("RGB", PHOTO_PX, tuple(self.random.randrange(256) for _ in range(3)))
        room = [whole - part for whole, part in zip(PHOTO_PX, hand.size, strict=True)]
        table.paste(hand, (self.random.randrange(room[0]), self.random.randrange(room[1])))
        file = BytesIO()
        table.save(file, "JPEG")
        return file.getvalue()


def measure() -> list[Row]:
    """Measure a class that draws digits, one that opens a page at once, and one that photographs hands."""
    with serve(ROOT / "app.py", "--server.enableXsrfProtection=false") as address:
        return asyncio.run(_measure(address))


async def _measure(address: str) -> list[Row]:
    rows = []
    for page, act, every_s in (
        ("digits", Student.draw, STROKE_EVERY_S),
        ("rock_paper_scissors", Student.send_photo, PHOTO_EVERY_S),
    ):
        await _class(address, page, 1)  # loads what is loaded once
        (alone,) = await _class(address, page, 1)
        one_s = await _work(alone, act, ALONE_EVERY_S, ALONE)
        for count in CLASSES:
            students = await _class(address, page, count)
            last = max(student.opened_s for student in students)
            text = f"{1000 * last:.0f} ms, one alone {1000 * alone.opened_s:.0f} ms"
            name = f"{count} students open “{page}” at the same moment, the last of them"
            rows.append(Row(name, text, last / alone.opened_s, inf))
            each_s = await asyncio.gather(*(_work(student, act, every_s, ACTS) for student in students))
            name = f"{count} students {act.__name__.replace('_', ' a ')}, each every {every_s:.0f} s"
            rows.append(_row(name, one_s, [seconds for one in each_s for seconds in one]))
    return rows


async def _class(address: str, page: str, count: int) -> list[Student]:
    """Return students who opened a page at the same moment."""
    students = [Student(address, page, f"{count} {number}") for number in range(count)]
    await asyncio.gather(*(student.open() for student in students))
    return students


async def _work(
    student: Student, act: Callable[[Student], Awaitable[float]], every_s: float, times: int
) -> list[float]:
    """Return how many seconds a student waited for the answer to each act."""
    took = []
    for _ in range(times):
        await asyncio.sleep(student.random.uniform(0.5, 1.5) * every_s)
        took.append(await act(student))
    return took


def _row(name: str, alone: list[float], each: list[float]) -> Row:
    slowest = quantiles(each, n=20)[-1]
    middle, one = (1000 * median(seconds) for seconds in (each, alone))
    text = f"p50 {middle:.0f} ms, p95 {1000 * slowest:.0f} ms, one alone {one:.0f} ms"
    return Row(f"{name}: to the answer, p95", text, 1000 * slowest / one, inf)


def _put(address: str, name: str, content: bytes) -> None:
    requests.put(address, files={"file": (name, content)}, timeout=60).raise_for_status()
