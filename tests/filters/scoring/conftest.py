import io
from pathlib import Path

import pytest
from PIL import Image

from tests.filters.scoring.models import write_model
from tests.samples import make_image

TEXTS = [f"a photo of a red boat number {n} " + "very " * (n * 9) for n in range(11)]


@pytest.fixture(scope="session")
def tiny_clip(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_model(tmp_path_factory.mktemp("clip"))


@pytest.fixture(scope="session")
def pictures() -> list[Image.Image]:
    """Grey, coloured, wide and tall ones."""
    sizes = [(96, 80), (300, 100), (64, 64), (40, 200), (255, 254), (33, 31)]
    bodies = [make_image(n, *sizes[n % len(sizes)]) for n in range(11)]
    made = [Image.open(io.BytesIO(body)) for body in bodies]
    return [picture.convert("L") if n == 3 else picture for n, picture in enumerate(made)]


@pytest.fixture
def head_path(tmp_path: Path) -> Path:
    return tmp_path / "head.pt"
