import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.download.earlier import Earlier, copy_image, earlier_of, mark_images
from pipeline.download.options import DownloadOptions
from pipeline.download.pool import write_pool_shard
from pipeline.web.validators import Validators
from schemas.records import PoolRow
from tests.samples import make_pair

IMAGE = b"the stored image"
STORED = make_pair(
    1,
    image_bytes=len(IMAGE),
    image_sha256=hashlib.sha256(IMAGE).hexdigest(),
    etag='"1"',
    damaged=False,
)
FAILED = make_pair(1, status="failed_to_download", outcome="dns", sha256=None, phash=None)


@pytest.mark.parametrize(
    ("row", "may_copy", "expected"),
    [
        (STORED, True, Earlier(sha256=f"{1:064x}", phash=STORED.phash, stored=STORED)),
        (STORED, False, Earlier(sha256=f"{1:064x}", phash=STORED.phash)),
        (make_pair(1), True, Earlier(sha256=f"{1:064x}", phash=STORED.phash)),
        (FAILED, True, None),
        (replace(FAILED, earlier_sha256="a", earlier_phash=5), True, Earlier(sha256="a", phash=5)),
        (
            replace(FAILED, sha256="new", phash=9, earlier_sha256="a", earlier_phash=5),
            True,
            Earlier(sha256="a", phash=5),
        ),
    ],
)
def test_what_was_last_accepted_is_known(
    row: PoolRow, may_copy: bool, expected: Earlier | None
) -> None:
    assert earlier_of(row, may_copy=may_copy) == expected


def test_conditions_need_a_copy_a_place_and_a_validator() -> None:
    known = Earlier(sha256="a", phash=1, stored=STORED)
    conditions = known.conditions()
    assert conditions
    assert (conditions.url, conditions.validators) == (STORED.final_url, Validators('"1"', None))
    for stored in (None, replace(STORED, etag=None), replace(STORED, final_url=None)):
        assert replace(known, stored=stored).conditions() is None


def test_a_picture_that_must_have_a_hash_is_copied_only_if_it_is_known_to_have_it() -> None:
    known = Earlier(sha256="a", phash=1, stored=STORED)
    assert known.conditions(("sha256", STORED.sha256))
    for verify in (("sha256", "0" * 64), ("md5", "0" * 32), ("sha256", None)):
        assert known.conditions(verify) is None


def test_an_image_is_copied_with_its_row(tmp_path: Path) -> None:
    write_pool_shard(str(tmp_path), 0, [(STORED, IMAGE)], "mark")
    image = copy_image(str(tmp_path), STORED)
    assert image
    assert image.data == IMAGE
    kept = ("width", "height", "sha256", "phash", "exif", "extension", "image_sha256")
    assert all(getattr(image, name) == getattr(STORED, name) for name in kept)


@pytest.mark.parametrize(
    "changes", [{"image_bytes": 5}, {"extension": "png"}, {"image_sha256": "0" * 64}, {"shard": 9}]
)
def test_an_image_that_is_not_what_its_row_says_is_not_copied(
    tmp_path: Path, changes: dict[str, object]
) -> None:
    write_pool_shard(str(tmp_path), 0, [(STORED, IMAGE)], "mark")
    assert copy_image(str(tmp_path), replace(STORED, **changes)) is None


def test_what_decides_an_image_changes_its_mark_and_nothing_else_does(tmp_path: Path) -> None:
    (tmp_path / "list").write_text("0" * 64)
    options = DownloadOptions()
    same = [options, replace(options, deadline_s=1.0, previous="x", max_total_urls=7)]
    others = [
        replace(options, image_size=1),
        replace(options, strict="reject"),
        replace(options, reject_hashes=str(tmp_path / "list")),
    ]
    assert len({mark_images(option) for option in same}) == 1
    assert len({mark_images(option) for option in [options, *others]}) == 4
