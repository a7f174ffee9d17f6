import gzip
import random
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.crawl import split_archive as split_module
from pipeline.crawl.split_archive import split_archive
from pipeline.crawl.warc import Item, read_archive
from schemas.records import LedgerRow
from tests.pipeline.crawl.archives import ARC_FILE, JPEG, arc_record, http, pack, record

SUFFIX = {"plain": "warc", "gz": "warc.gz", "zst": "warc.zst", "zst-dictionary": "warc.zst"}


def read(path: Path, part_bytes: int) -> list[Item]:
    """Reads all parts, each by itself, as workers of an engine do."""
    return [
        item
        for start, end in split_archive(str(path), part_bytes)
        for item in read_archive(str(path), "webimagetext", start=start, end=end)
    ]


def some_records(number: int, size: int = 300) -> list[bytes]:
    # Noise does not compress: what a member takes in the file is what the test thinks it is.
    noise = random.Random(number)
    bodies = [noise.randbytes(noise.randrange(1, size)).hex().encode() for _ in range(number)]
    return [record(f"http://h/{n}", http(b"<p>" + body)) for n, body in enumerate(bodies)]


def nested(packing: str, number: int) -> bytes:
    """Returns a record that holds an archive, with pages that nobody must find."""
    inside, _ = pack(some_records(number), packing)
    return record("http://h/file", http(inside, "application/warc"))


def test_small_file_is_one_part(tmp_path: Path) -> None:
    path = tmp_path / "a.warc"
    path.write_bytes(b"".join(some_records(3)))

    assert list(split_archive(str(path))) == [(0, -1)]


@pytest.mark.parametrize("packing", SUFFIX)
def test_parts_are_the_file_and_begin_at_records(tmp_path: Path, packing: str) -> None:
    data, offsets = pack(some_records(3000), packing)
    path = tmp_path / f"a.{SUFFIX[packing]}"
    path.write_bytes(data)
    parts = list(split_archive(str(path), 100_000))

    assert len(parts) > 5
    assert [end for _, end in parts[:-1]] == [start for start, _ in parts[1:]]
    assert (parts[0][0], parts[-1][1]) == (0, -1)
    assert {start for start, _ in parts[1:]} <= {*offsets}


@pytest.mark.parametrize("packing", ["plain", "gz", "zst"])
def test_archive_within_a_record_is_never_taken_for_records(tmp_path: Path, packing: str) -> None:
    records = [nested(packing, 1500) if n % 5 == 2 else r for n, r in enumerate(some_records(40))]
    data, offsets = pack(records, packing)
    path = tmp_path / f"a.{SUFFIX[packing]}"
    path.write_bytes(data)
    starts = {start for start, _ in split_archive(str(path), 20_000)}

    assert len(starts) > 2
    assert starts <= {0, *offsets}
    assert read(path, 20_000) == list(read_archive(str(path), "webimagetext"))


@pytest.mark.parametrize("packing", [*SUFFIX, "arc", "arc-gz"])
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_any_cut_of_any_damaged_archive_yields_what_the_uncut_one_does(
    tmp_path_factory: pytest.TempPathFactory, packing: str, data: st.DataObject
) -> None:
    """Cases 59, 60 and 62, read by several workers."""
    records = [
        *some_records(4),
        record("http://h/a.jpg", http(JPEG, "image/jpeg")),
        nested(packing if packing in SUFFIX else "gz", 5),
        *some_records(5),
    ]
    if packing.startswith("arc"):
        pages = [arc_record(f"http://h/{n}", http(b"<p>%d" % n * 90)) for n in range(9)]
        records = [ARC_FILE, *pages]
    whole = bytearray(pack(records, packing.removeprefix("arc-"))[0])
    for _ in range(data.draw(st.integers(0, 3))):
        whole[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
    if data.draw(st.booleans()):
        del whole[data.draw(st.integers(len(whole) // 2, len(whole))) :]
    path = tmp_path_factory.mktemp("split") / "a.warc"
    path.write_bytes(whole)
    uncut = list(read_archive(str(path), "webimagetext"))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(split_module, "_CHAIN_BYTES", data.draw(st.sampled_from([1, 400, 2**17])))
        assert read(path, data.draw(st.integers(1, len(whole)))) == uncut


def test_file_that_cannot_be_cut_is_one_part(tmp_path: Path) -> None:
    records = b"".join(some_records(100))
    contents = {"whole.warc.gz": gzip.compress(records), "page.warc": b"<html>" * 1000}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
        assert list(split_archive(str(tmp_path / name), 1000)) == [(0, -1)]
    assert list(split_archive(str(tmp_path / "none.warc"), 1000)) == [(0, -1)]


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_wacz_is_cut_between_its_archives_and_within_them(tmp_path: Path, method: int) -> None:
    path = tmp_path / "a.wacz"
    with zipfile.ZipFile(path, "w", method) as packed:
        for name in ("a", "b", "c"):
            packed.writestr(f"archive/{name}.warc.gz", pack(some_records(400), "gz")[0])
    parts = list(split_archive(str(path), 30_000))
    uncut = list(read_archive(str(path), "webimagetext"))

    assert len(parts) > 4 if method == zipfile.ZIP_STORED else len(parts) == 3
    assert read(path, 30_000) == uncut
    assert sum(not isinstance(item, LedgerRow) for item in uncut) == 1200
