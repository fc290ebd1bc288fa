"""Where nothing is fetched from: this machine, private networks, other schemes."""

import socket

import pytest

import ingest.pinned
from ingest.addresses import is_public
from ingest.fetch import Fetcher, FetchError
from tests.fetching import HTML, polite, refusal
from tests.web import Reply, Web, web_server


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "168.63.129.16",
        "192.0.0.192",
        "::",
        "::1",
        "fe80::1",
        "fd00:ec2::254",
        "ff02::1",
        "::ffff:127.0.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2001:0:0:0:0:0:80ff:fffe",
        "4000::1",
    ],
)
def test_an_address_that_is_not_for_everybody_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07::1"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1", "127.1", "0.0.0.0"],
)
def test_this_machine_is_refused_however_it_is_written(web: Web, host: str) -> None:
    with pytest.raises(FetchError, match=r"this machine or a private network|no host"):
        Fetcher(pause=0).get(f"http://{host}:{web.port}/", HTML)
    assert not web.asked


def test_a_host_that_a_test_may_fetch_from_opens_no_other_port(web: Web) -> None:
    with web_server() as other, pytest.raises(FetchError, match="private network"):
        polite(web).get(other.url("/"), HTML)
    assert not other.asked


def test_a_redirect_to_a_private_address_is_refused(web: Web) -> None:
    with web_server() as inner:
        web.pages["/"] = Reply(status=302, headers={"Location": inner.url("/secret")})
        assert "private network" in refusal(web, "/")
        assert not inner.asked


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.org/a",
        "file:///etc/passwd",
        "gopher://x/",
        "javascript:1",
    ],
)
def test_only_http_and_https_are_fetched(web: Web, url: str) -> None:
    web.pages["/"] = Reply(status=302, headers={"Location": url})
    with pytest.raises(FetchError, match="not an http or https address"):
        Fetcher().get(url, HTML)
    assert "not an http or https address" in refusal(web, "/")


def test_a_password_in_an_address_is_refused_and_not_shown() -> None:
    with pytest.raises(FetchError, match="holds a name or password") as caught:
        Fetcher().get("https://anna:secret@example.org/", HTML)
    assert "secret" not in str(caught.value)


def test_a_name_that_leads_elsewhere_after_the_check_gains_nothing(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the second look-up would lead to this machine."""
    looked_up: list[str] = []
    real = socket.getaddrinfo

    def rebinding(host: str, port: int, *args: object, **kwargs: object) -> object:
        if host != "rebinding.example":
            return real(host, port, *args, **kwargs)  # type: ignore[call-overload]
        looked_up.append(host)
        address = "93.184.215.14" if len(looked_up) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    connected: list[object] = []

    def refused(address: object, *_: object, **__: object) -> None:
        connected.append(address)
        raise OSError("no network in tests")

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    monkeypatch.setattr(socket, "create_connection", refused)
    with pytest.raises(FetchError, match="cannot be reached"):
        Fetcher().get(f"http://rebinding.example:{web.port}/", HTML)
    assert looked_up == ["rebinding.example"]
    assert connected == [("93.184.215.14", web.port)]


def test_a_name_with_a_public_and_a_private_address_goes_to_the_public_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[object] = []

    def refused(address: object, *_: object, **__: object) -> None:
        asked.append(address)
        raise OSError("no network in tests")

    monkeypatch.setattr(
        ingest.pinned, "resolved", lambda *_: ["10.0.0.1", "93.184.215.14"]
    )
    monkeypatch.setattr(socket, "create_connection", refused)
    with pytest.raises(FetchError, match="cannot be reached"):
        Fetcher().get("https://split.example/", HTML)
    assert asked == [("93.184.215.14", 443)]
