from pathlib import Path

import pyarrow as pa
import pytest

from pipeline.crawl.lists.columns import Columns, find_columns, header_names
from pipeline.crawl.options import ReadOptions
from schemas.errors import UserError

IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
S, N, B = pa.string(), pa.int64(), pa.binary()


def find(schema: dict[str, pa.DataType] | list[str], path: str = "x.parquet", **said) -> Columns:
    options = ReadOptions(product_token="x", **said)
    typed = pa.schema(list(schema.items())) if isinstance(schema, dict) else None
    return find_columns(path, list(schema), typed, options)


@pytest.mark.parametrize(
    ("name", "columns", "url", "texts"),
    [
        ("laion-400m", ["SAMPLE_ID", "URL", "TEXT", "LICENSE"], "URL", ("TEXT",)),
        ("re-laion", ["url", "caption", "similarity", "key"], "url", ("caption",)),
        ("datacomp", ["uid", "url", "text", "face_bboxes", "sha256"], "url", ("text",)),
        ("coyo", ["id", "url", "text", "width", "image_phash"], "url", ("text",)),
        (
            "recap-datacomp",
            ["url", "re_caption", "org_caption", "sha256"],
            "url",
            ("re_caption", "org_caption"),
        ),
        (
            "wit",
            [
                "language",
                "page_url",
                "image_url",
                "page_title",
                "caption_reference_description",
                "caption_attribution_description",
                "caption_alt_text_description",
            ],
            "image_url",
            (
                "caption_reference_description",
                "caption_attribution_description",
                "caption_alt_text_description",
            ),
        ),
        ("open_clip", ["filepath", "title"], None, ("title",)),
    ],
)
def test_published_lists_are_recognised(
    name: str, columns: list[str], url: str | None, texts: tuple[str, ...]
) -> None:
    found = find(columns)
    assert (found.url, found.texts) == (url, texts), name


def test_all_but_bytes_is_carried_through_unless_columns_are_named() -> None:
    schema = {
        "url": S,
        "text": S,
        "n": N,
        "thumb": B,
        "boxes": pa.list_(pa.list_(pa.float64())),
        "more": pa.struct([("a", N), ("raw", B)]),
    }
    assert find(schema).extra == ("n", "boxes")
    assert find(schema, extra_columns=("N",)).extra == ("n",)
    assert find(schema, extra_columns=()).extra == ()
    assert find(["url", "text", "n"]).extra is None
    assert find(schema, extra_columns=("n",)).wanted == ("url", "text", "n")


def test_pictures_are_told_by_their_type() -> None:
    found = find({"image": IMAGE, "text": S, "image_url": S})
    assert (found.picture, found.url, found.file) == ("image", "image_url", None)
    assert find({"jpg": B, "txt": S}).picture == "jpg"
    assert find({"image": S, "url": S, "text": S}).picture is None
    assert find({"scan": B, "text": S}, image_column="scan").picture == "scan"


def test_a_list_of_files_is_imagefolders_or_has_no_url() -> None:
    both = ["url", "file_name", "text"]
    assert find(both, path="/a/list.csv").file is None
    assert find(both, path="/a/metadata.csv").file == "file_name"
    assert find(both, path="/a/list.csv", image_column="file_name").file == "file_name"
    assert find(["file_name", "text"], path="/a/list.csv").file == "file_name"
    assert find(["url", "text"], path="/a/metadata.csv").file is None


@pytest.mark.parametrize(
    ("schema", "said", "words"),
    [
        ({"link": N, "text": S}, {}, "no column url or image_url or link; it has link, text"),
        ({"url": N, "text": S}, {"url_column": "url"}, "'url' holds int64, not what --url-column"),
        ({"url": S, "text": N}, {"text_column": "text"}, "'text' holds int64"),
        ({"url": S, "text": S}, {"text_column": "words"}, "no column 'words'"),
        ({"url": S, "n": N}, {}, "name one with --text-column"),
        ({"url": S, "text": S}, {"image_column": "pic"}, "no column 'pic'.*--image-column"),
        ({"url": S, "text": S, "raw": B}, {"extra_columns": ("raw",)}, "'raw' holds binary"),
        ({"url": S, "text": S}, {"extra_columns": ("no",)}, "no column 'no'.*--extra-column"),
        ({"a": S, "b": S}, {}, "--url-column"),
    ],
)
def test_what_is_missing_or_of_the_wrong_type_is_named(
    schema: dict[str, pa.DataType], said: dict[str, str], words: str
) -> None:
    with pytest.raises(UserError, match=words) as error:
        find(schema, **said)
    assert str(error.value).startswith("x.parquet: ")


def test_a_list_of_nothing_but_urls_has_no_text() -> None:
    assert find({"url": S}).texts == ()


def test_names_that_the_user_gives_mark_a_header() -> None:
    names = header_names(ReadOptions(product_token="x", url_column="Where", extra_columns=("N",)))
    assert {"where", "n", "url", "caption", "file_name"} <= names


def test_dictionaries_null_and_lists_of_texts_are_texts(tmp_path: Path) -> None:
    schema = {"url": pa.dictionary(pa.int32(), S), "captions": pa.list_(S), "x": pa.null()}
    found = find(schema)
    assert (found.url, found.texts) == ("url", ("captions",))
