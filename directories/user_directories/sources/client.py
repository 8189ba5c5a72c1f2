"""The connections to providers."""

import logging
import os
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import httpx2

__all__ = ["ANSWER_SECONDS", "HttpClient", "Unusable"]

ANSWER_SECONDS = 20.0
"""Seconds within which a provider must have sent its whole answer."""

_CONNECT_SECONDS = 5.0
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


class HttpClient:
    """The connection pools of all directories, opened by the first request."""

    def __init__(self) -> None:
        self._direct: httpx2.AsyncClient | None = None
        self._other: httpx2.AsyncClient | None = None

    def get(self, base_url: str) -> "httpx2.AsyncClient":
        """Return the client for an address: no redirects, no cookies, and for loopback no proxy.

        Raises: Unusable if the environment names a proxy or certificates that cannot be used.
        """
        if urlsplit(base_url).hostname in _LOOPBACK:
            self._direct = self._direct or _new_client(trusts_environment=False)
            return self._direct
        self._other = self._other or _new_client(trusts_environment=True)
        return self._other

    async def aclose(self) -> None:
        """Close every connection."""
        for client in (self._direct, self._other):
            if client is not None:
                await client.aclose()
        self._direct = self._other = None


def _new_client(*, trusts_environment: bool) -> "httpx2.AsyncClient":
    from http.cookiejar import CookieJar, DefaultCookiePolicy

    import httpx2

    logging.getLogger("httpx2").setLevel(logging.WARNING)  # at INFO it writes every URL, queries included
    try:
        return httpx2.AsyncClient(
            follow_redirects=False,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            trust_env=trusts_environment,
            limits=httpx2.Limits(max_connections=64, max_keepalive_connections=32),
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
