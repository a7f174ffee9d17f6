import random
from pathlib import Path

import apache_beam as beam
import pytest

from dedup.placeholders import TooManyUrls, Uses
from pipeline.download.pool import write_pool_shard
from pipeline.recipe.dedupe import Dedupe
from pipeline.stages.dedupe_images import DedupeImages
from pipeline.stages.find_placeholders import (
    TABLE,
    DropPlaceholders,
    MergeUses,
    ReportPlaceholders,
    drop_placeholder,
    read_placeholders,
)
from schemas.records import LedgerRow, PoolRow
from tests.pipeline.stages.runner import run, run_stage
from tests.samples import make_candidate, make_pair

MISSING = {"sha256": "a" * 64, "phash": 0x0F1E2D3C4B5A6978}
FLAT = {"phash": 0}


def make_pairs() -> list[PoolRow]:
    """Returns 20 pictures, and one under 12 URLs of 3 hosts; two of its copies differ in bytes."""
    pairs = [make_pair(n) for n in range(20)]
    for number in range(12):
        url = f"http://h{number % 3}.org/{number}.jpg"
        candidate = make_candidate(100 + number, url=url, text=f"a photo of thing {number % 7}")
        changes = MISSING | ({"sha256": f"{900 + number:064x}"} if number < 2 else {})
        pairs.append(make_pair(number, candidate=candidate, **changes))
    return pairs


def test_the_pictures_with_the_most_urls_are_told(tmp_path: Path) -> None:
    pairs = make_pairs()
    failed = make_pair(50, status="failed_to_download", outcome="dns", sha256=None, phash=None)
    for shard, part in enumerate((pairs[::2], pairs[1::2])):
        rows = [(pair, b"x") for pair in sorted(part, key=lambda pair: pair.uid)]
        write_pool_shard(str(tmp_path), shard, [*rows, (failed, b"")], "mark")

    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        given = root | "Pairs" >> beam.Create(pairs)
        return {"files": given | ReportPlaceholders(str(tmp_path))}

    (entry,) = run(construct)["files"]
    assert entry.path == TABLE
    first, second = read_placeholders(str(tmp_path))
    assert (first["method"], first["hash"]) == ("phash", f"{MISSING['phash']:016x}")
    assert (first["pairs"], first["urls"], first["hosts"], first["captions"]) == (12, 12, 3, 7)
    assert (second["method"], second["hash"], second["urls"]) == ("sha256", "a" * 64, 10)
    assert len(first["example_urls"]) == 5
    assert first["uid"] == min(pair.uid for pair in pairs if pair.phash == MISSING["phash"])
    assert entry.samples == 2


def test_no_picture_is_an_empty_table(tmp_path: Path) -> None:
    def construct(root: beam.Pipeline) -> dict[str, beam.PCollection]:
        given = root | "Pairs" >> beam.Create([])
        return {"files": given | ReportPlaceholders(str(tmp_path))}

    run(construct)
    assert read_placeholders(str(tmp_path)) == []
    assert (tmp_path / TABLE).exists()


@pytest.mark.parametrize(("max_urls", "max_captions"), [(11, 6), (12, 6), (11, 7)])
def test_placeholders_are_rejected_before_copies_are_sought(
    max_urls: int, max_captions: int
) -> None:
    dedupe = Dedupe(max_urls_per_image=max_urls, max_captions_per_image=max_captions)
    kept, dropped, stages = run_stage(make_pairs(), DedupeImages(dedupe))
    is_over = (max_urls, max_captions) == (11, 6)
    details = {row.detail for row in dropped if row.outcome == "placeholder"}
    said = "same phash under 12 URLs of 3 hosts, with 7 texts"
    assert details == ({said} if is_over else set())
    assert stages["dedupe"]["rejected"].get("placeholder", 0) == (12 if is_over else 0)
    assert any(pair.phash == MISSING["phash"] for pair in kept) is not is_over


def test_flat_pictures_are_told_by_their_bytes_alone() -> None:
    pairs = [make_pair(n, **FLAT) for n in range(10)]
    stage = DropPlaceholders(TooManyUrls(max_urls=3, max_captions=1))
    out = run(lambda root: {"out": root | beam.Create(pairs) | stage})["out"]
    assert sorted(pair.uid for pair in out) == sorted(pair.uid for pair in pairs)


def test_a_pair_is_dropped_by_either_name() -> None:
    pair = make_pair(3, **MISSING)
    for name in (("sha256", "a" * 64), ("phash", f"{MISSING['phash']:016x}")):
        row = drop_placeholder(pair, {name: "why"})
        assert isinstance(row, LedgerRow)
        assert (row.outcome, row.detail) == ("placeholder", "why")
    assert drop_placeholder(pair, {("sha256", "b" * 64): "why"}) == pair


def test_merging_in_batches_counts_what_merging_at_once_does() -> None:
    uses = [
        Uses.of(url=f"u{n % 90}", host=f"h{n % 7}", caption=f"c{n % 30}", place=(f"{n:03d}", n))
        for n in range(300)
    ]
    combine = MergeUses()
    parts = [combine.create_accumulator() for _ in range(5)]
    for use in random.Random(1).sample(uses, len(uses)):
        number = hash(use.first) % 5
        parts[number] = combine.add_input(parts[number], use)
        assert len(parts[number]) < MergeUses.BATCH
    found = combine.extract_output(
        combine.merge_accumulators([combine.compact(part) for part in parts])
    )
    whole = Uses.merge(uses)
    assert found.pairs == whole.pairs == 300
    assert (found.urls.count, found.hosts.count, found.captions.count) == (90, 7, 30)
    assert (found.examples, found.first) == (whole.examples, whole.first)
