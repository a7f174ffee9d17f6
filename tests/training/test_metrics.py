import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from training.metrics import topk_hits, wilson_interval


def test_hits_within_the_k_likeliest():
    logits_NK = torch.tensor([[3.0, 2.0, 1.0], [3.0, 2.0, 1.0], [3.0, 2.0, 1.0]])
    target_N = torch.tensor([0, 1, 2])
    assert topk_hits(logits_NK, target_N, 1).tolist() == [True, False, False]
    assert topk_hits(logits_NK, target_N, 2).tolist() == [True, True, False]
    assert topk_hits(logits_NK, target_N, 5).all()


def test_wilson_interval_is_scipys():
    from scipy.stats import binomtest

    for hits, total in ((0, 10), (1, 10), (37, 100), (10, 10)):
        theirs = binomtest(hits, total).proportion_ci(0.95, method="wilson")
        assert wilson_interval(hits, total) == pytest.approx((theirs.low, theirs.high), abs=1e-12)


@given(st.integers(1, 10**6), st.data())
def test_the_interval_holds_the_rate_and_stays_within_0_and_1(total, data):
    hits = data.draw(st.integers(0, total))
    low, high = wilson_interval(hits, total)
    assert 0 <= low <= hits / total <= high <= 1
