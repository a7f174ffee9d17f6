"""Candidates of what lies at hand, read as the crawl stage reads it; nothing is fetched."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from pipeline.crawl.inputs import CrawlInput, InputKind
from pipeline.crawl.read_input import read_input
from pipeline.read_options import read_options
from pipeline.recipe.recipe import Recipe
from schemas.errors import UserError
from schemas.records import Candidate

# Of these an input only says where the pages are.
_FETCHED = frozenset({InputKind.SEEDS, InputKind.CC_INDEX, InputKind.HUB})


@contextmanager
def open_inputs(inputs: Sequence[CrawlInput], recipe: Recipe) -> Iterator[Iterator[Candidate]]:
    """Yields the candidates of inputs, which are read as they are asked for.

    Raises:
        UserError: An input names what would have to be fetched.
    """
    for item in inputs:
        if item.kind in _FETCHED:
            raise UserError(
                f"{item.path}: would have to be fetched, and a try fetches nothing; run"
                " `webimagetext crawl` on it and try the recipe on its output"
            )
    with TemporaryDirectory(prefix="webimagetext-try-") as work:  # for pictures within lists
        yield _candidates(inputs, recipe, work)


def _candidates(inputs: Sequence[CrawlInput], recipe: Recipe, work: str) -> Iterator[Candidate]:
    options = read_options(recipe.crawl, recipe.web, work)
    for item in inputs:
        for found in read_input(item, options):
            if isinstance(found, Candidate):
                yield found
