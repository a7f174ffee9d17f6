"""How we behave towards hosts: the fields of the recipe's `[web]` section."""

import string
from dataclasses import dataclass

from pipeline.web.address import AddressGuard

_TOKEN_CHARS = frozenset(string.ascii_letters + string.digits + "-_.")


@dataclass(frozen=True, slots=True, kw_only=True)
class WebOptions:
    """How we behave towards hosts, for pages and images alike.

    Attributes:
        user_agent: Sent with every request; names a contact.
        product_token: What robots.txt groups and `X-Robots-Tag` prefixes are matched against.
        robots: Whether robots.txt is obeyed.
        site_files: Whether tdmrep.json and ai.txt are asked for: two requests per origin.
        obey: Opt-out signals that reject; see `filters.opt_out.first_obeyed`.
        allow_address: See `pipeline.web.address.AddressGuard`.
        host_connections: Requests that one host may have to serve at once.
        host_interval_s: Least time from one request's start to the next one's, per host.
        connect_s: Time for a connection, its TLS included: a host that is gone is known after a
            part of the time that one gets to answer. Five seconds outlast two lost packets, which
            are sent again after one second and after three (RFC 6298, 2).
        host_rate: Requests a second to one host; `rate` to all together. None sets no limit.
        bytes_per_s: Of bodies, from all hosts together, on average.
        nameservers: `IP`, `IP:PORT` or `[IPv6]:PORT` to ask for addresses; empty asks the system's.
        verify_tls: See `pipeline.web.tls.tls_context`.
        turns: File through which all processes of this machine share the limits of a host; None
            for limits that this client keeps alone.
    """

    user_agent: str
    product_token: str
    robots: bool = True
    site_files: bool = True
    obey: tuple[str, ...] = ()
    allow_address: tuple[str, ...] = ()
    host_connections: int = 4
    host_interval_s: float = 0.0
    connect_s: float = 5.0
    host_rate: float | None = None
    rate: float | None = None
    bytes_per_s: float | None = None
    nameservers: tuple[str, ...] = ()
    verify_tls: bool = True
    turns: str | None = None

    def __post_init__(self) -> None:
        if not self.product_token or not set(self.product_token) <= _TOKEN_CHARS:
            raise ValueError(f"product_token must be one word, got {self.product_token!r}")
        if not self.user_agent.isprintable():
            raise ValueError(f"user_agent must be one printable line, got {self.user_agent!r}")
        if self.host_connections < 1:
            raise ValueError(f"host_connections must be >= 1, got {self.host_connections}")
        if self.connect_s <= 0:
            raise ValueError(f"connect_s must be > 0, got {self.connect_s}")
        if self.host_interval_s < 0:
            raise ValueError(f"host_interval_s must be >= 0, got {self.host_interval_s}")
        for entry in self.nameservers:
            check_nameserver(entry)


def check_nameserver(entry: str) -> str:
    """Returns `entry` if it is `IP`, `IP:PORT` or `[IPv6]:PORT`.

    Raises:
        ValueError: It is not.
    """
    if "/" in entry:
        raise ValueError(f"{entry!r} is a network, where one server is due")
    AddressGuard(allow=(entry,))  # says what is wrong with it
    return entry
