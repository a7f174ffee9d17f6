import pytest

from filters.opt_out import OptOut, first_obeyed
from pipeline.recipe.web import OBEYED
from schemas.outcomes import Reject, Rejection
from tests.samples import make_candidate

OBEY = OptOut(obey=("noai", "noimageai"))


@pytest.mark.parametrize(
    ("signals", "evidence"),
    [
        ((), None),
        (("meta:noarchive",), None),
        (("meta:noai",), "meta:noai"),
        (("header:noimageai", "meta:noarchive"), "header:noimageai"),
    ],
)
def test_signals_that_the_policy_obeys_reject_and_are_the_evidence(
    signals: tuple[str, ...], evidence: str | None
) -> None:
    expected = Rejection(Reject.OPT_OUT, evidence) if evidence else None
    assert OBEY(make_candidate(1, opt_out=signals)) == expected


@pytest.mark.parametrize(
    ("signals", "obey", "first"),
    [
        ("header:noai meta:noindex", "noindex", "meta:noindex"),
        ("header:noai", "noindex", None),
        ("header:noai", "NoAI", "header:noai"),
        ("header:none", "noindex", "header:none"),
        ("header:none", "nofollow", "header:none"),
        ("header:none", "none", "header:none"),
        ("header:none", "noai", None),
        ("", "noai", None),
        ("robots:train-ai=n", "train-ai=n", "robots:train-ai=n"),
        ("robots:train-ai=y", "train-ai=n", None),
        ("ai.txt:disallow", "ai.txt:disallow", "ai.txt:disallow"),
        ("meta:noai header:noai", "header:noai", "header:noai"),
        ("header:tdm-policy=http://noai", "noai", None),
        # TDMRep: the resource overrides its header, and that the site's file.
        ("tdmrep.json:tdm-reservation=1", "tdm-reservation", "tdmrep.json:tdm-reservation=1"),
        ("header:tdm-reservation=1 tdmrep.json:tdm-reservation=0", "tdm-reservation",
         "header:tdm-reservation=1"),
        ("header:tdm-reservation=0 tdmrep.json:tdm-reservation=1", "tdm-reservation", None),
        ("header:tdm-reservation=1 meta:tdm-reservation=0", "tdm-reservation", None),
        ("header:tdm-reservation=0 header:tdm-reservation=1", "tdm-reservation",
         "header:tdm-reservation=1"),
    ],
)  # fmt: skip
def test_first_obeyed(signals: str, obey: str, first: str | None) -> None:
    assert first_obeyed(signals.split(), obey.split()) == first


@pytest.mark.parametrize(
    ("signal", "is_obeyed"),
    [
        ("meta:noai", True),
        ("header:noimageai", True),
        ("meta:noindex", True),
        ("header:noimageindex", True),
        ("meta:none", True),
        ("meta:noml", True),
        ("meta:nofollow", False),
        ("header:tdm-reservation=1", True),
        ("header:tdm-reservation=0", False),
        ("header:train-ai=n", True),
        ("robots:train-ai=y", False),
        ("robots:ai-train=no", True),
        ("robots:bots=n", True),
        ("robots:search=n", False),
        ("header:ai-use=n", False),
        ("ai.txt:disallow", True),
    ],
)
def test_the_default_policy(signal: str, is_obeyed: bool) -> None:
    assert (first_obeyed([signal], OBEYED) == signal) == is_obeyed
