"""Weights of the two language models, and fastText's lead by language.

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
        margin: Nats by which another language must lead fastText's.
        margins: The same, for single languages of fastText's.
    """

    fasttext: float
    fasttext_alone: float
    ngrams_alone: float
    fasttext_floor: float
    ngrams_floor: float
    sharpness: float
    bytes_power: float
    margin: float = 0.5
    margins: Mapping[str, float] = field(default_factory=dict)


_MARGINS = """
"""

MEASURED = Weights(
    fasttext=0.287,
    fasttext_alone=0.938,
    ngrams_alone=1.563,
    fasttext_floor=-9.18,
    ngrams_floor=-6.55,
    sharpness=1.46,
    bytes_power=0.626,
    margins={},
)
