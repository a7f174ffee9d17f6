"""Case 47: a decoder that crashes, hangs, exits or eats memory costs its image alone."""

import asyncio
import os
import signal
import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from pipeline.download import contain
from pipeline.download.contain import Decoders
from pipeline.download.nursery import Nursery, shared_nursery
from pipeline.download.options import DownloadOptions
from pipeline.download.process import process_image
from pipeline.download.processed import ProcessedImage
from pipeline.download.shard import download_shard
from pipeline.web.options import WebOptions
from schemas.errors import RecordFailed, RecordRejected
from schemas.outcomes import Failure, Reject
from tests.archives import write_archive
from tests.pipeline.download.test_archive import refs
from tests.samples import make_candidate, make_image

OPTIONS = DownloadOptions()

# The worker as it is, with a decoder that does what the body says.
POSSESSED = """
import ctypes
import os
import sys
import time
from pipeline.download import decode_worker
decode = decode_worker.process_image
def process_image(body, options, refused):
    word, _, rest = body.partition(b" ")
    mark, _, rest = rest.partition(b" ")
    if word == b"segv":
        ctypes.string_at(0)
    if word == b"abort":
        os.abort()
    if word == b"once":
        body = rest
        if not os.path.exists(mark):
            open(mark, "w").close()
            os.kill(os.getpid(), 9)
    if word == b"_exit":
        os._exit(139)
    if word == b"exit":
        sys.exit(0)
    if word == b"loop":
        while True:
            pass
    if word == b"sleep":
        time.sleep(1000)
    if word == b"eat":
        bytearray(10**11)
    if word == b"bug":
        raise KeyError("a bug of ours")
    return decode(body, options, refused)
decode_worker.process_image = process_image
decode_worker.MAX_CPU_S = 0
decode_worker.main(int(sys.argv[1]))
"""


T = TypeVar("T")


class Contained:
    """Decoders whose every use is an event loop's."""

    def __init__(self, nursery: Nursery) -> None:
        self._nursery = nursery

    def run(self, core: Callable[[Decoders], Awaitable[T]], most: int = 2) -> T:
        async def use() -> T:
            decoders = Decoders(most, self._nursery, max_wall_s=3)
            try:
                return await core(decoders)
            finally:
                decoders.close()

        return asyncio.run(use())

    def outcomes(self, *bodies: bytes) -> list[object]:
        """Returns the width of each image, or what went wrong with it, one after the other."""

        async def core(decoders: Decoders) -> list[object]:
            return [await outcome(decoders, body) for body in bodies]

        return self.run(core, most=1)


async def outcome(decoders: Decoders, body: bytes) -> object:
    try:
        return (await decoders.process(body, OPTIONS)).width
    except RecordFailed as error:
        return error.outcome, error.detail


@pytest.fixture
def possessed() -> Iterator[Contained]:
    nursery = Nursery([sys.executable, "-c", POSSESSED])
    yield Contained(nursery)
    nursery.close()


GOOD = make_image(1)
CRASHED = (Failure.DECODE, "the decoder crashed")
ENDLESS = (Failure.DECODE, "the decoder did not end")


@pytest.mark.parametrize("word", [b"segv", b"abort", b"_exit", b"exit"])
def test_47_a_decoder_that_dies_costs_its_image_alone(possessed: Contained, word: bytes) -> None:
    assert possessed.outcomes(GOOD, word, GOOD) == [96, CRASHED, 96]


def test_47_a_decoder_that_never_ends_is_ended_by_its_processor_time(
    possessed: Contained,
) -> None:
    assert possessed.outcomes(b"loop", GOOD) == [ENDLESS, 96]


def test_47_a_decoder_that_sleeps_is_ended_by_the_clock(possessed: Contained) -> None:
    assert possessed.outcomes(b"sleep", GOOD) == [ENDLESS, 96]


def test_47_a_decoder_that_eats_the_memory_gets_none(possessed: Contained) -> None:
    no_memory = (Failure.DECODE, "needs too much memory")
    assert possessed.outcomes(b"eat", GOOD) == [no_memory, 96]


def test_one_death_may_be_the_machines_and_is_tried_again(
    possessed: Contained, tmp_path: Path
) -> None:
    assert possessed.outcomes(b"once " + bytes(tmp_path / "been-there") + b" " + GOOD) == [96]


def test_a_bug_of_ours_is_no_decoders_fault_and_stops_the_run(possessed: Contained) -> None:
    with pytest.raises(RuntimeError, match=r"(?s)Traceback.*a bug of ours"):
        possessed.outcomes(b"bug")
    assert possessed.outcomes(GOOD) == [96]


def test_a_decoder_that_was_killed_while_idle_is_replaced(possessed: Contained) -> None:
    async def core(decoders: Decoders) -> object:
        await outcome(decoders, GOOD)
        os.kill(decoders._idle[0].pid, signal.SIGKILL)
        return await outcome(decoders, GOOD)

    assert possessed.run(core) == 96


def test_whoever_gives_up_takes_the_decoder_along(possessed: Contained) -> None:
    async def core(decoders: Decoders) -> object:
        task = asyncio.create_task(decoders.process(b"sleep", OPTIONS))
        await asyncio.sleep(0.5)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return await outcome(decoders, GOOD)

    assert possessed.run(core, most=1) == 96


def test_47_a_shard_keeps_all_but_the_image_that_crashed(
    possessed: Contained, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contain, "shared_nursery", lambda: possessed._nursery)
    urls = {f"http://a.invalid/{n}.jpg": make_image(n) for n in range(6)}
    urls["http://a.invalid/bad.jpg"] = b"segv"
    write_archive(tmp_path / "a.warc", {url: ("image/jpeg", body) for url, body in urls.items()})
    found = refs(tmp_path / "a.warc")
    candidates = [make_candidate(n, url=url, image=found[url]) for n, url in enumerate(urls)]
    rows = download_shard(
        0,
        sorted(candidates, key=lambda candidate: candidate.uid),
        folder=str(tmp_path / "pool"),
        options=OPTIONS,
        web=WebOptions(user_agent="test", product_token="webimagetext"),
    )
    outcomes = {row.candidate.url: row.outcome for row in rows}
    assert outcomes.pop("http://a.invalid/bad.jpg") == "decode"
    assert set(outcomes.values()) == {"ok"}
    assert len(outcomes) == 6


@pytest.mark.parametrize("most", [1, 3])
def test_it_answers_and_raises_as_the_core_does(most: int) -> None:
    """A file larger than any buffer of a socket is among them."""
    bodies = [make_image(n) for n in range(20)] + [make_image(1, 1500, 1000, "PNG")]
    options = DownloadOptions(image_size=900, encode_format="png", encode_quality=0)

    async def core(decoders: Decoders) -> list[ProcessedImage]:
        images = await asyncio.gather(*(decoders.process(body, options) for body in bodies))
        with pytest.raises(RecordFailed) as failed:
            await decoders.process(b"<html>", OPTIONS)
        assert failed.value.outcome == Failure.NOT_IMAGE
        with pytest.raises(RecordRejected) as rejected:
            await decoders.process(make_image(1, 60, 30), DownloadOptions(max_aspect_ratio=1.5))
        assert (rejected.value.outcome, rejected.value.detail) == (Reject.IMAGE_TOO_LONG, "60x30")
        assert 1 <= len(decoders._idle) <= most
        return images

    images = Contained(shared_nursery()).run(core, most)
    assert images == [process_image(body, options) for body in bodies]
