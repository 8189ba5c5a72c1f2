"""What the environment of a process says of proxies and certificates, and what it means for whom."""

import pytest

from user_directories.sources.client import HttpClient, Unusable

ELSEWHERE, HERE = "https://api.acme.example", "http://127.0.0.1:8000"
FAULTS = [
    ("ALL_PROXY", "socks5://127.0.0.1:1080", "names a SOCKS proxy"),
    ("all_proxy", "socks5://127.0.0.1:1080", "names a SOCKS proxy"),
    ("HTTPS_PROXY", "ftp://proxy.acme.example", "names no address of a proxy"),
    ("SSL_CERT_FILE", "/nowhere/ca.pem", "names certificates that cannot be read"),
]


@pytest.fixture
async def client(monkeypatch):
    for name in ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    client = HttpClient()
    yield client
    await client.aclose()


@pytest.mark.parametrize(("variable", "value", "what"), FAULTS)
async def test_a_setting_that_cannot_be_used_is_named(client, monkeypatch, variable, value, what):
    monkeypatch.setenv(variable, value)
    with pytest.raises(Unusable) as found:
        client.get(ELSEWHERE)
    assert (found.value.variable, found.value.what.startswith(what)) == (variable, True)


@pytest.mark.parametrize(("variable", "value", "what"), FAULTS)
async def test_for_this_machine_the_environment_means_nothing(client, monkeypatch, variable, value, what):
    monkeypatch.setenv(variable, value)
    for address in (HERE, "http://localhost:1", "http://[::1]:1"):
        assert client.get(address) is client.get(HERE)


async def test_a_usable_proxy_is_used_elsewhere(client, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:3128")
    assert client.get(ELSEWHERE) is not client.get(HERE)
