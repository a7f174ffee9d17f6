import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.crawl.pages.charset import decode_page, page_as_utf8

RUSSIAN = "<p>Рисунок заката над большим морем и красивым городом"
PAGES = {
    "gbk": "<p>这是一张美丽的风景照片。山上有很多树",
    "gb18030": "<p>这是一张美丽的风景照片。山上有很多树",
    "shift_jis": "<p>日本語の画像、富士山の写真です。きれいな空",
    "euc_jp": "<p>日本語の画像、富士山の写真です。きれいな空",
    "iso2022_jp": "<p>日本語の画像、富士山の写真です。きれいな空",
    "cp1251": RUSSIAN,
    "koi8-r": RUSSIAN,
    "cp1252": "<p>Une très belle forêt près du château, l\u2019été",
    "euc_kr": "<p>한국어 사진 설명입니다. 아름다운 산과 바다",
    "big5": "<p>繁體中文圖片說明。這是一張照片。美麗的風景",
    "utf-8": "<p>日本語の画像、富士山の写真です。きれいな空",
    "utf-16-le": "<p>日本語の画像",
    "utf-16-be": "<p>日本語の画像",
}
# WHATWG's label of each.
LABELS = {"cp1251": "windows-1251", "cp1252": "ISO-8859-1", "euc_kr": "ks_c_5601-1987"}


@pytest.mark.parametrize("name", PAGES)
def test_each_charset_is_read_from_the_header(name: str) -> None:
    label = LABELS.get(name, name.replace("_", "-").replace("iso2022", "iso-2022"))
    assert decode_page(PAGES[name].encode(name), label) == PAGES[name]


@pytest.mark.parametrize("name", [name for name in PAGES if not name.startswith("utf-16")])
def test_each_charset_is_read_from_meta(name: str) -> None:
    label = LABELS.get(name, name.replace("_", "-").replace("iso2022", "iso-2022"))
    page = f'<script>var x;</script><meta charset="{label}">{PAGES[name]}'
    assert decode_page(page.encode(name), None) == page


@pytest.mark.parametrize("name", PAGES)
def test_each_charset_is_detected(name: str) -> None:
    page = PAGES[name] * 4
    assert decode_page(page.encode(name), None) == page


@pytest.mark.parametrize("name", ["utf-8", "utf-16-le", "utf-16-be"])
def test_byte_order_mark_beats_header_and_meta(name: str) -> None:
    text = f'<meta charset="gbk">{RUSSIAN}'
    bom = {
        "utf-8": codecs.BOM_UTF8,
        "utf-16-le": codecs.BOM_UTF16_LE,
        "utf-16-be": codecs.BOM_UTF16_BE,
    }[name]

    assert decode_page(bom + text.encode(name), "windows-1251") == text


def test_header_beats_meta() -> None:
    body = b'<meta charset="gbk">' + RUSSIAN.encode("cp1251")

    assert decode_page(body, "windows-1251").endswith(RUSSIAN)


def test_meta_is_read_in_both_of_its_forms() -> None:
    for meta in (
        b"<meta charset=gb2312>",
        b'<META http-equiv="Content-Type" content="text/html; charset=gb2312">',
    ):
        assert decode_page(meta + "中文图片".encode("gbk"), None).endswith("中文图片")


@pytest.mark.parametrize("label", ["shift_jis", "windows-1251", "iso-8859-1", "euc-kr", "utf-16"])
def test_wrongly_declared_charsets_give_way_to_utf8(label: str) -> None:
    page = PAGES["utf-8"]

    assert decode_page(page.encode(), label) == page
    assert decode_page(f"<meta charset={label}>{page}".encode(), None).endswith(page)


def test_a_few_bytes_that_may_be_utf8_are_what_they_are_declared() -> None:
    body = "联通".encode("gbk")  # valid UTF-8 by chance, the classic case

    assert decode_page(body, "gbk") == "联通"
    assert decode_page(body, None) != "联通"


@pytest.mark.parametrize("wrong", ["utf-8", "iso-2022-jp", "nonsense"])
def test_a_charset_that_cannot_be_gives_way_to_detection(wrong: str) -> None:
    assert decode_page((RUSSIAN * 4).encode("cp1251"), wrong) == RUSSIAN * 4


def test_latin1_means_windows_1252() -> None:
    assert decode_page(b"\x80 5", "iso-8859-1") == "€ 5"


def test_names_mean_the_wider_charset_that_whatwg_decodes() -> None:
    assert decode_page("鎔".encode("gb18030"), "gb2312") == "鎔"
    assert decode_page("똠방각하".encode("cp949"), "euc-kr") == "똠방각하"
    assert decode_page("①髙".encode("cp932"), "shift_jis") == "①髙"


def test_one_broken_byte_does_not_change_the_charset() -> None:
    body = (RUSSIAN * 5).encode() + b"\xff"

    assert decode_page(body, "utf-8") == RUSSIAN * 5 + "\ufffd"


def test_meta_cannot_say_utf16() -> None:
    assert decode_page('<meta charset="utf-16">é'.encode(), None).endswith("é")


@pytest.mark.parametrize("label", [None, "", "nonsense", "x-user-defined", "utf-7", "undefined"])
@given(body=st.binary(max_size=200))
def test_no_bytes_and_no_label_fail(label: str | None, body: bytes) -> None:
    assert page_as_utf8(body, label).decode() == decode_page(body, label)


def test_utf8_is_passed_as_it_is() -> None:
    body = RUSSIAN.encode()

    assert page_as_utf8(body, "windows-1251") is body
    assert page_as_utf8(codecs.BOM_UTF8 + body, None) == body
    assert page_as_utf8(RUSSIAN.encode("cp1251"), "windows-1251") == body
