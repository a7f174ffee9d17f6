from pipeline.recipe.score import Score
from pipeline.score_filters import score_steps


def test_each_limit_is_a_step_and_a_share_takes_its_limit_from_all_scores() -> None:
    keep = {
        "clip_score": {"min": 0.1, "max": 0.9},
        "aesthetic_score": {"top": 0.5},
        "nsfw_score": {"top": 0.9},
        "faces": {"top": 0.5},
    }
    steps = score_steps(
        Score.model_validate({"keep": keep}), {"aesthetic_score": 4.5, "nsfw_score": 0.3}
    )
    assert [(s.name, s.decide.minimum, s.decide.maximum) for s in steps] == [
        ("clip_score", 0.1, 0.9),
        ("aesthetic_score", 4.5, None),
        ("nsfw_score", None, 0.3),
    ]
