import pytest

from dedup.contamination.accuracy import (
    Answer,
    adjust_holm,
    binomial_p,
    compare_accuracy,
    least_detectable,
)


def _answers(overlap_correct, overlap, clean_correct, clean):
    keys = [(f"o{n}", n < overlap_correct) for n in range(overlap)]
    keys += [(f"c{n}", n < clean_correct) for n in range(clean)]
    return {key: Answer(is_correct=right, label="cat") for key, right in keys}


def test_splits_and_the_papers_test():
    answers = _answers(9, 10, 45, 90)
    found = compare_accuracy(answers, {f"o{n}" for n in range(10)}, images=101)
    assert (found["all"], found["clean"], found["overlap"]) == (0.54, 0.5, 0.9)
    assert found["delta"] == pytest.approx(0.04)
    assert found["p_value"] == pytest.approx(11 / 1024)  # 9 or 10 heads of 10
    assert found["counts"]["unanswered"] == 1
    low, high = found["ci995"]
    assert low < 0.9 < high < 1


def test_interval_of_nothing_wrong_has_the_closed_form():
    found = compare_accuracy(_answers(10, 10, 5, 10), {f"o{n}" for n in range(10)}, images=20)
    assert found["ci995"] == [pytest.approx(0.0025 ** (1 / 10)), 1.0]


def test_gain_is_the_overlap_rate_times_the_difference():
    # So Birdsnap's published 0.6 % at 12.1 % overlap needs about 5 points between the splits.
    overlap, clean = 121, 879
    answers = _answers(round(overlap * 0.65), overlap, round(clean * 0.60), clean)
    found = compare_accuracy(answers, {f"o{n}" for n in range(overlap)}, images=1000)
    assert found["delta"] == pytest.approx(0.121 * (found["overlap"] - found["clean"]))
    assert found["delta"] == pytest.approx(0.006, abs=5e-4)


def test_no_overlap_has_no_test():
    found = compare_accuracy(_answers(0, 0, 5, 10), set(), images=10)
    assert (found["overlap"], found["p_value"], found["delta"]) == (None, None, 0.0)
    assert found["least_detectable"]["delta"] is None


def test_least_difference_is_found_as_often_as_promised():
    from scipy.stats import binom

    least = least_detectable(200, 0.6)
    critical = next(k for k in range(201) if binomial_p(k, 200, 0.6) <= 0.05)
    assert binom.sf(critical - 1, 200, 0.6 + least) == pytest.approx(0.8)


def test_too_few_images_can_show_nothing():
    assert least_detectable(3, 0.9) is None


def test_holm_is_the_textbooks_and_never_stricter_than_the_papers_bonferroni():
    adjusted = adjust_holm({"a": 0.01, "b": 0.04, "c": 0.03, "d": 0.005})
    assert adjusted == pytest.approx({"d": 0.02, "a": 0.03, "c": 0.06, "b": 0.06})
    assert round(0.05 / 35, 4) == 0.0014  # the paper's level for 35 data sets
    p_values = {f"set{n}": 1.0 for n in range(34)} | {"birdsnap": 0.0014}
    assert adjust_holm(p_values)["birdsnap"] < 0.05


@pytest.mark.parametrize("clean_accuracy", [0.2, 0.3, 0.5, 0.7])
@pytest.mark.parametrize("gain", [0.0016, 0.002, 0.0024])
def test_country211_as_published_gains_little_and_is_not_significant_after_bonferroni(
    clean_accuracy: float, gain: float
) -> None:
    # The paper's section 5: 21.5 % overlap, All - Clean 0.2 %; appendix A: 100 test photos for each
    # of 211 countries. It gives neither counts nor the split accuracies, so these stand for all
    # counts that round to its figures.
    images = 211 * 100
    overlap = round(0.215 * images)
    clean = images - overlap
    right = round(overlap * (clean_accuracy + gain / 0.215))
    answers = _answers(right, overlap, round(clean * clean_accuracy), clean)
    found = compare_accuracy(answers, {f"o{n}" for n in range(overlap)}, images)
    assert round(found["delta"], 3) == 0.002
    assert found["p_value"] > 0.05 / 35
    low, high = found["ci995"]
    assert low < found["clean"] < high
