import hashlib
from pathlib import Path

import pytest

from pipeline.download.refused import digest_of_refused, load_refused
from schemas.errors import UserError


def test_a_list_is_read_from_its_file(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text(f"# ours\n{hashlib.sha256(b'x').hexdigest()}\n")
    found = load_refused(str(path))
    assert found
    assert found.find_bytes(b"x") == 2
    assert digest_of_refused(str(path)) == hashlib.sha256(path.read_bytes()).hexdigest()


def test_no_path_is_no_list() -> None:
    assert load_refused(None) is None
    assert digest_of_refused(None) is None


@pytest.mark.parametrize(
    ("content", "said"),
    [(None, "no such file"), (b"\xff\xfe\x00", "not a UTF-8 text file"), (b"\nx\n", "list.txt:2")],
)
def test_a_list_that_cannot_be_read_whole_is_the_users_to_mend(
    tmp_path: Path, content: bytes | None, said: str
) -> None:
    path = tmp_path / "list.txt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(UserError, match=said):
        load_refused(str(path))
