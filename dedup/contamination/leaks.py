"""Text overlap: matched pairs whose caption says the label, a leak of the answer too."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from schemas.records import Match

_BETWEEN_WORDS = re.compile(r"[\W_]+")


def count_leaks(
    matches: Iterable[Match], labels: Mapping[str, str], captions: Mapping[str, str]
) -> dict[str, Any] | None:
    """Returns how many matched pairs' captions hold the label as whole words, in any case.

    Args:
        matches: Of one benchmark.
        labels: By benchmark key. A label without a letter is a class number and says nothing.
        captions: By pool key.

    Returns:
        `pairs` with both texts, `leaked` of them, and `images` that have a leaked pair; None where
        no pair has both.
    """
    checked = leaked = 0
    images = set()
    for match in matches:
        label, caption = labels.get(match.benchmark_key), captions.get(match.pool_key)
        if not label or caption is None or not any(map(str.isalpha, label)):
            continue
        checked += 1
        if contains_label(caption, label):
            leaked += 1
            images.add(match.benchmark_key)
    return {"pairs": checked, "leaked": leaked, "images": len(images)} if checked else None


def contains_label(caption: str, label: str) -> bool:
    """Whether a caption holds the words of a label one after the other.

    Of a label with synonyms, as ImageNet's `tench, Tinca tinca`, one is enough.
    """
    text = _words(caption)
    return any(wanted in text for name in label.split(",") if (wanted := _words(name)).strip())


def _words(text: str) -> str:
    return f" {_BETWEEN_WORDS.sub(' ', text.casefold()).strip()} "
