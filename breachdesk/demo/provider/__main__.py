"""The process. See the package."""

from __future__ import annotations

import logging
import os
import signal
import sys
from pathlib import Path

from breachdesk.demo.provider.behaviour import Behaviour
from breachdesk.demo.provider.ledger import Ledger
from breachdesk.demo.provider.mail import listen
from breachdesk.demo.provider.phone import Server
from breachdesk.demo.provider.receipts import Receipts


def place(name: str) -> tuple[str, int]:
    host, _, port = os.environ[name].rpartition(":")
    return host, int(port)


def serve() -> None:
    secret, behaviour = os.environ["PHONE_PROVIDER_SECRET"], Behaviour(os.environ.get("PROVIDER_WITHOUT_APP", ""))
    ledger = Ledger(Path(os.environ["PROVIDER_LEDGER"]))
    receipts = Receipts(os.environ.get("RECEIPT_URL", ""), secret, ledger, behaviour)
    receipts.start()
    if os.environ.get("PROVIDER_SMTP"):
        listen(place("PROVIDER_SMTP"), ledger, behaviour)
    with Server(place("PROVIDER_HTTP"), secret=secret, ledger=ledger, behaviour=behaviour, receipts=receipts) as http:
        http.serve_forever()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    serve()
