"""The steps of `[queries]` that look at one candidate; how many are drawn needs them all."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipeline.queries.match import shared_matcher
from pipeline.recipe.queries import Queries
from pipeline.rules import Rewrite, Rule, Step
from schemas.outcomes import Reject
from schemas.records import Candidate


def query_steps(queries: Queries) -> tuple[Step, ...]:
    """Returns what notes the queries of a text and rejects those without; nothing without a list.

    The stage and `recipe try` both run these.
    """
    if queries.list is None:
        return ()
    return (
        Rewrite(name="match_queries", rewrite=MatchQueries(queries)),
        Rule(name="queries", decide=has_query),
    )


@dataclass(frozen=True, slots=True)
class MatchQueries:
    """Notes the queries of texts; the automaton is built in each process when the first comes."""

    queries: Queries

    def __call__(self, candidates: Sequence[Candidate]) -> list[Candidate]:
        """Returns the candidates with their queries."""
        options = self.queries
        assert options.list is not None
        match = shared_matcher(options.list, options.matching, options.case)
        return [candidate.replaced(queries=match(candidate.text)) for candidate in candidates]


def has_query(candidate: Candidate) -> Reject | None:
    """Returns why a candidate is rejected, or None to keep it (CLIP, section 2.2)."""
    return None if candidate.queries else Reject.NO_QUERY
