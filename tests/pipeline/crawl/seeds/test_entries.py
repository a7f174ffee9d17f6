from pipeline.crawl.seeds.entries import RESULT_NAMES, Entry, Kind, Result, What, key_of, to_result


def test_a_result_comes_back_from_its_row() -> None:
    result = Result(what=What.PAGE, etag='"1"', digest="sha1:X", offset=3)
    row = [getattr(result, name) for name in RESULT_NAMES]
    assert to_result(row) == result
    assert isinstance(to_result(row).what, What)


def test_forms_of_a_url_share_their_key() -> None:
    assert key_of("http://a.example/p?sid=1") == key_of("http://a.example/p?sid=2")
    assert key_of("http://a.example/p?x=1") != key_of("http://a.example/p?x=2")


def test_the_host_of_an_entry_has_its_port() -> None:
    entry = Entry(id=1, url="http://a.example:81/x", depth=0, kind=Kind.PAGE, hops=0)
    assert entry.host == "a.example:81"
