import pytest
from pydantic import ValidationError

from pipeline.recipe.score import Score


def test_limits_on_scores_say_one_thing_each() -> None:
    for keep in ({}, {"min": 0.1, "top": 0.3}, {"min": 0.5, "max": 0.1}, {"top": 0}):
        with pytest.raises(ValidationError):
            Score.model_validate({"keep": {"clip_score": keep}})
    with pytest.raises(ValidationError, match="give model, too"):
        Score.model_validate({"heads": {"nsfw": {"path": "h.pt"}}})
    assert not Score().is_asked
    assert Score.model_validate({"keep": {"faces": {"max": 1}}}).is_asked


def test_the_score_section_becomes_options() -> None:
    heads = {"nsfw": {"path": "n.pt", "output": "sigmoid"}, "aesthetic": {"path": "a.pt"}}
    score = Score.model_validate({"model": "ViT-B-32", "weights": "openai", "heads": heads})
    assert score.options.columns == ("clip_score", "aesthetic_score", "nsfw_score")
    assert dict(score.options.heads)["nsfw_score"].output == "sigmoid"
