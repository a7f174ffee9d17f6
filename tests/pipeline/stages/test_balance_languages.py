import random
from collections import Counter

import apache_beam as beam

from pipeline.stages.balance_languages import BalanceLanguages
from pipeline.stages.stage import settle
from tests.pipeline.stages.runner import run_stage
from tests.samples import make_candidate

COUNTS = {"en": 600, "de": 100, "fr": 60, "it": 40}
SHARES = {"en": 0.5, "de": 0.25, "*": 0.25}


def candidates() -> list[object]:
    languages = [code for code, count in COUNTS.items() for _ in range(count)]
    return [make_candidate(n, language=code) for n, code in enumerate(languages)]


def balance(records: beam.PCollection, shares: dict[str, float]) -> object:
    return settle("select", records, records | BalanceLanguages(shares), None)


def test_shares_come_true_and_nothing_disappears() -> None:
    records = candidates()
    kept, dropped, stages = run_stage(records, lambda given: balance(given, SHARES))
    found = Counter(candidate.language for candidate in kept)
    others = found["fr"] + found["it"]
    assert (found["de"], others) == (100, 100)  # as many as there are: 25 % each
    assert 165 <= found["en"] <= 235  # 200 expected, standard deviation 11.5
    assert stages["select"]["rejected"] == {"language_share": 800 - len(kept)}
    assert {row.detail for row in dropped} == {"en"}


def test_the_same_are_kept_whatever_the_order() -> None:
    records = candidates()
    first, _, _ = run_stage(records, lambda given: balance(given, SHARES))
    random.Random(1).shuffle(records)
    second, _, _ = run_stage(records, lambda given: balance(given, SHARES))
    assert {candidate.uid for candidate in first} == {candidate.uid for candidate in second}


def test_a_language_without_a_share_is_rejected_as_another_language() -> None:
    records = [make_candidate(1, language="en"), make_candidate(2, language="xx")]
    kept, _, stages = run_stage(records, lambda given: balance(given, {"en": 1.0}))
    assert [candidate.language for candidate in kept] == ["en"]
    assert stages["select"]["rejected"] == {"language": 1}
