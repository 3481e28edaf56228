import pytest
from falcon.testing import create_asgi_req

from boxoffice.http.requests import client_address


def address(*forwarded: str, proxies: int) -> str:
    req = create_asgi_req(headers=[("X-Forwarded-For", value) for value in forwarded], remote_addr="192.0.2.9")
    return client_address(req, proxies)


def test_without_proxies_nobody_is_believed() -> None:
    assert address("203.0.113.7", proxies=0) == "192.0.2.9"


@pytest.mark.parametrize("forwarded", [("203.0.113.7, 10.0.0.1",), ("203.0.113.7", "10.0.0.1")])
def test_behind_two_proxies_the_first_of_them_says_who_it_is(forwarded: tuple[str, ...]) -> None:
    assert address(*forwarded, proxies=2) == "203.0.113.7"


def test_what_a_client_wrote_before_the_proxies_did_is_passed_over() -> None:
    assert address("8.8.8.8, 203.0.113.7, 10.0.0.1", proxies=2) == "203.0.113.7"


@pytest.mark.parametrize("forwarded", [(), ("10.0.0.1",), (" , 10.0.0.1",)])
def test_a_request_that_passed_fewer_proxies_is_known_by_its_neighbour(forwarded: tuple[str, ...]) -> None:
    assert address(*forwarded, proxies=2) == "192.0.2.9"
