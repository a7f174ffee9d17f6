import pytest
from pydantic import ValidationError

from pipeline.download.options import DownloadOptions
from pipeline.recipe.download import Download


def test_every_download_option_is_a_key_with_the_same_default() -> None:
    assert DownloadOptions(**Download().model_dump()) == DownloadOptions()


def test_what_does_not_go_together_is_a_mistake() -> None:
    with pytest.raises(ValidationError, match="max_host_urls"):
        Download(engine="img2dataset", max_host_urls=1)
