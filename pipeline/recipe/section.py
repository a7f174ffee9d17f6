"""What all sections of a recipe share: unknown keys are mistakes, and values do not change."""

from pydantic import BaseModel, ConfigDict


class Section(BaseModel):
    """One table of a recipe."""

    model_config = ConfigDict(extra="forbid", frozen=True)
