"""The error tree.

    WebImageTextError
    ├── UserError            the user's mistake: one line, exit 2
    ├── RunError             the run failed: exit 1
    │   └── AccountingError  a stage's in is not kept + rejected + failed
    └── RecordError          one record is broken or refused; becomes a ledger row
        ├── RecordFailed     we could not process it (`Failure`)
        └── RecordRejected   a policy said no (`Reject`)

Cores raise; stages catch `RecordError` and nothing wider, so that a bug is never taken for data.
"""

from schemas.outcomes import Failure, Reject


class WebImageTextError(Exception):
    """Everything that this project raises on purpose."""


class UserError(WebImageTextError):
    """The user's mistake; the message names the file, field or flag and says what to do."""


class RunError(WebImageTextError):
    """The run cannot go on, and no change of one record would mend it."""


class AccountingError(RunError):
    """A stage lost or invented records: in != kept + rejected + failed."""


class RecordError(WebImageTextError):
    """One record cannot go on.

    Attributes:
        outcome: The ledger's outcome, a `Reject` or `Failure` value (or `http_NNN`).
        detail: Our own words, the same on every run; never a foreign library's message, which
            may hold an object address.
    """

    def __init__(self, outcome: str, detail: str = "") -> None:
        super().__init__(outcome, detail)
        self.outcome = str(outcome)
        self.detail = detail


class RecordFailed(RecordError):
    """The record could not be processed."""

    def __init__(self, outcome: Failure | str, detail: str = "") -> None:
        super().__init__(outcome, detail)


class RecordRejected(RecordError):
    """A policy refused the record while it was being processed."""

    def __init__(self, outcome: Reject, detail: str = "") -> None:
        super().__init__(outcome, detail)
