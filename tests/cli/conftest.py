"""One small archive through every command, once, for all tests of the command line."""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from cli.main import main
from tests.archives import write_archive
from tests.samples import make_image

ONE_WORKER = "--direct_num_workers=1"
BEAM_COMMANDS = {
    "build",
    "queries",
    "crawl",
    "select",
    "download",
    "dedupe",
    "score",
    "contamination",
    "calibrate",
    "shards",
}


def run(*arguments: object) -> int:
    """Runs a command in this process, with one worker if it has a graph to run."""
    words = [str(argument) for argument in arguments]
    return main([*words, ONE_WORKER] if words[0] in BEAM_COMMANDS else words)


def write_pages(folder: Path, count: int = 8) -> Path:
    """Writes an archive: a page, its images, one image without alt, one duplicate, one small."""
    tags = [f'<img src="/{n}.jpg" alt="A photo of the red boat number {n}">' for n in range(count)]
    tags += [tags[0], '<img src="/no.jpg">', '<img src="/tiny.jpg" alt="A very tiny red boat">']
    bodies = {f"http://e.org/{n}.jpg": make_image(n, 200, 160) for n in range(count)}
    bodies["http://e.org/tiny.jpg"] = make_image(99, 32, 32)
    answers = {url: ("image/jpeg", body) for url, body in bodies.items()}
    answers["http://e.org/"] = ("text/html", "".join(tags).encode())
    write_archive(folder / "pages.warc.gz", answers)
    return folder / "pages.warc.gz"


@dataclass(frozen=True)
class Chain:
    """The outputs of crawl, select, download, dedupe and shards, one after the other."""

    folder: Path
    archive: Path

    def __getattr__(self, step: str) -> Path:
        return self.folder / step


@pytest.fixture(scope="session")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    folder = tmp_path_factory.mktemp("chain")
    chain = Chain(folder, write_pages(folder))
    (folder / "benchmark").mkdir()
    for number in (1, 2, 50):
        (folder / f"benchmark/{number}.jpg").write_bytes(make_image(number, 200, 160))
    assert run("crawl", chain.archive, "--out", chain.crawled, "--quiet") == 0
    assert run("select", chain.crawled, "--out", chain.selected, "--quiet") == 0
    assert run("download", chain.selected, "--out", chain.pool, "--quiet") == 0
    assert run("dedupe", chain.pool, "--out", chain.unique, "--quiet") == 0
    flags = ("--benchmark", f"b={chain.benchmark}")
    assert run("shards", chain.unique, "--out", chain.dataset, *flags, "--quiet") == 0
    return chain


@pytest.fixture
def complaint(capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Runs a command that must end with exit 2 and one line, and returns the line."""

    def fails(*arguments: object) -> str:
        capsys.readouterr()
        code = run(*arguments)
        said = capsys.readouterr().err.strip()
        assert code == 2, said
        assert len(said.splitlines()) == 1, said
        assert said.startswith("webimagetext: ")
        return said

    return fails


@pytest.fixture(autouse=True)
def _no_debug(monkeypatch: pytest.MonkeyPatch) -> None:
    # Set first: a name that is not there is not put back, and `--debug` would leak into all tests.
    monkeypatch.setenv("WEBIMAGETEXT_DEBUG", "")
    monkeypatch.delenv("WEBIMAGETEXT_DEBUG")
    assert "WEBIMAGETEXT_DEBUG" not in os.environ
