"""How images are fetched and stored: the fields of the recipe's `[download]` section."""

from dataclasses import dataclass
from typing import Literal

ResizeMode = Literal["no", "border", "keep_ratio", "keep_ratio_largest"]
Engine = Literal["ours", "img2dataset"]
EncodeFormat = Literal["jpg", "png", "webp"]

MAX_PNG_COMPRESSION = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadOptions:
    """img2dataset's names and meanings where it has the option.

    Attributes:
        engine: Who fetches, decodes and resizes (docs/img2dataset.md).
        image_size: Pixels of the side that `resize_mode` speaks of.
        encode_quality: 0 to 100 for jpg and webp; the compression, 0 to 9, for png.
        number_sample_per_shard: URLs per pool shard, on average.
        deadline_s: Total time for one try of an image, redirects included.
        retries: Further tries of an image whose host is busy or breaks off.
        max_bytes: Of one image's body, decoded of its content encoding.
        max_pixels: Checked from the header, before decoding (open_clip's limit is 25 M).
        concurrency: Images in flight at once.
    """

    engine: Engine = "ours"
    image_size: int = 256
    resize_mode: ResizeMode = "keep_ratio"
    resize_only_if_bigger: bool = True
    encode_format: EncodeFormat = "jpg"
    encode_quality: int = 95
    number_sample_per_shard: int = 1000
    deadline_s: float = 15.0
    retries: int = 1
    max_bytes: int = 32 * 2**20
    max_pixels: int = 25_000_000
    concurrency: int = 64

    def __post_init__(self) -> None:
        if self.encode_format == "png" and self.encode_quality > MAX_PNG_COMPRESSION:
            raise ValueError(
                f"encode_quality is a compression of 0 to {MAX_PNG_COMPRESSION} for png,"
                f" got {self.encode_quality}"
            )
