"""Near-duplicate captions, by MinHash: what is compared, and what is said of it.

A candidate goes if another one with a smaller uid has a similar text. So what is kept does not
depend on workers or order, no two neighbours are kept, and no graph of all neighbours is built
(datatrove and data-juicer gather one): each candidate looks at the first few of its bands.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from dedup.minhash import band_keys, grams, rows_per_band, similarity
from filters.boilerplate import normalise
from pipeline.rules import drop
from schemas.outcomes import Reject, Stage
from schemas.records import Candidate, LedgerRow

# Of a band, the candidates with the smallest uids, that the others are compared to. Texts that
# share a band are similar, as a rule, so the first is enough for most (measured: docs/captions.md).
NUM_LEADERS = 8

Member = tuple[str, str]  # uid and normalised text
Near = tuple[str, float]  # uid of the neighbour and similarity


@dataclass(frozen=True, slots=True, kw_only=True)
class NearTexts:
    """What a recipe asks for; see `near_text_similarity` there."""

    threshold: float
    permutations: int
    name: str = "near_text_similarity"


def bands_of(
    candidate: Candidate, permutations: int, threshold: float
) -> Iterator[tuple[bytes, Member]]:
    """Yields the keys of a candidate's bands; none for a text without letters and digits."""
    text = normalise(candidate.text)
    for key in band_keys(grams(text), permutations, rows_per_band(permutations, threshold)):
        yield key, (candidate.uid, text)


def compare_to_leaders(
    joined: tuple[Member, list[Member] | None], threshold: float
) -> Iterator[tuple[bytes, Near]]:
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


def drop_near(candidate: Candidate, near: Near | None) -> Candidate | LedgerRow:
    """Returns the candidate, or its ledger row if it has a neighbour with a smaller uid."""
    if near is None:
        return candidate
    return drop(candidate, Stage.SELECT, Reject.NEAR_DUPLICATE_TEXT, near_detail(near))


def near_detail(near: Near) -> str:
    """Returns what the ledger says of a candidate with this neighbour."""
    other, score = near
    return f"of {other} at similarity {score:.2f}"


def smallest_members(members: Iterable[Member | list[Member]]) -> list[Member]:
    """Returns the first members; takes its own results again, as Beam asks of a combiner."""
    found: list[Member] = []
    for item in members:
        found.extend(item if isinstance(item, list) else [item])
        if len(found) > 16 * NUM_LEADERS:
            found = sorted(found)[:NUM_LEADERS]
    return sorted(found)[:NUM_LEADERS]
