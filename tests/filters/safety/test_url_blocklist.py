from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from filters.safety.url_blocklist import UrlBlocklist, find_lists, load_blocklist, read_entries
from schemas.errors import UserError
from schemas.outcomes import Reject, Rejection
from tests.samples import make_candidate


@pytest.fixture
def ut1(tmp_path: Path) -> Path:
    """A folder in the layout of UT1."""
    files = {
        "adult/domains": "bad.com\nwww.worse.org\n1.2.3.4\n",
        "adult/urls": "mixed.com/adult\nwww.free.fr/~joe/pics/\n",
        "gambling/domains": "casino.example\nmünchen.example\n",
        "README": "not a list",
    }
    for name, content in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize(
    ("url", "detail"),
    [
        ("http://bad.com/1.jpg", "adult: bad.com"),
        ("http://img.cdn.bad.com/1.jpg", "adult: bad.com"),
        ("https://BAD.com:8443/1.jpg", "adult: bad.com"),
        ("http://worse.org/1.jpg", "adult: worse.org"),
        ("http://www.worse.org/1.jpg", "adult: worse.org"),
        ("http://1.2.3.4/1.jpg", "adult: 1.2.3.4"),
        ("http://mixed.com/adult/1.jpg", "adult: mixed.com/adult"),
        ("http://www.mixed.com/adult?x=1", "adult: mixed.com/adult"),
        ("http://www.free.fr/~joe/pics/1.jpg", "adult: free.fr/~joe/pics"),
        ("http://xn--mnchen-3ya.example/1.jpg", "gambling: xn--mnchen-3ya.example"),
        ("http://notbad.com/1.jpg", None),
        ("http://bad.com.example.org/1.jpg", None),
        ("http://mixed.com/adults/1.jpg", None),
        ("http://mixed.com/", None),
        ("http://sub.mixed.com/adult/1.jpg", None),
        ("http://com/1.jpg", None),
        ("ni:///sha-256;abc", None),
    ],
)
def test_hosts_are_met_with_their_subdomains_and_urls_with_what_is_below(
    ut1: Path, url: str, detail: str | None
) -> None:
    blocked = UrlBlocklist(paths=(str(ut1),))
    expected = Rejection(Reject.URL_BLOCKED, detail) if detail else None
    assert blocked(make_candidate(1, url=url, page_url=None)) == expected
    assert blocked(make_candidate(1, page_url=url)) == expected


def test_only_named_categories_are_read(ut1: Path) -> None:
    blocked = UrlBlocklist(paths=(str(ut1),), categories=("gambling",))
    assert blocked(make_candidate(1, url="http://bad.com/1.jpg")) is None
    assert blocked(make_candidate(1, url="http://casino.example/1.jpg")) is not None
    with pytest.raises(UserError, match="no category sport"):
        find_lists(str(ut1), ("sport",))


def test_a_plain_file_is_a_category_of_its_name(tmp_path: Path) -> None:
    path = tmp_path / "ours.txt"
    path.write_text("# ours\nbad.com\n")
    found = UrlBlocklist(paths=(str(path),))(make_candidate(1, url="http://a.bad.com/x"))
    assert found == Rejection(Reject.URL_BLOCKED, "ours: bad.com")


def test_lists_of_other_formats_are_read_alike() -> None:
    lines = ["0.0.0.0 Bad.com # ads", "||bad.com^", "*.bad.com", "https://www.bad.com/", "", "# no"]
    assert list(read_entries(lines)) == ["bad.com"] * 4


@pytest.mark.parametrize("name", ["none", "empty.txt", "folder"])
def test_what_is_no_list_is_the_users_mistake(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty.txt").write_text("# nothing\n")
    (tmp_path / "folder").mkdir()
    with pytest.raises(UserError, match=name):
        load_blocklist((str(tmp_path / name),))


@given(
    st.lists(st.from_regex(r"[a-c]{1,2}\.[a-c]{1,2}", fullmatch=True), min_size=1, max_size=20),
    st.from_regex(r"([a-c]{1,2}\.){1,3}[a-c]{1,2}", fullmatch=True),
)
def test_it_says_what_a_loop_over_the_list_says(
    tmp_path_factory: pytest.TempPathFactory, domains: list[str], host: str
) -> None:
    path = tmp_path_factory.mktemp("lists") / "list.txt"
    path.write_text("\n".join(domains))
    is_listed = any(host == domain or host.endswith(f".{domain}") for domain in domains)
    found = UrlBlocklist(paths=(str(path),))(make_candidate(1, url=f"http://{host}/"))
    assert bool(found) == is_listed
