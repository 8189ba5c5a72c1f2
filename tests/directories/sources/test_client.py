"""What the environment of a process says of proxies and certificates, and what it means for whom."""

from contextlib import AsyncExitStack

import httpx2
import pytest

from user_directories.sources.client import Certificates, HttpClient, Trust, Unusable
from user_directories.sources.proxies import PROXIES, proxy_for

from ...networks import HOST, Authority, answering, listening, proxy_to

ELSEWHERE, HERE = "https://api.acme.example", "http://127.0.0.1:8000"
FAULTS = [
    ("ALL_PROXY", "socks5://127.0.0.1:1080", "names a SOCKS proxy"),
    ("all_proxy", "socks5://127.0.0.1:1080", "names a SOCKS proxy"),
    ("HTTPS_PROXY", "http://proxy.acme.example:99999", "names no address of a proxy"),
    ("HTTPS_PROXY", "ftp://proxy.acme.example", "names no address of a proxy"),
    ("SSL_CERT_FILE", "/nowhere/ca.pem", "names certificates that cannot be read"),
]


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch):
    for name in (*PROXIES, "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
async def client_for():
    async with AsyncExitStack() as exits:
        certificates = Certificates()

        def opened(address):
            client = HttpClient(address, certificates)
            exits.push_async_callback(client.aclose)
            return client

        yield opened


@pytest.mark.parametrize(("variable", "value", "what"), FAULTS)
async def test_a_setting_that_cannot_be_used_is_named(client_for, monkeypatch, variable, value, what):
    monkeypatch.setenv(variable, value)
    with pytest.raises(Unusable) as found:
        client_for(ELSEWHERE).get()
    assert (found.value.variable, found.value.what.startswith(what)) == (variable, True)


@pytest.mark.parametrize(("variable", "value", "what"), FAULTS)
async def test_for_this_machine_the_environment_means_nothing(client_for, monkeypatch, variable, value, what):
    monkeypatch.setenv(variable, value)
    for address in (HERE, "http://localhost:1", "https://[::1]:1"):
        client = client_for(address)
        client.get()
        assert client.proxy is None


@pytest.mark.parametrize("variable", ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"])
async def test_a_proxy_is_used_elsewhere_with_the_certificates_of_the_operator(
    client_for, monkeypatch, tmp_path, variable
):
    authority = Authority(tmp_path)
    seen: list[str] = []
    async with (
        listening(answering("200 OK", b"{}"), authority.context()) as port,
        listening(proxy_to(port, seen)) as proxy,
    ):
        monkeypatch.setenv("SSL_CERT_FILE", str(authority.file))
        monkeypatch.setenv(variable, f"127.0.0.1:{proxy}")
        client = client_for(f"https://{HOST}")
        assert (await client.get().get(f"https://{HOST}/users")).json() == {}
        await client.aclose()
    assert (client.proxy, seen) == (variable, [f"{HOST}:443"])


@pytest.mark.parametrize(
    ("hosts", "is_used"),
    [("acme.example", False), (".acme.example", False), ("api.acme.example", False), ("*", False), ("acme.com", True)],
)
async def test_a_host_of_no_proxy_is_asked_directly(client_for, monkeypatch, hosts, is_used):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:3128")
    monkeypatch.setenv("NO_PROXY", hosts)
    client = client_for(ELSEWHERE)
    client.get()
    assert client.proxy == ("HTTPS_PROXY" if is_used else None)


async def test_a_proxy_that_no_request_would_use_spoils_nothing(client_for, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "socks5://127.0.0.1:1080")
    assert client_for(ELSEWHERE).get()
    monkeypatch.setenv("ALL_PROXY", "socks5://127.0.0.1:1080")
    monkeypatch.setenv("NO_PROXY", "acme.example")
    assert client_for(ELSEWHERE).get()


def test_what_is_printed_of_a_proxy_has_no_password(monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://me:canary@proxy.acme.example")
    assert "canary" not in repr(proxy_for(ELSEWHERE))


async def test_each_directory_has_connections_of_its_own_and_opens_them_once(client_for):
    one, other = client_for(ELSEWHERE), client_for(ELSEWHERE)
    assert one.get() is one.get()
    assert one.get() is not other.get()


@pytest.fixture
def contexts_read(monkeypatch):
    """For each time that certificates are read: whether those of the environment are."""
    read = []

    def context(*, trust_env):
        read.append(trust_env)
        return object()

    monkeypatch.setattr(httpx2, "create_ssl_context", context)
    return read


async def test_certificates_are_read_once_for_all(contexts_read):
    certificates = Certificates()
    for trust in (Trust.ENVIRONMENT, Trust.SYSTEM, Trust.ENVIRONMENT, Trust.SYSTEM):
        certificates.context(trust)
    assert contexts_read == [True, False]


async def test_no_certificate_is_read_where_nothing_is_encrypted_and_then_none_is_trusted(contexts_read, client_for):
    client_for(HERE).get()
    assert contexts_read == []
    assert Certificates().context(Trust.NOBODY).cert_store_stats()["x509"] == 0


async def test_an_encrypted_proxy_is_asked_with_the_certificates_of_the_operator(
    contexts_read, client_for, monkeypatch
):
    monkeypatch.setenv("HTTP_PROXY", "https://proxy.acme.example")
    client_for("http://api.acme.example").get()
    assert contexts_read == [True]
