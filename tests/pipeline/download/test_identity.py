import hashlib
import json
from dataclasses import replace

import pytest

from pipeline.download.earlier import Earlier
from pipeline.download.identity import AnotherPicture, check_identity, expected_hash
from pipeline.download.options import DownloadOptions
from pipeline.download.process import process_image
from schemas.errors import RecordFailed
from schemas.outcomes import Failure
from schemas.uid import name_picture
from tests.samples import make_candidate, make_image

BODY = make_image(1)
FOUND = process_image(BODY, DownloadOptions())
SHA256 = hashlib.sha256(BODY).hexdigest()
VERIFY = DownloadOptions(verify_hash=("hash", "sha256"))
STRICT = DownloadOptions(on_change="mismatch")


def listed(**columns: object):
    return make_candidate(1, extra=json.dumps(columns))


def detail_of(*arguments: object) -> str:
    with pytest.raises(AnotherPicture) as caught:
        check_identity(*arguments)
    assert caught.value.outcome == Failure.HASH_MISMATCH
    assert caught.value.sha256 == SHA256
    return caught.value.detail


@pytest.mark.parametrize("kind", ["md5", "sha256", "sha512"])
def test_the_bytes_that_the_list_means_pass(kind: str) -> None:
    digest = hashlib.new(kind, BODY).hexdigest().upper()
    options = DownloadOptions(verify_hash=("hash", kind))
    check_identity(BODY, FOUND, listed(hash=f" {digest} "), options)
    assert "another" in detail_of(BODY, FOUND, listed(hash="0" * 8), options)


@pytest.mark.parametrize("spell", [int, lambda value: f"{value:016x}"])
def test_the_lists_phash_tells_how_far_another_picture_is(spell) -> None:
    """Case 68: an image that was encoded anew and one that was put in its place."""
    candidate = listed(hash="0" * 64, phash=spell(FOUND.phash ^ 0b111))
    assert detail_of(BODY, FOUND, candidate, VERIFY) == (
        "another sha256 than the list's; pHash distance 3 of 64"
    )


@pytest.mark.parametrize("phash", [None, "x" * 16, "12", -1, 2**64, 1.5])
def test_a_phash_that_is_none_tells_nothing(phash: object) -> None:
    candidate = listed(hash="0" * 64, phash=phash)
    assert detail_of(BODY, FOUND, candidate, VERIFY) == "another sha256 than the list's"


def test_a_list_without_the_hash_means_no_picture() -> None:
    assert detail_of(BODY, FOUND, listed(other=1), VERIFY) == "the list has no sha256"
    assert expected_hash(listed(hash="ab"), DownloadOptions()) is None
    assert expected_hash(listed(hash=7), VERIFY) is None


def test_other_bytes_than_the_lists_are_told_even_if_they_are_no_picture() -> None:
    broken = RecordFailed(Failure.NOT_IMAGE)
    with pytest.raises(AnotherPicture) as caught:
        check_identity(b"<html>", broken, listed(hash="0" * 64), VERIFY)
    assert caught.value.detail == "another sha256 than the list's; not_image"
    assert caught.value.phash is None
    check_identity(b"<html>", broken, make_candidate(1), DownloadOptions())


def test_a_picture_that_is_named_by_its_hash_must_have_it() -> None:
    check_identity(BODY, FOUND, make_candidate(1, url=name_picture(SHA256)), DownloadOptions())
    other = make_candidate(1, url=name_picture("0" * 64))
    assert detail_of(BODY, FOUND, other, DownloadOptions()) == (
        "the file changed since it was crawled"
    )


def test_other_bytes_than_before_count_only_if_the_policy_says_so() -> None:
    earlier = Earlier(sha256="0" * 64, phash=FOUND.phash ^ 1)
    check_identity(BODY, FOUND, make_candidate(1), DownloadOptions(), earlier)
    assert detail_of(BODY, FOUND, make_candidate(1), STRICT, earlier) == (
        "another sha256 than in the earlier pool; pHash distance 1 of 64"
    )
    check_identity(BODY, FOUND, make_candidate(1), STRICT, replace(earlier, sha256=SHA256))
    check_identity(BODY, FOUND, make_candidate(1), STRICT)
