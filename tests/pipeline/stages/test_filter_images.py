from pipeline.recipe.images import Images
from pipeline.stages.filter_images import FilterImages
from tests.pipeline.stages.runner import run_stage
from tests.samples import make_pair


def test_small_and_elongated_images_are_rejected_and_counted() -> None:
    pairs = [
        make_pair(1),
        make_pair(2, original_width=63),
        make_pair(3, original_width=1000, original_height=100),
    ]
    kept, dropped, stages = run_stage(pairs, FilterImages(Images()))
    assert kept == [pairs[0]]
    assert {row.uid: row.outcome for row in dropped} == {
        pairs[1].uid: "image_too_small",
        pairs[2].uid: "image_too_long",
    }
    assert stages["filter"]["rejected"] == {"image_too_long": 1, "image_too_small": 1}
