import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.candidate_columns import candidates_from_batch, candidates_to_batch
from schemas.records import ImageKind, ImageRef
from schemas.tables import CANDIDATES, candidate_from_row, candidate_to_row
from tests.samples import make_candidate

FULL = make_candidate(
    1,
    image=ImageRef(source="a.jpg", offset=0, length=9, kind=ImageKind.BYTES),
    opt_out=("meta:noai",),
    queries=("boat", "red boat"),
    language="en",
    language_score=0.5,
    raw_text="A boat",
    text_changes=("email",),
    toxicity=0.1,
    extra="{}",
)
BARE = make_candidate(2, page_url=None, source="", source_offset=None, fetched_at=None)


@given(st.lists(st.sampled_from([FULL, BARE])), st.sets(st.sampled_from(CANDIDATES.names)))
def test_a_batch_gives_what_its_rows_give(given: list, lacking: set[str]) -> None:
    batch = candidates_to_batch(given, CANDIDATES)
    assert batch == pa.RecordBatch.from_pylist([candidate_to_row(c) for c in given], CANDIDATES)
    images = {name for name in CANDIDATES.names if name.startswith("image_")}
    gone = lacking - {"uid", "url", "text"} - images
    if "image_source" in lacking:
        gone |= images
    batch = batch.select([name for name in CANDIDATES.names if name not in gone])
    assert candidates_from_batch(batch) == [candidate_from_row(row) for row in batch.to_pylist()]


def test_a_table_without_urls_is_none_of_candidates() -> None:
    with pytest.raises(KeyError, match="url"):
        candidates_from_batch(pa.RecordBatch.from_pydict({"uid": ["0"], "text": ["a boat"]}))
