"""Sections `[dedupe]` and `[contamination]` of a recipe: which pictures count as the same."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dedup.contamination.records import DEFAULT_MIN_SCORE
from pipeline.recipe.section import Section


class Dedupe(Section):
    """Which pairs count as the same picture.

    Attributes:
        max_distance: Hamming distance of 64-bit pHashes, inclusive; 4 had no false hit where we
            measured (docs/decisions/0004).
        max_urls_per_image: A picture under more different URLs than this is a `placeholder` if it
            has more than `max_captions_per_image` different texts, too. None only reports.
        max_radius: Hamming distance from the pair that is kept to those that go for it, inclusive;
            where a chain of near pictures leads farther another is kept. If not given, twice
            `max_distance`, which is how far two copies of one picture may be apart.
        max_alternative_texts: Captions of dropped copies that a kept pair carries.
        cluster_rounds: A run says so if it needs more of them; no result depends on it.
        verify: Whether mirrored, turned, cropped and framed copies are looked for, too. Not if not
            asked: it decodes every picture of the pool once more, unless `fingerprints/` are there.
        min_score: Of an alignment, from which two pictures are copies; see
            docs/contamination-accuracy.md.
    """

    max_distance: Annotated[int, Field(ge=0, le=8)] = 4
    max_urls_per_image: Annotated[int, Field(ge=1)] | None = None
    max_captions_per_image: Annotated[int, Field(ge=1)] = 10
    max_radius: Annotated[int, Field(ge=0, le=64)] | None = None
    max_alternative_texts: Annotated[int, Field(ge=0)] = 10
    cluster_rounds: Annotated[int, Field(ge=0, le=30)] = 3
    verify: bool = False
    min_score: Annotated[float, Field(gt=0, le=1)] = DEFAULT_MIN_SCORE

    @property
    def radius(self) -> int:
        """How far from what is kept a dropped picture may be."""
        return 2 * self.max_distance if self.max_radius is None else self.max_radius

    @model_validator(mode="after")
    def _near_is_within_the_radius(self) -> Self:
        if self.radius < self.max_distance:
            raise ValueError(
                f"max_radius {self.max_radius} is below max_distance {self.max_distance}"
            )
        return self


class Contamination(Section):
    """Benchmarks to measure against, and what to do with what they find.

    Attributes:
        benchmarks: Source by name; relative paths are relative to the recipe.
        max_distance: Hamming distance of 64-bit pHashes, inclusive; 6 is the largest that stayed
            under 0.1 % false hits where we measured (docs/decisions/0004).
        verify: Whether thumbnails are aligned: near hashes are confirmed, crops, frames, turned and
            mirrored copies found. Without, hashes alone decide.
        min_score: From which an alignment alone makes a match, 0 to 1; see
            docs/contamination-accuracy.md.
        min_scores: The same for single benchmarks, by name.
        calibration: File of `webimagetext calibrate` that sets the four above, relative to the
            recipe; the report then corrects for its rates.
        within: Whether copies within each benchmark and between benchmarks are looked for too.
        action: `report` marks pairs as CLIP did, `remove` drops them.
        device: Where hashes alone (`verify = false`) are compared by a matrix product, as torch
            names it (`cuda`); the processor's search if absent. The matches are the same.
    """

    benchmarks: dict[str, str] = {}
    max_distance: Annotated[int, Field(ge=0, le=16)] = 6
    verify: bool = True
    min_score: Annotated[float, Field(gt=0, le=1)] = DEFAULT_MIN_SCORE
    min_scores: dict[str, Annotated[float, Field(gt=0, le=1)]] = {}
    calibration: str | None = None
    within: bool = False
    action: Literal["report", "remove"] = "report"
    device: str | None = None

    def least_score(self, benchmark: str) -> float | None:
        """Returns the score that makes a match of `benchmark`; None where nothing is aligned."""
        return self.min_scores.get(benchmark, self.min_score) if self.verify else None
