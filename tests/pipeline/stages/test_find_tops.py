import random

import apache_beam as beam
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.stages.find_tops import FindTops, encode_pair
from tests.pipeline.stages.runner import run
from tests.samples import make_pair

WIDTHS = st.floats(-1, 1, width=32, allow_subnormal=False)


def tops_of(pairs: list, shares: dict[str, float]) -> dict[str, float]:
    outputs = run(lambda root: {"tops": root | beam.Create(pairs) | FindTops(shares)})
    return dict(outputs["tops"])


def test_limits_keep_their_shares_and_lower_is_better_where_it_is() -> None:
    order = list(range(100))
    random.Random(1).shuffle(order)
    pairs = [make_pair(n, clip_score=n / 100, nsfw_score=n / 100) for n in order]
    tops = tops_of(pairs, {"clip_score": 0.3, "nsfw_score": 0.1, "faces": 0.5})
    assert set(tops) == {"clip_score", "nsfw_score"}  # nobody counted faces
    assert sum(pair.clip_score >= tops["clip_score"] for pair in pairs) == 30
    assert sum(pair.nsfw_score <= tops["nsfw_score"] for pair in pairs) == 10


def test_no_pair_gives_no_limit() -> None:
    assert tops_of([], {"clip_score": 0.5}) == {}


@given(WIDTHS, WIDTHS)
def test_codes_grow_with_worth(one: float, other: float) -> None:
    ((_, a),) = encode_pair(make_pair(1, clip_score=one), ("clip_score",))
    ((_, b),) = encode_pair(make_pair(1, clip_score=other), ("clip_score",))
    assert (a < b) == (one < other)
    ((_, a),) = encode_pair(make_pair(1, nsfw_score=one), ("nsfw_score",))
    ((_, b),) = encode_pair(make_pair(1, nsfw_score=other), ("nsfw_score",))
    assert (a < b) == (one > other)


def test_what_has_no_score_has_no_code() -> None:
    assert not list(encode_pair(make_pair(1), ("clip_score",)))
    with pytest.raises(AttributeError):
        list(encode_pair(make_pair(1), ("no_score",)))
