"""What one request brought."""

from dataclasses import dataclass

MAX_REDIRECTS = 5  # RFC 9309, 2.3.1.2, for robots.txt; pages and images get no more

REDIRECTS = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The answer to one request; the body is read of a success only.

    Attributes:
        headers: In their order, repeated ones repeated; bytes that are not ASCII as Latin-1.
        body: Content and transfer encodings undone.
        reason: The words behind the status.
        ip: Where the connection went.
        sent: Our own request's headers.
    """

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    reason: str = ""
    ip: str = ""
    sent: tuple[tuple[str, str], ...] = ()

    @property
    def is_success(self) -> bool:
        """Whether the status is 2xx."""
        return 200 <= self.status < 300

    @property
    def location(self) -> str | None:
        """Where a redirect leads, as written; None for every other answer."""
        return self.header("location") if self.status in REDIRECTS else None

    def header(self, name: str) -> str | None:
        """Returns the first value of the header `name` (lower case)."""
        return next((value for key, value in self.headers if key.lower() == name), None)
