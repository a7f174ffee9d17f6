import itertools

import pytest

from dedup.contamination.stratified import Stratum, stratified_test


def _stratum(overlap, overlap_correct, clean, clean_correct):
    return Stratum(
        overlap=overlap, overlap_correct=overlap_correct, clean=clean, clean_correct=clean_correct
    )


def test_p_value_is_that_of_all_permutations():
    classes = [([1, 1], [0, 1, 0]), ([1], [0, 0])]
    outcomes = [overlap + clean for overlap, clean in classes]
    sums = [
        sum(all_of[i] for all_of, chosen in zip(outcomes, picks, strict=True) for i in chosen)
        for picks in itertools.product(
            itertools.combinations(range(5), 2), itertools.combinations(range(3), 1)
        )
    ]
    expected = sum(total >= 3 for total in sums) / len(sums)
    found = stratified_test([_stratum(2, 2, 3, 1), _stratum(1, 1, 2, 0)])
    assert found.p_value == pytest.approx(expected)


def test_difference_of_class_mix_alone_is_no_difference():
    # Overlap is mostly of the easy class: 82 % against 18 % correct, and nothing within a class.
    found = stratified_test([_stratum(90, 81, 10, 9), _stratum(10, 1, 90, 9)])
    assert found.difference == pytest.approx(0)
    assert found.p_value > 0.4


def test_classes_of_one_kind_say_nothing():
    assert stratified_test([_stratum(3, 3, 0, 0), _stratum(0, 0, 5, 1)]).p_value is None
