import json
import resource
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import asdict

import pytest

from pipeline.download import decode_worker
from pipeline.download.channel import BEGAN, ENDED, REPORT, receive, send
from pipeline.download.options import DownloadOptions
from pipeline.download.process import process_image
from pipeline.download.processed import ProcessedImage
from schemas.outcomes import Failure, Reject
from tests.samples import make_image

OPTIONS = DownloadOptions(min_image_size=50)
REQUEST = {"options": json.dumps(asdict(OPTIONS))}


@pytest.fixture(autouse=True)
def limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limits are the worker's, and must not become the tests'."""
    monkeypatch.setattr(resource, "setrlimit", lambda what, limits: None)


@pytest.fixture
def line() -> Iterator[socket.socket]:
    """The line to a process that was asked for one."""
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-m", "pipeline.download.decode_worker", str(theirs.fileno())]
    process = subprocess.Popen(command, pass_fds=[theirs.fileno()])
    theirs.close()
    channel, its = socket.socketpair()
    with ours, channel:
        with its:
            socket.send_fds(ours, [b"+"], [its.fileno()])
        kind, pid, _ = REPORT.unpack(ours.recv(REPORT.size))
        assert kind == BEGAN
        yield channel
        channel.close()
        assert REPORT.unpack(ours.recv(REPORT.size)) == (ENDED, pid, 0)
    assert process.wait(10) == 0


def test_an_answer_is_the_whole_processed_image() -> None:
    body = make_image(1, 300, 200)
    head, data = decode_worker.answer(REQUEST, body)
    assert ProcessedImage.from_json(head["image"], data) == process_image(body, OPTIONS)
    json.dumps(head)


def test_errors_of_a_record_are_answers() -> None:
    assert decode_worker.answer(REQUEST, b"")[0] == {"failed": [Failure.EMPTY, ""]}
    small = make_image(1, 40, 90)
    assert decode_worker.answer(REQUEST, small)[0] == {
        "rejected": [Reject.IMAGE_TOO_SMALL, "40x90"]
    }


def test_a_lack_of_memory_is_the_images_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def starve(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(decode_worker, "process_image", starve)
    head, _ = decode_worker.answer(REQUEST, make_image(1))
    assert head == {"failed": [Failure.DECODE, "needs too much memory"]}


def test_it_answers_until_the_other_side_closes(line: socket.socket) -> None:
    for number in range(3):
        send(line, REQUEST, make_image(number))
        message = receive(line)
        assert message is not None
        assert message[0]["image"]["width"] == 96


def test_it_limits_its_own_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[tuple[int, tuple[int, int]]] = []
    monkeypatch.setattr(resource, "setrlimit", lambda what, limits: calls.append((what, limits)))
    options = DownloadOptions(max_pixels=1_000_001)
    request = {"options": json.dumps(asdict(options))}
    decode_worker.answer(request, make_image(1))
    ((what, (soft, _)),) = calls
    assert what == resource.RLIMIT_DATA
    assert soft == 2**30 + 24 * 1_000_001
