import pickle

from schemas.errors import AccountingError, RecordError, RecordFailed, RunError, UserError
from schemas.outcomes import Failure


def test_an_accounting_error_ends_a_run_and_is_no_users_mistake() -> None:
    assert issubclass(AccountingError, RunError)
    assert not issubclass(RunError, UserError)


def test_a_record_error_keeps_outcome_and_detail_across_processes() -> None:
    error = pickle.loads(pickle.dumps(RecordFailed(Failure.DECODE, "cut")))
    assert isinstance(error, RecordError)
    assert (error.outcome, error.detail) == ("decode", "cut")
