from PIL import Image

from training.plot import plot_loss


def test_the_curve_is_a_png_and_the_same_twice(tmp_path):
    for name in ("a.png", "b.png"):
        plot_loss(str(tmp_path / name), [1, 2, 3], [4.0, 3.0, 2.5], floor=4.1)
    assert Image.open(tmp_path / "a.png").size == (840, 480)
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
