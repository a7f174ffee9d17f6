from filters.privacy.redact import redact
from filters.privacy.span import Span
from tests.samples import make_candidate


def test_tokens_take_the_place_of_what_was_found_and_the_uid_stays() -> None:
    found = make_candidate(1, text="ask 555-0100 now", raw_text="ask 555-0100&nbsp;now")
    cleaned = redact(found, [Span(4, 12, "phone")], [])
    assert (cleaned.text, cleaned.raw_text) == ("ask <phone> now", None)
    assert (cleaned.text_changes, cleaned.uid) == (("phone",), found.uid)


def test_what_stood_only_in_the_written_text_empties_it() -> None:
    found = make_candidate(1, text="a boat", raw_text="a boat<!-- a@b.org -->")
    cleaned = redact(found, [], [Span(10, 17, "email")])
    assert (cleaned.text, cleaned.raw_text, cleaned.text_changes) == ("a boat", None, ("email",))


def test_without_a_finding_nothing_changes() -> None:
    found = make_candidate(1, text="a boat", raw_text="a  boat")
    assert redact(found, [], []) is found


def test_changes_of_before_stay_named() -> None:
    found = make_candidate(1, text="ask 555-0100", text_changes=("email",))
    assert redact(found, [Span(4, 12, "phone")], []).text_changes == ("email", "phone")
