import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.errors import RecordRejected
from schemas.outcomes import Reject
from schemas.uid import (
    MAX_URL_CHARS,
    bucket_range,
    clean_text,
    is_misnamed,
    make_uid,
    name_picture,
    resolve_url,
    uid_bucket,
)


@pytest.mark.parametrize(
    ("url", "base", "expected"),
    [
        ("HTTP://Example.COM:80/a/../b#part", None, "http://example.com/b"),
        ("img/x.jpg", "https://e.org/dir/page.html", "https://e.org/dir/img/x.jpg"),
        ("//cdn.e.org/x.jpg", "https://e.org/", "https://cdn.e.org/x.jpg"),
        ("http://bücher.example/ä.jpg", None, "http://xn--bcher-kva.example/%C3%A4.jpg"),
        ("http://2130706433/x", None, "http://127.0.0.1/x"),
        (" \nhttp://e.org/a\tb ", None, "http://e.org/ab"),
    ],
)
def test_urls_are_made_absolute_as_whatwg_says(url: str, base: str | None, expected: str) -> None:
    assert resolve_url(url, base) == expected


@pytest.mark.parametrize(
    ("url", "outcome"),
    [
        ("x.jpg", Reject.URL),
        ("", Reject.URL),
        ("http://", Reject.URL),
        ("http://user:secret@e.org/x", Reject.URL),
        ("http://e.org/" + "a" * MAX_URL_CHARS, Reject.URL),
        ("ftp://e.org/x.jpg", Reject.SCHEME),
        ("file:///etc/hostname", Reject.SCHEME),
        ("data:image/png;base64,AAAA", Reject.SCHEME),
    ],
)
def test_what_must_not_be_sent_is_rejected(url: str, outcome: Reject) -> None:
    with pytest.raises(RecordRejected) as caught:
        resolve_url(url)
    assert caught.value.outcome == outcome


@given(st.text())
def test_resolving_any_text_gives_a_fixed_point_or_a_rejection(text: str) -> None:
    try:
        url = resolve_url(text)
    except RecordRejected:
        return
    assert resolve_url(url) == url


@given(st.text())
def test_clean_text_is_utf8_without_runs_of_white_space(text: str) -> None:
    cleaned = clean_text(text)
    assert cleaned == clean_text(cleaned)
    assert cleaned.encode().decode() == cleaned
    assert cleaned == cleaned.strip()


def test_lone_surrogates_and_nul_do_not_reach_parquet() -> None:
    assert clean_text("a\ud800b\0c") == "ab c"


def test_uid_is_the_first_128_bits_of_sha256_of_url_zero_text() -> None:
    expected = hashlib.sha256(b"http://e.org/x.jpg\0a cat").hexdigest()[:32]
    assert make_uid("http://e.org/x.jpg", "a cat") == expected


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16), st.integers(1, 99))
def test_buckets_keep_the_order_of_uids(one: bytes, other: bytes, num: int) -> None:
    low, high = sorted((one.hex(), other.hex()))
    assert 0 <= uid_bucket(low, num) <= uid_bucket(high, num) < num


def test_a_picture_without_url_is_named_by_its_hash_as_rfc_6920_says() -> None:
    sha256 = hashlib.sha256(b"Hello World!").hexdigest()
    name = name_picture(sha256)
    assert name == "ni:///sha-256;f4OxZX_x_FO5LcGBSKHWXfwtSx-j1ncoSt3SABJtkGk"  # its section 8.1
    assert not is_misnamed(name, sha256)
    assert is_misnamed(name, hashlib.sha256(b"another").hexdigest())
    assert not is_misnamed("http://e.org/", sha256)


def test_no_page_and_no_list_can_bring_in_such_a_name() -> None:
    name = name_picture(hashlib.sha256(b"x").hexdigest())
    for base in (None, "http://e.org/"):
        with pytest.raises(RecordRejected) as rejected:
            resolve_url(name, base)
        assert rejected.value.outcome == Reject.SCHEME


@pytest.mark.parametrize(
    "tracked",
    [
        "http://e.org/x.jpg?w=1&utm_source=a&h=2",
        "http://e.org/x.jpg?utm_medium=a&w=1&UTM_Campaign=b&h=2&gclid=c&fbclid=d",
        "http://e.org/x.jpg?w=1&h=2&mc_cid=1&mc_eid=2&msclkid=3&igshid=4&_ga=5&utm_x",
    ],
)
def test_parameters_that_only_track_do_not_change_the_id(tracked: str) -> None:
    assert make_uid(tracked, "a cat") == make_uid("http://e.org/x.jpg?w=1&h=2", "a cat")


def test_a_query_of_nothing_else_is_none() -> None:
    assert make_uid("http://e.org/?utm_source=a", "t") == make_uid("http://e.org/", "t")


@pytest.mark.parametrize(
    "other",
    [
        "http://e.org/x.jpg?h=2&w=1",
        "http://e.org/x.jpg?w=1&h=3",
        "http://e.org/x.jpg?w=1&h=2&",
        "http://e.org/x.jpg?w=1&h=2&ref=a",
        "http://e.org/x.jpg?w=1&h=2&source=utm_source",
        "http://e.org/x.jpg?w=1&h=2&xutm_source=a",
        "http://e.org/x.jpg?W=1&h=2",
        "http://e.org/x.jpg",
        "http://e.org/X.jpg?w=1&h=2",
        "https://e.org/x.jpg?w=1&h=2",
        "http://e.org:81/x.jpg?w=1&h=2",
    ],
)
def test_everything_else_changes_the_id(other: str) -> None:
    assert make_uid(other, "a cat") != make_uid("http://e.org/x.jpg?w=1&h=2", "a cat")


@given(st.text(st.sampled_from("utm_gclid=&?x#"), max_size=30))
def test_tracking_parameters_added_to_any_query_change_nothing(query: str) -> None:
    url = resolve_url(f"http://e.org/?a=1&{query}")
    assert make_uid(f"{url}&utm_source=x&fbclid=y", "t") == make_uid(url, "t")


@given(uid=st.from_regex(r"\A[0-9a-f]{32}\Z"), num_buckets=st.integers(1, 2**20), data=st.data())
def test_the_range_of_a_bucket_holds_its_uids_and_no_other(
    uid: str, num_buckets: int, data: st.DataObject
) -> None:
    other = data.draw(st.integers(0, num_buckets - 1))
    for bucket in {uid_bucket(uid, num_buckets), other}:
        low, high = bucket_range(bucket, num_buckets)
        assert (low <= uid < high) == (bucket == uid_bucket(uid, num_buckets))
