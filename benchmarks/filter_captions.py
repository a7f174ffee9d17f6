"""Captions through our filters and data-juicer 1.6.1's: the filters alone, and the whole `select`.

Usage: python -m benchmarks.filter_captions CAPTIONS, a text file with a caption a line
"""

import itertools
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pyarrow.parquet as pq

from benchmarks.harness import Comparison, Side, compare
from benchmarks.peers.data_juicer_operators import DEDUPLICATOR, LANGUAGE, OPERATORS
from benchmarks.peers.environment import caption_python, datatrove_python
from benchmarks.process_tree import watch_command
from filters.clean_caption import clean_candidate
from filters.identify_language import bundled_model
from pipeline.recipe.select import Select
from pipeline.recipe.web import Web
from pipeline.rules import filter_record
from pipeline.select_filters import text_rules
from pipeline.shards.table import write_table
from schemas.records import Candidate
from schemas.tables import CANDIDATES, candidate_to_row
from schemas.uid import clean_text, make_uid

CAPTIONS = Path(__file__).parents[2] / "shared" / "data" / "captions"
PEER = Path(__file__).parent / "peers" / "data_juicer_captions.py"
CORES = os.cpu_count() or 1


def run(folder: Path, size: int = 200_000, rounds: int = 3) -> Comparison:
    """Measures the filters alone, in one process; `size` is the number of captions."""
    captions = list(itertools.islice(read_captions(), size))
    path = folder / "captions.txt"
    path.write_text("\n".join(captions), encoding="utf-8")
    theirs = Side(name="data-juicer", command=[caption_python(), str(PEER), str(path)])
    ours = Side(
        name="ours", command=[sys.executable, "-m", "benchmarks.filter_captions", str(path)]
    )
    notes = {"ours without start and reading, captions/s": filter_captions(captions)[1]}
    return compare(
        "filter_captions", theirs, ours, count=size, unit="captions", rounds=rounds, notes=notes
    )


def run_select(folder: Path, size: int = 200_000, rounds: int = 3) -> Comparison:
    """Measures `dj-process` and `webimagetext select`, as their users start them, all cores.

    Beside them data-juicer with its deduplicator, which ours always has, and datatrove. Ours also
    keeps accounts, chooses between the texts of an image and writes a row for each caption that it
    drops.
    """
    (folder / "candidates").mkdir()
    (folder / "jsonl").mkdir()
    rows = [_candidate(n, text) for n, text in enumerate(distinct_captions(size))]
    write_table(str(folder / "candidates/00000.parquet"), map(candidate_to_row, rows), CANDIDATES)
    lines = [json.dumps({"text": row.text, "url": row.url, "id": row.uid}) + "\n" for row in rows]
    (folder / "captions.jsonl").write_text("".join(lines))
    for core in range(CORES):  # datatrove reads a file a task
        (folder / f"jsonl/{core}.jsonl").write_text("".join(lines[core::CORES]))
    _hand_out_model(folder)
    filters = [*OPERATORS, LANGUAGE]
    return compare(
        "select_captions",
        _data_juicer(folder, "data-juicer", filters),
        _webimagetext(folder),
        beside=[
            _datatrove(folder),
            _data_juicer(folder, "data-juicer, duplicates", [*filters, DEDUPLICATOR]),
        ],
        count=size,
        unit="captions",
        rounds=rounds,
        notes=_memory(folder),
    )


def distinct_captions(size: int) -> Iterator[str]:
    """Yields captions that no cache has seen: a round of the samples is told from the others."""
    seen: dict[str, int] = {}
    for text in itertools.islice(read_captions(), size):
        seen[text] = seen.get(text, 0) + 1
        yield text if seen[text] == 1 else f"{text} {_in_letters(seen[text])}"


def _in_letters(number: int) -> str:
    return "".join(chr(ord("a") + int(digit)) for digit in str(number))


