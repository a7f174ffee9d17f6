import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dedup.verify.sampling import samples, slopes


@given(st.floats(1, 3), st.floats(0.3, 0.7))
def test_samples_are_means_and_slopes_are_differences(zoom: float, centre: float) -> None:
    constant = np.full(64, 7.0, np.float32)
    assert samples(64, 16, zoom, centre) @ constant == pytest.approx(constant[:16], rel=1e-5)
    assert slopes(64, 16, zoom, centre) @ constant == pytest.approx(0 * constant[:16], abs=1e-4)


def test_a_part_is_sampled_where_it_lies() -> None:
    ramp = np.arange(64, dtype=np.float32)
    found = samples(64, 8, 2.0, 0.5) @ ramp
    assert found == pytest.approx(16 + 4 * (np.arange(8) + 0.5) - 0.5, abs=0.1)


def test_a_ramp_has_the_slope_of_two_steps() -> None:
    ramp = np.arange(64, dtype=np.float32)
    assert (slopes(64, 16) @ ramp)[4:12] == pytest.approx(8, abs=0.1)
