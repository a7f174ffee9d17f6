import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.download.channel import receive, send
from pipeline.download.nursery import Nursery, has_run_away, shared_nursery
from tests.pipeline.download.test_decode_worker import REQUEST
from tests.samples import make_image


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()


def test_each_line_leads_to_a_process_of_its_own(nursery: Nursery) -> None:
    lines = [nursery.bear() for _ in range(3)]
    assert len({pid for _, pid in lines}) == 3
    for channel, _ in lines:
        send(channel, REQUEST, make_image(1))
    for channel, pid in lines:
        message = receive(channel)
        assert message is not None
        assert message[0]["image"]["width"] == 96
        channel.close()
        assert nursery.wait(pid) == 0


def test_it_says_how_a_process_ended_whatever_the_order(nursery: Nursery) -> None:
    (_, one), (_, other) = nursery.bear(), nursery.bear()
    os.kill(one, signal.SIGKILL)
    os.kill(other, signal.SIGXCPU)
    assert has_run_away(nursery.wait(other))
    assert not has_run_away(nursery.wait(one))


def test_it_forks_no_threads(nursery: Nursery) -> None:
    channel, pid = nursery.bear()
    assert len(list(Path(f"/proc/{pid}/task").iterdir())) == 1
    channel.close()


def test_one_that_was_killed_is_replaced(nursery: Nursery) -> None:
    channel, _ = nursery.bear()
    channel.close()
    assert nursery._process
    nursery._process.kill()
    nursery._process.wait()
    channel, pid = nursery.bear()
    channel.close()
    assert nursery.wait(pid) == 0


def test_no_process_outlives_its_owner() -> None:
    nursery = Nursery()
    channel, pid = nursery.bear()  # still at work
    nursery.close()
    assert receive(channel) is None
    channel.close()
    assert not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text()


def test_all_of_a_process_share_one() -> None:
    assert shared_nursery() is shared_nursery()