def read_captions() -> Iterator[str]:
    """Yields the captions of the LAION and CC3M samples by turns, again and again."""
    laion = pq.read_table(CAPTIONS / "laion-sample-url-text.parquet")["TEXT"].to_pylist()
    lines = (CAPTIONS / "cc3m-validation-part.tsv").read_text(encoding="utf-8").splitlines()
    cc3m = [line.split("\t")[0] for line in lines]
    texts = [clean_text(text or "") for pair in zip(laion, cc3m, strict=False) for text in pair]
    return itertools.cycle(filter(None, texts))


def filter_captions(captions: list[str]) -> tuple[int, float]:
    """Returns how many our text filters keep, and the captions a second."""
    candidates = [
        Candidate(uid="", url="http://e.org/", text=text, text_source="alt", source="bench")
        for text in captions
    ]
    filters = [rule.decide for rule in text_rules(Select(), Web())]
    started = time.perf_counter()
    kept = sum(
        isinstance(filter_record(clean_candidate(candidate), "select", filters), Candidate)
        for candidate in candidates
    )
    return kept, len(captions) / (time.perf_counter() - started)


def _candidate(number: int, text: str) -> Candidate:
    url = f"http://example.org/{number}.jpg"
    return Candidate(uid=make_uid(url, text), url=url, text=text, text_source="alt", source="bench")


def _webimagetext(folder: Path) -> Side:
    recipe = folder / "recipe.toml"
    recipe.write_text("[select]\nlanguages = ['en']\nmin_language_score = 0.4\n")
    out = folder / "ours"
    command = ("select", folder / "candidates", "--recipe", recipe, "--out", out, "--quiet")
    return Side(
        name="ours",
        command=[sys.executable, "-m", "cli", *map(str, command)],
        prepare=lambda: shutil.rmtree(out, ignore_errors=True),
    )


def _memory(folder: Path) -> dict[str, float]:
    """Returns what all processes of ours hold, by quarters of a run."""
    ours = _webimagetext(folder)
    ours.prepare()
    quarters = watch_command(ours.command, os.environ).quarters_mb
    return {f"ours, all processes, quarter {n}, MB": mb for n, mb in enumerate(quarters, 1)}


def _hand_out_model(folder: Path) -> None:
    """Puts our model where the others look for lid.176.bin, so that all sides have the same."""
    os.environ["DATA_JUICER_CACHE_HOME"] = str(folder / "dj")
    os.environ["HF_DATASETS_CACHE"] = str(folder / "hf")
    os.environ["HF_ASSETS_CACHE"] = str(folder / "assets")
    url = "https://dl.fbaipublicfiles.com/fasttext/supervised-models/lid.176.bin"
    datatrove = folder / "assets/datatrove/lid/ft176" / url.replace("/", "_")
    for path in (folder / "dj/models/lid.176.bin", datatrove):
        path.parent.mkdir(parents=True)
        shutil.copy(bundled_model(), path)
    Path(f"{datatrove}.completed").touch()


def _data_juicer(folder: Path, name: str, operators: Sequence[Mapping[str, object]]) -> Side:
    out = folder / "theirs"
    config = {
        "dataset_path": str(folder / "captions.jsonl"),
        "export_path": str(out / "kept.jsonl"),
        "np": CORES,
        "use_cache": False,
        "process": operators,
    }
    path = folder / f"{name}.yaml"
    path.write_text(json.dumps(config))  # JSON is YAML
    program = Path(caption_python()).with_name("dj-process")
    return Side(
        name=name,
        command=[str(program), "--config", str(path)],
        prepare=lambda: shutil.rmtree(out, ignore_errors=True),
    )


def _datatrove(folder: Path) -> Side:
    out = folder / "datatrove-out"
    program = PEER.with_name("datatrove_captions.py")
    return Side(
        name="datatrove",
        command=[datatrove_python(), str(program), str(folder / "jsonl"), str(out), str(CORES)],
        prepare=lambda: shutil.rmtree(out, ignore_errors=True),
    )


if __name__ == "__main__":
    print(*filter_captions(Path(sys.argv[1]).read_text(encoding="utf-8").splitlines()))
