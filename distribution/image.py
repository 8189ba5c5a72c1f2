"""The steps of the Dockerfile, in a root of its own, where there is no Docker.

    debootstrap --variant=minbase --include=ca-certificates,python3-pip,python3-venv,python-is-python3 trixie ROOT
    python distribution/image.py ROOT

Each stage starts from a copy of ROOT, in place of the image of Python, and has its instructions carried out. Then the
last stage is started as its entry point says, by its user, in namespaces of its own, with nothing to write to but
`/state`: over stdio for a first answer, and over HTTP until its health check passes. It needs Linux, util-linux and
root.
"""

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from dockerfile import Instruction, Settings, Stage, context, copy, read, stages
from first_answer import first_answer
from project import ROOT

_ENTER = """
set -e
root=$1 user=$2 folder=$3 state=$4
shift 4
mount --bind "$root" "$root"
if [ -n "$state" ]; then
    mount -o remount,bind,ro "$root"
    mount -t tmpfs -o "uid=${user%:*},gid=${user#*:},mode=700" tmpfs "$root$state"
fi
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
exec chroot --userspec="$user" "$root" env -i -C "$folder" "$@"
"""
"""Runs in new namespaces of mounts and processes, in which the command is then the first process."""

_FROM_HOST = ("/etc/resolv.conf", "/etc/ssl/certs/ca-certificates.crt")
"""What a build may read of the machine: where names are looked up, and whom to trust. The last stage has neither."""

_PASSED_ON = ("PIP_CERT", "PIP_INDEX_URL")
_HEALTHY_WITHIN = 60.0


class Built(NamedTuple):
    """A stage that was built: its files, and how a process starts in it."""

    root: Path
    settings: Settings


def entered(built: Built, command: Sequence[str], state: str = "", more: Mapping[str, str] | None = None) -> list[str]:
    """Return a command that runs another in a stage; with a folder for `state`, all else is read-only."""
    settings = built.settings
    variables = [f"{name}={value}" for name, value in {**settings.environment, **(more or {})}.items()]
    inside = [str(built.root), settings.user, settings.folder, state, *variables, *command]
    return ["unshare", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c", _ENTER, "enter", *inside]


def build(stage: Stage, base: Path, root: Path, earlier: Mapping[str, Path]) -> Built:
    """Carry out the instructions of a stage in a copy of a base.

    Raises: subprocess.CalledProcessError if a RUN fails.
    """
    subprocess.run(["cp", "-a", "--reflink=auto", base, root], check=True)  # noqa: S607 - files of devices and owners
    settings = Settings()
    for instruction in stage.instructions:
        settings = settings.after(instruction)
        if instruction.name == "WORKDIR":
            _inside(root, settings.folder).mkdir(parents=True, exist_ok=True)
        elif instruction.name == "COPY":
            _copy(instruction, root, settings.folder, earlier)
        elif instruction.name == "RUN":
            print(f"RUN {instruction.text}", flush=True)
            _run(Built(root, settings), instruction.text)
    return Built(root, settings)


def _inside(root: Path, path: str) -> Path:
    return root / path.lstrip("/")


def _copy(instruction: Instruction, root: Path, folder: str, earlier: Mapping[str, Path]) -> None:
    stage, sources, target = copy(instruction)
    into = _inside(root, os.path.join(folder, target))  # noqa: PTH118 - an absolute target stands for itself
    for source in sources:
        if stage is None:
            assert source.removeprefix("./") in context(ROOT / ".dockerignore"), source
        there = ROOT / source if stage is None else _inside(earlier[stage], source)
        if there.is_dir():
            shutil.copytree(there, into, symlinks=True, dirs_exist_ok=True)
        else:
            shutil.copyfile(there, into / there.name if target.endswith("/") else into)


def _run(built: Built, script: str) -> None:
    passed_on = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
    for path in _FROM_HOST:
        shutil.copyfile(path, _inside(built.root, path))
    subprocess.run(entered(built, ["/bin/sh", "-c", script], more=passed_on), check=True)


def answers(image: Built) -> str:
    """Return the first answer over stdio, of the simulated directories."""
    return first_answer(entered(image, [*image.settings.entry, "serve", "--sandbox"], state="/state"))


def is_healthy(image: Built) -> bool:
    """Serve over HTTP, and return whether the health check passes in time."""
    options = ("--sandbox", "--transport", "http", "--host", "0.0.0.0", "--port", _free_port())  # noqa: S104
    command = [*image.settings.entry, "serve", *options, "--unauthenticated", "--allowed-host", "localhost"]
    with _running(entered(image, command, state="/state")) as server:
        until = time.monotonic() + _HEALTHY_WITHIN
        while server.poll() is None and time.monotonic() < until:
            check = _beside(image, _first_process(server), image.settings.health)
            if subprocess.run(check, check=False).returncode == 0:
                return server.poll() is None
            time.sleep(1)
    return False


def _free_port() -> str:
    """Return a port that nobody has: the network is that of the machine."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return str(listener.getsockname()[1])


@contextmanager
def _running(command: Sequence[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Start a command in namespaces, and end it."""
    with subprocess.Popen(command) as process:
        try:
            yield process
        finally:
            process.kill()  # and with it the first process; asked to end, it would wait for that


def _first_process(server: subprocess.Popen[bytes]) -> int:
    """Return the number of the first process in the namespaces; 0 as long as there is none."""
    children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text(encoding="utf-8").split()
    return int(children[0]) if children else 0


def _beside(image: Built, process: int, command: Sequence[str]) -> list[str]:
    """Return a command that runs another beside a process, in its namespaces, as `docker exec` does."""
    settings = image.settings
    variables = [f"{name}={value}" for name, value in settings.environment.items()]
    there = ["nsenter", "--target", str(process), "--mount", "--pid", "chroot", f"--userspec={settings.user}"]
    return [*there, str(image.root), "env", "-i", *variables, *command]


def main(base: Path) -> int:
    """Build the image and try it; return the exit status."""
    with tempfile.TemporaryDirectory() as folder:
        built: dict[str, Path] = {}
        for number, stage in enumerate(stages(read(ROOT / "Dockerfile"))):
            image = build(stage, base, Path(folder) / str(number), built)
            built[stage.name or str(number)] = image.root
        print(f"stdio: {answers(image)}")
        healthy = is_healthy(image)
        print(f"HTTP: {'healthy' if healthy else 'not healthy'}")
    return int(not healthy)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
