import pytest
from hypothesis import given
from hypothesis import strategies as st

from training.schedule import learning_rate


def test_warm_up_is_linear_and_ends_at_the_peak():
    rates = [learning_rate(step, peak=1.0, warmup=4, steps=10) for step in range(4)]
    assert rates == [0.25, 0.5, 0.75, 1.0]


def test_the_cosine_starts_at_the_peak_and_is_half_in_the_middle():
    assert learning_rate(4, peak=1.0, warmup=4, steps=10) == 1.0
    assert learning_rate(7, peak=1.0, warmup=4, steps=10) == pytest.approx(0.5)


@given(st.integers(1, 500), st.data())
def test_the_rate_is_positive_and_never_above_the_peak(steps, data):
    warmup, step = data.draw(st.integers(0, steps - 1)), data.draw(st.integers(0, steps - 1))
    assert 0 < learning_rate(step, peak=3e-4, warmup=warmup, steps=steps) <= 3e-4
