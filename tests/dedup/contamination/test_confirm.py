import hashlib

import numpy as np
import pytest
from PIL import Image

from dedup.contamination.confirm import ConfirmingMatcher, strictness
from dedup.phash import phash_grey
from dedup.verify.thumbnail import make_thumbnail
from schemas.records import BenchmarkImage, Fingerprint, Match, PoolImage
from tests.dedup.verify.photos import Pixels, make_photo

PHOTOS = [make_photo(seed) for seed in range(8)]


def _print(pixels: Pixels) -> Fingerprint:
    grey = np.asarray(Image.fromarray(pixels).convert("L"))
    sha256 = hashlib.sha256(pixels.tobytes()).hexdigest()
    return Fingerprint(
        sha256=sha256, phash=phash_grey(grey), thumbnail=make_thumbnail(pixels, grey)
    )


def _image(key: str, pixels: Pixels, benchmark: str = "b") -> BenchmarkImage:
    found = _print(pixels)
    return BenchmarkImage(
        benchmark=benchmark,
        key=key,
        sha256=found.sha256,
        phash=found.phash,
        thumbnail=found.thumbnail,
    )


def _pool(key: str, pixels: Pixels, phash: int | None = None) -> PoolImage:
    found = _print(pixels)
    return PoolImage(
        pool_key=key,
        sha256=found.sha256,
        phash=found.phash if phash is None else phash,
        thumbnail=found.thumbnail,
    )


@pytest.fixture(scope="module")
def matcher() -> ConfirmingMatcher:
    return ConfirmingMatcher([_image(str(n), photo) for n, photo in enumerate(PHOTOS)], 6)


def _brief(matches: list[Match]) -> list[tuple[str, str, str, str]]:
    return [(m.benchmark_key, m.pool_key, m.method, m.transform) for m in matches]


def test_the_surest_method_names_the_match_and_all_are_scored(matcher: ConfirmingMatcher) -> None:
    darker = (PHOTOS[1] * 0.8).astype(np.uint8)
    crop = np.ascontiguousarray(PHOTOS[2][20:180, 20:180])
    pool = [_pool("same", PHOTOS[0]), _pool("dark", darker), _pool("crop", crop[:, ::-1])]
    found = matcher.match(pool)
    assert _brief(found) == [
        ("0", "same", "sha256", "none"),
        ("1", "dark", "phash", "none"),
        ("2", "crop", "aligned", "flip"),
    ]
    assert min(match.score or 0 for match in found) > 0.8
    assert found[2].crop == pytest.approx((0.1, 0.1, 0.9, 0.9), abs=0.04)


def test_a_near_hash_of_another_picture_is_no_match(matcher: ConfirmingMatcher) -> None:
    near = _print(PHOTOS[3]).phash ^ 0b111100
    assert not matcher.match([_pool("other", make_photo(30), near)])


def test_a_hash_that_is_all_but_equal_needs_no_alignment(matcher: ConfirmingMatcher) -> None:
    near = _print(PHOTOS[3]).phash ^ 0b1100
    assert _brief(matcher.match([_pool("other", make_photo(30), near)])) == [
        ("3", "other", "phash", "none")
    ]


def test_without_thumbnails_hashes_alone_decide() -> None:
    bare = BenchmarkImage(benchmark="b", key="x", sha256="s", phash=0xF0F0F0F0F0F0F0F0)
    near = PoolImage(pool_key="p", sha256="t", phash=0xF0F0F0F0F0F0F00F)
    matcher = ConfirmingMatcher([bare, _image("0", PHOTOS[0])], 8)
    assert _brief(matcher.match([near, _pool("q", PHOTOS[0])])) == [
        ("0", "q", "sha256", "none"),
        ("x", "p", "phash", "none"),
    ]
    assert ConfirmingMatcher([bare], 8).match([near])[0].score is None


def test_matches_do_not_depend_on_the_batch(matcher: ConfirmingMatcher) -> None:
    pool = [_pool(str(n), make_photo(n)[n:, : 190 - n]) for n in range(10)]
    together = matcher.match(pool)
    apart = [match for image in pool for match in matcher.match([image])]
    assert sorted(apart, key=str) == sorted(together, key=str)
    assert len(together) == 8


def test_flat_pictures_match_nothing(matcher: ConfirmingMatcher) -> None:
    flat = np.full((50, 50, 3), 90, np.uint8)
    with_flat = ConfirmingMatcher([_image("flat", flat)], 6)
    assert not matcher.match([_pool("flat", flat)])
    assert not with_flat.match([_pool("other flat", flat + 9)])


def test_a_benchmark_is_found_as_if_it_were_alone() -> None:
    alone = [_image(str(n), photo) for n, photo in enumerate(PHOTOS)]
    # Six pictures as like as these would fill the five proposals of each pool image.
    family = [_image(str(n), PHOTOS[0][n : 190 + n], "other") for n in range(6)]
    pool = [_pool("crop", np.ascontiguousarray(PHOTOS[0][10:190, 10:190]))]
    together = ConfirmingMatcher([*family, *alone], 6).match(pool)
    of_b = [match for match in together if match.benchmark == "b"]
    assert of_b == ConfirmingMatcher(alone, 6).match(pool)
    assert len(of_b) == 1


def test_each_benchmark_has_its_own_least_score() -> None:
    images = [_image("0", PHOTOS[0], name) for name in ("a", "b")]
    pool = [_pool("crop", np.ascontiguousarray(PHOTOS[0][20:180, 20:180]))]
    found = ConfirmingMatcher(images, 6, 0.99, {"b": 0.8}).match(pool)
    assert [match.benchmark for match in found] == ["b"]


def _match(method: str, distance: int, score: float | None) -> Match:
    names = {"benchmark": "b", "benchmark_key": "k", "uid": None, "pool_key": "p", "url": None}
    return Match(**names, method=method, distance=distance, score=score)


@pytest.mark.parametrize(
    ("match", "wanted"),
    [
        (_match("sha256", 0, 0.1), 1.0),
        (_match("phash", 6, None), 1.0),
        (_match("phash", 2, 0.1), 1.0),
        (_match("phash", 3, 0.7), 1.0),
        (_match("phash", 3, 0.69), 0.69),
        (_match("aligned", 1, 0.9), 0.9),
    ],
)
def test_strictness_is_the_largest_least_score_that_lets_a_pair_in(
    match: Match, wanted: float
) -> None:
    assert strictness(match) == wanted
