import pytest

from boxoffice.crowd.target import CrowdError, target_of


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.9.10", "localhost", "LOCALHOST", "[::1]"])
def test_this_machine_may_be_visited(host):
    assert target_of(f"http://{host}:8000").port == 8000


@pytest.mark.parametrize(
    "url",
    [
        "http://tickets.example.com",
        "http://10.0.0.7:8000",
        "http://0.0.0.0:8000",
        "http://128.0.0.1:8000",
        "http://localhost.example.com",
        "http://127.0.0.1.example.com",
        "http://2130706433:8000",
        "http://[::2]:8000",
        "http://[::ffff:8.8.8.8]:8000",
    ],
)
def test_every_other_host_is_refused_in_one_sentence(url):
    with pytest.raises(CrowdError, match=r"^The crowd only goes to this machine .* is another host\.$"):
        target_of(url)


@pytest.mark.parametrize(
    "url",
    ["", "127.0.0.1:8000", "ftp://127.0.0.1", "http://", "http://127.0.0.1:99999", "http://127.0.0.1@evil.com/"],
)
def test_what_is_no_http_address_is_refused(url):
    with pytest.raises(CrowdError):
        target_of(url)


def test_https_is_another_port_and_says_so():
    target = target_of("https://localhost/")

    assert (target.port, target.tls) == (443, True)


def test_a_path_stands_before_every_path():
    target = target_of("http://localhost:8000/shop/")

    assert (target.host, target.port, target.authority, target.prefix) == ("localhost", 8000, "localhost:8000", "/shop")
