import subprocess
import sys

from pipeline.recipe.score import Score
from pipeline.stages.score_images import ScoreImages, judge_pair
from schemas.records import LedgerRow
from tests.pipeline.stages.runner import run_stage
from tests.samples import make_pair


def test_limits_judge_scores_that_are_there_already() -> None:
    pairs = [make_pair(n, clip_score=n / 10, faces=n % 3) for n in range(10)]
    score = Score.model_validate({"keep": {"clip_score": {"top": 0.5}, "faces": {"max": 1}}})
    kept, dropped, stages = run_stage(
        pairs, lambda records: (records | ScoreImages(score, "nowhere")).result
    )
    assert {pair.clip_score for pair in kept} == {0.6, 0.7, 0.9}
    assert stages["score"]["rejected"] == {"clip_score": 5, "faces": 2}
    assert {row.detail for row in dropped if row.outcome == "faces"} == {"2.00"}


def test_a_share_whose_limit_is_unknown_decides_nothing() -> None:
    score = Score.model_validate({"keep": {"clip_score": {"top": 0.5}}})
    pair = make_pair(1, clip_score=0.1)
    assert judge_pair(pair, score, {}) == pair
    judged = judge_pair(pair, score, {"clip_score": 0.2})
    assert isinstance(judged, LedgerRow)
    assert (judged.stage, judged.outcome) == ("score", "clip_score")


def test_a_graph_without_a_model_loads_none() -> None:
    """Every worker imports the graph's modules; torch would take 550 MB of each."""
    loaded = "import sys, pipeline.build; print('torch' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", loaded], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"
