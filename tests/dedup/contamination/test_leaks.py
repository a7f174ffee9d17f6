import pytest

from dedup.contamination.leaks import contains_label, count_leaks
from schemas.records import Match


@pytest.mark.parametrize(
    ("caption", "label", "leaks"),
    [
        ("A Golden-Retriever, asleep", "golden_retriever", True),
        ("goldens and a retriever", "golden retriever", False),
        ("a caterpillar", "cat", False),
        ("caught a Tinca tinca", "tench, Tinca tinca", True),
        ("anything", ",", False),
    ],
)
def test_label_must_stand_as_whole_words(caption, label, leaks):
    assert contains_label(caption, label) is leaks


def _match(key, pool_key):
    return Match(
        benchmark="b",
        benchmark_key=key,
        uid=None,
        pool_key=pool_key,
        url=None,
        method="phash",
        distance=2,
    )


def test_pairs_and_images_are_counted_and_class_numbers_left_out():
    matches = [_match("1", "p"), _match("1", "q"), _match("2", "p"), _match("3", "none")]
    labels, captions = {"1": "cat", "2": "7", "3": "cat"}, {"p": "my cat 7", "q": "the cat"}
    assert count_leaks(matches, labels, captions) == {"pairs": 2, "leaked": 2, "images": 1}
    assert count_leaks(matches, {"2": "7"}, captions) is None
