import pytest

from filters.score_range import ScoreRange
from schemas.outcomes import Reject, Rejection
from schemas.tables import MEASURES
from tests.samples import make_pair


@pytest.mark.parametrize(("score", "is_kept"), [(0.279, False), (0.28, True), (0.9, True)])
def test_a_minimum_is_inclusive(score: float, is_kept: bool) -> None:
    said = ScoreRange(column="clip_score", minimum=0.28)(make_pair(1, clip_score=score))
    assert said == (None if is_kept else Rejection(Reject.CLIP_SCORE, f"{score:.2f}"))


@pytest.mark.parametrize(("faces", "is_kept"), [(0, True), (1, True), (2, False)])
def test_a_maximum_is_inclusive(faces: int, is_kept: bool) -> None:
    said = ScoreRange(column="faces", maximum=1)(make_pair(1, faces=faces))
    assert (said is None) == is_kept


def test_what_has_no_score_does_not_pass_a_limit() -> None:
    said = ScoreRange(column="nsfw_score", maximum=0.5)(make_pair(1))
    assert said == Rejection(Reject.NSFW_SCORE, "not scored")


def test_limits_that_mean_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="needs a minimum or a maximum"):
        ScoreRange(column="clip_score")
    with pytest.raises(ValueError, match=r"minimum 0\.5 is above maximum 0\.1"):
        ScoreRange(column="clip_score", minimum=0.5, maximum=0.1)


def test_every_score_has_a_reason_of_its_name() -> None:
    scores = [name for name in MEASURES if name.endswith("_score") or name == "faces"]
    assert len(scores) == 5
    assert {Reject(name) for name in scores} <= set(Reject)
