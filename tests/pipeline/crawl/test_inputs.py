import gzip
from pathlib import Path

import pytest

from pipeline.crawl.inputs import (
    SUFFIXES,
    CrawlInput,
    InputKind,
    check_readable,
    plan_inputs,
    refuse_if_all_bad,
)
from schemas.errors import UserError
from schemas.outcomes import Failure


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("b.warc.gz", "a.WARC", "sub/list.csv.gz", "sub/deep/seeds.txt", "note.md"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"WARC/1.0")
    (tmp_path / "_work").mkdir()
    (tmp_path / "_work" / "x.parquet").write_bytes(b"PAR1")
    return tmp_path


def names(inputs: tuple[CrawlInput, ...], folder: Path) -> list[tuple[str, str]]:
    return [(str(Path(item.path).relative_to(folder)), item.kind.value) for item in inputs]


def test_folder_is_read_with_its_subfolders_and_without_our_own_work(folder: Path) -> None:
    assert names(plan_inputs([str(folder)]), folder) == [
        ("a.WARC", "warc"),
        ("b.warc.gz", "warc"),
        ("sub/deep/seeds.txt", "seeds"),
        ("sub/list.csv.gz", "list"),
    ]


def test_same_input_named_thrice_is_one(folder: Path) -> None:
    found = plan_inputs(["b.warc.gz", "*.gz", "./sub/../b.warc.gz"], str(folder))

    assert names(found, folder) == [("b.warc.gz", "warc")]


def test_order_of_naming_does_not_matter(folder: Path) -> None:
    texts = ["**/*.txt", "b.warc.gz", "http://h/"]

    assert plan_inputs(texts, str(folder)) == plan_inputs(texts[::-1], str(folder))


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_every_suffix_has_its_kind(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"x{suffix}").touch()

    assert plan_inputs([f"x{suffix}"], str(tmp_path))[0].kind == SUFFIXES[suffix]


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://host/", InputKind.SEEDS),
        ("http://host/page.txt", InputKind.SEEDS),
        ("https://host/crawl.warc.gz?x=1", InputKind.WARC),
        ("https://host/list.parquet", InputKind.LIST),
        ("https://host/crawl.warc.zst", InputKind.WARC),
        ("https://host/crawl.warc.wat.gz", InputKind.WAT),
        ("https://host/site.wacz", InputKind.WACZ),
    ],
)
def test_web_addresses_are_seeds_unless_they_name_data(url: str, kind: InputKind) -> None:
    assert plan_inputs([url]) == (CrawlInput(path=url, kind=kind),)


def test_object_stores_are_walked_alike() -> None:
    import fsspec

    with fsspec.open("memory://bucket/in/sub/a.warc", "wb") as stream:
        stream.write(b"WARC/1.0")
    wanted = (CrawlInput(path="memory://bucket/in/sub/a.warc", kind=InputKind.WARC),)

    for text in ("memory://bucket/in", "memory://bucket/in/**/*.warc", wanted[0].path):
        found = plan_inputs([text])
        assert [item.path.replace(":///", "://") for item in found] == [wanted[0].path]
        assert not check_readable(found)


def test_a_list_can_be_said_to_be_one(tmp_path: Path) -> None:
    for name in ("urls.txt", "more.txt"):
        (tmp_path / name).write_text("http://e.org/a.jpg\ta boat\n")
    assert names(plan_inputs(["urls.txt"], str(tmp_path)), tmp_path) == [("urls.txt", "seeds")]
    found = plan_inputs(["list:*.txt"], str(tmp_path))
    assert names(found, tmp_path) == [("more.txt", "list"), ("urls.txt", "list")]
    (remote,) = plan_inputs(["list:https://host/urls.txt"])
    assert remote == CrawlInput(path="https://host/urls.txt", kind=InputKind.LIST)


def test_a_folder_of_pictures_and_archives_is_both(tmp_path: Path) -> None:
    for name in ("in/boats/a.jpg", "in/boats/a.txt", "in/x.warc.gz", "in/seeds.txt", "in/b.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    assert names(plan_inputs(["in"], str(tmp_path)), tmp_path) == [
        ("in/boats", "pictures"),
        ("in/seeds.txt", "seeds"),
        ("in/x.warc.gz", "warc"),
    ]


def test_the_pool_of_another_tool_is_its_tars(tmp_path: Path) -> None:
    for name in ("00000.tar", "00000.parquet", "00000_stats.json"):
        (tmp_path / name).write_bytes(b"x")
    assert names(plan_inputs([str(tmp_path)]), tmp_path) == [("00000.tar", "tar")]


