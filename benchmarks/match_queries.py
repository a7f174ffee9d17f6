"""500,000 queries in captions: Aho-Corasick against a loop of substrings, MetaCLIP's first way.

Usage: python -m benchmarks.match_queries LIST CAPTIONS COPIES ours|words|loop
"""

import json
import random
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path

from benchmarks.harness import Comparison, Side, compare
from pipeline.queries.dump import Page, cut_dump, read_pages
from pipeline.queries.match import QueryMatcher
from pipeline.queries.query_list import read_list
from pipeline.queries.tokens import normalise, runs_of_words
from pipeline.queries.wikitext import plain_text
from pipeline.shards.table import read_rows

SHARED = Path(__file__).parents[2] / "shared" / "data"
NUM_QUERIES = 500_000


def run(folder: Path, size: int = 200, rounds: int = 3) -> Comparison:
    """Measures; `size` is the number of captions that both sides match in a round."""
    queries, captions = folder / "queries.txt", folder / "captions.json"
    queries.write_text("\n".join(make_queries(NUM_QUERIES)))
    texts = read_captions()
    captions.write_text(json.dumps(texts[:: max(1, len(texts) // size)][:size]))
    everything = folder / "all.json"
    everything.write_text(json.dumps(texts))
    notes = {}
    for name, given, copies in (
        ("ours", everything, 5),
        ("words", everything, 5),
        ("loop", captions, 1),
    ):
        measured = _measure(queries, given, copies, name)
        notes |= {f"{name}: {what}": value for what, value in measured.items()}
    notes["ours / loop"] = notes["ours: captions/CPU s"] / notes["loop: captions/CPU s"]
    sides = [
        Side(name=name, command=_command(queries, captions, 1, side))
        for name, side in (("substring loop", "loop"), ("ours", "ours"))
    ]
    count = len(json.loads(captions.read_text()))
    return compare(
        "match_queries", *sides, count=count, unit="captions", rounds=rounds, notes=notes
    )


def _command(queries: Path, captions: Path, copies: int, side: str) -> list[str]:
    module = [sys.executable, "-m", "benchmarks.match_queries"]
    return [*module, str(queries), str(captions), str(copies), side]


def _measure(queries: Path, captions: Path, copies: int, side: str) -> dict[str, float]:
    command = _command(queries, captions, copies, side)
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return {name: float(value) for name, value in json.loads(output).items()}


def make_queries(count: int) -> list[str]:
    """Returns words and bigrams of the shared dumps and captions, filled up with invented ones."""
    parts = [part for text in _texts() for part in runs_of_words(normalise(text, "fold"))]
    real = {word for part in parts for word in part}
    real |= {" ".join(pair) for part in parts for pair in pairwise(part)}
    rng, words = random.Random(0), sorted(word for word in real if " " not in word)
    found = dict.fromkeys(sorted(real)[:count])
    while len(found) < count:
        found[" ".join(rng.sample(words, rng.choice((2, 2, 3))))] = None
    return list(found)


def _texts() -> Iterable[str]:
    for dump in sorted((SHARED / "wikipedia").glob("*.bz2")):
        for part in cut_dump(str(dump), dump.stat().st_size):
            for page in read_pages(part):
                if isinstance(page, Page) and not page.is_redirect:
                    yield plain_text(page.wikitext, part.namespaces)
    yield from read_captions()


def read_captions() -> list[str]:
    """Returns the shared captions: Conceptual Captions and unfiltered alt texts of LAION."""
    lines = (SHARED / "captions/cc3m-validation-part.tsv").read_text().splitlines()
    rows = read_rows(str(SHARED / "captions/laion-sample-url-text.parquet"), ["TEXT"])
    return [line.split("\t")[0] for line in lines] + [r["TEXT"] for r in rows if r["TEXT"]]


def substring_loop(queries: Iterable[str]) -> Callable[[str], list[int]]:
    """Returns the loop over all queries, with MetaCLIP's spaces."""
    spaced = [f" {query} " for query in queries]

    def find(text: str) -> list[int]:
        padded = f" {text} "
        for sign in ",.;:?!`":
            padded = padded.replace(sign, f" {sign} ")
        return [number for number, query in enumerate(spaced) if query in padded]

    return find


def match_all(queries: str, captions: str, copies: int, side: str) -> dict[str, float]:
    """Returns the rate of one side, without what it takes to build it, and its memory."""
    texts = json.loads(Path(captions).read_text())
    entries = read_list(queries)
    started = time.process_time()
    find: Callable[[str], object] = {
        "ours": lambda: QueryMatcher(entries, rule="metaclip", case="keep"),
        "words": lambda: QueryMatcher(entries, rule="words", case="fold"),
        "loop": lambda: substring_loop(entries),
    }[side]()
    built = time.process_time()
    for _ in range(copies):
        for text in texts:
            find(text)
    ended = time.process_time()
    return {
        "captions/CPU s": len(texts) * copies / (ended - built),
        "s to build": built - started,
        "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6,
    }


if __name__ == "__main__":
    print(json.dumps(match_all(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])))
