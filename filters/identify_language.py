"""Language identification: fastText's lid.176 together with byte n-grams, or another model alone.

lid.176 alone names a text of less than 20 characters right in 6 of 10 cases; what the two do
together is in docs/language.md.
"""

import math
from collections.abc import Mapping, Sequence

from filters.fasttext_model import bundled_model, predict
from filters.language_codes import UNKNOWN, language_code
from filters.language_pool import PAGE_VOTE, Verdict, language_pool


class LanguageIdentifier:
    """Names languages; loads its models at first use, so that it travels between processes.

    Args:
        min_score: Confidence below which a language counts as unknown, 0 to 1.
        model: Path of a fastText language model; the bundled lid.176 if absent.
        second_opinion: Whether the n-grams are asked; if None, with the bundled model alone,
            because a larger one knows more languages than they do. They go with the models of
            the kind of lid.176 only.
        min_scores: By language, where it is another than `min_score`.
    """

    def __init__(
        self,
        min_score: float = 0.0,
        model: str | None = None,
        *,
        second_opinion: bool | None = None,
        min_scores: Mapping[str, float] | None = None,
    ) -> None:
        self._min_score = min_score
        self._min_scores = {language_code(c): s for c, s in (min_scores or {}).items()}
        self._model = model or bundled_model()
        self._has_ngrams = model is None if second_opinion is None else second_opinion

    def identify(
        self, texts: Sequence[str], page_languages: Sequence[str | None] | None = None
    ) -> list[Verdict]:
        """Returns `(language, score)` of each text; the language is `und` if the score is low.

        Args:
            texts: A few hundred at once are fast.
            page_languages: What the page of each text says of itself, from `language_code`.
        """
        if not texts:
            return []
        pages = page_languages or [None] * len(texts)
        if self._has_ngrams:
            verdicts = language_pool(self._model).name(texts, pages)
        else:
            verdicts = self._ask_fasttext(texts, pages)
        limits, limit = self._min_scores, self._min_score
        return [
            verdict if verdict[1] >= limits.get(verdict[0], limit) else (UNKNOWN, verdict[1])
            for verdict in verdicts
        ]

    def _ask_fasttext(self, texts: Sequence[str], pages: Sequence[str | None]) -> list[Verdict]:
        lowered = [text.lower() for text in texts]  # models know ALL CAPS as another language
        found = zip(*predict(self._model, lowered), pages, strict=True)
        return [
            (language, _shift(score, PAGE_VOTE) if language == page else score)
            for label, score, page in found
            for language in (language_code(label),)
        ]


def _shift(score: float, vote: float) -> float:
    """Returns a probability after a vote of `vote` nats for it."""
    odds = score * math.exp(vote)
    return odds / (odds + 1 - score)
