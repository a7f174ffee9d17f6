import pytest

from filters.privacy.ip_addresses import find_ip_addresses


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("from 93.184.216.34 at noon", "93.184.216.34"),
        ("(93.184.216.34).", "93.184.216.34"),
        ("IP address: 5.24.4.4", "5.24.4.4"),
        ("at 32.1.2.3 today", "32.1.2.3"),
        ("host 2a00:1450:4001:81b::200e up", "2a00:1450:4001:81b::200e"),
    ],
)
def test_public_addresses_are_found(text: str, address: str) -> None:
    (span,) = find_ip_addresses(text)
    assert text[span.start : span.end] == address


@pytest.mark.parametrize(
    "text",
    [
        "router at 192.168.1.1",
        "localhost 127.0.0.1 or ::1",
        "Next Launcher APK 3.7.5.8",
        "firmware 93.184.216.34",
        "Kernel 5.24.4.31 released",
        "version: 93.184.216.34",
        "v93.184.216.34",
        "V. 93.184.216.34",
        "93.184.216.340",
        "93.184.216",
        "93.184.216.34.5",
        "MAC 00:1A:2B:3C:4D:5E",
        "at 12:30:45",
        "section 1.2.3.4.5.6",
        "1.93.184.216.34",
    ],
)
def test_private_ones_and_releases_are_none(text: str) -> None:
    assert list(find_ip_addresses(text)) == []
