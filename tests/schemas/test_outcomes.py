from schemas.outcomes import Failure, Reject, http_failure, is_known, is_reject


def test_no_name_is_both_a_rejection_and_a_failure() -> None:
    assert not {r.value for r in Reject} & {f.value for f in Failure}


def test_the_outcome_alone_tells_policy_from_failure() -> None:
    assert is_reject("robots")
    assert not is_reject("decode")
    assert not is_reject(http_failure(404))


def test_only_the_closed_lists_are_known() -> None:
    assert is_known("near_duplicate")
    assert is_known("http_451")
    assert not is_known("http_teapot")
    assert not is_known("oops")
