"""The files that `[select]` names: relative to the recipe, and there before hours of work."""

import os

from cli.settings import locate
from pipeline.recipe.select import Select
from schemas.errors import UserError


def locate_select(select: Select, base: str) -> Select:
    """Returns `[select]` with its paths made absolute.

    Args:
        select: As in the recipe.
        base: Folder of the recipe.

    Raises:
        UserError: A file is not there, or not what it should be.
    """
    located = select.model_copy(
        update={
            "language_model": _model("language_model", select.language_model, base),
            "safety": _locate_safety(select, base),
        }
    )
    _check(located)
    return located


def _locate_safety(select: Select, base: str) -> object:
    from pipeline.select_safety import DEFAULT_WORDS

    safety, words = select.safety, select.safety.flagged_words
    return safety.model_copy(
        update={
            "flagged_words": locate(words, base) if words and words != DEFAULT_WORDS else words,
            "toxicity_model": _model("safety.toxicity_model", safety.toxicity_model, base),
            "url_blocklists": tuple(locate(path, base) for path in safety.url_blocklists),
        }
    )


def _model(key: str, path: str | None, base: str) -> str | None:
    if path is None:
        return None
    located = locate(path, base)
    if not os.path.isfile(located):
        raise UserError(f"select.{key}: {located}: no such file; a fastText model is due there")
    return located


def _check(select: Select) -> None:
    from filters.privacy.presidio import require_presidio
    from filters.safety.flagged_words import read_sections
    from filters.safety.url_blocklist import find_lists
    from pipeline.select_safety import DEFAULT_WORDS

    words = select.safety.flagged_words
    if words and words != DEFAULT_WORDS:
        read_sections(words)
    for path in select.safety.url_blocklists:
        find_lists(path, select.safety.url_categories)
    privacy = select.privacy
    if privacy.presidio:
        require_presidio(privacy.presidio, privacy.presidio_model, privacy.presidio_language)
