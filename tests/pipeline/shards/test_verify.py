import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pipeline.shards.commit import commit_dataset
from pipeline.shards.manifest import read_manifest, write_manifest
from pipeline.shards.pack import encode_json, pack_shard
from pipeline.shards.storage import atomic_output
from pipeline.shards.table import read_rows, write_table
from pipeline.shards.tar import TarWriter
from pipeline.shards.verify import listed_files, verify_dataset
from schemas.errors import UserError
from schemas.records import PoolRow
from schemas.tables import LEDGER, sample_json
from schemas.uid import name_picture
from tests.datasets import make_dataset, stages_for, write_ledger
from tests.samples import make_candidate, make_image, make_pair


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("verify")
    make_dataset(folder)
    return folder / "dataset"


def test_a_whole_dataset_has_no_finding(whole: Path) -> None:
    seen: list[str] = []
    assert verify_dataset(str(whole), seen.append) == []
    manifest = read_manifest(str(whole))
    assert set(seen) == {"manifest.json", *(entry["path"] for entry in listed_files(manifest))}


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_one_flipped_bit_in_any_file_is_found_and_the_file_named(
    whole: Path, data: st.DataObject
) -> None:
    files = sorted(path for path in whole.rglob("*") if path.is_file())
    path = data.draw(st.sampled_from(files))
    content = path.read_bytes()
    position = data.draw(st.integers(0, len(content) - 1))
    flipped = bytearray(content)
    flipped[position] ^= 1 << data.draw(st.integers(0, 7))
    path.write_bytes(bytes(flipped))
    try:
        findings = verify_dataset(str(whole))
    finally:
        path.write_bytes(content)
    assert str(path.relative_to(whole)) in {finding.path for finding in findings}


@pytest.mark.parametrize("path", ["shards/00000.tar", "metadata/00001.parquet", "sizes.json"])
def test_a_missing_file_is_named(whole: Path, tmp_path: Path, path: str) -> None:
    copy = Path(shutil.copytree(whole, tmp_path / "copy"))
    (copy / path).unlink()
    assert (path, "missing") in verify_dataset(str(copy))


def recommit(dataset: Path, path: str) -> None:
    """Makes the manifest agree with an altered file, so that only the deeper checks can see it."""
    from pipeline.shards.manifest import describe_file, entry_to_json

    manifest = read_manifest(str(dataset))
    for entry in listed_files(manifest):
        if entry["path"] == path:
            entry.update(entry_to_json(describe_file(str(dataset), path, entry["samples"])))
    write_manifest(str(dataset), manifest)


def test_a_ledger_that_lost_a_row_breaks_the_accounts(whole: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(whole, tmp_path / "copy"))
    write_table(str(copy / "ledger/00000.parquet"), [], LEDGER)
    recommit(copy, "ledger/00000.parquet")
    problem = "select language: 0 rows, manifest.json says 1"
    assert verify_dataset(str(copy)) == [("ledger/", problem)]


def test_a_pair_that_is_in_the_ledger_too_is_named(whole: Path, tmp_path: Path) -> None:
    copy = Path(shutil.copytree(whole, tmp_path / "copy"))
    uid = next(read_rows(str(copy / "metadata/00000.parquet")))["uid"]
    row = {"uid": uid, "url": "", "stage": "select", "outcome": "language", "detail": ""}
    write_table(str(copy / "ledger/00000.parquet"), [row], LEDGER)
    recommit(copy, "ledger/00000.parquet")
    problem = f"{uid} is in the ledger and in the dataset"
    assert verify_dataset(str(copy)) == [("ledger/00000.parquet", problem)]


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("text", "another caption", "its uid does not follow"),
        ("raw_text", "another caption", "its uid does not follow"),
        ("image_bytes", 1, "the table says 1"),
        ("width", 7, "its JSON is not the table's row"),
        ("height", 7, "its image is 96x80"),
    ],
)
def test_a_table_that_does_not_match_its_shard_is_seen(
    whole: Path, tmp_path: Path, column: str, value: object, words: str
) -> None:
    from schemas.tables import METADATA

    copy = Path(shutil.copytree(whole, tmp_path / "copy"))
    table = "metadata/00000.parquet"
    first, *others = read_rows(str(copy / table))
    write_table(str(copy / table), [first | {column: value}, *others], METADATA)
    recommit(copy, table)
    findings = verify_dataset(str(copy))
    assert [finding.path for finding in findings] == ["shards/00000.tar"]
    assert words in findings[0].problem


def test_a_picture_that_is_not_the_one_its_name_says_is_seen(tmp_path: Path) -> None:
    right, wrong = (
        make_pair(n, candidate=make_candidate(n, url=name_picture(f"{n:064x}")), sha256=f"{s:064x}")
        for n, s in ((1, 1), (2, 3))
    )
    assert "its sha256" not in _problem(tmp_path / "right", right)
    assert _problem(tmp_path / "wrong", wrong) == "its sha256 is not the one that its URL names"


def test_a_text_that_lost_personal_data_keeps_the_uid_of_its_birth(tmp_path: Path) -> None:
    born = make_candidate(1, text="mail jane@example.org")
    silent = replace(born, text="mail <email>")
    marked = replace(silent, text_changes=("email",))
    words = "its uid does not follow from its URL and text"
    assert _problem(tmp_path / "silent", make_pair(1, candidate=silent)) == words
    assert _problem(tmp_path / "marked", make_pair(1, candidate=marked)) != words


def test_the_uid_of_a_cleaned_caption_follows_from_what_was_written(tmp_path: Path) -> None:
    written = make_candidate(1, text="Tom &amp; Jerry")
    cleaned = replace(written, text="Tom & Jerry", raw_text=written.text)
    assert "its uid" not in _problem(tmp_path / "right", make_pair(1, candidate=cleaned))
    lost = replace(cleaned, raw_text=None)
    problem = _problem(tmp_path / "lost", make_pair(1, candidate=lost))
    assert problem == "its uid does not follow from its URL and text"


def _problem(folder: Path, pair: PoolRow) -> str:
    """Returns what verify says of a dataset of this pair."""
    row = replace(pair, image_bytes=len(make_image(1)))
    members = {
        "jpg": make_image(1),
        "txt": row.candidate.text.encode(),
        "json": encode_json(sample_json(row)),
    }
    with atomic_output(str(folder / "pool/00000.tar")) as stream:
        tar = TarWriter(stream)
        tar.add_sample(row.uid, members)
        tar.close()
    dataset = str(folder / "dataset")
    files = [
        write_ledger(folder / "dataset"),
        *pack_shard(0, [row], pool=str(folder / "pool"), dataset=dataset),
    ]
    stages, report = stages_for(1), {"benchmarks": {}}
    commit_dataset(dataset, recipe={}, stages=stages, files=files, report=report)
    return " ".join(finding.problem.partition(": ")[2] for finding in verify_dataset(dataset))


def test_a_folder_that_is_no_dataset_is_the_users_mistake(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"holds no manifest\.json"):
        verify_dataset(str(tmp_path))
