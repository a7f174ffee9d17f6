import copy
import pickle
from dataclasses import FrozenInstanceError, replace

import pytest

from schemas.records import Candidate, LedgerRow, PoolRow
from tests.samples import make_candidate, make_pair

RECORDS = [
    make_candidate(1, opt_out=("meta:noai",), raw_text="&amp;"),
    LedgerRow(uid=None, url=None, stage="select", outcome="language"),
    make_pair(3, phash=2**64 - 1),
]


@pytest.mark.parametrize("record", RECORDS)
@pytest.mark.parametrize("protocol", [2, pickle.HIGHEST_PROTOCOL])
def test_a_record_survives(record: Candidate | LedgerRow | PoolRow, protocol: int) -> None:
    again = pickle.loads(pickle.dumps(record, protocol))
    assert again == record
    assert hash(again) == hash(record)
    assert copy.copy(record) == copy.deepcopy(record) == record


def test_what_comes_back_is_as_frozen_as_before() -> None:
    again = pickle.loads(pickle.dumps(make_candidate(1)))
    with pytest.raises(FrozenInstanceError):
        again.text = "other"
    assert replace(again, text="other").text == "other"


def test_the_state_is_the_values_in_the_order_of_the_fields() -> None:
    row = LedgerRow(uid="u", url="l", stage="s", outcome="o", detail="d")
    assert row.__getstate__() == ("u", "l", "s", "o", "d")
