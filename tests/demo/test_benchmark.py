import hashlib
from pathlib import Path

from demo.benchmark import DIGITS, PICTURES, make_benchmarks, plan_benchmarks
from demo.gallery import draw_gallery, phash
from demo.pictures import CONCEPTS, decode
from pipeline.recipe.dedupe import Contamination

MAX_DISTANCE = Contamination().max_distance


def test_class_folders_are_the_concepts(tmp_path):
    folders = make_benchmarks(str(tmp_path))
    pictures, digits = Path(folders[PICTURES]), Path(folders[DIGITS])
    assert {p.name for p in pictures.iterdir()} == {c.replace(" ", "_") for c in CONCEPTS}
    assert {p.name for p in digits.iterdir()} == set("0123456789")
    plans = plan_benchmarks(draw_gallery(0))
    assert len(list(pictures.rglob("*.png"))) == plans[PICTURES].images
    assert len(list(digits.rglob("*.png"))) == plans[DIGITS].images


def test_site_holds_as_many_copies_as_planned(plan, tmp_path):
    pool = [_hashes(f) for f in Path(plan.folder, "files/img").glob("[0-9]*.*")]
    assert len(pool) == plan.kept
    for name, folder in make_benchmarks(str(tmp_path)).items():
        found = {"sha256": 0, "phash": 0}
        for sha, value in map(_hashes, Path(folder).rglob("*.png")):
            if any(sha == other for other, _ in pool):
                found["sha256"] += 1
            elif any((value ^ other).bit_count() <= MAX_DISTANCE for _, other in pool):
                found["phash"] += 1
        assert found == plan.overlap[name]
        assert sum(found.values()) == plan.benchmarks[name].overlap


def _hashes(path: Path) -> tuple[str, int]:
    body = path.read_bytes()
    return hashlib.sha256(body).hexdigest(), phash(decode(body))
