"""What lid.176 and the byte n-grams say together: their probabilities, weighed and multiplied.

A logarithmic opinion pool (Genest and Zidek 1986, Statistical Science 1(1)). FastText keeps its
verdict unless another language leads by a margin.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from filters.fasttext_file import FasttextArrays, read_arrays
from filters.language_codes import UNKNOWN, language_code
from filters.language_ngrams import WEIGHT_UNIT, NgramModel, ngram_model
from filters.language_weights import MEASURED, Weights

PAGE_VOTE = 1.0  # nats for the language that the page says it is in; measured in docs/language.md
SCORE_DIGITS = 4  # of probabilities: the last ones of a float32 differ between processors

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]
Verdict = tuple[str, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What both models say of some texts, a row a text.

    Attributes:
        chances: Probability of each label of fastText's.
        sums: Of each column of the n-grams.
        sizes: Bytes of each text.
    """

    chances: Floats
    sums: Ints
    sizes: Longs


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """What they say together, a row a text.

    Attributes:
        told: Nats, by language.
        theirs: Number of the language that fastText alone names.
    """

    told: Floats
    theirs: Ints


class LanguagePool:
    """Both models and their languages; about 110 MB."""

    def __init__(self, fasttext: FasttextArrays, ngrams: NgramModel) -> None:
        self._fasttext, self._ngrams = fasttext, ngrams
        theirs = [language_code(label) for label in fasttext.labels]
        self.languages = tuple(sorted({*theirs, *ngrams.labels}))
        self.numbers = {language: i for i, language in enumerate(self.languages)}
        self._fasttext_columns = np.array([self.numbers[c] for c in theirs], np.int32)
        self._ngram_columns = np.array([self.numbers[c] for c in ngrams.labels], np.int32)

    def read(self, texts: Sequence[str]) -> Evidence:
        """Asks both models."""
        from filters.language_kernels import fasttext_chances, ngram_sums

        data, begins = _joined(texts)
        return Evidence(
            chances=fasttext_chances(self._fasttext, data, begins),
            sums=ngram_sums(self._ngrams, data, begins),
            sizes=np.diff(begins),
        )

    def weigh(self, evidence: Evidence, weights: Weights = MEASURED) -> Opinion:
        """Returns what both models together say."""
        from filters.language_kernels import weigh

        told = np.empty((len(evidence.sizes), len(self.languages)), np.float32)
        theirs = np.empty(len(told), np.int32)
        weigh(
            evidence.chances, evidence.sums, self._ngrams.priors,
            _scales(evidence.sizes, weights),
            self._fasttext_columns, self._ngram_columns, *self._by_language(weights),
            _floors(weights), told, theirs,
        )  # fmt: skip
        return Opinion(told=told, theirs=theirs)

    def _by_language(self, weights: Weights) -> tuple[Floats, Floats]:
        """Returns the weights of fastText and of the n-grams, by language."""
        knows, others_know = np.zeros((2, len(self.languages)), bool)
        knows[self._fasttext_columns] = True
        others_know[self._ngram_columns] = True
        fasttext = np.where(others_know, weights.fasttext, weights.fasttext_alone) * knows
        ngrams = np.where(knows, 1.0, weights.ngrams_alone) * others_know
        return fasttext.astype(np.float32), ngrams.astype(np.float32)

    def choose(
        self, opinion: Opinion, pages: Sequence[str | None], weights: Weights = MEASURED
    ) -> tuple[list[str], list[float]]:
        """Returns the language of each text, and its probability.

        Args:
            opinion: Of `weigh`; is used up.
            pages: Language of the page of each text, where it is known.
            weights: Of the models.
        """
        from filters.language_kernels import choose

        numbers = np.array([self.numbers.get(page or "", -1) for page in pages], np.int32)
        languages, scores = np.empty(len(numbers), np.int32), np.empty(len(numbers), np.float32)
        choose(
            opinion.told, opinion.theirs, self._margins(weights),
            numbers, np.float32(PAGE_VOTE), languages, scores,
        )  # fmt: skip
        names = self.languages
        return [names[number] for number in languages.tolist()], [
            round(score, SCORE_DIGITS) for score in scores.tolist()
        ]

    def name(self, texts: Sequence[str], pages: Sequence[str | None]) -> list[Verdict]:
        """Returns the language of each text and its probability; `und`, 0 if it has no letter."""
        from filters.language_kernels import name

        data, begins = _joined(texts)
        numbers = np.array([self.numbers.get(page or "", -1) for page in pages], np.int32)
        languages, scores = np.empty(len(texts), np.int32), np.empty(len(texts), np.float32)
        model, ngrams = self._fasttext, self._ngrams
        name(
            data, begins, model.words, model.starts, model.slots, model.ngrams,
            model.min_chars, model.max_chars, model.end, model.inputs, model.nodes,
            model.children, ngrams.rows, ngrams.moves, ngrams.found, ngrams.weights,
            ngrams.priors, _scales(np.diff(begins), MEASURED), self._fasttext_columns,
            self._ngram_columns, *self._by_language(MEASURED), _floors(MEASURED),
            self._margins(MEASURED), numbers, np.float32(PAGE_VOTE), languages, scores,
        )  # fmt: skip
        names = self.languages
        return [
            (names[language], round(score, SCORE_DIGITS))
            if any(map(str.isalpha, text))
            else (UNKNOWN, 0.0)
            for text, language, score in zip(
                texts, languages.tolist(), scores.tolist(), strict=True
            )
        ]

    def _margins(self, weights: Weights) -> Floats:
        return np.array([weights.margins.get(c, 0.0) for c in self.languages], np.float32)


def _joined(texts: Sequence[str]) -> tuple[npt.NDArray[np.uint8], Longs]:
    """Returns lower-cased texts, as models know ALL CAPS as another language, and their places."""
    encoded = [text.lower().encode("utf-8", "ignore") for text in texts]
    begins = np.zeros(len(encoded) + 1, np.int64)
    np.cumsum(np.fromiter(map(len, encoded), np.int64, len(encoded)), out=begins[1:])
    return np.frombuffer(b"".join(encoded), np.uint8), begins


def _scales(sizes: Longs, weights: Weights) -> Floats:
    scales = np.maximum(sizes, 1) ** -weights.bytes_power
    return (WEIGHT_UNIT * weights.sharpness * scales).astype(np.float32)


def _floors(weights: Weights) -> Floats:
    return np.array([weights.fasttext_floor, weights.ngrams_floor], np.float32)


@cache
def language_pool(model: str) -> LanguagePool:
    """Loads both models: half a second, and a few more on a machine that has not compiled them.

    Args:
        model: Path of a fastText model like lid.176.

    Raises:
        UserError: It is none, or the wheel with the n-grams is not installed.
    """
    return LanguagePool(read_arrays(model), ngram_model())
