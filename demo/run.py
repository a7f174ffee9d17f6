"""The demo's folder: the site's pictures, the benchmarks, and a recipe that points at both."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from demo.benchmark import make_benchmarks
from demo.plan import Plan
from demo.server import SiteServer
from demo.site import make_site
from pipeline.recipe.load import load_recipe
from pipeline.recipe.recipe import Recipe
from schemas.errors import UserError

RECIPE = Path(__file__).parents[1] / "recipes/demo.toml"
MARK = ".webimagetext-demo"


@dataclass(frozen=True, kw_only=True)
class DemoSite:
    """A running site.

    Attributes:
        seed: Its first page.
        plan: What is planted.
        recipe: Ready to build from.
        server: For its log.
    """

    seed: str
    plan: Plan
    recipe: Recipe
    server: SiteServer


def remove_old_demo(out: Path) -> None:
    """Empties `out` if it is an earlier demo's; anything else is the user's and refused."""
    if not out.exists() or (out.is_dir() and not any(out.iterdir())):
        return
    if not (out / MARK).is_file():
        raise UserError(f"--out {out}: not empty and no demo's folder: choose another")
    shutil.rmtree(out)


@contextmanager
def make_demo(out: Path, port: int = 0) -> Iterator[DemoSite]:
    """Makes the site and its benchmarks in `out` and serves it until the block ends."""
    out.mkdir(parents=True, exist_ok=True)
    (out / MARK).touch()
    benchmarks = make_benchmarks(str(out / "benchmarks"))
    plan = make_site(str(out / "site"))
    with SiteServer(plan, port=port) as server:
        recipe = _point_at(load_recipe(RECIPE), server, benchmarks)
        yield DemoSite(seed=server.url, plan=plan, recipe=recipe, server=server)


def _point_at(recipe: Recipe, server: SiteServer, benchmarks: dict[str, str]) -> Recipe:
    crawl = recipe.crawl.model_copy(update={"inputs": (server.url,)})
    web = recipe.web.model_copy(update={"allow_address": server.allow_address})
    absolute = {name: str(Path(path).absolute()) for name, path in benchmarks.items()}
    contamination = recipe.contamination.model_copy(update={"benchmarks": absolute})
    return recipe.model_copy(update={"crawl": crawl, "web": web, "contamination": contamination})
