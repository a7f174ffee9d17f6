import pytest

from filters.opt_out import OptOut
from schemas.outcomes import Reject
from tests.samples import make_candidate

OBEY = OptOut(obey=("noai", "noimageai"))


@pytest.mark.parametrize(
    ("signals", "outcome"),
    [
        ((), None),
        (("meta:noarchive",), None),
        (("meta:noai",), Reject.OPT_OUT),
        (("header:noimageai", "meta:noarchive"), Reject.OPT_OUT),
    ],
)
def test_signals_that_the_policy_obeys_reject(
    signals: tuple[str, ...], outcome: Reject | None
) -> None:
    assert OBEY(make_candidate(1, opt_out=signals)) == outcome
