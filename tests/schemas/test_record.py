import pickle
from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.records import Candidate, ImageRef, LedgerRow
from tests.samples import make_candidate, make_pair

REF = ImageRef(source="a.warc", offset=1, length=2)


@pytest.mark.parametrize(
    "record",
    [
        make_candidate(1, image=REF, queries=("a", "b")),
        make_pair(2),
        REF,
        LedgerRow(uid=None, url=None, stage="select", outcome="language"),
    ],
    ids=lambda record: type(record).__name__,
)
def test_a_record_comes_out_of_a_pickle_as_it_went_in(record: object) -> None:
    assert pickle.loads(pickle.dumps(record)) == record


@given(
    st.dictionaries(
        st.sampled_from(["text", "language", "raw_text"]), st.text(), min_size=1, max_size=3
    )
)
def test_a_changed_copy_is_what_dataclasses_replace_makes(changes: dict[str, str]) -> None:
    candidate = make_candidate(1)
    assert candidate.replaced(**changes) == replace(candidate, **changes)
    assert candidate == make_candidate(1)


def test_a_copy_cannot_be_changed_and_has_no_new_fields() -> None:
    copy: Candidate = make_candidate(1).replaced(language="en")
    with pytest.raises(FrozenInstanceError):
        copy.language = "de"  # type: ignore[misc]
    with pytest.raises(KeyError, match="tongue"):
        copy.replaced(tongue="en")
