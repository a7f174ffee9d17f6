from collections import Counter

from demo.plan import count_outcomes
from schemas.outcomes import Stage, is_known


def test_counts_are_nested_in_the_stages_order():
    planted = Counter({("select", "language"): 2, ("crawl", "robots"): 1})
    assert count_outcomes(planted) == {"crawl": {"robots": 1}, "select": {"language": 2}}


def test_plan_adds_up_stage_by_stage(plan):
    assert plan.remaining(Stage.CRAWL) == plan.candidates
    assert plan.remaining(Stage.SHARDS) == plan.kept == sum(plan.kept_languages.values())
    assert 250 <= plan.candidates <= 300
    assert 150 <= plan.kept <= 200
    assert 30 <= plan.pages <= 40


def test_every_planted_outcome_is_one_of_the_closed_list(plan):
    assert all(is_known(o) and n > 0 for s in plan.expected.values() for o, n in s.items())
    assert {type(o) for s in plan.expected.values() for o in s} == {str}
