"""One picture under many URLs: "image not found", a logo, a blank; told by how often it comes.

Different URLs, hosts and texts are counted by their smallest hashes (k minimum values, Bar-Yossef
et al. 2002): exact up to `SKETCH`, within some 6 % above, and the same in whatever order they come.
"""

import hashlib
import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

# The standard error is 1 / sqrt(k - 2).
SKETCH = 256
EXAMPLES = 5
_SPACE = 2**64


class Distinct:
    """Counts different texts in bounded memory."""

    __slots__ = ("_smallest",)

    def __init__(self, smallest: frozenset[int] = frozenset()) -> None:
        self._smallest = smallest

    @classmethod
    def of(cls, text: str) -> Self:
        """Returns the count of one text."""
        digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
        return cls(frozenset((int.from_bytes(digest),)))

    @classmethod
    def merge(cls, parts: Iterable["Distinct"]) -> Self:
        """Returns the count of all that `parts` counted."""
        union: set[int] = set()
        for part in parts:
            union |= part._smallest
        return cls(frozenset(heapq.nsmallest(SKETCH, union) if len(union) > SKETCH else union))

    def __reduce__(self) -> tuple[type["Distinct"], tuple[frozenset[int]]]:
        return Distinct, (self._smallest,)

    @property
    def count(self) -> int:
        """How many there were."""
        found = len(self._smallest)
        if found < SKETCH:
            return found
        return round((SKETCH - 1) * _SPACE / (max(self._smallest) + 1))


@dataclass(frozen=True, slots=True, kw_only=True)
class Uses:
    """Where one picture was found.

    Attributes:
        examples: The URLs that come first in the alphabet, no more than `EXAMPLES`.
        first: `(uid, shard)` of the pair with the smallest uid.
    """

    pairs: int
    urls: Distinct
    hosts: Distinct
    captions: Distinct
    examples: tuple[str, ...]
    first: tuple[str, int]

    @classmethod
    def of(cls, *, url: str, host: str, caption: str, uid: str, shard: int) -> Self:
        """Returns one use."""
        return cls(
            pairs=1,
            urls=Distinct.of(url),
            hosts=Distinct.of(host),
            captions=Distinct.of(caption),
            examples=(url,),
            first=(uid, shard),
        )

    @classmethod
    def merge(cls, parts: Iterable["Uses"]) -> Self:
        """Returns all of `parts`, one at least."""
        uses = list(parts)
        urls = {url for use in uses for url in use.examples}
        return cls(
            pairs=sum(use.pairs for use in uses),
            urls=Distinct.merge(use.urls for use in uses),
            hosts=Distinct.merge(use.hosts for use in uses),
            captions=Distinct.merge(use.captions for use in uses),
            examples=tuple(heapq.nsmallest(EXAMPLES, urls)),
            first=min(use.first for use in uses),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManyUrls:
    """Says which pictures stand for others.

    Attributes:
        max_urls: That one picture may have, inclusive.
        max_captions: Different texts that it may have, inclusive: a picture that many show and all
            describe alike is popular.
    """

    max_urls: int
    max_captions: int

    def __call__(self, uses: Uses) -> bool:
        """Whether this picture is over both limits."""
        return uses.urls.count > self.max_urls and uses.captions.count > self.max_captions
