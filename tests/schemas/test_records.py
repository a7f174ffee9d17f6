import dataclasses

import pytest

from schemas.records import LedgerRow, PoolRow
from tests.samples import make_candidate


def test_records_are_frozen() -> None:
    row = LedgerRow(uid=None, url=None, stage="crawl", outcome="robots")
    with pytest.raises(dataclasses.FrozenInstanceError):
        row.stage = "select"  # type: ignore[misc]


def test_a_pool_row_has_the_uid_of_its_candidate() -> None:
    candidate = make_candidate(1)
    row = PoolRow(candidate=candidate, shard=0, status="success", outcome="ok")
    assert row.uid == candidate.uid
