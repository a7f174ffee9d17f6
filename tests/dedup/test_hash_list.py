import hashlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.hash_list import HashList, parse_hash_list
from dedup.pdq import pdq
from schemas.errors import UserError

PIXELS = np.random.default_rng(3).integers(0, 255, (96, 128, 3), dtype=np.uint8)
PHASH = 0x0F1E2D3C4B5A6978


def flipped(value: int, bits: int) -> int:
    return value ^ ((1 << bits) - 1)


@pytest.mark.parametrize("kind", ["md5", "sha1", "sha256"])
def test_bytes_are_found_by_each_kind_with_and_without_its_name(kind: str) -> None:
    digest = hashlib.new(kind, b"the picture").hexdigest()
    for line in (digest, digest.upper(), f"{kind}:{digest}", f"  {kind}: {digest} # case 7"):
        found = parse_hash_list(["", "# a comment", line], "list")
        assert found.find_bytes(b"the picture") == 3
        assert found.find_bytes(b"another") is None


@given(bodies=st.lists(st.binary(), min_size=1, max_size=50, unique=True))
def test_every_entry_is_found_and_nothing_else(bodies: list[bytes]) -> None:
    listed = bodies[: len(bodies) // 2]
    lines = [hashlib.sha256(body).hexdigest() for body in listed]
    found = parse_hash_list(lines, "list")
    for number, body in enumerate(bodies, start=1):
        assert found.find_bytes(body) == (number if body in listed else None)


def test_digests_that_begin_alike_are_told_apart() -> None:
    shared = "00" * 8
    body = hashlib.md5(b"x").hexdigest()
    lines = [f"sha256:{shared}{n:048x}" for n in range(5)]
    found = parse_hash_list([*lines, body], "list").digests["sha256"]
    assert [found.find(bytes.fromhex(line[7:])) for line in lines] == [1, 2, 3, 4, 5]
    assert found.find(bytes.fromhex(f"{shared}{9:048x}")) is None


@pytest.mark.parametrize(
    ("distance", "words", "is_found"),
    [(4, "", True), (5, "", False), (5, " 5", True), (1, ",0", False), (0, " 0", True)],
)
def test_a_phash_is_found_within_its_distance_inclusive(
    distance: int, words: str, is_found: bool
) -> None:
    found = parse_hash_list([f"phash:{PHASH:016x}{words}"], "list")
    assert (found.find_picture(flipped(PHASH, distance), PIXELS) == 1) is is_found


@pytest.mark.parametrize(
    ("distance", "words", "is_found"), [(31, "", True), (32, "", False), (32, " 40", True)]
)
def test_a_pdq_is_found_within_its_distance_inclusive(
    distance: int, words: str, is_found: bool
) -> None:
    value = flipped(pdq(PIXELS).hash, distance)
    found = parse_hash_list([f"pdq:{value:064x}{words}"], "list")
    assert (found.find_picture(PHASH, PIXELS) == 1) is is_found


def test_a_pdq_of_a_picture_that_tells_nothing_is_no_match() -> None:
    flat = np.full((64, 64, 3), 200, np.uint8)
    found = parse_hash_list([f"pdq:{pdq(flat).hash:064x}"], "list")
    assert found.find_picture(PHASH, flat) is None


def test_the_phash_of_all_flat_pictures_is_no_match() -> None:
    found = parse_hash_list([f"phash:{1:016x} 1"], "list")
    assert found.find_picture(0, PIXELS) is None


def test_an_empty_list_finds_nothing() -> None:
    found = parse_hash_list([], "list")
    assert isinstance(found, HashList)
    assert found.find_bytes(b"x") is None
    assert found.find_picture(PHASH, PIXELS) is None


@pytest.mark.parametrize(
    "line",
    [
        "hello",
        "abc",
        "sha256:abcd",
        "md5:" + "0" * 64,
        "pdq:" + "0" * 63,
        "sha512:" + "0" * 128,
        "0" * 64 + " 3",
        "phash:" + "0" * 16,
        "phash:8" + "0" * 15,
    ],
)
def test_a_line_that_is_no_hash_is_named(line: str) -> None:
    with pytest.raises(UserError, match=r"^list:2: "):
        parse_hash_list(["# fine", line], "list")
