"""The connections to providers."""

import logging
import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import ssl

    import httpx2

__all__ = ["ANSWER_SECONDS", "Certificates", "HttpClient", "Unusable"]

ANSWER_SECONDS = 20.0
"""Seconds within which a provider must have sent its whole answer."""

_CONNECT_SECONDS = 5.0
_MOST_CONNECTIONS = 64
"""Connections to one directory: four calls that read ahead with sixteen requests each."""
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_CERTIFICATES = ("SSL_CERT_FILE", "SSL_CERT_DIR")
_PROXIES = ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY")
"""Variables that name a proxy, in either letter case. https://www.python-httpx.org/environment_variables/"""


class Unusable(Exception):
    """The environment of this process lets no client be made: `variable` names the setting, `what` its fault."""

    def __init__(self, variable: str, what: str) -> None:
        super().__init__(variable, what)
        self.variable = variable
        self.what = what


class Certificates:
    """The certificates that all clients trust: to read those of a machine takes 20 ms or more, so it is done once."""

    def __init__(self) -> None:
        self._contexts: dict[bool, ssl.SSLContext] = {}

    def context(self, *, trusts_environment: bool) -> "ssl.SSLContext":
        """Return them. Raises: OSError if the environment names a file that cannot be read."""
        import httpx2

        if trusts_environment not in self._contexts:
            self._contexts[trusts_environment] = httpx2.create_ssl_context(trust_env=trusts_environment)
        return self._contexts[trusts_environment]


class HttpClient:
    """The connections of one directory, opened by its first request.

    No directory shares them: what comes late on a connection of one can never be taken for an answer of another, and
    one that does not answer holds only its own connections.
    """

    def __init__(self, base_url: str, certificates: Certificates) -> None:
        self._is_direct = urlsplit(base_url).hostname in _LOOPBACK
        self._certificates = certificates
        self._client: httpx2.AsyncClient | None = None

    def get(self) -> "httpx2.AsyncClient":
        """Return the client: no redirects, no cookies, and for loopback no proxy.

        Raises: Unusable if the environment names a proxy or certificates that cannot be used.
        """
        self._client = self._client or _new_client(self._certificates, trusts_environment=not self._is_direct)
        return self._client

    async def aclose(self) -> None:
        """Close every connection."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()


def _new_client(certificates: Certificates, *, trusts_environment: bool) -> "httpx2.AsyncClient":
    from http.cookiejar import CookieJar, DefaultCookiePolicy

    import httpx2

    logging.getLogger("httpx2").setLevel(logging.WARNING)  # at INFO it writes every URL, queries included
    try:
        return httpx2.AsyncClient(
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            verify=certificates.context(trusts_environment=trusts_environment),
            trust_env=trusts_environment,
            limits=httpx2.Limits(max_connections=_MOST_CONNECTIONS, max_keepalive_connections=_MOST_CONNECTIONS // 2),
            timeout=httpx2.Timeout(None, connect=_CONNECT_SECONDS),  # `upstream` bounds the rest as a whole
            headers={"Accept": "application/json", "User-Agent": "user-directory-mcp"},
        )
    except ImportError as error:  # a SOCKS proxy needs a package of its own
        raise Unusable(_named(_PROXIES), "names a SOCKS proxy, which needs the package socksio") from error
    except OSError as error:
        raise Unusable(_named(_CERTIFICATES), "names certificates that cannot be read") from error
    except (ValueError, httpx2.InvalidURL) as error:
        raise Unusable(_named(_PROXIES), "names no address of a proxy") from error


def _named(variables: tuple[str, ...]) -> str:
    """Return the first of these variables that is set; all of them if none is."""
    spellings = [name for variable in variables for name in (variable, variable.lower())]
    return next((name for name in spellings if os.environ.get(name)), " or ".join(variables))
