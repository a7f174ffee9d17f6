import pytest

from dedup.contamination.records import is_image_name


@pytest.mark.parametrize("name", ["a.jpg", "n01440764_18.JPEG", "x/y.z.PNG", "00001.ppm"])
def test_picture_names_are_known_whatever_their_case(name):
    assert is_image_name(name)


@pytest.mark.parametrize("name", ["a.txt", "jpg", "a.jpg.json", "a.svg", ""])
def test_other_names_are_no_pictures(name):
    assert not is_image_name(name)
