"""How images are fetched and stored: the fields of the recipe's `[download]` section."""

from dataclasses import dataclass
from typing import Literal

ResizeMode = Literal["no", "border", "keep_ratio", "keep_ratio_largest", "center_crop"]
Engine = Literal["ours", "img2dataset"]
EncodeFormat = Literal["jpg", "png", "webp"]
HashName = Literal["md5", "sha256", "sha512"]
Interpolation = Literal[
    "nearest", "linear", "bilinear", "cubic", "bicubic", "area", "lanczos", "lanczos4"
]
Strictness = Literal["flag", "reject"]
OnChange = Literal["accept", "mismatch"]

MAX_PNG_COMPRESSION = 9

# It fetches whatever it is given, and writes it to disk before we see it.
_OURS_ALONE = ("previous", "reject_hashes", "max_host_urls", "max_total_urls", "max_total_bytes")


@dataclass(frozen=True, slots=True, kw_only=True)
class DownloadOptions:
    """img2dataset's names and meanings where it has the option (docs/download-images.md).

    Attributes:
        engine: Who fetches, decodes and resizes (docs/img2dataset.md).
        image_size: Pixels of the side that `resize_mode` speaks of.
        upscale_interpolation: Used by images that grow, which `resize_only_if_bigger` forbids.
        encode_quality: 0 to 100 for jpg and webp; the compression, 0 to 9, for png.
        skip_reencode: Keeps the bytes of an image that needs no change, less its metadata.
        disable_all_reencoding: Keeps the bytes of every image, metadata and place included.
        min_image_size: Of the shorter side of the original; smaller is rejected.
        max_image_area: Pixels of the original; more is rejected. None sets no limit.
        max_aspect_ratio: Longer over shorter side of the original. None sets no limit.
        compute_hash: A hash of the original bytes to keep beside sha256, which is always kept.
        verify_hash: Column of the URL list and kind of the hash that the bytes must have.
        strict: Whether a JPEG that decodes with warnings is marked `damaged` or refused.
        number_sample_per_shard: URLs per pool shard, on average.
        deadline_s: Total time for one try of an image, redirects included.
        retries: Further tries of an image whose host is busy or breaks off.
        max_bytes: Of one image's body, decoded of its content encoding.
        max_pixels: Checked from the header, before decoding (open_clip's limit is 25 M).
        concurrency: Images in flight at once.
        previous: An earlier pool (docs/rounds.md).
        on_change: What other bytes than the earlier pool's are: a new version, or not the picture.
        reject_hashes: File of hashes whose pictures nobody may keep (`dedup.hash_list`).
        max_host_urls: URLs to fetch of one host.
        max_total_urls: URLs to fetch in all.
        max_total_bytes: Of bodies, in all.
    """

    engine: Engine = "ours"
    image_size: int = 256
    resize_mode: ResizeMode = "keep_ratio"
    resize_only_if_bigger: bool = True
    upscale_interpolation: Interpolation = "lanczos"
    downscale_interpolation: Interpolation = "area"
    encode_format: EncodeFormat = "jpg"
    encode_quality: int = 95
    skip_reencode: bool = False
    disable_all_reencoding: bool = False
    min_image_size: int = 0
    max_image_area: int | None = None
    max_aspect_ratio: float | None = None
    compute_hash: HashName | None = "sha256"
    verify_hash: tuple[str, HashName] | None = None
    strict: Strictness = "flag"
    number_sample_per_shard: int = 1000
    deadline_s: float = 15.0
    retries: int = 1
    max_bytes: int = 32 * 2**20
    max_pixels: int = 25_000_000
    concurrency: int = 64
    previous: str | None = None
    on_change: OnChange = "accept"
    reject_hashes: str | None = None
    max_host_urls: int | None = None
    max_total_urls: int | None = None
    max_total_bytes: int | None = None

    def __post_init__(self) -> None:
        if self.encode_format == "png" and self.encode_quality > MAX_PNG_COMPRESSION:
            raise ValueError(
                f"encode_quality is a compression of 0 to {MAX_PNG_COMPRESSION} for png,"
                f" got {self.encode_quality}"
            )
        if self.engine == "img2dataset" and (self.verify_hash or self.compute_hash != "sha256"):
            raise ValueError(
                "engine img2dataset computes sha256 and verifies nothing:"
                " leave compute_hash and verify_hash out"
            )
        if self.engine == "img2dataset" and (given := [n for n in _OURS_ALONE if getattr(self, n)]):
            raise ValueError(f"engine img2dataset knows no {given[0]}: leave it out")
