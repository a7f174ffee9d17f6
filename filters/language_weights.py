"""Weights of the two language models, and how sure the n-grams must be to overrule fastText.

Printed by `python -m benchmarks.fit_language`, from texts that no table of ours reports: see
docs/language.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Weights:
    """How much each model counts.

    Attributes:
        fasttext: Of fastText's logarithm where both know a language; that of the n-grams is 1.
        fasttext_alone: Where the n-grams do not know it.
        ngrams_alone: Where fastText does not know it.
        fasttext_floor: Logarithm of what fastText says at least of a language.
        ngrams_floor: Likewise of the n-grams.
        sharpness: Of the n-grams, see `bytes_power`.
        bytes_power: Log-likelihoods are divided by the number of bytes to this power: what a text
            says grows with its length, but not as if its bytes were independent.
        margins: By language of fastText's: nats by which another must lead to be named instead;
            0 where it is not here.
    """

    fasttext: float
    fasttext_alone: float
    ngrams_alone: float
    fasttext_floor: float
    ngrams_floor: float
    sharpness: float
    bytes_power: float
    margins: Mapping[str, float] = field(default_factory=dict)


_MARGINS = """
    0.5: af bn bs co cy eu ia ilo lv mai mwl nds ro sah sk yue zh
    1.0: ar ast bg ceb ckb dsb fi gl hsb it mk oc sc sco su tyv ug uk wuu yi
    1.5: az bo da id io is jv ms nl pl ru sl
    2.0: br ca eo kk mr ne sq tg tr
    3.0: cs es fa hr ja pt sr sv tt
    4.0: de en hi no
    5.0: fr ps
    inf: sw
"""

MEASURED = Weights(
    fasttext=0.273,
    fasttext_alone=0.914,
    ngrams_alone=1.625,
    fasttext_floor=-9.404,
    ngrams_floor=-6.628,
    sharpness=2.002,
    bytes_power=0.645,
    margins={
        language: float(margin)
        for line in _MARGINS.strip().splitlines()
        for margin, _, languages in (line.strip().partition(": "),)
        for language in languages.split()
    },
)
