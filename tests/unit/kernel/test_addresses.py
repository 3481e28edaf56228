"""Redis's URL, taken apart."""

import pytest

from boxoffice.kernel.addresses import BadAddress, RedisAddress, redis_address


@pytest.mark.parametrize("url", ["redis://cache:6379/0", "rediss://u:p@cache/1?ssl_ca_certs=/ca", "unix:///run/v.sock"])
def test_one_server_is_taken_as_it_is(url: str) -> None:
    assert RedisAddress("single", url) == redis_address(url)


def test_sentinels_are_listed_with_the_service_and_the_credentials_of_its_servers() -> None:
    address = redis_address("redis+sentinel://app:se%40cret@s1:26380,s2,[::1]:26381/tickets/2")

    assert address.kind == "sentinel"
    assert address.hosts == (("s1", 26380), ("s2", 26379), ("::1", 26381))
    assert address.service == "tickets"
    assert address.server == "redis://app:se%40cret@s1:26380/2"


def test_sentinels_may_have_credentials_of_their_own_and_options_go_to_every_connection() -> None:
    address = redis_address(
        "rediss+sentinel://s1/tickets?sentinel_username=watch&sentinel_password=p%20w&ssl_ca_certs=/etc/ca.pem"
    )

    assert (address.sentinel_username, address.sentinel_password) == ("watch", "p w")
    assert address.server == "rediss://s1:26379/0?ssl_ca_certs=%2Fetc%2Fca.pem"


def test_the_nodes_of_a_cluster_are_listed() -> None:
    address = redis_address("rediss+cluster://:p@n1:7000,n2")

    assert address == RedisAddress("cluster", "rediss://:p@n1:7000/0", (("n1", 7000), ("n2", 6379)))


@pytest.mark.parametrize(
    "url",
    [
        "http://cache",
        "cache:6379",
        "redis",
        "redis://cache:port",
        "redis://cache:0",
        "redis+sentinel://s1:26379",
        "redis+sentinel://s1:26379/tickets/two",
        "redis+sentinel:///tickets",
        "redis+sentinel://s1:hush,s2/tickets",
        "redis+cluster://",
        "redis+cluster://n1,,n2",
        "redis+cluster://n1/3",
        "redis+cluster://user:hush/4@n1",
    ],
)
def test_what_cannot_be_an_address_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(BadAddress) as refusal:
        redis_address(url)

    assert "hush" not in str(refusal.value)
