import random

from pipeline.try_recipe.tally import Sight, StepTally, Verdict
from tests.samples import make_candidate


def test_examples_are_the_first_and_those_in_order_come_first_whatever_the_order() -> None:
    verdicts = [Verdict(n, "language", "") for n in range(20)]
    random.Random(3).shuffle(verdicts)
    tally = StepTally("step", Sight.ALL, 4)
    for verdict in verdicts:
        tally.add_alone(verdict)
        if verdict.number >= 17:
            tally.add_in_order(verdict)
    assert [v.number for v in tally.examples()["language"]] == [17, 18, 19, 0]
    candidates = {n: make_candidate(n) for n in range(20)}
    (drops,) = tally.drops(5, candidates)
    assert (drops.alone, drops.in_order, drops.left) == (20, 3, 5)
    assert drops.examples[0].candidate == candidates[17]


def test_without_examples_the_counts_are_the_same() -> None:
    tally = StepTally("step", Sight.ALL, 0)
    tally.add_alone(Verdict(1, "language", ""))
    (drops,) = tally.drops(5, {})
    assert (drops.outcome, drops.alone, drops.in_order, drops.examples) == ("language", 1, 0, ())


def test_a_rule_about_languages_shows_the_language() -> None:
    tally = StepTally("step", Sight.ALL, 1)
    tally.add_alone(Verdict(0, "language", ""))
    tally.add_alone(Verdict(0, "opt_out", "noai"))
    shown = [d.examples[0] for d in tally.drops(0, {0: make_candidate(0, language="de")})]
    assert [dropped.evidence for dropped in shown] == ["de", "noai"]
