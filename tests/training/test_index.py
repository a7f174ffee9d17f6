import io
import os
import tarfile

import pytest

from pipeline.shards.manifest import MANIFEST, describe_file, entry_to_json, write_manifest
from schemas.errors import RunError, UserError
from tests.training.conftest import make_sample
from training import index
from training.index import index_shard, read_image, read_index


def shard_of(dataset):
    return f"{dataset}/shards/00000.tar"


def write_tar(path, members):
    with tarfile.open(path, "w", format=tarfile.USTAR_FORMAT) as tar:
        for name, data in members:
            header = tarfile.TarInfo(name)
            header.size = len(data)
            tar.addfile(header, io.BytesIO(data))


def test_the_index_finds_every_image_and_caption(dataset):
    samples = read_index(dataset).samples
    expected = [make_sample(number) for number in range(48)]
    assert [sample.uid for sample in samples] == [uid for uid, _ in expected]
    for sample, (_, members) in zip(samples, expected, strict=True):
        extension = next(iter(members))
        assert read_image(sample) == members[extension]
        assert sample.caption.encode() == members["txt"]


def test_a_dataset_on_a_remote_store_reads_alike(dataset):
    import fsspec

    memory = fsspec.filesystem("memory")
    memory.put(dataset, "/index-test", recursive=True)
    ours, theirs = read_index("memory://index-test").samples, read_index(dataset).samples
    assert [read_image(sample) for sample in ours] == [read_image(sample) for sample in theirs]


def test_a_folder_without_a_manifest_is_no_dataset(tmp_path):
    with pytest.raises(UserError, match=r"manifest\.json"):
        read_index(str(tmp_path))


def test_an_empty_dataset_has_nothing_to_train_on(make_dataset):
    with pytest.raises(UserError, match="0 samples"):
        read_index(make_dataset([]))


def test_a_missing_shard_is_named(make_dataset):
    dataset = make_dataset([make_sample(0), make_sample(1)])
    os.unlink(shard_of(dataset))
    with pytest.raises(UserError, match=r"00000\.tar: the shard is missing"):
        read_index(dataset)


def test_a_shard_of_another_size_is_named(make_dataset):
    dataset = make_dataset([make_sample(0), make_sample(1)])
    with open(shard_of(dataset), "ab") as stream:
        stream.write(b"\0" * 512)
    with pytest.raises(UserError, match=r"00000\.tar: \d+ bytes, the manifest says"):
        read_index(dataset)


def flip_byte(path, place):
    with open(path, "r+b") as stream:
        stream.seek(place)
        byte = stream.read(1)[0]
        stream.seek(place)
        stream.write(bytes([byte ^ 1]))


def test_one_altered_byte_of_a_shard_is_found(make_dataset):
    dataset = make_dataset([make_sample(0), make_sample(1)])
    flip_byte(shard_of(dataset), 700)
    with pytest.raises(UserError, match=r"00000\.tar: altered"):
        read_index(dataset)


def test_above_the_limit_only_sizes_are_checked(make_dataset, monkeypatch):
    dataset = make_dataset([make_sample(0), make_sample(1)])
    flip_byte(shard_of(dataset), 700)
    monkeypatch.setattr(index, "MAX_HASHED_BYTES", 0)
    assert len(read_index(dataset).samples) == 2


def test_an_altered_manifest_is_found(make_dataset):
    dataset = make_dataset([make_sample(0), make_sample(1)])
    with open(f"{dataset}/{MANIFEST}", "a") as stream:
        stream.write(" ")
    with pytest.raises(RunError, match="altered"):
        read_index(dataset)


@pytest.mark.parametrize(
    "path", ["pipe:cat x.tar", "/etc/x.tar", "../x.tar", "a/../../x.tar", "s3://b/x.tar", "x.pkl"]
)
def test_a_shard_outside_the_dataset_or_a_command_is_refused(tmp_path, path):
    entry = {"path": path, "bytes": 1, "sha256": "", "samples": 1}
    write_manifest(str(tmp_path), {"schema_version": 1, "shards": [entry]})
    with pytest.raises(UserError, match="no tar in it"):
        read_index(str(tmp_path))


def test_a_command_as_dataset_is_refused():
    with pytest.raises(UserError, match="never run"):
        read_index("pipe:curl http://example.org")


@pytest.mark.parametrize("name", ["a.pkl", "a.pyd", "a.jpg.pickle", "noextension"])
def test_a_member_that_is_no_sample_file_is_refused(tmp_path, name):
    path = str(tmp_path / "x.tar")
    write_tar(path, [("a.jpg", b"x"), ("a.txt", b"x"), (name, b"x")])
    with pytest.raises(UserError, match="refuses the member"):
        list(index_shard(path))


def test_a_link_is_refused(tmp_path):
    path = str(tmp_path / "x.tar")
    with tarfile.open(path, "w") as tar:
        header = tarfile.TarInfo("a.jpg")
        header.type, header.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(header)
    with pytest.raises(UserError, match="refuses the member"):
        list(index_shard(path))


@pytest.mark.parametrize(
    ("members", "what"),
    [
        ([("a.jpg", b"x")], r"lacks its \.txt|lacks its image"),
        ([("a.txt", b"x")], "lacks its image"),
        ([("a.jpg", b"x"), ("a.txt", b"\xff")], "not UTF-8"),
    ],
)
def test_a_sample_that_is_not_whole_is_named(tmp_path, members, what):
    path = str(tmp_path / "x.tar")
    write_tar(path, members)
    with pytest.raises(UserError, match=what):
        list(index_shard(path))


def test_a_file_that_is_no_tar_is_named(tmp_path):
    path = tmp_path / "x.tar"
    path.write_bytes(b"no tar" * 500)
    with pytest.raises(UserError, match="not a whole tar"):
        list(index_shard(str(path)))


def test_a_wrong_number_of_samples_is_found(make_dataset):
    dataset = make_dataset([make_sample(0), make_sample(1)])
    entry = entry_to_json(describe_file(dataset, "shards/00000.tar", samples=3))
    write_manifest(dataset, {"schema_version": 1, "shards": [entry]})
    with pytest.raises(UserError, match="2 samples, the manifest says 3"):
        read_index(dataset)


def test_a_shard_that_is_cut_while_read_stops_the_run(make_dataset):
    dataset = make_dataset([make_sample(0)])
    sample = read_index(dataset).samples[0]
    os.truncate(shard_of(dataset), sample.offset + 3)
    with pytest.raises(RunError, match="cut"):
        read_image(sample)
