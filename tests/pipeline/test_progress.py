import json
from pathlib import Path

from pipeline.progress import ProgressWriter, read_progress, writer_for


def test_counts_of_all_processes_are_added_up(tmp_path: Path) -> None:
    (tmp_path / "1.json").write_text(json.dumps({"crawl/kept": 3}))
    (tmp_path / "2.json").write_text(json.dumps({"crawl/kept": 4, "select/in": 1}))
    assert read_progress(str(tmp_path)) == {("crawl", "kept"): 7, ("select", "in"): 1}


def test_what_was_added_is_there_after_a_flush(tmp_path: Path) -> None:
    writer = ProgressWriter(str(tmp_path))
    for _ in range(5):
        writer.add("download", "tried", 2)
    writer.flush()
    assert read_progress(str(tmp_path)) == {("download", "tried"): 10}


def test_a_writer_does_not_fail_when_the_reader_has_gone(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    ProgressWriter(str(folder)).add("crawl", "in")
    assert not folder.exists()


def test_a_process_has_one_writer_for_a_folder(tmp_path: Path) -> None:
    assert writer_for(str(tmp_path)) is writer_for(str(tmp_path))
