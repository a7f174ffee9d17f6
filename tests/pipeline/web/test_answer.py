import pytest

from pipeline.web.answer import Answer


def test_header_is_the_first_of_its_name() -> None:
    headers = (("X-A", "1"), ("x-a", "2"))
    assert Answer(status=200, headers=headers).header("x-a") == "1"
    assert Answer(status=200).header("x-a") is None


@pytest.mark.parametrize(
    ("status", "location"), [(301, "/b"), (308, "/b"), (200, None), (304, None), (300, None)]
)
def test_only_a_redirect_leads_elsewhere(status: int, location: str | None) -> None:
    assert Answer(status=status, headers=(("Location", "/b"),)).location == location


@pytest.mark.parametrize(
    ("status", "is_success"), [(199, False), (200, True), (299, True), (300, False)]
)
def test_success_is_2xx(status: int, is_success: bool) -> None:
    assert Answer(status=status).is_success == is_success
