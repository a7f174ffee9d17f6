import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms

from pipeline.download.decode import decode_image
from pipeline.download.encode import encode_image
from pipeline.download.options import DownloadOptions
from pipeline.download.process import process_image
from pipeline.download.resize import Resize
from schemas.errors import RecordRejected
from schemas.outcomes import Reject
from tests.pipeline.download.profiles import wide_profile, wide_to_srgb
from tests.pipeline.download.resizer import psnr_db, resize, rgb
from tests.samples import make_image

MODES = ["no", "border", "keep_ratio", "keep_ratio_largest", "center_crop"]
INTERPOLATIONS = [
    "nearest",
    "linear",
    "bilinear",
    "cubic",
    "bicubic",
    "area",
    "lanczos",
    "lanczos4",
]
MIN_PSNR_DB = 45
LIMIT = 25_000_000
ONLY_SMALLER = {"resize_only_if_bigger": True}

THEIR_WORDS = {
    "image too small": Reject.IMAGE_TOO_SMALL,
    "image area too large": Reject.IMAGE_TOO_LARGE,
    "aspect ratio too large": Reject.IMAGE_TOO_LONG,
}


def png(width: int, height: int, mode: str = "RGB") -> bytes:
    image = Image.open(io.BytesIO(make_image(width * 1000 + height, width, height, "PNG")))
    stream = io.BytesIO()
    image.convert(mode).save(stream, "PNG")
    return stream.getvalue()


options = st.fixed_dictionaries(
    {
        "image_size": st.integers(1, 90),
        "resize_mode": st.sampled_from(MODES),
        "resize_only_if_bigger": st.booleans(),
        "upscale_interpolation": st.sampled_from(INTERPOLATIONS),
        "downscale_interpolation": st.sampled_from(INTERPOLATIONS),
        "skip_reencode": st.booleans(),
    },
    optional={
        "min_image_size": st.integers(0, 60),
        "max_image_area": st.integers(100, 10_000),
        "max_aspect_ratio": st.floats(1, 4),
    },
)


@settings(max_examples=150)
@given(st.integers(1, 120), st.integers(1, 120), st.sampled_from(["RGB", "L"]), options)
def test_sizes_pixels_and_refusals_are_img2datasets_for_every_option(
    width: int, height: int, mode: str, chosen: dict
) -> None:
    body = png(width, height, mode)
    chosen = {**chosen, "encode_format": "png", "encode_quality": 1}
    theirs = resize(body, **chosen)
    if theirs.error:
        with pytest.raises(RecordRejected) as caught:
            process_image(body, DownloadOptions(**chosen))
        assert caught.value.outcome == THEIR_WORDS[theirs.error]
        return
    ours = process_image(body, DownloadOptions(**chosen))
    assert (ours.width, ours.height) == (theirs.width, theirs.height)
    original = (ours.original_width, ours.original_height)
    assert original == (theirs.original_width, theirs.original_height) == (width, height)
    assert np.array_equal(rgb(ours.data), rgb(theirs.data or b""))


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("only_if_bigger", [True, False])
@pytest.mark.parametrize(
    ("width", "height"),
    [(500, 400), (333, 501), (257, 256), (256, 256), (90, 60), (61, 300), (515, 37)],
)
@pytest.mark.parametrize("encode_format", ["jpg", "webp"])
def test_stored_files_are_img2datasets(
    mode: str, only_if_bigger: bool, width: int, height: int, encode_format: str
) -> None:
    body = make_image(width * height, width, height)
    chosen = {
        "image_size": 256,
        "resize_mode": mode,
        "resize_only_if_bigger": only_if_bigger,
        "encode_format": encode_format,
    }
    theirs, ours = resize(body, **chosen), process_image(body, DownloadOptions(**chosen))
    assert (ours.width, ours.height) == (theirs.width, theirs.height)
    assert ours.data == theirs.data


@pytest.mark.parametrize(
    ("folder", "count"),
    [
        ("captioned-images/coco/val2017", 40),
        ("captioned-images/coco/train2017", 15),
        ("captioned-images/grocery", 41),
        ("benchmark-images/imagenet-samples", 130),
        ("benchmark-images/grocerystore-test", 81),
    ],
)
@pytest.mark.parametrize("size", [64, 224, 256])
def test_real_photos_are_stored_as_img2dataset_stores_them(
    shared_data: Path, folder: str, count: int, size: int
) -> None:
    bodies = [p.read_bytes() for p in sorted((shared_data / folder).rglob("*.*")) if is_photo(p)]
    assert len(bodies) == count
    for body in bodies:
        theirs = resize(body, image_size=size, resize_mode="keep_ratio", **ONLY_SMALLER)
        ours = process_image(body, DownloadOptions(image_size=size))
        assert (ours.width, ours.height) == (theirs.width, theirs.height)
        if decode_image(body, LIMIT).profile is None:
            assert psnr_db(rgb(ours.data), rgb(theirs.data or b"")) >= MIN_PSNR_DB
            assert len(ours.data) <= len(theirs.data or b"")
        else:  # Adobe RGB and the like, whose colours img2dataset takes for sRGB
            shown = resize(as_srgb(body), image_size=size, resize_mode="keep_ratio", **ONLY_SMALLER)
            right, wrong = (
                psnr_db(rgb(d or b""), rgb(shown.data or b"")) for d in (ours.data, theirs.data)
            )
            assert right > wrong


