"""The one place that decides which opt-out signals count; docs/opt-out.md lists them.

A signal is where it was seen and what it says, such as `header:noai` or `robots:train-ai=n`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from schemas.outcomes import Reject, Rejection
from schemas.records import Candidate

_NONE_MEANS = frozenset({"noindex", "nofollow"})

# What a page or image says of itself overrides its header, and that the site's file (TDMRep).
_TDM_PLACES = ("meta", "header", "tdmrep.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class OptOut:
    """Rejects candidates whose page asked not to be used.

    Attributes:
        obey: See `first_obeyed`.
    """

    obey: tuple[str, ...]

    def __call__(self, candidate: Candidate) -> Rejection | None:
        """Returns why `candidate` is rejected, with the signal, or None to keep it."""
        if not candidate.opt_out:
            return None
        signal = first_obeyed(candidate.opt_out, self.obey)
        return Rejection(Reject.OPT_OUT, signal) if signal else None


def first_obeyed(signals: Sequence[str], obey: Iterable[str]) -> str | None:
    """Returns the first signal that `obey` names.

    Args:
        signals: About one page or one image.
        obey: Directives such as `noai`, or signals such as `ai.txt:disallow`. `none` counts as
            `noindex` and `nofollow` too; `tdm-reservation` means one that is not overridden.
    """
    obeyed = {word.lower() for word in obey}
    reserved = _reservation(signals)
    return next((s for s in signals if _meanings(s, reserved) & obeyed), None)


def _meanings(signal: str, reserved: str | None) -> set[str]:
    directive = signal.partition(":")[2]
    meant = {signal, directive}
    if directive == "none":
        meant |= _NONE_MEANS
    if signal == reserved:
        meant.add("tdm-reservation")
    return meant


def _reservation(signals: Sequence[str]) -> str | None:
    """Returns the signal that reserves the rights, None if nothing does or what does is void."""
    for place in _TDM_PLACES:
        if (signal := f"{place}:tdm-reservation=1") in signals:
            return signal
        if f"{place}:tdm-reservation=0" in signals:
            return None
    return None
