"""What `[select]` decides over the whole run, in its order, after the steps of `select_filters`.

The stage and `recipe try` both read this list: each step needs figures of all candidates.
"""

from pipeline.caps import Cap, text_caps
from pipeline.language_shares import LanguageShares
from pipeline.near_texts import NearTexts
from pipeline.recipe.select import Select

RunWideStep = Cap | NearTexts | LanguageShares


def run_wide_steps(select: Select) -> tuple[RunWideStep, ...]:
    """Returns what is decided by counts and neighbours; nothing unless the recipe asks."""
    steps: list[RunWideStep] = [*text_caps(select)]
    if select.near_text_similarity is not None:
        steps.append(
            NearTexts(
                threshold=select.near_text_similarity, permutations=select.near_text_permutations
            )
        )
    if select.language_shares:
        steps.append(LanguageShares(shares=select.language_shares))
    return tuple(steps)
