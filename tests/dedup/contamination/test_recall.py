from hypothesis import given
from hypothesis import strategies as st

from dedup.contamination.recall import MEASURED_PHOTOS, recall_at
from dedup.hamming import distance
from dedup.phash import phash
from tests.dedup.contamination.pictures import make_picture


@given(st.integers(0, 64))
def test_recall_is_a_share_and_grows_with_the_limit(limit):
    for narrow, wide in zip(recall_at(limit), recall_at(limit + 1), strict=True):
        assert 0 <= narrow.found <= wide.found <= 1


def test_mirrored_copies_are_said_to_be_missed():
    found = {recall.transform: recall.found for recall in recall_at(6)}
    assert found["mirrored"] == 0
    assert found["grey"] == 1
    assert MEASURED_PHOTOS == 211


def test_hashes_of_pictures_differ_in_an_even_number_of_bits():
    hashes = [phash(make_picture(seed)) for seed in range(20)]
    assert {distance(one, other) % 2 for one in hashes for other in hashes} == {0}
