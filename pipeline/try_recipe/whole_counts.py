"""How often the texts and images of a sample come in the whole input, in one pass over it.

A cap of ten is not reached in a sample of a thousandth. So every candidate that shares a text or an
image with the sample is sent through the rules above the caps and counted if it passes: what a cap
would see of the sample's keys, but that the caps before it, and texts of an image that lose to a
better place, are not taken off. Memory is bounded by the sample.
"""

from collections.abc import Iterable, Iterator, Mapping
from heapq import heappush, heappushpop
from itertools import islice

from filters.clean_caption import clean_caption
from pipeline.caps import text_caps
from pipeline.recipe.recipe import Recipe
from pipeline.rules import Choice, Rewrite, Rule, filter_record
from pipeline.select_filters import select_steps
from pipeline.select_groups import key_by_uid
from pipeline.try_recipe.sample import Sample
from pipeline.try_recipe.spool import BATCH
from schemas.outcomes import Stage
from schemas.records import Candidate
from schemas.uid import id_url

NUM_SMALLEST = 1024  # counts are exact up to here; beyond it off by some 3 %
_END = 2**128  # of uids

WholeCounts = Mapping[str, Mapping[bytes, int]]


class DistinctUids:
    """Counts different uids: how densely the smallest lie tells how many there are.

    The k minimum values of Bar-Yossef et al. 2002 (Counting distinct elements in a data stream).
    A pair that a crawl met on a thousand pages is one.
    """

    def __init__(self) -> None:
        self._held: list[int] = []  # the largest first
        self._known: set[int] = set()

    def add(self, uid: str) -> None:
        """Takes one; it may have come before."""
        value = int(uid, 16)
        if value in self._known:
            return
        if len(self._held) < NUM_SMALLEST:
            heappush(self._held, -value)
        elif value < -self._held[0]:
            self._known.discard(-heappushpop(self._held, -value))
        else:
            return
        self._known.add(value)

    def __int__(self) -> int:
        if len(self._held) < NUM_SMALLEST:
            return len(self._held)
        return round((NUM_SMALLEST - 1) * _END / -self._held[0])


class Relatives:
    """Tells who shares a text, or an image, with a sample."""

    def __init__(self, sample: Iterable[Candidate], recipe: Recipe) -> None:
        self._is_cleaned = recipe.select.clean_text
        # Normalising every URL is worth it for a cap on images alone.
        asks_urls = recipe.select.max_texts_per_url is not None
        self._texts, self._urls = set[str](), set[str]()
        for candidate in sample:
            self._texts.add(self._text(candidate.text))
            if asks_urls:
                self._urls.add(id_url(candidate.url))

    def __call__(self, url: str, text: str) -> bool:
        """Whether a candidate is one."""
        return self._text(text) in self._texts or (bool(self._urls) and id_url(url) in self._urls)

    def _text(self, text: str) -> str:
        return clean_caption(text) if self._is_cleaned else text


def count_whole(
    sample: Sample[Candidate], relatives: Iterable[Candidate], recipe: Recipe
) -> WholeCounts:
    """Returns how many candidates of each of the sample's keys a cap would see, by its name.

    Args:
        sample: As drawn.
        relatives: Of the whole input, the sample among them.
        recipe: With its caps; without any, or if the sample is the whole, nothing is read.
    """
    caps = text_caps(recipe.select)
    if not caps or sample.ratio == 1:
        return {}
    tried = list(_passing(sample.records, recipe))
    found = {cap.name: {cap.key(c): DistinctUids() for c in tried} for cap in caps}
    for candidate in _passing(relatives, recipe):
        uid = key_by_uid(candidate)
        for cap in caps:
            if (held := found[cap.name].get(cap.key(candidate))) is not None:
                held.add(uid)
    return {name: {k: int(held) for k, held in keys.items()} for name, keys in found.items()}


def _passing(candidates: Iterable[Candidate], recipe: Recipe) -> Iterator[Candidate]:
    """Yields what the rules leave; choices, which need all candidates of an image, are not made."""
    every = select_steps(recipe.select, recipe.web)
    steps = [step for step in every if not isinstance(step, Choice)]
    waiting = iter(candidates)
    while left := list(islice(waiting, BATCH)):
        for step in steps:
            left = list(step.rewrite(left)) if isinstance(step, Rewrite) else _ruled(step, left)
        yield from left


def _ruled(rule: Rule, candidates: Iterable[Candidate]) -> list[Candidate]:
    settled = (filter_record(c, Stage.SELECT, (rule.decide,)) for c in candidates)
    return [item for item in settled if isinstance(item, Candidate)]
