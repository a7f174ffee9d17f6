"""Case 47: a decoder that crashes, hangs, exits or eats memory costs its image alone."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.download import contain
from pipeline.download.contain import Containment, process_contained
from pipeline.download.options import DownloadOptions
from pipeline.download.process import process_image
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


@pytest.fixture
def possessed() -> Iterator[Containment]:
    containment = Containment([sys.executable, "-c", POSSESSED], max_wall_s=3)
    yield containment
    containment.close()


def outcome(containment: Containment, body: bytes) -> tuple[str, str]:
    with pytest.raises(RecordFailed) as caught:
        containment.process(body, OPTIONS)
    return caught.value.outcome, caught.value.detail


@pytest.mark.parametrize("word", [b"segv", b"abort", b"_exit", b"exit"])
def test_47_a_decoder_that_dies_costs_its_image_alone(possessed: Containment, word: bytes) -> None:
    good = make_image(1)
    before = possessed.process(good, OPTIONS)
    assert outcome(possessed, word) == (Failure.DECODE, "the decoder crashed")
    assert possessed.process(good, OPTIONS) == before


def test_47_a_decoder_that_never_ends_is_ended_by_its_processor_time(
    possessed: Containment,
) -> None:
    started = time.monotonic()
    assert outcome(possessed, b"loop") == (Failure.DECODE, "the decoder did not end")
    assert time.monotonic() - started < 60
    assert possessed.process(make_image(1), OPTIONS).width == 96


def test_47_a_decoder_that_sleeps_is_ended_by_the_clock(possessed: Containment) -> None:
    assert outcome(possessed, b"sleep") == (Failure.DECODE, "the decoder did not end")
    assert possessed.process(make_image(1), OPTIONS).width == 96


def test_47_a_decoder_that_eats_the_memory_gets_none(possessed: Containment) -> None:
    assert outcome(possessed, b"eat") == (Failure.DECODE, "needs too much memory")
    assert possessed.process(make_image(1), OPTIONS).width == 96


def test_one_death_may_be_the_machines_and_is_tried_again(
    possessed: Containment, tmp_path: Path
) -> None:
    body = b"once " + bytes(tmp_path / "been-there") + b" " + make_image(1)
    assert possessed.process(body, OPTIONS).width == 96


def test_a_bug_of_ours_is_no_decoders_fault_and_stops_the_run(possessed: Containment) -> None:
    with pytest.raises(RuntimeError, match=r"(?s)Traceback.*a bug of ours"):
        possessed.process(b"bug", OPTIONS)
    assert possessed.process(make_image(1), OPTIONS).width == 96


def test_a_worker_that_was_killed_while_idle_is_replaced(possessed: Containment) -> None:
    possessed.process(make_image(1), OPTIONS)
    os.kill(possessed._idle[0]._process.pid, signal.SIGKILL)
    assert possessed.process(make_image(1), OPTIONS).width == 96


def test_47_a_shard_keeps_all_but_the_image_that_crashed(
    possessed: Containment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(contain, "_shared", possessed)
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


def test_it_answers_and_raises_as_the_core_does() -> None:
    body = make_image(1, 600, 300)
    assert process_contained(body, OPTIONS) == process_image(body, OPTIONS)
    with pytest.raises(RecordFailed) as failed:
        process_contained(b"<html>", OPTIONS)
    assert failed.value.outcome == Failure.NOT_IMAGE
    with pytest.raises(RecordRejected) as rejected:
        process_contained(body, DownloadOptions(max_aspect_ratio=1.5))
    assert (rejected.value.outcome, rejected.value.detail) == (Reject.IMAGE_TOO_LONG, "600x300")


def test_threads_share_the_processes_and_no_process_outlives_its_owner() -> None:
    containment = Containment()
    bodies = [make_image(n) for n in range(40)]
    with ThreadPoolExecutor(2) as threads:
        images = list(threads.map(lambda body: containment.process(body, OPTIONS), bodies))
    assert images == [process_image(body, OPTIONS) for body in bodies]
    pids = [worker._process.pid for worker in containment._idle]
    assert 1 <= len(pids) <= 2
    containment.close()
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
