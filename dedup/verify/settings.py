"""What the second stage can be tuned by, in one place.

The values are what `python -m benchmarks choose_alignment` picks on planted copies of photos and of
CIFAR-10's training images: no pair that anybody listed as a copy had a part in it
(docs/contamination-settings.md).
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Tunables of proposing and aligning.

    Attributes:
        blur: Of gradient fields: standard deviation in pixels of the field.
        noise: Grey levels; gradients far below count as noise and far above as 1.
        doubt: Energy that is added to that of the overlap, per row: a lone outline on black is like
            any other, so what has few edges scores less, and flat pictures 0.
        chroma_weight: How much a difference of colour counts in a descriptor beside one of grey.
        sees_grey: Whether references are also looked for without their colour.
        min_cosine: Of descriptors, for a pair to be aligned.
        max_proposals: References of a picture that are aligned, families apart.
        min_coarse_score: Pairs that score less at first are not looked at again.
        min_fine_score: Likewise before the last looks; the one value that was not searched.
        cut: Share of a picture's rows that a caption may hide, above and below together.
    """

    blur: float = 0.7
    noise: float = 5.0
    doubt: float = 1.2
    chroma_weight: float = 2.0
    sees_grey: bool = True
    min_cosine: float = 0.55
    max_proposals: int = 5
    min_coarse_score: float = 0.62
    min_fine_score: float = 0.55
    cut: float = 0.3


CHOSEN = Settings()
