from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.download.options import DownloadOptions
from pipeline.download.pool import count_changes
from pipeline.download.retry import retry_shard
from pipeline.download.rounds import Earlier, Round, find_change
from pipeline.shards.tar import read_samples
from schemas.records import PoolRow
from tests.pipeline.download.versioned_site import (
    MODIFIED,
    Version,
    VersionedSite,
    download_round,
    serve_versions,
)
from tests.samples import make_image, make_pair

TAGGED, DATED, WEAK, BARE = "/tagged.jpg", "/dated.jpg", "/weak.jpg", "/bare.jpg"
CHANGED, REMOVED, NEW, SLOW = "/changed.jpg", "/removed.jpg", "/new.jpg", "/busy.jpg"
PATHS = [TAGGED, DATED, WEAK, BARE, CHANGED, REMOVED, NEW, SLOW]
STRICT = DownloadOptions(image_size=64, deadline_s=5, retries=0, on_change="mismatch")


@pytest.fixture
def site() -> Iterator[VersionedSite]:
    pages = {
        TAGGED: Version(make_image(1), etag='"1"'),
        DATED: Version(make_image(2), modified=MODIFIED),
        WEAK: Version(make_image(3), etag='W/"3"'),
        BARE: Version(make_image(4)),
        CHANGED: Version(make_image(5), etag='"5"'),
        REMOVED: Version(make_image(6), etag='"6"'),
        SLOW: Version(make_image(7), etag='"7"'),
    }
    with serve_versions(pages) as running:
        yield running


def images(pool: Path) -> dict[str, bytes]:
    """Returns the stored images by key."""
    with (pool / "00000.tar").open("rb") as stream:
        return {key: members["jpg"] for key, members in read_samples(stream, "tar")}


def change_some(site: VersionedSite) -> None:
    site.pages[CHANGED] = Version(make_image(50), etag='"50"')
    site.pages[NEW] = Version(make_image(8), etag='"8"')
    site.pages[REMOVED] = Version(status=410)
    site.pages[SLOW] = Version(status=503)


def without_round(row: PoolRow) -> PoolRow:
    """Returns a row without what differs between two rounds over the same picture."""
    return replace(row, http_status=200, fetched_at=None, change=None)


