import pytest

from dedup.contamination.sources import read_part, split_source
from schemas.errors import UserError
from tests.dedup.contamination.pictures import picture_bytes, write_tar

ONE, TWO = picture_bytes(1), picture_bytes(2)


def _read(source):
    return [image for part in split_source("set", source) for image in read_part(part)]


@pytest.mark.parametrize("mode", ["w", "w:gz"])
def test_member_is_the_key_and_cls_the_label_wherever_it_stands(tmp_path, mode):
    members = {
        "s/0.png": ONE,
        "s/0.cls": b"7\n",
        "s/1.cls": b"8",
        "s/1.json": b"{}",
        "s/1.seg.png": TWO,
        "s/2.png": b"",
    }
    source = write_tar(tmp_path / ("a.tar" if mode == "w" else "a.tar.gz"), members, mode)
    assert [(image.key, image.label, image.body) for image in _read(source)] == [
        ("s/0.png", "7", ONE),
        ("s/1.seg.png", "8", TWO),
        ("s/2.png", None, b""),
    ]


def test_equal_members_of_several_tars_stay_apart(tmp_path):
    for name in ("a.tar", "b.tar"):
        write_tar(tmp_path / name, {"0.png": ONE})
    assert [image.key for image in _read(str(tmp_path))] == ["a.tar:0.png", "b.tar:0.png"]


def test_tar_without_images_is_the_users_mistake(tmp_path):
    with pytest.raises(UserError, match="no images in this tar"):
        _read(write_tar(tmp_path / "a.tar", {"0.txt": b"x"}))


@pytest.mark.parametrize("suffix", [".tar", ".tar.gz"])
def test_cut_tar_is_the_users_mistake(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    members = {f"{number}.png": picture_bytes(number) for number in range(9)}
    write_tar(path, members, "w" if suffix == ".tar" else "w:gz")
    path.write_bytes(path.read_bytes()[:9000])
    with pytest.raises(UserError, match="not a whole, readable tar"):
        _read(str(path))
