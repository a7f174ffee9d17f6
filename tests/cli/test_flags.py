import pytest

from cli.flags import has_foreign_flag, split_flags
from schemas.errors import UserError

OURS = {"--out": True, "--quiet": False, "--help": False}
BEAM = {"--runner": True, "--streaming": False, "--direct_num_workers": True}


@pytest.mark.parametrize(
    ("given", "ours", "beam"),
    [
        (["a.warc", "--out", "d"], ["a.warc", "--out", "d"], []),
        (["--runner=FlinkRunner", "a.warc"], ["a.warc"], ["--runner=FlinkRunner"]),
        (["--runner", "FlinkRunner", "a.warc"], ["a.warc"], ["--runner", "FlinkRunner"]),
        (["--streaming", "a.warc", "--quiet"], ["a.warc", "--quiet"], ["--streaming"]),
        (["--out", "--odd-folder", "a"], ["--out", "--odd-folder", "a"], []),
        (["--", "--runner=x"], ["--", "--runner=x"], []),
        (["-h"], ["-h"], []),
    ],
)
def test_what_is_not_ours_goes_to_beam_with_its_value(
    given: list[str], ours: list[str], beam: list[str]
) -> None:
    assert split_flags(given, OURS, BEAM) == (ours, beam)


def test_a_flag_that_nobody_knows_is_named() -> None:
    with pytest.raises(UserError, match="no such option: --ouput"):
        split_flags(["--ouput", "d"], OURS, BEAM)


def test_beams_list_is_only_needed_for_a_foreign_flag() -> None:
    assert not has_foreign_flag(["a", "--out=d", "--quiet"], OURS)
    assert has_foreign_flag(["a", "--runner=x"], OURS)
