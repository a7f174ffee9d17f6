import gzip
import io

import pytest
import zstandard

from pipeline.crawl.lists.decompress import DAMAGE, open_decompressed

DATA = b"".join(b"line %d %d\n" % (n, n * 7919) for n in range(50_000))
PACKED = {"x.csv.gz": gzip.compress(DATA), "x.CSV.ZST": zstandard.compress(DATA), "x.csv": DATA}


@pytest.mark.parametrize("name", PACKED)
def test_content_and_inner_name(name: str) -> None:
    content, inner = open_decompressed(io.BytesIO(PACKED[name]), name)
    assert (content.read(), inner) == (DATA, "x.csv")


@pytest.mark.parametrize("name", ["x.csv.gz", "x.CSV.ZST"])
def test_many_members_are_one_content(name: str) -> None:
    content, _ = open_decompressed(io.BytesIO(PACKED[name] * 2), name)
    assert content.read() == DATA * 2


@pytest.mark.parametrize("name", ["x.csv.gz", "x.CSV.ZST"])
def test_a_cut_file_gives_what_it_has_and_then_says_so(name: str) -> None:
    packed = PACKED[name]
    content, _ = open_decompressed(io.BytesIO(packed[: len(packed) // 2]), name)
    lines = []
    with pytest.raises(DAMAGE):
        lines.extend(content)
    assert DATA.startswith(b"".join(lines))


def test_a_disk_that_fails_is_no_damage() -> None:
    class Disk(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            raise OSError(5, "Input/output error")

    content, _ = open_decompressed(Disk(), "x.csv.zst")
    with pytest.raises(OSError, match="Input/output"):
        content.read()
