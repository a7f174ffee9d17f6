"""What readers of benchmarks and plain pools hand on: parts to read, images with their bytes."""

from dataclasses import dataclass
from enum import StrEnum

IMAGE_SUFFIXES = (
    *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".gif", ".bmp"),
    *(".tif", ".tiff", ".ppm", ".pgm", ".pbm", ".avif"),
)

# From which an alignment alone makes a match: at .775 and more, 0.1 % of planted photos matched
# another photo (docs/contamination-settings.md). `webimagetext calibrate` says it for a benchmark.
DEFAULT_MIN_SCORE = 0.78


class SourceKind(StrEnum):
    """What a source is made of."""

    FOLDER = "folder"
    TAR = "tar"
    PARQUET = "parquet"
    HUB = "hub"
    INDEX = "index"


@dataclass(frozen=True, slots=True, kw_only=True)
class BenchmarkSource:
    """A source whose files are known; nothing of them is read yet but a Parquet footer.

    Attributes:
        source: As the user gave it.
        root: The folder that keys are relative to; the dataset's name for `hf:`.
        files: Full paths, sorted; for `hf:` the one split.
    """

    name: str
    source: str
    kind: SourceKind
    root: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePart:
    """A share of a source that one worker reads.

    Attributes:
        files: Full paths: many images, or the one tar or Parquet file; for `hf:` the one split.
        group: Parquet row group, or shard of a streamed dataset.
        first_row: Number of the part's first row in its file.
        prefix: Put before keys that are unique within their file only; empty for a single file.
    """

    name: str
    kind: SourceKind
    root: str
    files: tuple[str, ...]
    group: int = 0
    first_row: int = 0
    prefix: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceImage:
    """An image as it lies in the source, not decoded.

    Attributes:
        key: Its path, member or row, unique in the source.
        body: The file's bytes; empty where a row has none.
    """

    key: str
    body: bytes
    label: str | None = None


def is_image_name(name: str) -> bool:
    """Whether a file or member name ends as pictures do."""
    return name.lower().endswith(IMAGE_SUFFIXES)
