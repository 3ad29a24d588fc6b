"""Start everything on this machine: ``python -m infra.local --port 8000 --folder .local``."""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path
from typing import Any

from infra.local.aws import RealCredentials
from infra.local.processes import NotStarted


def main() -> int:
    """Run until Ctrl-C and return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    parser.add_argument("--port", type=int, default=8000, help="the site's port; the identity provider takes the next")
    parser.add_argument("--folder", type=Path, default=Path(".local"), help="where everything is kept")
    chosen = parser.parse_args()

    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: _end(ended))
    try:
        _run(chosen.folder, chosen.port, ended)
    except (RealCredentials, NotStarted) as error:
        print(error, file=sys.stderr)
        return 1
    except KeyboardInterrupt:  # before everything had started
        pass
    return 0


def _run(folder: Path, port: int, ended: threading.Event) -> None:
    from infra.local.system import running  # noqa: PLC0415  slow to import: wrong options are named at once

    with running(folder, port) as (url, notes):
        for note in notes:
            print(note)
        print(f"Ready: {url} (console: {url}/local). Ctrl-C ends it.", flush=True)
        STARTED.set()
        ended.wait()


STARTED = threading.Event()


def _end(ended: threading.Event, *_: Any) -> None:
    if not STARTED.is_set():
        raise KeyboardInterrupt
    ended.set()


if __name__ == "__main__":
    status = main()
    sys.stdout.flush()
    # Executions that wait for a day to come would be waited for.
    os._exit(status)
