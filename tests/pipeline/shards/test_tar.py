import hashlib
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.shards.tar import TarWriter, find_members, read_samples
from schemas.errors import RunError

SAMPLES = st.dictionaries(
    st.text("0123456789abcdef", min_size=1, max_size=32),
    st.dictionaries(st.sampled_from(["jpg", "txt", "json"]), st.binary(max_size=600), min_size=1),
    max_size=5,
)


def write(samples: dict[str, dict[str, bytes]]) -> bytes:
    stream = io.BytesIO()
    writer = TarWriter(stream)
    for key, members in samples.items():
        writer.add_sample(key, members)
    writer.close()
    return stream.getvalue()


@given(SAMPLES)
def test_samples_survive_the_tar(samples: dict[str, dict[str, bytes]]) -> None:
    assert list(read_samples(io.BytesIO(write(samples)), "x.tar")) == list(samples.items())


def test_equal_samples_give_equal_bytes_for_ever() -> None:
    data = write({"00ff": {"jpg": b"picture", "txt": b"caption", "json": b"{}"}})
    # If this changes, every dataset's sha256 changes: a release note, not a refactoring.
    sha256 = hashlib.sha256(data).hexdigest()
    assert sha256 == "e6154ba4cbfcd64868d58d2c0dceb959890aa4110394b448db62d5e13d36401f"


@pytest.mark.parametrize("key", ["a.b", "../a", "A", "a/b", "", "pipe:x", "ab\n"])
def test_keys_that_confuse_readers_are_refused(key: str) -> None:
    with pytest.raises(ValueError, match="key must match"):
        write({key: {"txt": b""}})


@pytest.mark.parametrize("length", [700, 512])
def test_a_tar_that_is_cut_is_an_error_and_never_a_short_dataset(length: int) -> None:
    data = write({"00": {"jpg": b"x" * 400, "txt": b"y"}, "01": {"txt": b"z"}})
    with pytest.raises(RunError, match="not a whole tar"):
        list(read_samples(io.BytesIO(data[:length]), "x.tar"))


def test_members_are_found_where_their_bytes_lie() -> None:
    samples = {"00": {"jpg": b"x" * 700, "txt": b"y"}, "01": {"jpg": b"z"}}
    data = write(samples)
    found = find_members(io.BytesIO(data), "x.tar")
    assert {name: data[at : at + length] for name, (at, length) in found.items()} == {
        "00.jpg": b"x" * 700,
        "00.txt": b"y",
        "01.jpg": b"z",
    }
    with pytest.raises(RunError, match="not a whole tar"):
        find_members(io.BytesIO(data[:700]), "x.tar")
