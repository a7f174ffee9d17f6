import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.crawl.charset import decode_page

TEXT = "<p>Рисунок заката над большим морем и красивым городом"


def test_byte_order_mark_beats_header_and_meta() -> None:
    body = codecs.BOM_UTF16_LE + ('<meta charset="gbk">' + TEXT).encode("utf-16-le")

    assert decode_page(body, "windows-1251").endswith(TEXT)


def test_header_beats_meta() -> None:
    body = b'<meta charset="utf-8">' + TEXT.encode("cp1251")

    assert decode_page(body, "windows-1251").endswith(TEXT)


def test_meta_is_read_in_both_of_its_forms() -> None:
    for meta in (
        b"<meta charset=gb2312>",
        b'<META http-equiv="Content-Type" content="text/html; charset=gb2312">',
    ):
        assert decode_page(meta + "中文图片".encode("gbk"), None).endswith("中文图片")


def test_page_that_declares_nothing_is_detected() -> None:
    assert decode_page((TEXT * 5).encode("cp1251"), None) == TEXT * 5


def test_wrongly_declared_shift_jis_gives_way_to_utf8() -> None:
    text = "日本語の画像、富士山の写真です"

    assert decode_page(text.encode(), "shift_jis") == text


def test_latin1_means_windows_1252() -> None:
    assert decode_page(b"\x80 5", "iso-8859-1") == "€ 5"


def test_one_broken_byte_does_not_change_the_charset() -> None:
    body = (TEXT * 5).encode() + b"\xff"

    assert decode_page(body, "utf-8") == TEXT * 5 + "\ufffd"


def test_meta_cannot_say_utf16() -> None:
    assert decode_page('<meta charset="utf-16">é'.encode(), None).endswith("é")


@pytest.mark.parametrize("label", [None, "", "nonsense", "x-user-defined", "utf-7", "undefined"])
@given(body=st.binary(max_size=200))
def test_no_bytes_and_no_label_fail(label: str | None, body: bytes) -> None:
    assert isinstance(decode_page(body, label), str)
