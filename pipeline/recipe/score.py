"""Section `[score]` of a recipe: models that score pairs, and limits on what they say."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from filters.scoring.options import (
    DEFAULT_FACES,
    YUNET,
    Activation,
    HeadOptions,
    Output,
    Precision,
    ScoreOptions,
)
from pipeline.recipe.section import Section


class ScoreHead(Section):
    """A head on the image embedding.

    Attributes:
        path: State dict of linear layers, relative to the recipe.
        activation: Between the layers.
        output: What becomes of the last number.
    """

    path: str
    activation: Activation = "none"
    output: Output = "none"


class ScoreLimit(Section):
    """Which values of a score are kept.

    Attributes:
        min: Inclusive, as is `max`.
        top: Share of all pairs to keep, the best; lower is better for `nsfw_score`,
            `watermark_score` and `faces`.
    """

    min: float | None = None
    max: float | None = None
    top: Annotated[float, Field(gt=0, le=1)] | None = None

    @model_validator(mode="after")
    def _says_one_thing(self) -> Self:
        has_range = self.min is not None or self.max is not None
        if has_range == (self.top is not None):
            raise ValueError("give min, max or both, or else top")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError(f"min {self.min} is above max {self.max}")
        return self


HeadName = Literal["aesthetic", "nsfw", "watermark"]
ScoreName = Literal["clip_score", "aesthetic_score", "nsfw_score", "watermark_score", "faces"]


class Score(Section):
    """Models that score pairs, and what is kept by their scores; docs/scores.md.

    Attributes:
        model: open_clip's name, `hf-hub:NAME`, or a folder: a run of `webimagetext train` (a data
            filtering network), or any with open_clip's configuration. Nothing scores without one.
        weights: File, or one of open_clip's tags.
        heads: NSFW, watermark and aesthetic heads by name.
        faces: `default` for the YuNet that comes with us, or another as an ONNX file.
        batch_size: Pairs at a time.
        share_model: Whether all workers of a machine use one copy; else each process has its own.
        keep: Limits by column; columns without one decide nothing.
    """

    model: str | None = None
    weights: str | None = None
    heads: dict[HeadName, ScoreHead] = {}
    faces: str | None = None
    device: str = "auto"
    batch_size: Annotated[int, Field(ge=1)] = 64
    precision: Precision = "fp32"
    share_model: bool = True
    keep: dict[ScoreName, ScoreLimit] = {}

    @model_validator(mode="after")
    def _heads_have_a_model(self) -> Self:
        if self.heads and not self.model:
            raise ValueError("heads judge what a model sees: give model, too")
        return self

    @property
    def options(self) -> ScoreOptions:
        """What the models need to know."""
        heads = tuple(
            (f"{name}_score", HeadOptions(**head.model_dump()))
            for name, head in sorted(self.heads.items())
        )
        return ScoreOptions(
            model=self.model,
            weights=self.weights,
            heads=heads,
            faces=YUNET if self.faces == DEFAULT_FACES else self.faces,
            device=self.device,
            batch_size=self.batch_size,
            precision=self.precision,
        )

    @property
    def is_asked(self) -> bool:
        """Whether there is anything to score or to judge by a score."""
        return bool(self.options.columns or self.keep)
