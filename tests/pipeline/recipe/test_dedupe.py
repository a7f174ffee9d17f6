import pytest
from pydantic import ValidationError

from pipeline.recipe.dedupe import Contamination, Dedupe


@pytest.mark.parametrize(("section", "most"), [(Dedupe, 8), (Contamination, 16)])
def test_a_distance_has_its_range(section: type[Dedupe | Contamination], most: int) -> None:
    assert section(max_distance=most).max_distance == most
    with pytest.raises(ValidationError, match="max_distance"):
        section(max_distance=most + 1)


def test_overlap_is_reported_and_placeholders_stay_unless_asked() -> None:
    assert Contamination().action == "report"
    assert Dedupe().max_urls_per_image is None


def test_the_radius_is_twice_the_distance_unless_it_is_given_and_no_less_than_that() -> None:
    assert Dedupe(max_distance=3).radius == 6
    assert Dedupe(max_distance=3, max_radius=3).radius == 3
    with pytest.raises(ValidationError, match="max_radius 2 is below max_distance 3"):
        Dedupe(max_distance=3, max_radius=2)
