"""Candidates of what lies at hand, read as the crawl stage reads it; nothing is fetched."""

from collections.abc import Iterator, Sequence
from tempfile import TemporaryDirectory

from pipeline.crawl.inputs import CrawlInput, InputKind
from pipeline.crawl.read_input import read_input
from pipeline.read_options import read_options
from pipeline.recipe.recipe import Recipe
from pipeline.try_recipe.sample import Sample, sample_stream
from schemas.errors import UserError
from schemas.records import Candidate

# Of these an input only says where the pages are.
_FETCHED = frozenset({InputKind.SEEDS, InputKind.CC_INDEX, InputKind.HUB})


def sample_inputs(inputs: Sequence[CrawlInput], recipe: Recipe, count: int) -> Sample[Candidate]:
    """Returns the sample of inputs, each of which is read to its end.

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
        return sample_stream(_candidates(inputs, recipe, work), count)


def _candidates(inputs: Sequence[CrawlInput], recipe: Recipe, work: str) -> Iterator[Candidate]:
    options = read_options(recipe.crawl, recipe.web, work)
    for item in inputs:
        for found in read_input(item, options):
            if isinstance(found, Candidate):
                yield found
