"""What an earlier pool knew of a URL: its picture's hashes, and its stored image to copy."""

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import lru_cache

from dedup.phash_value import PHASH_VERSION
from pipeline.download.options import DownloadOptions
from pipeline.download.processed import ProcessedImage
from pipeline.download.refused import digest_of_refused
from pipeline.shards.pack import shard_name
from pipeline.shards.storage import exists, join, open_input, read_range
from pipeline.shards.tar import Member, find_members
from pipeline.web.validators import Conditions, Validators
from schemas.errors import RunError
from schemas.records import PoolRow

# Everything else decides which images there are, and not what is stored of one.
_OF_THE_IMAGE = (
    "image_size",
    "resize_mode",
    "resize_only_if_bigger",
    "upscale_interpolation",
    "downscale_interpolation",
    "encode_format",
    "encode_quality",
    "skip_reencode",
    "disable_all_reencoding",
    "min_image_size",
    "max_image_area",
    "max_aspect_ratio",
    "compute_hash",
    "strict",
    "max_bytes",
    "max_pixels",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The last picture that an earlier round accepted from a URL.

    Attributes:
        stored: Its row, if its stored image is what today's options would make of it.
    """

    sha256: str
    phash: int | None
    stored: PoolRow | None = None

    def conditions(self, verify: tuple[str, str | None] | None = None) -> Conditions | None:
        """Asks for the picture only if it changed; None if there would be nothing to copy.

        Args:
            verify: Kind and value of the hash that the picture must have: where the earlier one is
                not known to have it, only the whole picture will do.
        """
        stored = self.stored
        if not stored or not stored.final_url:
            return None
        if verify and getattr(stored, verify[0]) != verify[1]:
            return None
        validators = Validators(stored.etag, stored.last_modified)
        return Conditions(url=stored.final_url, validators=validators) if any(validators) else None

    def signals(self) -> tuple[str, ...]:
        """Returns what the earlier answer's headers said, which a 304 need not repeat.

        Whoever takes an opt-out back is believed when the picture comes whole again.
        """
        said = self.stored.opt_out if self.stored else ()
        return tuple(signal for signal in said if signal.startswith("header:"))


def earlier_of(row: PoolRow, *, may_copy: bool) -> Earlier | None:
    """Returns what a row knows of its URL's picture; None if nobody ever saw one there.

    A row that was refused or that failed hands on what the round before it knew: or a picture that
    was not accepted once would be new, and so accepted, one round later.
    """
    if row.status == "success" and row.sha256:
        stored = row if may_copy and row.image_sha256 else None
        return Earlier(sha256=row.sha256, phash=row.phash, stored=stored)
    if row.earlier_sha256:
        return Earlier(sha256=row.earlier_sha256, phash=row.earlier_phash)
    return None


def mark_images(options: DownloadOptions) -> str:
    """Returns the sha256 of everything that decides whether and how one image is stored.

    The hash list is part of it: what an older list let pass must be seen again.
    """
    values = asdict(options)
    parts = [
        {name: values[name] for name in _OF_THE_IMAGE},
        PHASH_VERSION,
        digest_of_refused(options.reject_hashes),
    ]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def copy_image(pool: str, stored: PoolRow) -> ProcessedImage | None:
    """Returns the stored image of an earlier row; None if it is no longer what the row says."""
    tar = join(pool, f"{shard_name(stored.shard)}.tar")
    member = _members(tar).get(f"{stored.uid}.{stored.extension}")
    if member is None or member.length != stored.image_bytes:
        return None
    data = read_range(tar, *member)
    if hashlib.sha256(data).hexdigest() != stored.image_sha256:
        return None
    assert stored.sha256
    assert stored.phash is not None
    return ProcessedImage(
        data=data,
        extension=stored.extension or "",
        width=stored.width or 0,
        height=stored.height or 0,
        original_width=stored.original_width or 0,
        original_height=stored.original_height or 0,
        sha256=stored.sha256,
        md5=stored.md5,
        sha512=stored.sha512,
        phash=stored.phash,
        exif=stored.exif or "{}",
        is_damaged=bool(stored.damaged),
        image_sha256=stored.image_sha256,
        entropy=stored.entropy,
        sharpness=stored.sharpness,
        edge_ratio=stored.edge_ratio,
    )


@lru_cache(maxsize=8)  # uids come in order, so a shard reads few earlier tars, one after the other
def _members(tar: str) -> dict[str, Member]:
    if not exists(tar):
        return {}
    with open_input(tar) as stream:
        try:
            return find_members(stream, tar)
        except RunError:
            return {}  # a cut tar holds nothing to copy: its images are fetched again
