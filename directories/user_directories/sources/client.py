"""The connections to providers."""

import logging
from enum import Enum, auto
from typing import TYPE_CHECKING

from .proxies import PROXIES, NamedProxy, is_loopback, named, proxy_for

if TYPE_CHECKING:
    import ssl

    import httpx2

__all__ = ["ANSWER_SECONDS", "Certificates", "HttpClient", "Trust", "Unusable"]

ANSWER_SECONDS = 20.0
"""Seconds within which a provider must have sent its whole answer."""

_CONNECT_SECONDS = 5.0
_MOST_CONNECTIONS = 64
"""Connections to one directory: four calls that read ahead with sixteen requests each."""
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


class Unusable(Exception):
    """The environment of this process lets no client be made: `variable` names the setting, `what` its fault."""

    def __init__(self, variable: str, what: str) -> None:
        super().__init__(variable, what)
        self.variable = variable
        self.what = what


class Trust(Enum):
    """Whose certificates a client trusts."""

    ENVIRONMENT = auto()
    """Those that the environment of this process names, or else the system's."""
    SYSTEM = auto()
    NOBODY = auto()
    """For connections that are never encrypted."""


class Certificates:
    """The certificates that all clients trust: to read those of a machine takes 20 ms or more, so it is done once."""

    def __init__(self) -> None:
        self._contexts: dict[Trust, ssl.SSLContext] = {}

    def context(self, trust: Trust) -> "ssl.SSLContext":
        """Return them. Raises: OSError if the environment names a file that cannot be read."""
        if trust not in self._contexts:
            self._contexts[trust] = _read(trust)
        return self._contexts[trust]


def _read(trust: Trust) -> "ssl.SSLContext":
    import ssl

    import httpx2

    if trust is Trust.NOBODY:
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return httpx2.create_ssl_context(trust_env=trust is Trust.ENVIRONMENT)


class HttpClient:
    """The connections of one directory, opened by its first request.

    No directory shares them: what comes late on a connection of one can never be taken for an answer of another, and
    one that does not answer holds only its own connections.
    """

    def __init__(self, base_url: str, certificates: Certificates) -> None:
        self._base_url = base_url
        self._certificates = certificates
        self._client: httpx2.AsyncClient | None = None
        self.proxy: str | None = None
        """The setting that names the proxy which is used, if one is."""

    def get(self) -> "httpx2.AsyncClient":
        """Return the client: no redirects, no cookies, and for loopback no proxy.

        Raises: Unusable if the environment names a proxy or certificates that cannot be used.
        """
        if self._client is None:
            proxy = proxy_for(self._base_url)
            self._client = _new_client(self._certificates, proxy, _trust_for(self._base_url, proxy))
            self.proxy = None if proxy is None else proxy.setting
        return self._client

    async def aclose(self) -> None:
        """Close every connection."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()


def _trust_for(base_url: str, proxy: NamedProxy | None) -> Trust:
    addresses = [base_url] if proxy is None else [base_url, proxy.address]
    if not any(map(_is_encrypted, addresses)):
        return Trust.NOBODY
    return Trust.SYSTEM if is_loopback(base_url) else Trust.ENVIRONMENT


def _is_encrypted(address: str) -> bool:
    return address.lower().startswith("https:")


def _new_client(certificates: Certificates, proxy: NamedProxy | None, trust: Trust) -> "httpx2.AsyncClient":
    from http.cookiejar import CookieJar, DefaultCookiePolicy

    import httpx2

    for name in ("httpx2", "httpcore2"):  # below, they write every URL and the headers of answers, keys included
        logging.getLogger(name).setLevel(logging.WARNING)
    try:
        context = certificates.context(trust)
    except OSError as error:
        raise Unusable(named(_CERTIFICATES), "names certificates that cannot be read") from error
    try:
        return httpx2.AsyncClient(
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            verify=context,
            proxy=None if proxy is None else _opened(proxy.address, context),
            trust_env=False,  # the proxy is known, so that its faults can be told from those of the provider
            limits=httpx2.Limits(max_connections=_MOST_CONNECTIONS, max_keepalive_connections=_MOST_CONNECTIONS // 2),
            timeout=httpx2.Timeout(None, connect=_CONNECT_SECONDS),  # `upstream` bounds the rest as a whole
            headers={"Accept": "application/json", "User-Agent": "user-directory-mcp"},
        )
    except ImportError as error:
        what = "names a SOCKS proxy, which needs the package socksio"
        raise Unusable(proxy.setting if proxy else named(PROXIES), what) from error
    except (ValueError, httpx2.InvalidURL) as error:
        raise Unusable(proxy.setting if proxy else named(PROXIES), "names no address of a proxy") from error


def _opened(address: str, context: "ssl.SSLContext") -> "httpx2.Proxy":
    """Return a proxy; one over https is asked with the same certificates. Raises: ValueError, InvalidURL."""
    from urllib.parse import urlsplit

    import httpx2

    parts = urlsplit(address)
    if not parts.hostname or parts.port == 0:  # to look at the port of an address raises ValueError, too
        raise ValueError("no host or port")
    return httpx2.Proxy(address, ssl_context=context if _is_encrypted(address) else None)
