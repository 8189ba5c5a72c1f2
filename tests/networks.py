"""A network of this machine's own: a proxy, servers with certificates, and an authority that signs them."""

import datetime
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
from anyio.abc import ByteStream, SocketAttribute
from anyio.streams.tls import TLSListener
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

__all__ = ["HOST", "Authority", "answering", "listening", "plain_server", "proxy_to", "refusing_proxy", "silent_end"]

HOST = "api.acme.invalid"
"""A host that no name server knows (RFC 6761 §6.4): only a proxy can lead to it."""

_DAY = datetime.timedelta(days=1)

_SIGNS = x509.KeyUsage(
    digital_signature=False,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=True,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)
"""Python 3.13 and newer hold a certificate to RFC 5280 §4.2.1: who signed it, and that this one may."""


class Authority:
    """An authority that nobody knows by itself; `file` holds its certificate."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "An authority of its own")])
        builder = self._builder(self._name, self._key.public_key(), 1)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        builder = builder.add_extension(_SIGNS, critical=True).add_extension(self._identifier(), critical=False)
        self.file = folder / "authority.pem"
        self.file.write_bytes(builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def context(self, host: str = HOST, days: int = 1) -> ssl.SSLContext:
        """A server's side of TLS, with a certificate for a host that ends in so many days."""
        key = ec.generate_private_key(ec.SECP256R1())
        names = x509.SubjectAlternativeName([x509.DNSName(host)])
        builder = self._builder(x509.Name([]), key.public_key(), days).add_extension(names, critical=True)
        signer = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(self._identifier())
        builder = builder.add_extension(signer, critical=False)
        certificate = builder.sign(self._key, hashes.SHA256())
        chain = self._folder / f"{host}.pem"
        form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        secret = key.private_bytes(serialization.Encoding.PEM, *form)
        chain.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(chain)
        return context

    def _identifier(self) -> x509.SubjectKeyIdentifier:
        return x509.SubjectKeyIdentifier.from_public_key(self._key.public_key())

    def _builder(self, subject: x509.Name, key: ec.EllipticCurvePublicKey, days: int) -> x509.CertificateBuilder:
        now = datetime.datetime.now(datetime.UTC)
        builder = x509.CertificateBuilder(self._name, subject, key, x509.random_serial_number())
        return builder.not_valid_before(now - 9 * _DAY).not_valid_after(now + days * _DAY)


@asynccontextmanager
async def listening(
    serve: Callable[[ByteStream], Awaitable[None]], context: ssl.SSLContext | None = None
) -> AsyncIterator[int]:
    """The port of a server, over TLS if there is a context; what ends a connection ends nothing else."""

    async def guarded(stream: ByteStream) -> None:
        try:
            async with stream:
                await serve(stream)
        except (OSError, anyio.EndOfStream, anyio.BrokenResourceError, anyio.ClosedResourceError):
            pass

    async with await anyio.create_tcp_listener(local_host="127.0.0.1") as tcp, anyio.create_task_group() as tasks:
        tasks.start_soon((tcp if context is None else TLSListener(tcp, context)).serve, guarded)
        yield tcp.extra(SocketAttribute.local_port)  # noqa: S610
        tasks.cancel_scope.cancel()


async def _head(stream: ByteStream) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head:
        head += await stream.receive()
    return head


def answering(status: str, body: bytes = b"") -> Callable[[ByteStream], Awaitable[None]]:
    """A server that gives every request the same answer."""

    async def serve(stream: ByteStream) -> None:
        while True:
            await _head(stream)
            await stream.send(f"HTTP/1.1 {status}\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body)

    return serve


async def plain_server(stream: ByteStream) -> None:
    """A server of plain http, which calls a greeting in TLS a bad request."""
    await stream.receive()
    await stream.send(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n")


async def silent_end(stream: ByteStream) -> None:
    """A server that ends every connection at its first bytes."""
    await stream.receive()


refusing_proxy = answering("407 Proxy Authentication Required")


def proxy_to(port: int, seen: list[str] | None = None) -> Callable[[ByteStream], Awaitable[None]]:
    """A proxy that leads every tunnel to one port of this machine; `seen` gets the hosts that were asked for."""

    async def serve(stream: ByteStream) -> None:
        head = await _head(stream)
        if seen is not None:
            seen.append(head.split()[1].decode())
        async with await anyio.connect_tcp("127.0.0.1", port) as there, anyio.create_task_group() as tasks:
            await stream.send(b"HTTP/1.1 200 OK\r\n\r\n")

            async def pass_on(source: ByteStream, target: ByteStream) -> None:
                try:
                    async for data in source:
                        await target.send(data)
                except (OSError, anyio.BrokenResourceError, anyio.ClosedResourceError):
                    pass
                tasks.cancel_scope.cancel()

            tasks.start_soon(pass_on, stream, there)
            tasks.start_soon(pass_on, there, stream)

    return serve
