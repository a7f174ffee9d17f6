"""A place in a text."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple


class Span(NamedTuple):
    """Characters `start` up to `end` of a text, and what kind of personal data they are."""

    start: int
    end: int
    kind: str


def without_overlaps(spans: Iterable[Span]) -> list[Span]:
    """Returns the spans by place; of two that overlap, the one that came first in `spans`."""
    taken: list[Span] = []
    for span in spans:
        if all(span.end <= other.start or other.end <= span.start for other in taken):
            taken.append(span)
    return sorted(taken)


def replace_spans(text: str, spans: Sequence[Span]) -> str:
    """Returns `text` with each of the spans, sorted and apart, replaced by `<kind>`."""
    parts, end = [], 0
    for span in spans:
        parts += [text[end : span.start], f"<{span.kind}>"]
        end = span.end
    return "".join([*parts, text[end:]])
