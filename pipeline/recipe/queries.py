"""Section `[queries]` of a recipe: the query list, how it is matched and balanced."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from pipeline.queries.options import Rule
from pipeline.queries.tokens import Case
from pipeline.recipe.section import Section


class Queries(Section):
    """Which texts hold a query, and how many pairs each query may have (docs/queries.md).

    Attributes:
        list: Query list: a folder of `webimagetext queries`, or a .parquet, .txt or .json file.
            Without one nothing is matched and nothing is balanced.
        matching: `words` or MetaCLIP's own rules, `metaclip` and `metaclip2`.
        case: `fold` matches without case, as CLIP's text encoder reads; MetaCLIP matches with it.
        max_pairs: t, of the paper's "up to 20,000 (image, text) pairs per query"; the default if
            the next two are not given either.
        target_pairs: Chooses t so that about this many pairs are kept.
        tail_share: Chooses t so that queries below it have this share of all matches (MetaCLIP 2).
        seed: Another seed draws other pairs.
    """

    list: str | None = None
    matching: Rule = "words"
    case: Case = "fold"
    max_pairs: Annotated[int, Field(ge=1)] | None = None
    target_pairs: Annotated[int, Field(ge=1)] | None = None
    tail_share: Annotated[float, Field(gt=0, lt=1)] | None = None
    seed: int = 0

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        given = [n for n in ("max_pairs", "target_pairs", "tail_share") if getattr(self, n)]
        if len(given) > 1:
            raise ValueError(f"{' and '.join(given)}: give one of them, the other has no effect")
        return self
