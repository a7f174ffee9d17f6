from pathlib import Path

import pytest

from filters.safety.toxicity import ScoreToxicity, Toxicity
from schemas.outcomes import Reject, Rejection
from tests.filters.models import ENGLISH, TOXIC, train
from tests.samples import make_candidate


def test_a_trained_classifier_scores_and_the_limit_decides(tmp_path: Path) -> None:
    model = train(tmp_path / "toxic.bin", {"toxic": TOXIC, "clean": ENGLISH})
    texts = ("you stupid idiot", "a red boat in the park")
    score = ScoreToxicity(model=str(model))
    toxic, clean = score([make_candidate(n, text=text) for n, text in enumerate(texts)])
    assert 0 <= clean.toxicity < 0.5 < toxic.toxicity <= 1
    limit = Toxicity()
    assert limit(clean) is None
    assert limit(toxic) == Rejection(Reject.TOXIC, f"{toxic.toxicity:.2f}")


@pytest.mark.parametrize(("score", "is_kept"), [(None, True), (0.4, True), (0.41, False)])
def test_the_limit_is_inclusive_and_no_score_passes(score: float | None, is_kept: bool) -> None:
    assert (Toxicity(max_score=0.4)(make_candidate(1, toxicity=score)) is None) == is_kept


def test_a_limit_that_is_no_probability_is_refused() -> None:
    with pytest.raises(ValueError, match="0 to 1"):
        Toxicity(max_score=1.5)
