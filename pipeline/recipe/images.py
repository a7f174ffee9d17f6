"""Section `[images]` of a recipe: what is decided by what the download measured."""

from typing import Annotated

from pydantic import Field

from filters.image_text import MAX_TEXT_ENTROPY
from pipeline.recipe.section import Section


class Images(Section):
    """Image filters, on what the download measured; docs/image-filters.md has the figures.

    Attributes:
        min_side_px: Shorter side of the original, inclusive.
        max_aspect: Longer over shorter side, inclusive; DataComp's and COYO's limit is 3.
        min_area_px: Width times height of the original, inclusive.
        min_bytes: Of the original file, inclusive; 5,000 in LAION-400M and COYO-700M.
        min_entropy: Bits of the grey levels, inclusive; 1 takes flat images away.
        min_sharpness: Variance of the Laplacian at 256 px, inclusive; 20 takes blurred ones away.
        max_edge_ratio: Share of hard edges in what is not flat; 0.3 takes text and screenshots
            away, if their entropy is at most `max_text_entropy`.
    """

    min_side_px: Annotated[int, Field(ge=1)] = 64
    max_aspect: Annotated[float, Field(ge=1)] = 3.0
    min_area_px: Annotated[int, Field(ge=1)] | None = None
    min_bytes: Annotated[int, Field(ge=0)] | None = None
    min_entropy: Annotated[float, Field(ge=0, le=8)] | None = None
    min_sharpness: Annotated[float, Field(ge=0)] | None = None
    max_edge_ratio: Annotated[float, Field(ge=0, le=1)] | None = None
    max_text_entropy: Annotated[float, Field(ge=0, le=8)] = MAX_TEXT_ENTROPY
