from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.web.address import AddressGuard, refusal
from schemas.errors import RecordRejected
from schemas.outcomes import Reject

PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]
REFUSED_V4 = """127.0.0.1 127.255.255.254 0.0.0.0 10.0.0.1 172.16.0.1 192.168.1.1 169.254.169.254
100.64.0.1 100.100.100.200 168.63.129.16 192.0.0.192 192.0.2.1 192.88.99.1 198.18.0.1 224.0.0.1
240.0.0.1 255.255.255.255"""
REFUSED_V6 = """::1 :: ::127.0.0.1 ::8.8.8.8 ::ffff:127.0.0.1 ::ffff:169.254.169.254
64:ff9b::a9fe:a9fe 64:ff9b::7f00:1 64:ff9b:1::808:808 2002:7f00:1:: 2002:a9fe:a9fe:: 2001:0:1::1
fd00:ec2::254 fc00::1 fe80::1 fe80::1%lo fec0::1 ff02::1 5f00::1 2001:db8::1 3fff::1"""


@pytest.mark.parametrize("ip", PUBLIC)
def test_public_address_may_be_dialled(ip: str) -> None:
    AddressGuard().check(ip, 80)


@pytest.mark.parametrize("ip", REFUSED_V4.split() + REFUSED_V6.split())
def test_special_address_is_refused(ip: str) -> None:
    with pytest.raises(RecordRejected) as caught:
        AddressGuard().check(ip, 80)
    assert caught.value.outcome == Reject.ADDRESS
    assert caught.value.detail


@pytest.mark.parametrize(
    ("entry", "ip", "port"),
    [
        ("127.0.0.1:8800", "127.0.0.1", 8800),
        ("127.0.0.1", "127.0.0.1", 1),
        ("[::1]:8800", "::1", 8800),
        ("::1", "::1", 8800),
        ("[::1]", "::1", 8800),
        ("127.0.0.1:80", "::ffff:127.0.0.1", 80),
        ("127.0.0.0/8:8800", "127.9.8.7", 8800),
        ("10.0.0.0/8", "10.1.2.3", 1),
        ("[fd00::/8]:80", "fd00::1", 80),
        ("fd00::/8", "fd00::1", 80),
    ],
)
def test_allowed_entry_lets_its_address_through(entry: str, ip: str, port: int) -> None:
    AddressGuard((entry,)).check(ip, port)


@pytest.mark.parametrize(
    ("ip", "port"), [("127.0.0.1", 8801), ("127.0.0.2", 8800), ("10.1.2.3", 8801), ("fd00::1", 80)]
)
def test_allowed_entry_lets_no_other_through(ip: str, port: int) -> None:
    guard = AddressGuard(("127.0.0.1:8800", "10.0.0.0/8:8800"))
    with pytest.raises(RecordRejected):
        guard.check(ip, port)


@pytest.mark.parametrize(
    "entry",
    ["", "localhost", "localhost:80", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.1",
     "127.0.0.1:x", "[::1", "[::1]:", "[::1]x:80", "10.0.0.1/8", "10.0.0.0/33", "127.0.0.1:8800:1"],
)  # fmt: skip
def test_broken_entry_is_named_at_construction(entry: str) -> None:
    with pytest.raises(ValueError, match=r"port|IP:PORT"):
        AddressGuard((entry,))


@given(st.ip_addresses(v=4))
def test_embedding_never_opens_what_is_closed(inner: IPv4Address) -> None:
    mapped = ip_address(f"::ffff:{inner}")
    nat64 = IPv6Address(int(IPv6Address("64:ff9b::")) | int(inner))
    six_to_four = IPv6Address(0x2002 << 112 | int(inner) << 80)
    for outer in (mapped, nat64, six_to_four):
        assert (refusal(outer) is None) == (refusal(inner) is None)


@given(st.ip_addresses())
def test_what_python_calls_private_is_never_let_through(address: IPv4Address | IPv6Address) -> None:
    if address.is_private and not getattr(address, "ipv4_mapped", None):
        assert refusal(address)
