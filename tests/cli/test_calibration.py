from pathlib import Path

from PIL import Image

from cli.calibration import pool_images
from tests.cli.conftest import Chain
from tests.dedup.verify.photos import make_photo


def test_a_pool_and_a_folder_both_give_thumbnails(chain: Chain, tmp_path: Path) -> None:
    Image.fromarray(make_photo(1)).save(tmp_path / "1.png")
    (tmp_path / "2.png").write_bytes(b"no picture")
    assert [image.pool_key for image in pool_images(str(tmp_path))] == ["1.png"]
    ours = list(pool_images(str(chain.pool)))
    assert len(ours) == 9
    assert all(image.thumbnail and image.uid for image in ours)
