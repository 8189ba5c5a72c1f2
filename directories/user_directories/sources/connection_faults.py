"""Why there is no connection to a provider: the name, the network, the proxy or the certificate."""

import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from typing import cast

from ..errors import Kinds, UpstreamError, UpstreamKind, UpstreamUnavailable

__all__ = ["LOST", "UNSENT", "connection_fault", "proxy_refusal"]

_Fault = UpstreamKind[UpstreamUnavailable]

_PASSING: tuple[_Fault, ...] = (
    Kinds.NO_CONNECTION,
    Kinds.NAME_NOT_FOUND,
    Kinds.CONNECTION_REFUSED,
    Kinds.PROXY_NOT_REACHED,
)
"""Faults that may pass at once: a server starts again, a network comes back."""
_LASTING: tuple[_Fault, ...] = (
    Kinds.PROXY_REFUSED,
    Kinds.CERTIFICATE_UNKNOWN,
    Kinds.CERTIFICATE_EXPIRED,
    Kinds.CERTIFICATE_OF_OTHER_HOST,
    Kinds.NO_TLS,
    Kinds.TLS_FAILED,
)

LOST = frozenset(kind.name for kind in _PASSING)
"""Names of the faults by which a directory counts as silent."""
UNSENT = frozenset(kind.name for kind in _LASTING)
"""Names of the faults that only the operator can mend; they are told at once, every time."""

_CERTIFICATES: Mapping[int, _Fault] = {
    9: Kinds.CERTIFICATE_EXPIRED,  # X509_V_ERR_CERT_NOT_YET_VALID
    10: Kinds.CERTIFICATE_EXPIRED,  # X509_V_ERR_CERT_HAS_EXPIRED
    62: Kinds.CERTIFICATE_OF_OTHER_HOST,  # X509_V_ERR_HOSTNAME_MISMATCH
    64: Kinds.CERTIFICATE_OF_OTHER_HOST,  # X509_V_ERR_IP_ADDRESS_MISMATCH
}
"""What OpenSSL says of a certificate: https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/"""

_NOT_TLS = frozenset({"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"})
"""What OpenSSL says when the first bytes of an answer are no TLS, by its version."""


def connection_fault(error: BaseException, directory: str, proxy: str | None) -> UpstreamError:
    """Return the error for a connection that could not be made; `proxy` is the setting that names one, if any."""
    kind = _kind(list(_causes(error)), proxied=proxy is not None)
    fault = kind.at(directory, variable=proxy)
    fault.passing = kind in _PASSING
    return fault


def proxy_refusal(error: BaseException, directory: str, proxy: str | None) -> UpstreamError:
    """Return the error for a proxy that does not connect us, with the status that it gave."""
    status = re.match(r"\d{3}\b", str(error))
    reason = f" ({status[0]})" if status else ""
    return Kinds.PROXY_REFUSED.at(directory, variable=proxy or "the environment", reason=reason)


def _kind(causes: list[BaseException], *, proxied: bool) -> _Fault:
    for cause in causes:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return _CERTIFICATES.get(cause.verify_code, Kinds.CERTIFICATE_UNKNOWN)
        if isinstance(cause, ssl.SSLError):
            return Kinds.NO_TLS if cause.reason in _NOT_TLS else Kinds.TLS_FAILED
    if proxied:
        return Kinds.PROXY_NOT_REACHED
    if any(isinstance(cause, socket.gaierror) for cause in causes):
        return Kinds.NAME_NOT_FOUND
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return Kinds.CONNECTION_REFUSED
    return Kinds.NO_CONNECTION


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and all that led to it; a host with several addresses has a fault for each."""
    while error is not None:
        yield error
        if isinstance(error, BaseExceptionGroup):
            group = cast("BaseExceptionGroup[BaseException]", error)
            for each in group.exceptions:
                yield from _causes(each)
        error = error.__cause__ or error.__context__
