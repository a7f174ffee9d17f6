"""From a calibration file to the settings that it sets and the rates that correct a report."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, NamedTuple

from dedup.contamination.calibration_file import read_calibration
from dedup.contamination.corrected import DetectorRates
from dedup.contamination.evidence import Evidence
from pipeline.recipe.dedupe import Contamination
from pipeline.recipe.recipe import Recipe
from schemas.errors import UserError

SET_BY_A_CALIBRATION = ("max_distance", "verify", "min_score", "min_scores")


class Settled(NamedTuple):
    """A section with nothing left to look up; `rates` by benchmark, for the report."""

    section: Contamination
    rates: Mapping[str, DetectorRates]


def settle_contamination(recipe: Recipe) -> tuple[Recipe, Evidence, dict[str, Any]]:
    """Returns a recipe as its calibration sets it, what corrects the report, and its rates.

    The last are for `claim_output`: a calibration that was written anew makes another report.
    """
    section, rates = use_calibration(recipe.contamination, named(recipe.contamination))
    settled = recipe.model_copy(update={"contamination": section})
    claimed = {name: asdict(found) for name, found in sorted(rates.items())}
    return settled, Evidence(calibration=rates), {"calibration": claimed} if rates else {}


def named(section: Contamination) -> dict[str, str]:
    """Returns the settings that a recipe chose, for `use_calibration`."""
    return {name: name for name in section.model_fields_set}


def use_calibration(section: Contamination, chosen: Mapping[str, str]) -> Settled:
    """Returns the section as its calibration file sets it; as it is where it names none.

    Args:
        section: Of the recipe, with what the command line says.
        chosen: Settings that the user chose, by their names in a recipe: as the user wrote them.

    Raises:
        UserError: The file is wrong, or sets what was chosen.
    """
    if section.calibration is None:
        return Settled(section, {})
    found = read_calibration(section.calibration, section.benchmarks)
    if found.max_distance is None:  # counts alone
        return Settled(section, found.rates)
    if wrong := [chosen[name] for name in SET_BY_A_CALIBRATION if name in chosen]:
        raise UserError(
            f"{section.calibration}: its rates hold for its own settings: leave out "
            + ", ".join(wrong)
        )
    settings = {
        "max_distance": found.max_distance,
        "verify": True,
        "min_scores": dict(found.min_scores),
    }
    return Settled(section.model_copy(update=settings), found.rates)
