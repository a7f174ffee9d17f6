"""Opt-out signals of the page: its robots `meta` tags and `X-Robots-Tag` headers."""

from dataclasses import dataclass

from schemas.outcomes import Reject
from schemas.records import Candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut:
    """Rejects candidates whose page asked not to be used.

    Attributes:
        obey: Directives that reject, such as `noai`; a signal is `where:directive`.
    """

    obey: tuple[str, ...]

    def __call__(self, candidate: Candidate) -> Reject | None:
        """Returns why `candidate` is rejected, or None to keep it."""
        directives = (signal.split(":", 1)[-1] for signal in candidate.opt_out)
        return Reject.OPT_OUT if any(d in self.obey for d in directives) else None