def as_srgb(body: bytes) -> bytes:
    """Returns the photo at full size in sRGB, converted by Pillow."""
    image = Image.open(io.BytesIO(body))
    profile = ImageCms.ImageCmsProfile(io.BytesIO(image.info["icc_profile"]))
    srgb = ImageCms.createProfile("sRGB")
    return saved(ImageCms.profileToProfile(image, profile, srgb, outputMode="RGB"), "PNG")


def is_photo(path: Path) -> bool:
    return path.suffix.lower() in {".jpg", ".jpeg", ".png"}


def saved(image: Image.Image, image_format: str, **how: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, image_format, **how)
    return stream.getvalue()


def photo() -> Image.Image:
    return Image.open(io.BytesIO(make_image(5, 300, 200, "PNG"))).convert("RGB")


def turned() -> tuple[bytes, np.ndarray]:
    exif = Image.Exif()
    exif[0x0112] = 3
    image = photo()
    return saved(image.rotate(180), "PNG", exif=exif), np.asarray(image)


def deep() -> tuple[bytes, np.ndarray]:
    values = np.asarray(photo().convert("L")).astype(np.uint16)
    return saved(Image.fromarray(values * 257), "PNG"), np.repeat(values[..., np.newaxis], 3, 2)


def wide() -> tuple[bytes, np.ndarray]:
    image = Image.new("RGB", (300, 200), (200, 100, 50))
    expected = np.tile(wide_to_srgb((200, 100, 50)), (200, 300, 1))
    return saved(image, "PNG", icc_profile=wide_profile()), expected


def ink() -> tuple[bytes, np.ndarray]:
    image = photo().convert("CMYK")
    return saved(image, "JPEG", quality=98, subsampling=0), np.asarray(image.convert("RGB"))


def clear_palette() -> tuple[bytes, np.ndarray]:
    image = photo().quantize(16)
    shown = np.asarray(image.convert("RGB")).copy()
    shown[np.asarray(image) == 3] = 255
    return saved(image, "PNG", transparency=3), shown


@pytest.mark.parametrize("make", [turned, deep, wide, ink, clear_palette])
def test_42_to_44_what_img2dataset_gets_wrong_is_right_and_the_rest_no_worse(make) -> None:
    body, shown = make()
    lossless = {"encode_format": "png", "encode_quality": 1, "image_size": 256}
    ours = rgb(process_image(body, DownloadOptions(**lossless, resize_mode="no")).data)
    theirs = resize(body, **lossless, resize_mode="no", resize_only_if_bigger=True)
    right = psnr_db(ours, shown)
    assert right >= 35
    assert theirs.data
    their_pixels = rgb(theirs.data)
    assert right >= psnr_db(their_pixels, shown) - 1
    if make in {turned, deep, wide}:
        assert psnr_db(their_pixels, shown) < 25


@given(st.integers(1, 700), st.integers(1, 700), st.sampled_from(MODES))
def test_no_size_breaks_it_and_the_named_side_is_met(width: int, height: int, mode: str) -> None:
    resized = Resize(image_size=64, resize_mode=mode)(np.zeros((height, width, 3), np.uint8))
    new_height, new_width = resized.shape[:2]
    if mode == "keep_ratio":
        assert min(new_height, new_width) == min(64, height, width)
    if mode == "keep_ratio_largest":
        assert max(new_height, new_width) == min(64, max(height, width))
    if mode == "border" and max(height, width) > 64:
        assert (new_height, new_width) == (64, 64)
    if mode == "center_crop" and min(height, width) > 64:
        assert (new_height, new_width) == (64, 64)
    if mode == "no":
        assert (new_height, new_width) == (height, width)


def test_borders_are_white_and_even() -> None:
    for channels in ((), (3,)):
        resized = Resize(image_size=64, resize_mode="border")(np.zeros((100, 200, *channels), "u1"))
        assert (resized[:16] == 255).all()
        assert (resized[48:] == 255).all()
        assert (resized[16:48] == 0).all()


def test_a_crop_is_of_the_middle() -> None:
    ramp = np.tile(np.arange(192, dtype=np.uint8), (64, 1))
    cropped = Resize(image_size=64, resize_mode="center_crop", resize_only_if_bigger=False)(ramp)
    assert cropped[0, [0, 63]].tolist() == [64, 127]


def test_what_stays_as_it_is_is_not_copied() -> None:
    pixels = np.zeros((50, 60, 3), np.uint8)
    for mode in MODES:
        assert Resize(image_size=64, resize_mode=mode)(pixels) is pixels


def test_the_input_is_not_changed() -> None:
    pixels = np.asarray(Image.open(io.BytesIO(make_image(1, 300, 200))))
    before = pixels.copy()
    encode_image(Resize(image_size=64, resize_mode="border")(pixels), "jpg", 95)
    assert np.array_equal(pixels, before)
