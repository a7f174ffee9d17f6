from pipeline.image_filters import image_steps
from pipeline.recipe.images import Images
from tests.samples import make_pair


def test_what_is_not_asked_for_is_no_step() -> None:
    assert [step.name for step in image_steps(Images())] == ["image_size", "image_aspect"]


def test_every_key_reaches_its_filter() -> None:
    images = Images(
        min_area_px=5000,
        min_bytes=2,
        min_entropy=3,
        min_sharpness=4,
        max_edge_ratio=0.5,
        max_text_entropy=6,
    )
    steps = image_steps(images)
    assert [step.name for step in steps[2:]] == [
        "image_area",
        "image_bytes",
        "image_flat",
        "image_blur",
        "image_text",
    ]
    good = {"entropy": 5.0, "sharpness": 5.0, "edge_ratio": 0.1}
    assert not [step.name for step in steps if step.decide(make_pair(1, **good))]
    for number, wrong in enumerate(
        [
            {"original_width": 70, "original_height": 70},
            {"bytes": 1},
            {"entropy": 2.9},
            {"sharpness": 3.9},
            {"edge_ratio": 0.51},
        ],
        start=2,
    ):
        said = [n for n, step in enumerate(steps) if step.decide(make_pair(1, **good | wrong))]
        assert said == [number]
