"""Which addresses are on the public internet."""

import asyncio
import ipaddress

import pytest

from runner.providers.addresses import is_public, resolve_by_system


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.216.34", "2606:4700::1111", "2a00:1450::1", "::ffff:1.1.1.1"])
def test_ordinary_addresses_are_public(address: str) -> None:
    assert is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "0.0.0.0", "10.0.0.1", "100.64.0.1", "127.0.0.1", "127.8.8.8", "169.254.169.254", "172.16.0.1", "192.0.0.8",
        "192.0.2.1", "192.88.99.1", "192.168.1.1", "198.18.0.1", "224.0.0.1", "239.1.1.1", "240.0.0.1",
        "255.255.255.255", "::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::7f00:1",
        "64:ff9b::101:101", "64:ff9b:1::1", "100::1", "2001::1", "2001:db8::1", "2002:7f00:1::", "2002:101:101::1",
        "3fff::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "ff0e::1",
    ],
)  # fmt: skip
def test_addresses_that_may_lead_inside_are_not_public(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("written", ["127.0.0.1", "2130706433", "0x7f.1", "017700000001", "127.1"])
def test_every_spelling_of_loopback_is_loopback(written: str) -> None:
    addresses = asyncio.run(resolve_by_system(written, 443))
    assert addresses == (ipaddress.ip_address("127.0.0.1"),)


@pytest.mark.parametrize("host", ["a" * 70 + ".example", "..", "a..b"])
def test_what_is_no_host_name_is_not_found(host: str) -> None:
    with pytest.raises(OSError, match=r"\S"):
        asyncio.run(resolve_by_system(host, 443))
