"""One picture under many URLs: "image not found", a logo, a blank; told by how often it comes.

Different URLs, hosts and texts are counted by their smallest hashes (k minimum values, Bar-Yossef
et al. 2002): exact up to `SKETCH`, within some 6 % above, and the same in whatever order they come.
"""

import hashlib
import heapq
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

# The standard error is 1 / sqrt(k - 2).
SKETCH = 256
EXAMPLES = 5
# Of a million pictures a bucket holds four that come once; the counts take 2 MiB.
BUCKETS = 2**18
_SPACE = 2**64


def bucket_of(image_hash: str) -> int:
    """Returns the bucket of a hash, hex."""
    digest = hashlib.blake2b(image_hash.encode(), digest_size=4).digest()
    return int.from_bytes(digest) % BUCKETS


class BucketCounts:
    """How often pictures of each bucket come: never less than any one of them does."""

    __slots__ = ("_counts",)

    def __init__(self, counts: npt.NDArray[np.int64] | None = None) -> None:
        self._counts = np.zeros(BUCKETS, np.int64) if counts is None else counts

    @classmethod
    def merge(cls, parts: Iterable["BucketCounts"]) -> Self:
        """Returns what `parts` counted together."""
        total = cls()
        for part in parts:
            total._counts += part._counts
        return total

    def __reduce__(self) -> tuple[type["BucketCounts"], tuple[npt.NDArray[np.int64]]]:
        return BucketCounts, (self._counts,)

    def add(self, bucket: int) -> None:
        """Counts one picture."""
        self._counts[bucket] += 1

    def heavier(self, than: int) -> frozenset[int]:
        """Returns the buckets that hold more than so many."""
        return frozenset(np.flatnonzero(self._counts > than).tolist())

    def heaviest(self, number: int) -> frozenset[int]:
        """Returns the `number` fullest buckets, all that are as full as the last of them, too.

        A bucket that holds one picture once is never among them.
        """
        least = int(np.partition(self._counts, -number)[-number])
        return self.heavier(max(1, least - 1))


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
    def of(cls, *, url: str, host: str, caption: str, place: tuple[str, int]) -> Self:
        """Returns one use; `place` is the pair's uid and pool shard."""
        return cls(
            pairs=1,
            urls=Distinct.of(url),
            hosts=Distinct.of(host),
            captions=Distinct.of(caption),
            examples=(url,),
            first=place,
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
