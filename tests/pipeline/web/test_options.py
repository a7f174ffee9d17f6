from typing import Any

import pytest

from pipeline.recipe.web import Web
from pipeline.web.options import WebOptions, check_nameserver


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


@pytest.mark.parametrize("entry", ["9.9.9.9", "127.0.0.1:5353", "2620:fe::fe", "[::1]:53"])
def test_a_nameserver_is_an_address(entry: str) -> None:
    assert check_nameserver(entry) == entry


@pytest.mark.parametrize("entry", ["dns.example", "10.0.0.0/8", "127.0.0.1:0", "127.0.0.1:x", ""])
def test_what_is_no_nameserver_is_told_at_construction(entry: str) -> None:
    with pytest.raises(ValueError, match="'"):
        WebOptions(user_agent="a", product_token="a", nameservers=(entry,))
