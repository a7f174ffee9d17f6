import numpy as np
import pytest

from demo import still_lifes
from demo.pictures import PAINTERS

OURS = [p for p in PAINTERS.values() if p.__module__ == still_lifes.__name__]


@pytest.mark.parametrize("painter", OURS, ids=lambda painter: painter.__name__)
@pytest.mark.parametrize("size", [(48, 60), (150, 500), (200, 90)])
def test_every_size_is_filled_with_more_than_one_colour(painter, size):
    canvas = painter(np.random.default_rng(5), *size)
    assert canvas.shape == (*size, 3)
    assert np.isfinite(canvas).all()
    assert canvas.std() > 0.02


def test_painters_are_listed():
    assert OURS