def test_an_index_is_its_files(tmp_path: Path) -> None:
    table = tmp_path / "cc-index/table/cc-main/warc/crawl=CC-MAIN-2024-22/subset=warc"
    table.mkdir(parents=True)
    for name in ("part-0.parquet", "notes.md"):
        (table / name).touch()
    (tmp_path / "x.cdxj.gz").touch()
    (tmp_path / "mine").touch()
    part = [CrawlInput(path=str(table / "part-0.parquet"), kind=InputKind.CC_INDEX)]
    assert list(plan_inputs([f"cc-index:{table}"])) == part
    assert list(plan_inputs(["cc-index:CC-MAIN-2024-22"], cc_root=str(tmp_path))) == part
    for name in ("x.cdxj.gz", "mine"):  # a file that is named is an index, whatever its name
        (found,) = plan_inputs([f"cc-index:{name}"], str(tmp_path))
        assert (found.path, found.kind) == (str(tmp_path / name), InputKind.CC_INDEX)
    (remote,) = plan_inputs(["cc-index:https://host/part-0.parquet"])
    assert remote.kind is InputKind.CC_INDEX
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="holds no index"):
        plan_inputs(["cc-index:empty"], str(tmp_path))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("gone.warc", "no such file"),
        ("*.zip", "matches nothing"),
        ("empty", "holds no input"),
        ("x.wet.gz", "not supported yet; supported: .warc"),
        ("pictures", "pictures without captions: give each NAME.jpg a NAME.txt"),
        ("list:gone.txt", "no such file"),
        ("cc-index:gone.parquet", "no such file"),
        ("hf:", "expected hf:NAME"),
        ("oss://bucket/x.warc", "pip install"),
        (" ", "empty text"),
    ],
)
def test_mistakes_are_one_clear_line(tmp_path: Path, text: str, words: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures/a.jpg").touch()
    (tmp_path / "x.wet.gz").touch()

    with pytest.raises(UserError, match=words) as error:
        plan_inputs([text], str(tmp_path))
    assert "\n" not in str(error.value)


def test_no_input_at_all_is_a_mistake() -> None:
    with pytest.raises(UserError, match="no input"):
        plan_inputs([])


def test_unreadable_files_are_found_beforehand(tmp_path: Path) -> None:
    contents = {
        "empty.csv": b"",
        "page.warc": b"<html>",
        "page.warc.gz": gzip.compress(b"<html>"),
        "text.parquet": b"url,text",
        "page.wacz": b"<html>",
        "page.wat.gz": b"<html>",
        "good.warc": b"WARC/1.0\r\n",
        "good.parquet": b"PAR1",
    }
    for name, data in contents.items():
        (tmp_path / name).write_bytes(data)
    inputs = plan_inputs([str(tmp_path)])
    problems = check_readable(inputs)

    assert {(Path(str(row.url)).name, row.outcome) for row in problems} == {
        ("empty.csv", Failure.FILE_EMPTY),
        ("page.warc", Failure.FILE_FORMAT),
        ("page.warc.gz", Failure.FILE_FORMAT),
        ("page.wacz", Failure.FILE_FORMAT),
        ("page.wat.gz", Failure.FILE_FORMAT),
        ("text.parquet", Failure.FILE_FORMAT),
    }
    good = refuse_if_all_bad(inputs, problems)
    assert [Path(item.path).name for item in good] == ["good.parquet", "good.warc"]


def test_nothing_but_bad_inputs_is_the_users_mistake(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(b"<html>")
    (tmp_path / "b.warc").write_bytes(b"")
    inputs = plan_inputs([str(tmp_path)])

    with pytest.raises(UserError, match=r"a\.warc: not a WARC or ARC file \(and 1 more"):
        refuse_if_all_bad(inputs, check_readable(inputs))


def test_file_that_vanished_since_is_a_problem(tmp_path: Path) -> None:
    item = CrawlInput(path=str(tmp_path / "a.warc"), kind=InputKind.WARC)

    assert check_readable([item])[0].outcome == Failure.FILE_MISSING


def test_list_of_paths_gives_its_archives_and_passes_what_is_none(tmp_path: Path) -> None:
    (tmp_path / "wat.paths.gz").write_bytes(gzip.compress(b"a/1.warc.wat.gz\na/1.warc.wet.gz\n"))

    assert plan_inputs(["wat.paths.gz"], str(tmp_path)) == (
        CrawlInput(path="https://data.commoncrawl.org/a/1.warc.wat.gz", kind=InputKind.WAT),
    )


def test_list_of_paths_without_an_archive_is_a_mistake(tmp_path: Path) -> None:
    (tmp_path / "wet.paths").write_bytes(b"a/1.warc.wet.gz\n")

    with pytest.raises(UserError, match="names no file that can be read"):
        plan_inputs(["wet.paths"], str(tmp_path))
