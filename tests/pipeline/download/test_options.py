import pytest

from pipeline.download.options import DownloadOptions
from pipeline.recipe import Download


def test_the_recipes_section_has_the_same_fields_and_defaults() -> None:
    assert DownloadOptions(**Download().model_dump()) == DownloadOptions()


def test_a_png_takes_a_compression_and_no_quality() -> None:
    with pytest.raises(ValueError, match="0 to 9 for png, got 95"):
        DownloadOptions(encode_format="png")
    assert DownloadOptions(encode_format="png", encode_quality=9)
