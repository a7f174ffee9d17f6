"""Part of stage 2, if a recipe asks: near-duplicate captions, by MinHash.

A candidate goes if another one with a smaller uid has a similar text. So what is kept does not
depend on workers or order, no two neighbours are kept, and no graph of all neighbours is built
(datatrove and data-juicer gather one): each candidate looks at the first few of its bands.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import apache_beam as beam

from dedup.minhash import band_keys, grams, rows_per_band, similarity
from filters.boilerplate import normalise
from pipeline.rules import drop
from pipeline.stages.join_few import JoinFew
from pipeline.stages.stage import Parted, Split, Stage
from schemas.outcomes import Reject
from schemas.outcomes import Stage as Stages
from schemas.records import Candidate, LedgerRow

# Of a band, the candidates with the smallest uids, that the others are compared to. Texts that
# share a band are similar, as a rule, so the first is enough for most (measured: docs/captions.md).
NUM_LEADERS = 8

_Member = tuple[str, str]  # uid and normalised text
_Near = tuple[str, float]  # uid of the neighbour and similarity


@dataclass
class DropNearTexts(Stage):
    """Parts candidates from the ledger rows of those whose text is nearly another's."""

    threshold: float
    permutations: int

    def expand(self, candidates: beam.PCollection) -> Parted:
        near = (
            candidates
            | "Bands" >> beam.FlatMap(bands_of, self.permutations, self.threshold)
            | FindSmallerNeighbours(self.threshold)
        )
        kept, dropped = (
            (near, candidates | "ByUid" >> beam.Map(_by_uid))
            | "Verdicts" >> JoinFew()
            | "Judge" >> beam.MapTuple(drop_near)
            | Split()
        )
        return Parted(kept, (dropped,))


@dataclass
class FindSmallerNeighbours(Stage):
    """Maps members of bands to the smallest uid with a similar text, those that have one."""

    threshold: float

    def expand(self, members: beam.PCollection) -> beam.PCollection:
        leaders = (
            members
            | "Leaders" >> beam.CombinePerKey(_smallest_members)
            | "Shared" >> beam.Filter(_has_several)
        )
        return (
            (leaders, members | "Named" >> beam.MapTuple(_named))
            | JoinFew()
            | "Compare" >> beam.FlatMap(compare_to_leaders, self.threshold)
            | "First" >> beam.CombinePerKey(min)
        )


def bands_of(
    candidate: Candidate, permutations: int, threshold: float
) -> Iterator[tuple[bytes, _Member]]:
    """Yields the keys of a candidate's bands; none for a text without letters and digits."""
    text = normalise(candidate.text)
    for key in band_keys(grams(text), permutations, rows_per_band(permutations, threshold)):
        yield key, (candidate.uid, text)


def compare_to_leaders(
    joined: tuple[_Member, list[_Member] | None], threshold: float
) -> Iterator[tuple[bytes, _Near]]:
    """Yields the smallest uid before the member's whose text is similar, if there is one."""
    (uid, text), leaders = joined
    runs = grams(text)
    for other, its_text in leaders or ():
        if other >= uid:
            return
        score = 1.0 if text == its_text else similarity(runs, grams(its_text))
        if score >= threshold:
            yield uid.encode(), (other, score)
            return


def drop_near(candidate: Candidate, near: _Near | None) -> Candidate | LedgerRow:
    """Returns the candidate, or its ledger row if it has a neighbour with a smaller uid."""
    if near is None:
        return candidate
    other, score = near
    detail = f"of {other} at similarity {score:.2f}"
    return drop(candidate, Stages.SELECT, Reject.NEAR_DUPLICATE_TEXT, detail)


def _smallest_members(members: Iterable[_Member | list[_Member]]) -> list[_Member]:
    """Returns the first members; takes its own results again, as Beam asks of a combiner."""
    found: list[_Member] = []
    for item in members:
        found.extend(item if isinstance(item, list) else [item])
        if len(found) > 16 * NUM_LEADERS:
            found = sorted(found)[:NUM_LEADERS]
    return sorted(found)[:NUM_LEADERS]


def _has_several(row: tuple[bytes, list[_Member]]) -> bool:
    return len(row[1]) > 1


def _named(key: bytes, member: _Member) -> tuple[bytes, tuple[str, _Member]]:
    return key, (member[0], member)


def _by_uid(candidate: Candidate) -> tuple[bytes, tuple[str, Candidate]]:
    return candidate.uid.encode(), (candidate.uid, candidate)
