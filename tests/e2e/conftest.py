"""The demo's site, served once, and the dataset that is built from it once."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from demo.benchmark import make_benchmarks
from demo.plan import Plan
from demo.run import RECIPE
from demo.server import SiteServer
from demo.site import make_site
from tests.e2e.runs import run


@dataclass(frozen=True)
class DemoSite:
    """A served site with a fixed port, so that its URLs and uids are the same in every build."""

    plan: Plan
    server: SiteServer
    flags: list[str]

    def build(self, out: Path, *more: str) -> subprocess.CompletedProcess[str]:
        """Builds a dataset from the site."""
        return run("build", RECIPE, "--out", out, *self.flags, *more)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoSite]:
    folder = tmp_path_factory.mktemp("site")
    benchmarks = make_benchmarks(str(folder / "benchmarks"))
    plan = make_site(str(folder / "site"))
    with SiteServer(plan) as server:
        flags = ["--input", server.url, "--allow-address", *server.allow_address]
        for name, source in benchmarks.items():
            flags += ["--benchmark", f"{name}={source}"]
        yield DemoSite(plan, server, flags)


@pytest.fixture(scope="session")
def built(site: DemoSite, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The dataset, built by one worker."""
    out = tmp_path_factory.mktemp("built") / "dataset"
    finished = site.build(out, "--direct_num_workers=1")
    assert finished.returncode == 0, finished.stderr
    return out
