"""What the finders do on captions that Faker made, which knows nothing of their patterns."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import phonenumbers

from filters.privacy.personal_data import KINDS, find_personal_data
from filters.privacy.phones import region_of
from filters.privacy.span import Span
from training.metrics import wilson_interval


@dataclass(frozen=True, slots=True)
class Marked:
    """A caption, the page it is on, and where personal data stands in it."""

    text: str
    url: str
    items: tuple[Span, ...]


@dataclass(slots=True)
class Tally:
    """Of one kind: what was found, what of it was right, what was missed."""

    right: int = 0
    wrong: list[str] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        return self.right / max(1, self.right + len(self.wrong))

    @property
    def recall(self) -> float:
        return self.right / max(1, self.right + len(self.missed))

    def line(self, kind: str) -> str:
        """Returns precision and recall with their 95 % intervals (Wilson)."""
        found, there = self.right + len(self.wrong), self.right + len(self.missed)
        parts = [f"{kind:12} {there:5}"]
        for ratio, total in ((self.precision, found), (self.recall, there)):
            low, high = wilson_interval(self.right, max(1, total))
            parts.append(f"{ratio:.3f} [{low:.3f}, {high:.3f}]")
        return "  ".join(parts)


def read_marked(path: Path) -> Iterator[Marked]:
    """Yields the captions of a file that `benchmarks/peers/personal_data.py` wrote."""
    for line in path.read_text().splitlines():
        row = json.loads(line)
        items = tuple(Span(start, end, kind) for kind, start, end in row["items"])
        yield Marked(row["text"], row["url"], items)


def measure(captions: Iterable[Marked]) -> dict[str, Tally]:
    """Returns a tally by kind; `phone` has the numbers that exist, `phone (any)` all of Faker's.

    A find is right if it covers at least half of an item of its kind.
    """
    tallies = {kind: Tally() for kind in (*KINDS, "phone (any)")}
    for caption in captions:
        found = find_personal_data(caption.text, list(KINDS), caption.url)
        for span in found:
            if not any(_covers(span, item) for item in caption.items):
                tallies[span.kind].wrong.append(
                    f"{caption.text[span.start : span.end]!r} in {caption.text!r}"
                )
        for item in caption.items:
            written = caption.text[item.start : item.end]
            is_found = any(_covers(span, item) for span in found)
            names = [item.kind]
            if item.kind == "phone":
                names = ["phone (any)", *(["phone"] if exists(written, caption.url) else [])]
            for name in names:
                if is_found:
                    tallies[name].right += 1
                else:
                    tallies[name].missed.append(f"{written!r} in {caption.text!r} {caption.url}")
    return tallies


def exists(written: str, url: str) -> bool:
    """Whether a country has such numbers: many of Faker's are in no numbering plan."""
    try:
        number = phonenumbers.parse(written, region_of(url))
    except phonenumbers.NumberParseException:
        return False
    return phonenumbers.is_valid_number(number)


def _covers(span: Span, item: Span) -> bool:
    both = min(span.end, item.end) - max(span.start, item.start)
    return span.kind == item.kind and both * 2 >= item.end - item.start
