"""The address guard: which addresses a connection may go to, decided on what is really dialled.

A name that is checked before it is resolved can be rebound; an address that is checked as the
socket is made cannot. Ranges: the IANA special-purpose registries (RFC 6890) as `ipaddress` knows
them, and what it takes for global although it is not (measured on Python 3.11).
"""

from dataclasses import dataclass, field
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from schemas.errors import RecordRejected
from schemas.outcomes import Reject

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NETWORKS: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        "192.0.0.0/24",  # IETF protocol assignments (RFC 6890); clouds put metadata there
        "192.88.99.0/24",  # 6to4 relays (RFC 7526)
        "168.63.129.16/32",  # Azure's host services
        "::/96",  # unspecified, loopback and IPv4-compatible (RFC 4291)
        "64:ff9b:1::/48",  # local NAT64 (RFC 8215): leads wherever its operator says
        "2001::/32",  # Teredo (RFC 4380): leads to an IPv4 host behind a NAT
        "3fff::/20",  # documentation (RFC 9637)
        "5f00::/16",  # segment routing (RFC 9602)
        "fec0::/10",  # site-local (RFC 3879)
    )
)
_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: IPv4 in the last 32 bits


@dataclass(frozen=True, slots=True)
class AddressGuard:
    """Refuses private, loopback and other special addresses, but for those allowed by name.

    Attributes:
        allow: `IP` (every port), `IP:PORT` or `[IPv6]:PORT`; networks such as `10.0.0.0/8:8800`
            stand for all their addresses.

    Raises:
        ValueError: An entry of `allow` is none of these.
    """

    allow: tuple[str, ...] = ()
    _allowed: tuple[tuple[Network, int | None], ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        # A frozen dataclass has no other way to keep what it parsed.
        object.__setattr__(self, "_allowed", tuple(_parse_entry(entry) for entry in self.allow))

    def check(self, ip: str, port: int) -> None:
        """Raises `RecordRejected` (`address`) if no connection may go there."""
        address = _unmap(ip_address(ip))
        if any(address in network and its in (port, None) for network, its in self._allowed):
            return
        if reason := refusal(address):
            raise RecordRejected(Reject.ADDRESS, reason)


def refusal(address: Address) -> str | None:
    """Returns why no connection may go to `address`, or None if it is a public unicast address."""
    address = _unmap(address)
    if inner := _embedded(address):
        reason = refusal(inner)
        return f"tunnel to a {reason}" if reason else None
    for name in ("unspecified", "loopback", "link_local", "multicast"):
        if getattr(address, f"is_{name}"):
            return f"{name.replace('_', '-')} address"
    if any(address in network for network in _NETWORKS):
        return "special-purpose address"
    return None if address.is_global else "private address"


def _unmap(address: Address) -> Address:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def _embedded(address: Address) -> IPv4Address | None:
    """Returns the IPv4 address that a public relay would send the packets to."""
    if isinstance(address, IPv4Address):
        return None
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.sixtofour


def _parse_entry(entry: str) -> tuple[Network, int | None]:
    host, colon, port = entry.rpartition(":")
    is_bracketed = entry.startswith("[")
    if not colon or (entry.count(":") > 1 and not is_bracketed) or entry.endswith("]"):
        host, port = entry, ""
    network = _parse_network(host[1:-1] if is_bracketed and host.endswith("]") else host)
    if network is None:
        raise ValueError(f"{entry!r} is not IP, IP:PORT, [IPv6]:PORT or such a network")
    if host == entry:
        return network, None
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError(f"{entry!r}: the port must be a number from 1 to 65535")
    return network, int(port)


def _parse_network(text: str) -> Network | None:
    """Returns the network; a single address is one too, an IPv4 address in IPv6 dress an IPv4."""
    try:
        return ip_network(text if "/" in text else str(_unmap(ip_address(text))))
    except ValueError:
        return None
