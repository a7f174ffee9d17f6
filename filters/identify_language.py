"""Language identification: byte n-grams first, fastText's lid.176 where they are unsure.

lid.176 alone names a text of less than 20 characters right in 6 of 10 cases; what the two together
do, and which figures below were chosen on which half of the texts, is in docs/language.md.
"""

import math
from collections.abc import Mapping, Sequence
from functools import cache

import numpy as np

from filters.fasttext_model import bundled_model, predict
from filters.language_codes import UNKNOWN, language_code
from filters.language_ngrams import Floats, ngram_model, probabilities

# Measured in docs/language.md, on the half of the texts that its tables do not report.
FASTTEXT_VOTE = 1.5  # nats for fastText's language at full confidence, none at e^-6
PAGE_VOTE = 1.0  # nats for the language that the page says it is in
FASTTEXT_ALONE = 0.9  # confidence from which a language that the n-grams do not know is believed

_NO_VOTE = 6.0  # -log of the fastText confidence that counts for nothing

Verdict = tuple[str, float]


class LanguageIdentifier:
    """Names languages; loads its models at first use, so that it travels between processes.

    Args:
        min_score: Confidence below which a language counts as unknown, 0 to 1.
        model: Path of a fastText language model; the bundled lid.176 if absent.
        second_opinion: Whether the n-grams are asked; if None, with the bundled model alone,
            because a larger one knows more languages than they do.
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
        lowered = [text.lower() for text in texts]  # models know ALL CAPS as another language
        pages = page_languages or [None] * len(texts)
        ask = self._ask_both if self._has_ngrams else self._ask_fasttext
        return [self._judge(*verdict) for verdict in ask(lowered, pages)]

    def _judge(self, language: str, score: float) -> Verdict:
        is_certain = score >= self._min_scores.get(language, self._min_score)
        return (language if is_certain else UNKNOWN), score

    def _ask_fasttext(self, texts: list[str], pages: Sequence[str | None]) -> list[Verdict]:
        found = zip(*predict(self._model, texts), pages, strict=True)
        return [
            (language, _shift(score, PAGE_VOTE) if language == page else score)
            for label, score, page in found
            for language in (language_code(label),)
        ]

    def _ask_both(self, texts: list[str], pages: Sequence[str | None]) -> list[Verdict]:
        odds = ngram_model().log_odds(texts)
        _add_votes(odds, pages, [PAGE_VOTE] * len(texts))
        verdicts = _best(odds)
        least = _shift(min([self._min_score, *self._min_scores.values()]), -FASTTEXT_VOTE)
        # Elsewhere its vote could change no verdict: the best is far ahead, or stays too low.
        is_close = (odds >= odds.max(axis=1, keepdims=True) - FASTTEXT_VOTE).sum(axis=1) > 1
        unsure = [
            row
            for row, (_, score) in enumerate(verdicts)
            if score >= least and (is_close[row] or score < self._min_score)
        ]
        if unsure:
            asked = self._ask_again([texts[row] for row in unsure], odds[unsure])
            for row, verdict in zip(unsure, asked, strict=True):
                verdicts[row] = verdict
        return verdicts

    def _ask_again(self, texts: list[str], odds: Floats) -> list[Verdict]:
        labels, scores = predict(self._model, texts)
        languages = [language_code(label) for label in labels]
        _add_votes(odds, languages, [_vote(score) for score in scores])
        both = _best(odds)
        for row, (language, score) in enumerate(zip(languages, scores, strict=True)):
            if score >= FASTTEXT_ALONE and language not in _columns():
                both[row] = (language, score)
            elif not any(map(str.isalpha, texts[row])):
                both[row] = (UNKNOWN, 0.0)
        return both


def _best(odds: Floats) -> list[Verdict]:
    chances = probabilities(odds)
    columns = chances.argmax(axis=1)
    scores = chances[np.arange(len(chances)), columns].astype(float)
    labels = ngram_model().labels
    return [(labels[i], score) for i, score in zip(columns.tolist(), scores.tolist(), strict=True)]


def _add_votes(odds: Floats, languages: Sequence[str | None], votes: Sequence[float]) -> None:
    columns = _columns()
    for row, (language, vote) in enumerate(zip(languages, votes, strict=True)):
        if language in columns:
            odds[row, columns[language]] += vote


@cache
def _columns() -> dict[str | None, int]:
    labels = ngram_model().labels
    return {label: labels.index(label) for label in labels}


def _vote(score: float) -> float:
    return FASTTEXT_VOTE * max(0.0, 1 + math.log(max(score, 1e-9)) / _NO_VOTE)


def _shift(score: float, vote: float) -> float:
    """Returns a probability after a vote of `vote` nats for it."""
    odds = score * math.exp(vote)
    return odds / (odds + 1 - score)
