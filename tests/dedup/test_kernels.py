import numpy as np

from dedup import kernels


def test_compiled_and_plain_loops_give_the_same():
    rng = np.random.default_rng(0)
    pixels = rng.integers(0, 256, 3 * 40, dtype=np.uint8)
    compiled, plain = np.empty(40, np.uint8), np.empty(40, np.uint8)
    kernels.luma(pixels, compiled)
    kernels.luma.py_func(pixels, plain)
    assert np.array_equal(compiled, plain)

    columns = rng.integers(0, 256, (12, 5), dtype=np.uint8)
    starts = np.array([0, 4], np.int32)
    weights = rng.integers(-(2**19), 2**20, (2, 8), dtype=np.int32)
    sums = np.empty(5, np.int32)
    compiled, plain = np.empty((2, 5), np.uint8), np.empty((2, 5), np.uint8)
    kernels.across(columns, starts, weights, sums, compiled)
    kernels.across.py_func(columns, starts, weights, sums, plain)
    assert np.array_equal(compiled, plain)
    exact = weights[0].astype(np.int64) @ columns[:8].astype(np.int64)
    assert plain[0].tolist() == np.clip((exact + 2**21) >> 22, 0, 255).tolist()
