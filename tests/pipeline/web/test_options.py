from typing import Any

import pytest

from pipeline.recipe import Web
from pipeline.web.options import WebOptions


def test_the_recipe_section_maps_onto_it() -> None:
    assert WebOptions(**Web().model_dump()).product_token == "webimagetext"


@pytest.mark.parametrize(
    "wrong",
    [{"product_token": ""}, {"product_token": "a b"}, {"user_agent": "a\r\nX: 1"},
     {"host_connections": 0}, {"host_interval_s": -1},
     {"connect_s": 0}],
)  # fmt: skip
def test_what_no_host_could_understand_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        WebOptions(**{"user_agent": "bot", "product_token": "bot"} | wrong)
