"""What the environment of a process says of proxies and certificates, and what it means for whom."""

from contextlib import AsyncExitStack

import httpx2
import pytest

from user_directories.sources.client import Certificates, HttpClient, Unusable

ELSEWHERE, HERE = "https://api.acme.example", "http://127.0.0.1:8000"
FAULTS = [
    ("ALL_PROXY", "socks5://127.0.0.1:1080", "names a SOCKS proxy"),
    ("all_proxy", "socks5://127.0.0.1:1080", "names a SOCKS proxy"),
    ("HTTPS_PROXY", "ftp://proxy.acme.example", "names no address of a proxy"),
    ("SSL_CERT_FILE", "/nowhere/ca.pem", "names certificates that cannot be read"),
]


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch):
    for name in ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY"):
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
    for address in (HERE, "http://localhost:1", "http://[::1]:1"):
        assert not client_for(address).get().trust_env


async def test_a_usable_proxy_is_used_elsewhere(client_for, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:3128")
    assert client_for(ELSEWHERE).get().trust_env


async def test_each_directory_has_connections_of_its_own_and_opens_them_once(client_for):
    one, other = client_for(ELSEWHERE), client_for(ELSEWHERE)
    assert one.get() is one.get()
    assert one.get() is not other.get()


async def test_certificates_are_read_once_for_all(monkeypatch):
    read = []

    def context(*, trust_env):
        read.append(trust_env)
        return object()

    monkeypatch.setattr(httpx2, "create_ssl_context", context)
    certificates = Certificates()
    for trusts in (True, False, True, False):
        certificates.context(trusts_environment=trusts)
    assert read == [True, False]
