"""One image from its bytes to what the pool stores: decoded once, hashed, resized, encoded."""

import hashlib

from dedup.hash_list import HashList
from dedup.phash import phash_grey
from pipeline.download.colour import Pixels, to_srgb
from pipeline.download.decode import DecodedImage, decode_image
from pipeline.download.encode import encode_image
from pipeline.download.options import DownloadOptions, HashName
from pipeline.download.processed import ProcessedImage
from pipeline.download.resize import Resize
from pipeline.download.strip import strip_metadata
from pipeline.download.texture import measure_texture
from schemas.errors import RecordRejected
from schemas.outcomes import Reject

_EXTENSIONS = {"JPEG": "jpg", "PNG": "png", "WEBP": "webp"}


def process_image(
    body: bytes, options: DownloadOptions, refused: HashList | None = None
) -> ProcessedImage:
    """Returns what to store of an image.

    Args:
        body: The file.
        options: Sizes and limits.
        refused: Pictures that nobody may keep.

    Raises:
        RecordFailed: The image does not decode.
        RecordRejected: Its size, its shape or its state is refused by the options, or it is one of
            `refused`.
    """
    if refused and (line := refused.find_bytes(body)) is not None:
        raise RecordRejected(Reject.HASH_LIST, f"line {line} of the list")
    decoded = decode_image(body, options.max_pixels)
    phash = phash_grey(decoded.grey)
    if refused and (line := refused.find_picture(phash, decoded.pixels)) is not None:
        raise RecordRejected(Reject.HASH_LIST, f"like line {line} of the list")
    _check(decoded, options)
    data, pixels = _store(body, decoded, options)
    kind = options.compute_hash
    texture = measure_texture(decoded.grey)
    return ProcessedImage(
        data=data,
        extension=options.encode_format,
        width=pixels.shape[1],
        height=pixels.shape[0],
        original_width=decoded.pixels.shape[1],
        original_height=decoded.pixels.shape[0],
        sha256=hashlib.sha256(body).hexdigest(),
        md5=_digest(body, kind) if kind == "md5" else None,
        sha512=_digest(body, kind) if kind == "sha512" else None,
        phash=phash,
        exif=decoded.exif,
        is_damaged=decoded.is_damaged,
        image_sha256=hashlib.sha256(data).hexdigest(),
        entropy=texture.entropy,
        sharpness=texture.sharpness,
        edge_ratio=texture.edge_ratio,
    )


def _digest(body: bytes, kind: HashName) -> str:
    return hashlib.new(kind, body, usedforsecurity=False).hexdigest()


def _check(decoded: DecodedImage, options: DownloadOptions) -> None:
    height, width = decoded.pixels.shape[:2]
    shorter, longer = sorted((height, width))
    if decoded.is_damaged and options.strict == "reject":
        raise RecordRejected(Reject.DAMAGED, decoded.format)
    if shorter < options.min_image_size:
        raise RecordRejected(Reject.IMAGE_TOO_SMALL, f"{width}x{height}")
    if options.max_image_area is not None and width * height > options.max_image_area:
        raise RecordRejected(Reject.IMAGE_TOO_LARGE, f"{width}x{height}")
    if options.max_aspect_ratio is not None and longer > options.max_aspect_ratio * shorter:
        raise RecordRejected(Reject.IMAGE_TOO_LONG, f"{width}x{height}")


def _store(body: bytes, decoded: DecodedImage, options: DownloadOptions) -> tuple[bytes, Pixels]:
    """Returns the file to store and its pixels."""
    if options.disable_all_reencoding:
        return body, decoded.pixels
    resize = Resize(
        image_size=options.image_size,
        resize_mode=options.resize_mode,
        resize_only_if_bigger=options.resize_only_if_bigger,
        upscale_interpolation=options.upscale_interpolation,
        downscale_interpolation=options.downscale_interpolation,
    )
    resized = resize(decoded.pixels)
    if options.skip_reencode and resized is decoded.pixels and decoded.is_as_stored:
        is_right_format = _EXTENSIONS.get(decoded.format) == options.encode_format
        if is_right_format and (kept := strip_metadata(body, decoded.format)):
            return kept, resized
    pixels = to_srgb(resized, decoded.profile)
    return encode_image(pixels, options.encode_format, options.encode_quality), pixels
