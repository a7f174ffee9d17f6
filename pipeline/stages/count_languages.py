"""How many candidates of each language were selected, for the summary of the command."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

import apache_beam as beam

from filters.language_codes import UNKNOWN
from pipeline.shards.claim import WORK
from pipeline.shards.storage import exists, join, read_bytes, write_bytes
from pipeline.stages.stage import Stage
from schemas.records import Candidate

LANGUAGES = f"{WORK}/languages.json"


@dataclass
class CountLanguages(Stage):
    """Writes the counts into `folder`."""

    folder: str

    def expand(self, candidates: beam.PCollection) -> beam.PCollection:
        return (
            candidates
            | beam.Map(_language)
            | beam.combiners.Count.PerElement()
            | beam.combiners.ToList()
            | "Write" >> beam.Map(_write, self.folder)
        )


def _language(candidate: Candidate) -> str:
    return candidate.language or UNKNOWN


def _write(counts: Iterable[tuple[str, int]], folder: str) -> None:
    most_first = sorted(counts, key=lambda item: (-item[1], item[0]))
    write_bytes(join(folder, LANGUAGES), json.dumps(dict(most_first)).encode())


def read_languages(folder: str) -> dict[str, dict[str, dict[str, float]]]:
    """Returns `{"languages": {CODE: {"selected": n, "share": 0 to 1}}}`, nothing if not counted."""
    path = join(folder, LANGUAGES)
    if not exists(path):
        return {}
    counts = json.loads(read_bytes(path))
    total = sum(counts.values())
    shares = {code: {"selected": n, "share": round(n / total, 4)} for code, n in counts.items()}
    return {"languages": shares}
