import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.crawl.pages.srcset import MAX_CANDIDATES, largest_image, parse_srcset


@pytest.mark.parametrize(
    ("srcset", "largest"),
    [
        ("a.jpg", "a.jpg"),
        ("a.jpg 1x, b.jpg 2x, c.jpg 1.5x", "b.jpg"),
        ("a.jpg 320w, b.jpg 1024w,c.jpg 640w", "b.jpg"),
        ("a.jpg 640w 480h, b.jpg 320w 240h", "a.jpg"),
        ("a.jpg, b.jpg", "a.jpg"),
        ("a.jpg,b.jpg 2x", "a.jpg,b.jpg"),  # no space behind the comma: part of the URL
        ("http://h/c_fill,w_80/a.jpg 80w, http://h/c_fill,w_900/a.jpg 900w", "http://h/c_fill,w_900/a.jpg"),
        ("a.jpg 2x 3x, b.jpg 1x", "b.jpg"),
        ("a.jpg 0w, b.jpg 1w", "b.jpg"),
        ("a.jpg 100q, b.jpg", "b.jpg"),
        ("a.jpg (x, y) 9w, b.jpg 2w", "b.jpg"),
        (" , ,\n a.jpg\t5w ,, ", "a.jpg"),
        ("a.jpg .5x", "a.jpg"),
        ("", ""),
        (" , ", ""),
    ],
)  # fmt: skip
def test_the_largest_image_is_what_whatwg_reads(srcset: str, largest: str) -> None:
    assert largest_image(srcset) == largest


def test_a_candidate_without_a_descriptor_is_one_x() -> None:
    assert list(parse_srcset("a.jpg, b.jpg 7w")) == [("a.jpg", 0, 1.0), ("b.jpg", 7, 1.0)]


def test_only_so_many_candidates_are_read() -> None:
    srcset = ", ".join(f"{n}.jpg {n}w" for n in range(1, 100_000))
    assert largest_image(srcset) == f"{MAX_CANDIDATES}.jpg"


@given(st.text(st.sampled_from("a., (1wx)\n"), max_size=40))
def test_any_text_gives_a_part_of_it(srcset: str) -> None:
    assert largest_image(srcset) in srcset
