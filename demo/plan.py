"""What the demo's site holds: the truth that a run is measured against."""

from collections import Counter
from dataclasses import dataclass

from schemas.outcomes import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkPlan:
    """What is planted of one benchmark.

    Attributes:
        images: Of the benchmark.
        overlap: Benchmark images of which the site holds a copy.
        methods: `overlap` by how it is found: `sha256` (same bytes) or `phash`.
    """

    images: int
    overlap: int
    methods: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The planted truth of one site.

    Attributes:
        folder: Where the site's files lie.
        expected: Ledger rows by stage and outcome.
        pages: HTML pages that a crawl reads.
        candidates: What the crawl finds.
        kept: Pairs of the finished dataset.
        kept_languages: `kept` by language.
        benchmarks: By the name of `make_benchmarks`' folder.
    """

    folder: str
    expected: dict[str, dict[str, int]]
    pages: int
    candidates: int
    kept: int
    kept_languages: dict[str, int]
    benchmarks: dict[str, BenchmarkPlan]

    @property
    def overlap(self) -> dict[str, dict[str, int]]:
        """Benchmark images with a copy on the site, by benchmark and method."""
        return {name: benchmark.methods for name, benchmark in self.benchmarks.items()}

    def remaining(self, after: Stage) -> int:
        """Returns how many pairs are left when stage `after`, the crawl or a later one, is done."""
        left = self.candidates
        for stage in list(Stage)[1 : list(Stage).index(after) + 1]:
            left -= sum(self.expected.get(stage, {}).values())
        return left


def count_outcomes(planted: Counter[tuple[str, str]]) -> dict[str, dict[str, int]]:
    """Returns counts keyed by (stage, outcome) as nested dictionaries, in the stages' order."""
    nested: dict[str, dict[str, int]] = {}
    for stage in Stage:
        outcomes = {str(o): n for (s, o), n in sorted(planted.items()) if s == stage}
        if outcomes:
            nested[str(stage)] = outcomes
    return nested
