"""A key that a program prints: `command = ["vault", "read", …]`. No shell reads the words."""

import contextlib
import os
import signal
from collections.abc import Callable, Sequence
from subprocess import DEVNULL, PIPE

import anyio
from anyio.abc import Process
from pydantic import SecretStr

from user_directories import ConfigurationError
from user_directories.errors import Kinds
from user_directories.sources.renewal import Fresh, KeyFault

__all__ = ["COMMAND_SECONDS", "KeyCommand"]

COMMAND_SECONDS = 10.0
"""Seconds within which the program must have ended."""
_MOST_BYTES = 65_536
"""Bytes that it may print; a service account is 2,400."""


class KeyCommand:
    """Runs a program that prints one line, the key. Nothing else that it prints, or is given, is ever shown.

    `check` makes a key of the line. Raises, when called: KeyFault.
    """

    def __init__(self, words: Sequence[str], ttl: float | None, place: str, check: Callable[[str], SecretStr]) -> None:
        self._words = words
        self._ttl = ttl
        self._place = place
        self._check = check

    async def __call__(self) -> Fresh:
        """Run it once."""
        return Fresh(self._key_in(await self._printed()), self._ttl)

    async def _printed(self) -> bytes:
        try:
            with anyio.fail_after(COMMAND_SECONDS):
                return await self._run()
        except TimeoutError as error:
            fix = "make it end without asking anything (it has no input)"
            raise self._fault(f"did not end within {COMMAND_SECONDS:g} s", fix) from error
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "its words are no command"
            raise self._fault(f"could not be started ({reason})", "correct its first word, a program") from error

    async def _run(self) -> bytes:
        # Its input is not ours, which is that of the client; what it says of its errors may contain secrets.
        process = await anyio.open_process(
            self._words, stdin=DEVNULL, stdout=PIPE, stderr=DEVNULL, start_new_session=True
        )
        async with process:
            try:
                printed = await self._read(process)
                status = await process.wait()
            except BaseException:  # its time is over, or nobody waits any longer
                _end(process)
                raise
        if status != 0:
            raise self._fault(f"ended with the exit status {status}", "run it by hand as the user of this server")
        return printed

    async def _read(self, process: Process) -> bytes:
        printed = bytearray()
        assert process.stdout is not None  # noqa: S101 - it is a pipe
        async for part in process.stdout:
            printed += part
            if len(printed) > _MOST_BYTES:
                raise self._fault(f"printed more than {_MOST_BYTES} bytes", "let it print the key alone")
        return bytes(printed)

    def _key_in(self, printed: bytes) -> SecretStr:
        lines = printed.decode(errors="replace").strip("\r\n").splitlines()
        if not lines:
            raise self._fault("printed nothing", "let it print the key")
        if len(lines) > 1:
            raise self._fault("printed more than one line", "let it print the key alone, on one line")
        try:
            return self._check(lines[0])
        except ConfigurationError as error:
            raise self._fault(f"printed no key ({error.problem})", "let it print the key alone") from error

    def _fault(self, what: str, fix: str) -> KeyFault:
        return KeyFault(Kinds.KEY_COMMAND, what=f"{what} (command in {self._place})", fix=fix)


def _end(process: Process) -> None:
    """End the program and, where the system knows groups, all that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if os.name == "posix":
            os.killpg(process.pid, signal.SIGKILL)
        elif process.returncode is None:
            process.kill()
