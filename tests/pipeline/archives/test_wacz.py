import io
import zipfile

import pytest

from pipeline.archives.wacz import list_members, open_member
from schemas.errors import RecordFailed
from schemas.outcomes import Failure
from tests.pipeline.crawl.archives import window

FILES = {
    "datapackage.json": b"{}",
    "archive/b.warc.gz": b"second",
    "archive/a.WARC": b"first",
    "indexes/index.cdx.gz": b"index",
    "pages/pages.jsonl": b"{}",
}


def pack(files: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as packed:
        for name, data in files.items():
            packed.writestr(name, data)
    return stream.getvalue()


def contents(data: bytes) -> list[bytes]:
    stream = window(data)
    found = []
    for member in list_members(stream):
        with open_member(stream, member) as part:
            part.seek(part.start)
            found.append(part.read())
    return found


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_archives_are_found_in_their_order_and_nothing_else(method: int) -> None:
    assert contents(pack(FILES, method)) == [b"second", b"first"]


def test_stored_member_is_a_part_of_the_file() -> None:
    data = pack(FILES)

    assert [data[m.start : m.end] for m in list_members(window(data))] == [b"second", b"first"]


def test_multi_wacz_gives_the_archives_of_its_files_by_their_place_in_the_outer_one() -> None:
    inner = pack({"archive/x.warc.gz": b"deep"})
    data = pack({"site.wacz": inner, "archive/y.warc": b"flat"})

    assert [data[m.start : m.end] for m in list_members(window(data))] == [b"deep", b"flat"]


@pytest.mark.parametrize(
    "data",
    [
        pack(FILES)[:-30],
        pack(FILES)[:50],
        pack({"site.wacz": pack(FILES)}, zipfile.ZIP_DEFLATED),
        pack({"site.wacz": b"no zip"}),
        pack(FILES).replace(b"PK\x03\x04", b"PK\x03\x05"),
    ],
)
def test_broken_zip_is_a_format_failure(data: bytes) -> None:
    with pytest.raises(RecordFailed) as failed:
        contents(data)
    assert failed.value.outcome == Failure.FILE_FORMAT


def test_broken_compressed_member_is_a_format_failure() -> None:
    data = bytearray(pack({"archive/a.warc": b"x" * 10_000}, zipfile.ZIP_DEFLATED))
    data[50] ^= 0xFF

    with pytest.raises(RecordFailed) as failed:
        contents(bytes(data))
    assert failed.value.outcome == Failure.FILE_FORMAT
