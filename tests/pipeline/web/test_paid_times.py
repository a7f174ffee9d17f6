import threading

import pytest

from pipeline.web.paid_times import PaidTimes


def test_a_change_is_kept_and_touches_no_other_bucket() -> None:
    times = PaidTimes(bytearray(8 * 4), start=8)
    with times.change(1) as bucket:
        assert bucket.paid_until == 0.0
        bucket.paid_until = 7.5
    found = []
    for number in range(3):
        with times.change(number) as bucket:
            found.append(bucket.paid_until)
    assert found == [0.0, 7.5, 0.0]


def test_a_change_that_fails_lets_go_and_writes_nothing() -> None:
    times = PaidTimes(bytearray(8))

    def fail() -> None:
        with times.change(0) as bucket:
            bucket.paid_until = 9.0
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with times.change(0) as bucket:
        assert bucket.paid_until == 0.0


def test_changes_of_many_threads_are_all_counted() -> None:
    times = PaidTimes(bytearray(8))

    def count() -> None:
        for _ in range(200):
            with times.change(0) as bucket:
                bucket.paid_until += 1

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with times.change(0) as bucket:
        assert bucket.paid_until == 800
