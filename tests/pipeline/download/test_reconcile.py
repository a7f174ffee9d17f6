import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.download.processed import ProcessedImage
from pipeline.download.reconcile import Reconciled, clean_exif, open_engine_shard
from schemas.errors import RecordError
from tests.pipeline.download.engine_files import EngineFiles, make_files
from tests.samples import make_candidate, make_image

STORED = [make_candidate(n) for n in range(3)]
FAILED = [make_candidate(n) for n in (7, 8)]
ASKED = [*STORED, *FAILED]


def settle(folder: Path, extension: str = "jpg") -> list[Reconciled]:
    with open_engine_shard(str(folder), 0, ASKED) as shard:
        return [shard.settle(candidate, extension, 25_000_000) for candidate in ASKED]


def outcomes(folder: Path) -> list[str]:
    found = [settled.found for settled in settle(folder)]
    return [f.outcome if isinstance(f, RecordError) else "ok" for f in found]


def details(folder: Path) -> set[str]:
    found = [settled.found for settled in settle(folder)]
    return {f.detail for f in found if isinstance(f, RecordError) and f.outcome == "engine_lost"}


def test_a_faultless_shard_is_believed(tmp_path: Path) -> None:
    files = make_files(STORED, FAILED)
    files.write(tmp_path)
    assert outcomes(tmp_path) == ["ok"] * 3 + ["http_404"] * 2
    first = settle(tmp_path)[0]
    assert first.status == "success"
    assert isinstance(first.found, ProcessedImage)
    assert first.found.data == make_image(0)
    assert (first.found.width, first.found.original_width) == (96, 192)
    with open_engine_shard(str(tmp_path), 0, ASKED) as shard:
        assert shard.started_at
        assert shard.started_at.timestamp() == 1_700_000_000.5


def test_what_a_column_of_bytes_leaves_is_lost_and_not_a_success(tmp_path: Path) -> None:
    files = make_files(STORED, FAILED)
    files.rows.clear()
    files.members.clear()  # the statistics still call it three successes, as the real ones do
    files.write(tmp_path)
    assert outcomes(tmp_path) == ["engine_lost"] * 5
    assert details(tmp_path) == {"no row"}


def drop_row(files: EngineFiles) -> None:
    del files.rows[0]


def repeat_row(files: EngineFiles) -> None:
    files.rows[4] = dict(files.rows[0])  # so that the count is right
    files.stats |= {"successes": 4, "failed_to_download": 1}


def change_url(files: EngineFiles) -> None:
    files.rows[0]["url"] = "http://example.com/other.jpg"


def change_status(files: EngineFiles) -> None:
    files.rows[0]["status"] = "fine"


def drop_image(files: EngineFiles) -> None:
    del files.members["000000000.jpg"]


def drop_json(files: EngineFiles) -> None:
    del files.members["000000000.json"]


def change_text(files: EngineFiles) -> None:
    files.members["000000000.txt"] = b"another"


def break_json(files: EngineFiles) -> None:
    files.members["000000000.json"] = b"{"


def change_hash(files: EngineFiles) -> None:
    files.rows[0]["sha256"] = "f" * 64


def break_image(files: EngineFiles) -> None:
    files.members["000000000.jpg"] = make_image(0)[:300]


def shrink_image(files: EngineFiles) -> None:
    files.members["000000000.jpg"] = make_image(0, 48, 40)


ONE_LOST: dict[Callable[[EngineFiles], None], str] = {
    drop_row: "no row",
    change_url: "contradicts what was asked",
    drop_image: "without its files",
    drop_json: "without its files",
    change_text: "another one",
    break_json: "is none",
    change_hash: "contradicts its row",
    break_image: "does not decode",
    shrink_image: "not of the size",
}


@pytest.mark.parametrize("damage", ONE_LOST)
def test_what_does_not_agree_is_lost_and_the_rest_is_kept(
    tmp_path: Path, damage: Callable[[EngineFiles], None]
) -> None:
    files = make_files(STORED, FAILED)
    damage(files)
    files.write(tmp_path)
    assert outcomes(tmp_path) == ["engine_lost", "ok", "ok", "http_404", "http_404"]
    assert ONE_LOST[damage] in details(tmp_path).pop()


def test_two_rows_of_one_candidate_are_as_bad_as_none(tmp_path: Path) -> None:
    files = make_files(STORED, FAILED)
    repeat_row(files)
    files.write(tmp_path)
    assert outcomes(tmp_path) == ["engine_lost", "ok", "ok", "http_404", "engine_lost"]
    assert details(tmp_path) == {"no row", "more than one row"}


@pytest.mark.parametrize(
    ("suffix", "words"),
    [("_stats.json", "not finished"), (".parquet", "table"), (".tar", "tar of its shard")],
)
def test_a_shard_without_one_of_its_files_is_lost_as_a_whole(
    tmp_path: Path, suffix: str, words: str
) -> None:
    make_files(STORED, FAILED).write(tmp_path)
    (tmp_path / f"00000{suffix}").unlink()
    assert outcomes(tmp_path) == ["engine_lost"] * 5
    assert words in details(tmp_path).pop()


@pytest.mark.parametrize("suffix", ["_stats.json", ".parquet", ".tar"])
def test_a_cut_file_is_never_a_success_without_its_image(tmp_path: Path, suffix: str) -> None:
    make_files(STORED, FAILED).write(tmp_path)
    path = tmp_path / f"00000{suffix}"
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 4])
    assert outcomes(tmp_path)[1:3] == ["engine_lost"] * 2


@pytest.mark.parametrize(
    "change",
    [{"count": 4}, {"successes": 2}, {"successes": 4}, {"failed_to_resize": 1}],
    ids=lambda change: next(iter(change)),
)
def test_statistics_that_contradict_the_rows_cost_the_shard(
    tmp_path: Path, change: dict[str, int]
) -> None:
    files = make_files(STORED, FAILED)
    files.stats |= change
    files.write(tmp_path)
    assert outcomes(tmp_path) == ["engine_lost"] * 5


def test_a_status_that_there_is_not_costs_the_shard(tmp_path: Path) -> None:
    files = make_files(STORED, FAILED)
    change_status(files)
    files.write(tmp_path)
    assert outcomes(tmp_path) == ["engine_lost"] * 5


def test_places_and_private_notes_stay_out_of_the_exif() -> None:
    tags = {"Image Make": "Maker", "GPS GPSLatitude": "[48]", "Image GPSInfo": "4"}
    tags |= {"EXIF MakerNote": "x", "EXIF UserComment": "y"}
    assert json.loads(clean_exif(json.dumps(tags))) == {"Image Make": "Maker"}
    assert clean_exif(None) == "{}"
    assert clean_exif(json.dumps({"Image Make": "x" * 20_000})) == "{}"


@given(rows=st.sets(st.integers(0, 4)), members=st.sets(st.integers(0, 8)))
def test_in_is_out_whatever_is_missing(
    rows: set[int], members: set[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    files = make_files(STORED, FAILED)
    files.rows = [row for number, row in enumerate(files.rows) if number not in rows]
    files.members = {
        name: data
        for number, (name, data) in enumerate(files.members.items())
        if number not in members
    }
    folder = tmp_path_factory.mktemp("shard")
    files.write(folder)
    lost = {*(rows & {0, 1, 2}), *(number // 3 for number in members)}
    expected = ["engine_lost" if n in lost else "ok" for n in range(3)]
    expected += ["engine_lost" if n in rows else "http_404" for n in (3, 4)]
    assert outcomes(folder) == expected