def test_a_second_round_fetches_what_changed_and_copies_the_rest(
    site: VersionedSite, tmp_path: Path
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    first = download_round(site, PATHS, one)
    assert {row.change for row in first.values()} == {None}
    assert (first[TAGGED].etag, first[DATED].last_modified) == ('"1"', MODIFIED)
    change_some(site)
    site.statuses()
    second = download_round(site, PATHS, two, previous=one)
    assert site.statuses() == {
        TAGGED: 304,
        DATED: 304,
        WEAK: 304,
        BARE: 200,
        CHANGED: 200,
        NEW: 200,
        REMOVED: 410,
        SLOW: 503,
    }
    assert {path: row.change for path, row in second.items()} == {
        TAGGED: "same",
        DATED: "same",
        WEAK: "same",
        BARE: "same",
        CHANGED: "changed",
        NEW: "new",
        REMOVED: "gone",
        SLOW: None,
    }
    for path in (TAGGED, DATED, WEAK, BARE):
        assert without_round(second[path]) == without_round(first[path])
        uid = second[path].uid
        assert images(two)[uid] == images(one)[uid]
    assert [second[path].http_status for path in (TAGGED, BARE)] == [304, 200]
    assert second[CHANGED].earlier_sha256 == first[CHANGED].sha256 != second[CHANGED].sha256
    assert second[SLOW].earlier_sha256 == first[SLOW].sha256
    assert count_changes(str(two)) == {"new": 1, "same": 4, "changed": 1, "gone": 1, "unknown": 1}
    assert count_changes(str(one)) == {}


def test_a_round_can_follow_a_round(site: VersionedSite, tmp_path: Path) -> None:
    download_round(site, [TAGGED, DATED], tmp_path / "1")
    download_round(site, [TAGGED, DATED], tmp_path / "2", previous=tmp_path / "1")
    site.statuses()
    third = download_round(site, [TAGGED, DATED], tmp_path / "3", previous=tmp_path / "2")
    assert site.statuses() == {TAGGED: 304, DATED: 304}
    assert {row.change for row in third.values()} == {"same"}
    assert images(tmp_path / "3") == images(tmp_path / "1")


@pytest.mark.parametrize("path", [TAGGED, DATED])
def test_a_new_opt_out_of_a_304_wins_over_the_copy(
    site: VersionedSite, tmp_path: Path, path: str
) -> None:
    download_round(site, [path], tmp_path / "1")
    site.pages[path] = replace(site.pages[path], headers={"X-Robots-Tag": "noai"})
    site.statuses()
    row = download_round(site, [path], tmp_path / "2", previous=tmp_path / "1")[path]
    assert site.statuses() == {path: 304}
    assert (row.outcome, row.detail, row.change) == ("opt_out", "header:noai", None)
    assert images(tmp_path / "2") == {}


def test_a_new_robots_txt_wins_over_the_copy(site: VersionedSite, tmp_path: Path) -> None:
    download_round(site, [TAGGED], tmp_path / "1")
    site.pages["/robots.txt"] = Version(b"User-agent: *\nDisallow: /\n")
    site.statuses()
    row = download_round(site, [TAGGED], tmp_path / "2", previous=tmp_path / "1")[TAGGED]
    assert site.statuses() == {}
    assert row.outcome == "robots"


def test_what_an_earlier_header_said_holds_until_the_picture_comes_whole(
    site: VersionedSite, tmp_path: Path
) -> None:
    """A 304 leaves out what has not changed, and the policy may have become stricter."""
    page = site.pages[TAGGED]
    site.pages[TAGGED] = replace(page, headers={"X-Robots-Tag": "noimageindex"})
    first = download_round(site, [TAGGED], tmp_path / "1")[TAGGED]
    assert (first.outcome, first.opt_out) == ("ok", ("header:noimageindex",))
    site.pages[TAGGED] = page
    strict = site.web(obey=("noimageindex",))
    second = download_round(site, [TAGGED], tmp_path / "2", previous=tmp_path / "1", web=strict)
    assert second[TAGGED].outcome == "opt_out"
    site.pages[TAGGED] = replace(page, etag='"new"')
    third = download_round(site, [TAGGED], tmp_path / "3", previous=tmp_path / "1", web=strict)
    assert third[TAGGED].outcome == "ok"


def test_other_image_options_copy_nothing(site: VersionedSite, tmp_path: Path) -> None:
    download_round(site, [TAGGED], tmp_path / "1")
    site.statuses()
    options = DownloadOptions(image_size=32, retries=0)
    row = download_round(site, [TAGGED], tmp_path / "2", previous=tmp_path / "1", options=options)[
        TAGGED
    ]
    assert site.statuses() == {TAGGED: 200}
    assert (row.change, row.width) == ("same", 38)


@pytest.mark.parametrize("damage", ["flip", "cut", "missing"])
def test_a_damaged_earlier_image_is_fetched_again(
    site: VersionedSite, tmp_path: Path, damage: str
) -> None:
    first = download_round(site, [TAGGED], tmp_path / "1")[TAGGED]
    tar = tmp_path / "1/00000.tar"
    data = bytearray(tar.read_bytes())
    data[700] ^= 1
    if damage == "missing":
        tar.unlink()
    else:
        tar.write_bytes(data if damage == "flip" else data[:600])
    site.statuses()
    second = download_round(site, [TAGGED], tmp_path / "2", previous=tmp_path / "1")[TAGGED]
    assert [status for path, status in site.log if path == TAGGED] == [304, 200]
    assert (second.change, second.image_sha256) == ("same", first.image_sha256)
    assert images(tmp_path / "2")


def test_validators_go_to_the_url_that_gave_them_and_to_no_other(
    site: VersionedSite, tmp_path: Path
) -> None:
    """The tag of another picture may be the same text."""
    site.pages["/moved.jpg"] = Version(status=302, headers={"Location": TAGGED})
    download_round(site, ["/moved.jpg"], tmp_path / "1")
    row = download_round(site, ["/moved.jpg"], tmp_path / "2", previous=tmp_path / "1")
    assert (row["/moved.jpg"].change, row["/moved.jpg"].http_status) == ("same", 304)
    assert site.conditions["/moved.jpg"] == {}
    site.pages["/other.jpg"] = Version(make_image(60), etag='"1"')
    site.pages["/moved.jpg"] = Version(status=302, headers={"Location": "/other.jpg"})
    row = download_round(site, ["/moved.jpg"], tmp_path / "3", previous=tmp_path / "1")
    assert site.conditions["/other.jpg"] == {}
    assert row["/moved.jpg"].change == "changed"


def test_a_304_that_nobody_asked_for_is_no_picture(site: VersionedSite, tmp_path: Path) -> None:
    site.pages[BARE] = Version(always_same=True)
    row = download_round(site, [BARE], tmp_path / "1")[BARE]
    assert row.outcome == "http_304"


def test_other_bytes_can_be_refused_and_stay_refused_in_later_rounds(
    site: VersionedSite, tmp_path: Path
) -> None:
    """Case 68 in time: who takes a domain over must not get in by waiting for a round."""
    first = download_round(site, [CHANGED], tmp_path / "1", options=STRICT)[CHANGED]
    site.pages[CHANGED] = Version(make_image(50), etag='"50"')
    for number in (2, 3):
        row = download_round(
            site,
            [CHANGED],
            tmp_path / str(number),
            previous=tmp_path / str(number - 1),
            options=STRICT,
        )[CHANGED]
        assert row.outcome == "hash_mismatch"
        distance = ((row.phash or 0) ^ (first.phash or 0)).bit_count()
        words = f"another sha256 than in the earlier pool; pHash distance {distance} of 64"
        assert row.detail == words
        assert (row.change, row.earlier_sha256) == ("changed", first.sha256)
        assert images(tmp_path / str(number)) == {}
    # A round that sees nothing forgets nothing.
    site.pages[CHANGED] = Version(status=503)
    download_round(site, [CHANGED], tmp_path / "4", previous=tmp_path / "3", options=STRICT)
    site.pages[CHANGED] = Version(make_image(50))
    row = download_round(site, [CHANGED], tmp_path / "5", previous=tmp_path / "4", options=STRICT)[
        CHANGED
    ]
    assert row.outcome == "hash_mismatch"
    site.pages[CHANGED] = Version(make_image(5))
    row = download_round(site, [CHANGED], tmp_path / "6", previous=tmp_path / "5", options=STRICT)[
        CHANGED
    ]
    assert (row.outcome, row.change, row.earlier_sha256) == ("ok", "same", None)


def test_what_is_no_picture_any_more_is_another_one_too(
    site: VersionedSite, tmp_path: Path
) -> None:
    download_round(site, [CHANGED], tmp_path / "1", options=STRICT)
    site.pages[CHANGED] = Version(b"<html>")
    row = download_round(site, [CHANGED], tmp_path / "2", previous=tmp_path / "1", options=STRICT)[
        CHANGED
    ]
    assert row.detail == "another sha256 than in the earlier pool; not_image"
    assert (row.outcome, row.phash) == ("hash_mismatch", None)


def test_a_retry_within_a_round_still_knows_the_round_before(
    site: VersionedSite, tmp_path: Path
) -> None:
    first = download_round(site, [SLOW, TAGGED], tmp_path / "1", options=STRICT)
    good = site.pages[SLOW]
    site.pages[SLOW] = Version(status=503)
    download_round(site, [SLOW, TAGGED], tmp_path / "2", previous=tmp_path / "1", options=STRICT)
    options = replace(STRICT, previous=str(tmp_path / "1"))

    def retry(outcome: str) -> PoolRow:
        rows = retry_shard(
            0, {outcome}, folder=str(tmp_path / "2"), options=options, web=site.web()
        )
        return next(row for row in rows if row.candidate.url.endswith(SLOW))

    site.pages[SLOW] = Version(make_image(70))
    assert (retry("http_503").outcome, retry("nothing").change) == ("hash_mismatch", "changed")
    site.pages[SLOW] = good
    row = retry("hash_mismatch")
    assert (row.outcome, row.change, row.sha256) == ("ok", "same", first[SLOW].sha256)
    assert count_changes(str(tmp_path / "2")) == {
        "new": 0,
        "same": 2,
        "changed": 0,
        "gone": 0,
        "unknown": 0,
    }
    # The shard's images are still what a next round may copy.
    site.statuses()
    download_round(site, [SLOW, TAGGED], tmp_path / "3", previous=tmp_path / "2", options=STRICT)
    assert site.statuses() == {SLOW: 304, TAGGED: 304}


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ({"sha256": "a"}, "same"),
        ({"sha256": "b"}, "changed"),
        ({"status": "failed_to_download", "outcome": "http_404", "sha256": None}, "gone"),
        ({"status": "failed_to_download", "outcome": "dns", "sha256": None}, None),
        ({"status": "failed_to_download", "outcome": "hash_mismatch", "sha256": "b"}, "changed"),
        ({"status": "failed_to_download", "outcome": "hash_list", "sha256": None}, None),
    ],
)
def test_each_outcome_says_what_became_of_the_picture(
    row: dict[str, str | None], expected: str | None
) -> None:
    assert find_change(make_pair(1, **row), Earlier(sha256="a", phash=1)) == expected
    is_new = row.get("status", "success") == "success"
    assert find_change(make_pair(1, **row), None) == ("new" if is_new else None)


def test_of_a_picture_on_the_hash_list_not_even_the_earlier_hash_is_handed_on() -> None:
    row = make_pair(1, status="failed_to_download", outcome="hash_list", sha256=None, phash=None)
    around = Round(pool="pool", earlier={row.uid: Earlier(sha256="a", phash=1)})
    assert around.compare(row) == row


def test_a_round_is_part_of_what_a_shard_is_made_from() -> None:
    marks = [
        Round().fingerprint(),
        Round(earlier={"u": Earlier(sha256="a", phash=1)}).fingerprint(),
        Round(earlier={"u": Earlier(sha256="a", phash=1, stored=make_pair(1))}).fingerprint(),
        Round(over={"u": "max_host_urls"}).fingerprint(),
        Round(max_bytes=5).fingerprint(),
    ]
    assert len({repr(mark) for mark in marks}) == 5
