"""Start servers of other languages so that they end with us, however we end."""

import contextlib
import ctypes
import random
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

PR_SET_PDEATHSIG: Final = 1  # from linux/prctl.h
START_TIMEOUT_SECONDS: Final = 30
STOP_TIMEOUT_SECONDS: Final = 10


class NotStarted(RuntimeError):
    """A server that the local run needs did not start; the text says which and what it said last."""


def free_port() -> int:
    """Return a port of this machine on which, and on the next one, nobody listens.

    It lies below those that the system hands out by itself: one of them may be gone a moment later.
    """
    while True:
        port = random.randrange(20_000, 32_000, 2)
        if is_free(port) and is_free(port + 1):
            return port


def is_free(port: int) -> bool:
    """Tell whether nobody listens on a port of this machine."""
    with socket.socket() as listener:
        # Connections that have just ended do not count.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def find_program(name: str) -> str | None:
    """Return the path of a program, or None when the machine lacks it."""
    return shutil.which(name)


@contextlib.contextmanager
def server(
    command: Sequence[str], *, port: int, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server that listens on a port, from its first answer to the end of the block; raise NotStarted."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,  # Ctrl-C is ours: we stop servers in order
            preexec_fn=_die_with_parent,  # noqa: PLW1509  one system call that takes no lock
        )
    try:
        _wait_until_it_listens(process, command[0], port, log)
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _die_with_parent() -> None:
    # Linux ends the child, in good order, even when we are killed; elsewhere it ends only when we stop it.
    prctl = getattr(ctypes.CDLL(None), "prctl", None)
    if prctl is not None:
        prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _wait_until_it_listens(process: subprocess.Popen[bytes], program: str, port: int, log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.05)
    last_words = log.read_text(encoding="utf-8", errors="replace")[-2000:]
    raise NotStarted(f"{program} did not start. It said:\n{last_words}")
