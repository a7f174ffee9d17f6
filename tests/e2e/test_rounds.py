"""Two rounds over a site by the command line, with budgets, a hash list of none and a retry."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pipeline.shards.table import read_rows
from tests.cli.conftest import run
from tests.pipeline.download.versioned_site import Version, VersionedSite, serve_versions
from tests.samples import make_image

MISSING = Version(make_image(99, 200, 160), etag='"missing"')
COUNT = 14  # the last four show the same picture


@pytest.fixture
def site() -> Iterator[VersionedSite]:
    pages = {f"/{n}.jpg": Version(make_image(n, 200, 160), etag=f'"{n}"') for n in range(10)}
    pages |= {f"/{n}.jpg": MISSING for n in range(10, COUNT)}
    pages["/8.jpg"] = Version(status=503, headers={"Retry-After": "3600"})
    with serve_versions(pages) as running:
        yield running


def download(site: VersionedSite, folder: Path, pool: str, *flags: object) -> dict[str, Any]:
    """Runs a download with small shards and returns its summary."""
    recipe = folder / "recipe.toml"
    recipe.write_text("[download]\nnumber_sample_per_shard = 5\n[web]\nsite_files = false\n")
    common = ("--recipe", recipe, "--allow-address", f"127.0.0.1:{site.port}", "--quiet")
    source = ("--retry", "http_503,budget", folder / pool) if "--retry" in flags else ()
    flags = tuple(flag for flag in flags if flag != "--retry")
    assert (
        run("download", *(source or (folder / "crawled", "--out", folder / pool)), *common, *flags)
        == 0
    )
    return dict(json.loads((folder / pool / "summary.json").read_text()))


def rows(pool: Path) -> dict[str, dict[str, Any]]:
    tables = sorted(pool.glob("*.parquet"))
    return {row["url"].rsplit("/", 1)[1]: row for path in tables for row in read_rows(str(path))}


@pytest.fixture
def crawled(site: VersionedSite, tmp_path: Path) -> Path:
    lines = [f"{site.origin}/{n}.jpg,A photo of the red boat number {n}" for n in range(COUNT)]
    (tmp_path / "list.csv").write_text("\n".join(["url,text", *lines]))
    assert run("crawl", tmp_path / "list.csv", "--out", tmp_path / "crawled", "--quiet") == 0
    return tmp_path


def test_a_second_round_and_its_retry_by_the_command_line(
    site: VersionedSite, crawled: Path
) -> None:
    first = download(site, crawled, "one")
    assert "changes" not in first
    (told, _) = first["placeholders"]
    assert (told["urls"], told["hosts"], told["captions"]) == (4, 1, 4)
    shown = {row["uid"]: name for name, row in rows(crawled / "one").items()}[told["uid"]]
    assert site.pages[f"/{shown}"] is MISSING
    site.pages["/0.jpg"] = Version(make_image(50, 200, 160), etag='"50"')
    site.pages["/1.jpg"] = Version(status=404)
    site.pages["/2.jpg"] = Version(status=503, headers={"Retry-After": "3600"})
    site.statuses()
    flags = ("--previous", crawled / "one")
    second = download(site, crawled, "two", *flags)
    assert second["changes"] == {"new": 0, "same": 10, "changed": 1, "gone": 1, "unknown": 1}
    assert list(site.statuses().values()).count(304) == 10
    # Interrupted and run again, it asks for nothing.
    download(site, crawled, "two", *flags)
    assert site.statuses() == {}
    site.pages["/2.jpg"] = Version(make_image(2, 200, 160), etag='"2"')
    site.pages["/8.jpg"] = Version(make_image(8, 200, 160), etag='"8"')
    retried = download(site, crawled, "two", "--retry")
    assert site.statuses() == {"/2.jpg": 200, "/8.jpg": 200}
    assert retried["changes"] == {"new": 1, "same": 11, "changed": 1, "gone": 1, "unknown": 0}
    found = rows(crawled / "two")
    assert (found["2.jpg"]["change"], found["8.jpg"]["change"]) == ("same", "new")
    assert found["2.jpg"]["earlier_sha256"] is None
    third = download(site, crawled, "three", "--previous", crawled / "two")
    assert third["changes"] == {"new": 0, "same": 13, "changed": 0, "gone": 1, "unknown": 0}


def test_budgets_by_the_command_line_and_what_they_left_by_a_retry(
    site: VersionedSite, crawled: Path
) -> None:
    summary = download(site, crawled, "pool", "--max-total-urls", 6)
    assert summary["stages"]["download"]["rejected"] == {"budget": COUNT - 6}
    asked = site.statuses()
    assert len(asked) == 6
    order = sorted(rows(crawled / "pool").values(), key=lambda row: row["uid"])
    assert [row["outcome"] == "budget" for row in order] == [False] * 6 + [True] * (COUNT - 6)
    again = download(site, crawled, "again", "--max-host-urls", 6)
    assert again["stages"]["download"]["rejected"] == {"budget": COUNT - 6}
    assert site.statuses() == asked
    retried = download(site, crawled, "pool", "--retry")
    assert len(site.statuses()) == COUNT - 6 + ("/8.jpg" in asked)
    assert retried["stages"]["download"]["rejected"] == {}
    bytes_left = download(site, crawled, "bytes", "--max-total-bytes", 30_000)
    outcomes = [row["outcome"] for row in rows(crawled / "bytes").values()]
    assert 0 < outcomes.count("budget") < COUNT
    assert bytes_left["stages"]["download"]["rejected"]["budget"] == outcomes.count("budget")
