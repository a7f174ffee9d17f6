"""The whole of a recipe: its sections, and what must hold between them."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from pipeline.recipe.crawl import Crawl
from pipeline.recipe.dedupe import Contamination, Dedupe
from pipeline.recipe.download import Download
from pipeline.recipe.images import Images
from pipeline.recipe.queries import Queries
from pipeline.recipe.score import Score
from pipeline.recipe.section import Section
from pipeline.recipe.select import Select
from pipeline.recipe.web import Web


class Shards(Section):
    """How the dataset is packed."""

    samples_per_shard: Annotated[int, Field(ge=1)] = 1000


class Recipe(Section):
    """Everything that decides what a dataset holds."""

    name: str = "dataset"
    crawl: Crawl = Crawl()
    web: Web = Web()
    select: Select = Select()
    queries: Queries = Queries()
    download: Download = Download()
    images: Images = Images()
    dedupe: Dedupe = Dedupe()
    score: Score = Score()
    contamination: Contamination = Contamination()
    shards: Shards = Shards()

    @model_validator(mode="after")
    def _some_text_is_kept(self) -> Self:
        if not self.wanted_crawl.text_sources:
            raise ValueError("crawl.text_sources and select.text_sources have no place in common")
        return self

    @property
    def wanted_crawl(self) -> Crawl:
        """The crawl of a build: it does not look where `select` would drop every text."""
        wanted = tuple(s for s in self.crawl.text_sources if s in self.select.text_sources)
        return self.crawl.model_copy(update={"text_sources": wanted})
