"""Section `[download]` of a recipe: how images are fetched, decoded and stored."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from pipeline.download.options import (
    DownloadOptions,
    EncodeFormat,
    Engine,
    HashName,
    Interpolation,
    OnChange,
    ResizeMode,
    Strictness,
)
from pipeline.recipe.section import Section


class Download(Section):
    """How images are fetched and stored; the names are img2dataset's where it has the option.

    Attributes:
        engine: `img2dataset` runs that (docs/img2dataset.md), to reproduce an old run.
        max_image_area: Pixels of the original; img2dataset's default is no limit, too.
        compute_hash: A hash to keep beside sha256, which is always kept.
        verify_hash: Column of the URL list and kind of hash, such as `["sha256", "sha256"]`.
        strict: `flag` marks JPEGs that decode with warnings as damaged, `reject` refuses them.
        deadline_s: Total time for one try of an image, redirects included.
        retries: Further tries where the host is busy or breaks off; img2dataset makes none.
        max_pixels: Checked from the header, before decoding (open_clip's limit is 25 M).
        number_sample_per_shard: URLs per pool shard, on average.
        previous: Output of an earlier download or build: images are asked for only if they changed.
        on_change: `mismatch` refuses a picture whose bytes are not those of `previous`.
        reject_hashes: File of hashes (`dedup.hash_list`); what they name is never stored.
        max_host_urls: URLs to fetch of one host; those with the smallest uids.
        max_total_urls: URLs to fetch in all; those with the smallest uids.
        max_total_bytes: Of image bodies, shared out evenly over the pool's shards.
    """

    engine: Engine = "ours"
    image_size: Annotated[int, Field(ge=1)] = 256
    resize_mode: ResizeMode = "keep_ratio"
    resize_only_if_bigger: bool = True
    upscale_interpolation: Interpolation = "lanczos"
    downscale_interpolation: Interpolation = "area"
    encode_format: EncodeFormat = "jpg"
    encode_quality: Annotated[int, Field(ge=0, le=100)] = 95
    skip_reencode: bool = False
    disable_all_reencoding: bool = False
    min_image_size: Annotated[int, Field(ge=0)] = 0
    max_image_area: Annotated[int, Field(ge=1)] | None = None
    max_aspect_ratio: Annotated[float, Field(ge=1)] | None = None
    compute_hash: HashName | None = "sha256"
    verify_hash: tuple[str, HashName] | None = None
    strict: Strictness = "flag"
    number_sample_per_shard: Annotated[int, Field(ge=1)] = 1000
    deadline_s: Annotated[float, Field(gt=0)] = 15.0
    retries: Annotated[int, Field(ge=0)] = 1
    max_bytes: Annotated[int, Field(ge=1)] = 32 * 2**20
    max_pixels: Annotated[int, Field(ge=1)] = 25_000_000
    concurrency: Annotated[int, Field(ge=1)] = 64
    previous: str | None = None
    on_change: OnChange = "accept"
    reject_hashes: str | None = None
    max_host_urls: Annotated[int, Field(ge=1)] | None = None
    max_total_urls: Annotated[int, Field(ge=1)] | None = None
    max_total_bytes: Annotated[int, Field(ge=1)] | None = None

    @model_validator(mode="after")
    def _goes_together(self) -> Self:
        DownloadOptions(**self.model_dump())  # says what does not
        return self
