from pathlib import Path

import pytest

from pipeline.download.options import DownloadOptions
from pipeline.recipe.download import Download
from pipeline.recipe.load import load_recipe
from schemas.errors import UserError


def test_the_recipes_section_has_the_same_fields_and_defaults() -> None:
    assert DownloadOptions(**Download().model_dump()) == DownloadOptions()


def test_a_png_takes_a_compression_and_no_quality() -> None:
    with pytest.raises(ValueError, match="0 to 9 for png, got 95"):
        DownloadOptions(encode_format="png")
    assert DownloadOptions(encode_format="png", encode_quality=9)


def test_what_img2dataset_cannot_do_is_refused_with_its_engine() -> None:
    assert DownloadOptions(engine="img2dataset")
    for wrong in (
        {"compute_hash": "md5"},
        {"verify_hash": ("hash", "sha256")},
        {"previous": "pool"},
        {"reject_hashes": "list.txt"},
        {"max_host_urls": 1},
        {"max_total_urls": 1},
        {"max_total_bytes": 1},
    ):
        with pytest.raises(ValueError, match="engine img2dataset"):
            DownloadOptions(engine="img2dataset", **wrong)


def test_a_recipe_that_does_not_go_together_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text('name = "x"\n\n[download]\nencode_format = "png"\n')
    with pytest.raises(UserError, match=r"r\.toml:3: download: .*0 to 9 for png, got 95"):
        load_recipe(path)


def test_a_recipe_says_everything_in_toml(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text(
        "[download]\n"
        'resize_mode = "center_crop"\n'
        'upscale_interpolation = "bicubic"\n'
        "skip_reencode = true\n"
        "min_image_size = 10\n"
        "max_image_area = 1000\n"
        "max_aspect_ratio = 2.5\n"
        'compute_hash = "md5"\n'
        'verify_hash = ["hash", "md5"]\n'
        'strict = "reject"\n'
    )
    options = DownloadOptions(**load_recipe(path).download.model_dump())
    assert options.verify_hash == ("hash", "md5")
    assert (options.max_aspect_ratio, options.strict) == (2.5, "reject")
