import json
from pathlib import Path

import numpy as np
import pytest

from dedup.contamination.calibration import (
    Calibration,
    NullScores,
    PlantedRecall,
    calibration_json,
    calibration_table,
    measure_recall,
    negative,
    read_settings,
    thumbnails_of,
)
from dedup.contamination.confirm import ConfirmingMatcher
from dedup.contamination.corrected import DetectorRates
from dedup.contamination.evidence import read_calibration
from dedup.verify.threshold import Threshold
from schemas.errors import UserError
from schemas.records import BenchmarkImage, PoolImage
from tests.dedup.verify import photos
from tests.dedup.verify.photos import make_photo

CALIBRATION = Calibration(
    benchmark="b",
    images=5000,
    pool_images=50_000,
    pool_size=1_000_000,
    max_distance=6,
    threshold=Threshold(min_score=0.91, false_rate=0.001, upper=0.001, is_extrapolated=True),
    hits=4,
    transforms=(PlantedRecall(transform="grey", planted=4, found=3, ci95=(0.2, 0.99)),),
)


def _bytes(seed: int) -> bytes:
    one = photos.thumbnails_of(make_photo(seed))
    return bytes(one.grey.tobytes() + one.chroma.tobytes())


def test_a_negative_does_not_find_its_own_positive() -> None:
    benchmark = photos.thumbnails_of(*map(make_photo, range(6)))
    null = NullScores(benchmark)
    null.add(benchmark)
    assert null.num_pictures == 6
    assert null.scores.max() < 0.6
    assert np.array_equal(negative(negative(benchmark)).grey, benchmark.grey)


def test_recall_counts_the_copies_of_their_own_original() -> None:
    images = [
        BenchmarkImage(benchmark="b", key=str(n), sha256=str(n), phash=n, thumbnail=_bytes(n))
        for n in range(3)
    ]
    copies = [
        (str(n), PoolImage(pool_key=f"c{n}", sha256="", phash=0, thumbnail=_bytes(seed)))
        for n, seed in ((0, 0), (1, 1), (2, 9))
    ]
    matcher = ConfirmingMatcher(images, 0)
    (found,) = measure_recall(matcher, {"copied": copies})
    assert (found.transform, found.planted, found.found) == ("copied", 3, 2)
    assert found.ci95 == pytest.approx((0.094, 0.992), abs=0.001)


def test_thumbnails_are_of_those_that_have_one() -> None:
    images = [
        PoolImage(pool_key="a", sha256="", phash=0),
        PoolImage(pool_key="b", sha256="", phash=0, thumbnail=_bytes(1)),
    ]
    assert len(thumbnails_of(images).grey) == 1


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "c.json"


def test_a_file_gives_back_its_settings_and_its_counts(file: Path) -> None:
    file.write_text(calibration_json(CALIBRATION))
    assert read_settings(str(file)) == {"min_score": 0.91, "max_distance": 6, "verify": True}
    assert read_calibration(str(file)) == DetectorRates(found=3, planted=4, hits=4, queries=5000)


def test_a_file_of_counts_alone_sets_nothing(file: Path) -> None:
    file.write_text('{"recall": {"found": 1, "planted": 2}}')
    assert read_settings(str(file)) == {}


@pytest.mark.parametrize("text", ["", "1", '{"threshold": {"min_score": "x"}}'])
def test_another_file_is_refused(file: Path, text: str) -> None:
    file.write_text(text)
    with pytest.raises(UserError, match=r"c\.json: not a calibration"):
        read_settings(str(file))


def test_another_version_is_refused(file: Path) -> None:
    file.write_text(json.dumps(json.loads(calibration_json(CALIBRATION)) | {"version": 9}))
    with pytest.raises(UserError, match="version 9"):
        read_settings(str(file))


def test_the_table_says_where_it_extrapolates() -> None:
    table = calibration_table(CALIBRATION)
    assert "extrapolated by an exponential tail" in table
    assert "| grey | 4 | 3 | 0.750 | 0.200-0.990 |" in table
