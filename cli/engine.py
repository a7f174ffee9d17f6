"""Who downloads: the option, what it needs, and what it does not keep."""

from rich.console import Console

from cli.settings import set_download
from pipeline.recipe.recipe import Recipe
from schemas.errors import UserError

ENGINES = ("ours", "img2dataset")

WARNING = (
    "engine img2dataset: no limits per host (host_connections, host_interval_s, Crawl-delay), no"
    " rates (host_rate, rate, bytes_per_s), no total deadline and no max_bytes; redirects are not"
    " held against robots.txt; its own names and TLS (nameservers, verify_tls)"
)


def choose_engine(recipe: Recipe, engine: str | None, *, quiet: bool) -> Recipe:
    """Returns `recipe` with the engine that the command line names, if it names one.

    Raises:
        UserError: There is no such engine, or it is not installed.
    """
    if engine is not None and engine not in ENGINES:
        raise UserError(f"--engine {engine}: choose one of {', '.join(ENGINES)}")
    if engine:
        recipe = set_download(recipe, engine=engine)
    if recipe.download.engine == "img2dataset":
        from pipeline.download.img2dataset_engine import require_img2dataset

        require_img2dataset()
        if not quiet:
            Console(stderr=True).print(WARNING, highlight=False, soft_wrap=True)
    return recipe
