"""What became of one image; it crosses from the process that decodes to the one that asked."""

from dataclasses import dataclass, fields
from typing import Any, Self


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessedImage:
    """What the pool keeps of an image.

    Attributes:
        data: The stored file.
        extension: Of the stored file, without the dot.
        sha256: Of the original bytes, hex; so are `md5` and `sha512` if `compute_hash` asks.
        phash: Of the upright original, before the resize.
        exif: JSON object as text.
        is_damaged: Whether the decoder had to mend the file.
        image_sha256: Of `data`, hex; None of images that another downloader stored.
        entropy: See `texture.Texture`, as are the next two.
    """

    data: bytes
    extension: str
    width: int
    height: int
    original_width: int
    original_height: int
    sha256: str
    phash: int
    exif: str
    md5: str | None = None
    sha512: str | None = None
    is_damaged: bool = False
    image_sha256: str | None = None
    entropy: float | None = None
    sharpness: float | None = None
    edge_ratio: float | None = None

    def to_json(self) -> dict[str, Any]:
        """Returns everything but the data."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "data"}

    @classmethod
    def from_json(cls, values: dict[str, Any], data: bytes) -> Self:
        """Undoes `to_json`."""
        return cls(data=data, **values)
