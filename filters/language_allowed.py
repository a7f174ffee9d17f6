"""Languages to keep, by what `filters.identify_language` put on the record."""

from dataclasses import dataclass

from filters.language_codes import UNKNOWN
from schemas.outcomes import Reject
from schemas.records import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageAllowed:
    """Rejects candidates in other languages.

    Attributes:
        languages: Of `filters.language_codes`.
        keep_unknown: Whether a text whose language is uncertain passes.
    """

    languages: frozenset[str]
    keep_unknown: bool = False

    def __post_init__(self) -> None:
        if not self.languages:
            raise ValueError("languages must name at least one language")

    def __call__(self, candidate: Candidate) -> Reject | None:
        """Returns why `candidate` is rejected, or None to keep it."""
        language = candidate.language or UNKNOWN
        is_kept = self.keep_unknown if language == UNKNOWN else language in self.languages
        return None if is_kept else Reject.LANGUAGE
