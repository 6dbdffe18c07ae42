"""Many students at one server at the same moment: each gets the answer to what they drew themselves."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

import pytest

from benchmarks.classroom import Student

pytestmark = pytest.mark.e2e
STUDENTS, DRAWINGS = 20, 5


def test_everybody_gets_the_answer_to_their_own_drawing(server: str) -> None:
    async def lesson(student: Student) -> list[tuple[str, str]]:
        await student.open()
        seen = []
        for _ in range(DRAWINGS):
            await student.draw()
            seen.append((student.drawn, student.answer))
        await student.socket.close()
        return seen

    async def everybody() -> list[list[tuple[str, str]]]:
        students = [Student(server, "digits", f"student {number}") for number in range(STUDENTS)]
        return await asyncio.gather(*map(lesson, students))

    with ThreadPoolExecutor(1) as pool:  # in this thread the browser of other tests has a loop of its own
        seen = [pair for pairs in pool.submit(lambda: asyncio.run(everybody())).result() for pair in pairs]
    assert len({drawn for drawn, _ in seen}) == 10
    assert [answer for _, answer in seen] == [drawn for drawn, _ in seen]
