import pytest

from dedup.contamination.between import (
    Between,
    between_matrix,
    between_order,
    between_row,
    find_between,
)
from dedup.contamination.match import BenchmarkMatcher
from schemas.records import BenchmarkImage
from schemas.tables import BETWEEN

HASHES = {
    "a": [0x0F0F0F0F0F0F0F0F, 0x0F0F0F0F0F0F0F0E, 0x123456789ABCDEF0],
    "b": [0x0F0F0F0F0F0F0F0F],
}
IMAGES = [
    BenchmarkImage(benchmark=name, key=f"{number}.jpg", sha256=f"{name}{number}", phash=phash)
    for name, hashes in HASHES.items()
    for number, phash in enumerate(hashes)
]


@pytest.fixture
def pairs() -> list[Between]:
    found = find_between(BenchmarkMatcher(IMAGES, 4), IMAGES)
    return sorted(found, key=between_order)


def test_an_image_is_no_copy_of_itself_but_of_its_likes(pairs: list[Between]) -> None:
    assert [(m.benchmark, m.benchmark_key, other, m.pool_key) for m, other in pairs] == [
        ("a", "0.jpg", "a", "1.jpg"),
        ("a", "0.jpg", "b", "0.jpg"),
        ("a", "1.jpg", "a", "0.jpg"),
        ("a", "1.jpg", "b", "0.jpg"),
        ("b", "0.jpg", "a", "0.jpg"),
        ("b", "0.jpg", "a", "1.jpg"),
    ]


def test_it_does_not_depend_on_batches(pairs: list[Between]) -> None:
    matcher = BenchmarkMatcher(IMAGES, 4)
    apart = [pair for image in IMAGES for pair in find_between(matcher, [image])]
    assert sorted(apart, key=between_order) == pairs


def test_the_matrix_counts_images_and_pairs(pairs: list[Between]) -> None:
    nothing = {"images": 0, "pairs": 0}
    assert between_matrix(pairs, ["a", "b", "c"]) == {
        "a": {"a": {"images": 2, "pairs": 2}, "b": {"images": 2, "pairs": 2}, "c": nothing},
        "b": {"a": {"images": 1, "pairs": 2}, "b": nothing, "c": nothing},
        "c": {"a": nothing, "b": nothing, "c": nothing},
    }


def test_a_row_has_the_columns_of_its_table(pairs: list[Between]) -> None:
    assert list(between_row(pairs[0])) == BETWEEN.names
