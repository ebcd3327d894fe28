"""Senders in processes of their own, as a worker has them: each sends what is due when it is told to, and says when nothing is left.

python -m bench.senders PHONE_URL SMTP_PORT     a line in: send; a line out: done
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import IO

from bench.__main__ import set_up


@contextmanager
def at_once(count: int, url: str, port: int) -> Iterator[Callable[[], None]]:
    """What they do together. They are ready, with their connections open, before it is called for the first time."""
    command = [sys.executable, "-m", "bench.senders", url, str(port)]
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)
        for _number in range(count)
    ]
    ends = [(_there(process.stdin), _there(process.stdout)) for process in processes]

    def hear() -> None:
        for _to, of in ends:
            assert of.readline() == "done\n", "a sender ended"

    def send() -> None:
        for to, _of in ends:
            to.write("send\n")
        hear()

    try:
        hear()
        yield send
    finally:
        for process, (to, of) in zip(processes, ends, strict=True):
            to.close()
            process.wait(30)
            of.close()


def _there(end: IO[str] | None) -> IO[str]:
    assert end is not None
    return end


def main(url: str, port: str) -> None:
    set_up()
    from django.test.utils import override_settings

    from bench import delivery

    with override_settings(
        PHONE_PROVIDER_URL=url,
        PHONE_PROVIDER_BATCH=delivery.BATCH,
        PHONE_TERMS=delivery.TERMS,
        SMTP_URL=f"smtp://127.0.0.1:{port}",
    ):
        delivery.send_all()
        print("done", flush=True)
        for _line in sys.stdin:
            delivery.send_all()
            print("done", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
