import pytest

from demo.pictures import CONCEPTS, SIZES, decode, encode, paint


@pytest.mark.parametrize("concept", CONCEPTS)
def test_same_seed_paints_the_same_picture(concept):
    first, second, other = (paint(concept, seed, (120, 90)) for seed in (3, 3, 4))
    assert first.tobytes() == second.tobytes()
    assert first.tobytes() != other.tobytes()
    assert first.size == (120, 90)


def test_size_comes_from_the_list_where_none_is_given():
    assert paint("sea", 0).size in SIZES


@pytest.mark.parametrize(
    ("extension", "magic"), [("jpg", b"\xff\xd8\xff"), ("png", b"\x89PNG"), ("webp", b"RIFF")]
)
def test_encoding_is_what_the_extension_says(extension, magic):
    body = encode(paint("kite", 1, (80, 60)), extension)
    assert body.startswith(magic)
    assert decode(body).size == (80, 60)
