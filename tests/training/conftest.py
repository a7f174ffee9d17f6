"""A small dataset of coloured shapes, made with the writers that make real ones."""

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import torch
from PIL import Image, ImageDraw

from pipeline.shards.manifest import SCHEMA_VERSION, describe_file, entry_to_json, write_manifest
from pipeline.shards.tar import TarWriter
from schemas.uid import make_uid

COLOURS = ("red", "green", "blue", "yellow", "purple", "orange")
SHAPES = ("circle", "square", "triangle")

Member = dict[str, bytes]


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def draw(number: int, size: int = 72) -> tuple[Image.Image, str]:
    """The image and caption of sample `number`."""
    colour, shape = COLOURS[number % 6], SHAPES[number // 6 % 3]
    image = Image.new("RGB", (size, size + number % 5), "white")
    pen, shift = ImageDraw.Draw(image), number % 7
    box = (8 + shift, 8, size - 16 + shift, size - 16)
    if shape == "circle":
        pen.ellipse(box, colour)
    elif shape == "square":
        pen.rectangle(box, colour)
    else:
        pen.polygon([(box[0], box[3]), (box[2], box[3]), (size // 2, box[1])], colour)
    return image, f"a {colour} {shape}"


def encode(image: Image.Image, extension: str = "jpg") -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}[extension])
    return buffer.getvalue()


def make_sample(number: int, extension: str = "") -> tuple[str, Member]:
    """The uid and members of sample `number`, by default every third a PNG, every fifth a WebP."""
    mixed = "png" if number % 3 == 0 else "webp" if number % 5 == 0 else "jpg"
    extension = extension or mixed
    image, caption = draw(number)
    uid = make_uid(f"http://example.org/{number}.{extension}", caption)
    text = json.dumps({"uid": uid, "text": caption, "width": image.width, "height": image.height})
    return uid, {
        extension: encode(image, extension),
        "txt": caption.encode(),
        "json": text.encode(),
    }


def write_dataset(folder: Path, samples: list[tuple[str, Member]], per_shard: int = 20) -> str:
    """Writes a dataset as `shards` does; returns its path."""
    (folder / "shards").mkdir(parents=True)
    entries, sizes = [], {}
    for first in range(0, len(samples), per_shard):
        name = f"shards/{first // per_shard:05d}.tar"
        part = samples[first : first + per_shard]
        with (folder / name).open("wb") as stream:
            tar = TarWriter(stream)
            for uid, members in part:
                tar.add_sample(uid, members)
            tar.close()
        entries.append(entry_to_json(describe_file(str(folder), name, samples=len(part))))
        sizes[Path(name).name] = len(part)
    (folder / "shards" / "sizes.json").write_text(json.dumps(sizes))
    write_manifest(str(folder), {"schema_version": SCHEMA_VERSION, "shards": entries})
    return str(folder)


@pytest.fixture(scope="session")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> str:
    """48 shapes in 3 shards."""
    folder = tmp_path_factory.mktemp("shapes") / "dataset"
    return write_dataset(folder, [make_sample(number) for number in range(48)])


@pytest.fixture
def make_dataset(tmp_path: Path) -> Callable[..., str]:
    """Writes a dataset of the given samples."""

    def make(samples: list[tuple[str, Member]], name: str = "dataset") -> str:
        return write_dataset(tmp_path / name, samples)

    return make
