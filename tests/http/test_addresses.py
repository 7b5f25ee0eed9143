"""Every special-purpose range is refused, and its neighbours are not."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from share_bridge.http.addresses import Reach, as_address, is_public

DENIED_V4 = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "192.175.48.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
)
DENIED_V6 = ("2001::/23", "2001:db8::/32", "2002::/16", "2620:4f:8000::/48")
NETWORKS = (*DENIED_V4, *DENIED_V6, "3fff::/20")


@pytest.mark.parametrize("network", NETWORKS)
def test_both_ends_of_a_special_range_are_refused(network: str) -> None:
    """First and last address of every denied range."""
    span = ip_network(network)

    assert not is_public(span[0])
    assert not is_public(span[-1])


@pytest.mark.parametrize(
    "address",
    [
        "1.0.0.0",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "172.15.255.255",
        "172.32.0.0",
        "192.0.1.0",
        "192.167.255.255",
        "198.17.255.255",
        "198.20.0.0",
        "223.255.255.255",
        "8.8.8.8",
        "2000::",
        "2001:200::1",
        "2003::1",
        "2606:2800:220:1:248:1893:25c8:1946",
        "2620:4f:8001::1",
        "3fff:1000::1",
        "3ffe:ffff::1",
        "::ffff:8.8.8.8",
    ],
)
def test_neighbours_of_special_ranges_are_public(address: str) -> None:
    """A list that is too wide would break real sites."""
    assert is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "::127.0.0.1",
        "fec0::1",
        "5f00::1",
        "3fff::1",
        "224.0.0.1",
        "ff02::1",
        "192.88.99.1",
        "192.0.0.8",
    ],
)
def test_what_ipaddress_calls_global_is_refused(address: str) -> None:
    """Python 3.11.7 says `is_global` to each of these."""
    assert not is_public(ip_address(address))


@pytest.mark.parametrize(
    "address",
    [
        "::",
        "::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "::ffff:169.254.169.254",
        "100::1",
        "1fff::1",
        "4000::1",
        "fc00::1",
        "fd12:3456::1",
        "fe80::1",
        "fe80::1%eth0",
        "255.255.255.255",
        "169.254.169.254",
    ],
)
def test_addresses_that_are_not_on_the_internet_are_refused(address: str) -> None:
    """Loopback, private, link-local, cloud metadata, unassigned."""
    assert not is_public(ip_address(address))


@given(st.ip_addresses(v=4))
def test_a_mapped_address_is_as_public_as_the_one_inside(address: object) -> None:
    """`::ffff:a.b.c.d` is no way around the list."""
    assert is_public(ip_address(f"::ffff:{address}")) is is_public(ip_address(address))


@given(st.ip_addresses(v=6))
def test_ipv6_outside_global_unicast_is_never_public(address: object) -> None:
    """Only 2000::/3 is given out."""
    plain = ip_address(address)
    inside = plain in ip_network("2000::/3") or plain in ip_network("::ffff:0:0/96")

    assert inside or not is_public(plain)


def test_a_listed_network_is_permitted_and_no_other() -> None:
    """`[network] allow` opens what it names."""
    reach = Reach((ip_network("127.0.0.0/8"),))

    assert reach.permits(ip_address("127.9.9.9"))
    assert reach.permits(ip_address("::ffff:127.0.0.1"))
    assert reach.permits(ip_address("8.8.8.8"))
    assert not reach.permits(ip_address("10.0.0.1"))
    assert not reach.permits(ip_address("::1"))


def test_plain_http_is_for_listed_networks() -> None:
    """A public address is permitted, yet not listed."""
    reach = Reach((ip_network("127.0.0.0/8"),))

    assert reach.lists(ip_address("127.0.0.1"))
    assert not reach.lists(ip_address("8.8.8.8"))


@pytest.mark.parametrize("host", ["127.0.0.1", "[::1]", "::1"])
def test_a_literal_host_is_an_address(host: str) -> None:
    """With or without the brackets of a URL."""
    assert as_address(host) is not None


@pytest.mark.parametrize("host", ["localhost", "127.1", "0x7f000001", "", "a.example"])
def test_a_name_is_not_an_address(host: str) -> None:
    """Odd spellings of addresses are left to the resolver, whose answer is checked."""
    assert as_address(host) is None
