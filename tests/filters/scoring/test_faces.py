from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from filters.scoring import faces
from filters.scoring.faces import FaceCounter
from filters.scoring.options import FACE_SIDE_PX, MIN_FACE_SCORE, YUNET
from schemas.errors import UserError


class BrightSpots:
    """OpenCV's interface of a detector, for which every white spot is a face."""

    def __init__(self, size: tuple[int, int]) -> None:
        self.size = size

    @classmethod
    def create(
        cls, path: str, config: str, size: tuple[int, int], score: float, overlap: float
    ) -> "BrightSpots":
        assert (path[-6:], config, score, overlap) == ("m.onnx", "", MIN_FACE_SCORE, 0.3)
        return cls(size)

    def setInputSize(self, size: tuple[int, int]) -> None:  # noqa: N802  OpenCV's name
        self.size = size

    def detect(self, bgr: np.ndarray) -> tuple[int, np.ndarray | None]:
        assert self.size == (bgr.shape[1], bgr.shape[0])
        assert max(bgr.shape) <= FACE_SIDE_PX
        assert bgr.flags.c_contiguous
        is_blue = (bgr[..., 0] > 200).astype(np.uint8)  # the first channel is blue
        found = cv2.connectedComponents(is_blue)[0] - 1
        return 1, np.zeros((found, 15), np.float32) if found else None


@pytest.fixture
def counter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FaceCounter:
    (tmp_path / "m.onnx").touch()
    monkeypatch.setattr(faces.cv2, "FaceDetectorYN", BrightSpots)
    return FaceCounter(str(tmp_path / "m.onnx"))


@pytest.mark.parametrize("size", [(200, 100), (1000, 700), (90, 3000)])
@pytest.mark.parametrize("spots", [0, 1, 3])
def test_every_face_counts_at_any_size(
    counter: FaceCounter, size: tuple[int, int], spots: int
) -> None:
    picture = Image.new("RGB", size, (255, 0, 0))
    side = min(size) // 4
    for number in range(spots):
        where = (0, 2 * side * number) if size[1] > size[0] else (2 * side * number, 0)
        picture.paste((0, 0, 255), (*where, where[0] + side, where[1] + side))
    assert counter(picture) == spots


def test_a_grey_picture_is_looked_at_too(counter: FaceCounter) -> None:
    assert counter(Image.new("L", (50, 50), 255)) == 1


def test_a_model_that_is_missing_or_damaged_is_named(tmp_path: Path) -> None:
    path = tmp_path / "m.onnx"
    with pytest.raises(UserError, match=r"m\.onnx: no such file"):
        FaceCounter(str(path))
    path.write_bytes(b"damaged")
    with pytest.raises(UserError, match=r"m\.onnx: no model that OpenCV reads"):
        FaceCounter(str(path))


@pytest.mark.parametrize(
    ("picture", "count"),
    [
        ("captioned-images/coco/val2017/000000000139.jpg", 0),
        ("benchmark-images/imagenet-samples/n02108422_bull_mastiff.JPEG", 2),
        ("benchmark-images/imagenet-samples/n06359193_web_site.JPEG", 1),
        ("benchmark-images/imagenet-samples/n03868863_oxygen_mask.JPEG", 1),
    ],
)
def test_yunet_itself_counts_faces_of_people(shared_data: Path, picture: str, count: int) -> None:
    with Image.open(shared_data / picture) as opened:
        assert FaceCounter(YUNET)(opened) == count
