"""Which proxy the environment of this process names for an address."""

import os
from dataclasses import dataclass
from urllib.parse import urlsplit

__all__ = ["PROXIES", "NamedProxy", "is_loopback", "named", "proxy_for"]

PROXIES = ("ALL_PROXY", "HTTPS_PROXY", "HTTP_PROXY")
"""Variables that name a proxy, in either letter case; `NO_PROXY` names the hosts that need none."""

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True)
class NamedProxy:
    """A proxy, and the setting that names it. The address may hold a password, so it is never shown."""

    setting: str
    address: str

    def __repr__(self) -> str:
        return f"NamedProxy({self.setting!r})"


def is_loopback(base_url: str) -> bool:
    """Return whether an address is on this machine, so that no proxy and no certificates of the operator matter."""
    return urlsplit(base_url).hostname in _LOOPBACK


def proxy_for(base_url: str) -> NamedProxy | None:
    """Return the proxy for an address; None if it is asked directly.

    The variables go before the settings of the system (macOS, Windows), and the lower case before the upper.
    https://docs.python.org/3/library/urllib.request.html#urllib.request.getproxies
    """
    from urllib.request import getproxies, proxy_bypass

    scheme, host = urlsplit(base_url).scheme, urlsplit(base_url).netloc
    if is_loopback(base_url):
        return None
    known = getproxies()
    kind = next((kind for kind in (scheme, "all") if known.get(kind)), None)
    if kind is None or proxy_bypass(host):
        return None
    address = known[kind]
    setting = named((f"{kind.upper()}_PROXY",), "the proxy setting of this system")
    return NamedProxy(setting, address if "://" in address else f"http://{address}")


def named(variables: tuple[str, ...], otherwise: str | None = None) -> str:
    """Return the first of these variables that is set, in lower case or upper; if none is, `otherwise` or all."""
    spellings = [name for variable in variables for name in (variable.lower(), variable)]
    return next((name for name in spellings if os.environ.get(name)), otherwise or " or ".join(variables))
