import json
import time
from pathlib import Path

from pipeline.progress import Figures, ProgressWriter, Waiting, read_progress, writer_for


def test_figures_of_all_processes_are_added_up(tmp_path: Path) -> None:
    one = {"counts": [["crawl", "kept", 3]], "hosts": [["a.org", 1.5, 1], ["b.org", 2.0, 2]]}
    other = {"counts": [["crawl", "kept", 4], ["select", "in", 1]], "hosts": [["a.org", 2.0, 3]]}
    (tmp_path / "1.json").write_text(json.dumps(one))
    (tmp_path / "2.json").write_text(json.dumps(other))
    assert read_progress(str(tmp_path)) == Figures(
        counts={("crawl", "kept"): 7, ("select", "in"): 1},
        hosts={"a.org": Waiting(3.5, 4), "b.org": Waiting(2.0, 2)},
    )


def test_what_was_added_is_there_after_a_flush(tmp_path: Path) -> None:
    writer = ProgressWriter(str(tmp_path))
    for _ in range(5):
        writer.add("download", "tried", 2)
    writer.flush()
    assert read_progress(str(tmp_path)).counts == {("download", "tried"): 10}


def test_a_source_is_written_while_nothing_is_added_and_what_it_counted_before_is_not(
    tmp_path: Path,
) -> None:
    count = [5]

    def source() -> Figures:
        return Figures(counts={("download", "bytes"): count[0]}, hosts={"a.org": Waiting(1.0, 1)})

    writer = ProgressWriter(str(tmp_path))
    writer.show(source)
    writer.show(source)
    count[0] = 12
    found = Figures()
    while found.counts != {("download", "bytes"): 7}:
        time.sleep(0.01)
        found = read_progress(str(tmp_path))
    assert found.hosts == {"a.org": Waiting(1.0, 1)}


def test_a_writer_does_not_fail_when_the_reader_has_gone(tmp_path: Path) -> None:
    folder = tmp_path / "gone"
    ProgressWriter(str(folder)).add("crawl", "in")
    assert not folder.exists()


def test_a_process_has_one_writer_for_a_folder(tmp_path: Path) -> None:
    assert writer_for(str(tmp_path)) is writer_for(str(tmp_path))
