"""Receipts come all at once, and twice, in the wrong order, corrected, forged or replayed: what arrived stays arrived."""

from __future__ import annotations

import datetime as dt
import json
import uuid

import httpx
from django.utils import timezone

from breachdesk.lib import signed
from breachdesk.rehearsal import stage
from delivery.models import Receipt
from delivery.states import Channel, State
from drill import campaigns
from drill.harness import Round, Run

ID = "F11"
# Two receipts each: ten thousand at once.
PEOPLE = 5_000
MODES = ("reversed", "twice", "corrected", "forged", "replayed")
LIES = {"forged": 401, "replayed": 401}


def of_an_unknown_message(place: str, at: dt.datetime) -> int:
    told = {"event_id": f"drill-{uuid.uuid4()}", "id": str(uuid.uuid4()), "state": "delivered", "at": at.isoformat()}
    body = json.dumps(told).encode()
    headers = {"Content-Type": "application/json", **signed.headers(campaigns.secret(), signed=body, at=at)}
    url = f"http://{place}/delivery/receipts/phone/"
    return httpx.post(url, content=body, headers=headers, trust_env=False, timeout=30).status_code


def play(run: Run) -> Round:
    mode = MODES[run.seed % len(MODES)]
    lie = LIES.get(mode)

    def strike(going: campaigns.UnderWay) -> None:
        going.settle()
        by_phone = going.messages().exclude(channel=Channel.EMAIL)
        wanted = by_phone.count()
        going.stage.tell(receipts=mode)

        def heard() -> int:
            return sum(sum(provider.state()["answers"].values()) for provider in going.stage.providers)

        # A failure that comes after, and an event that comes twice, are told too.
        events = wanted * (1 if lie else 2)
        stage.wait_for(lambda: heard() >= events, seconds=going.pace.patience, words=f"{events} receipts", every=1)
        answers: dict[str, int] = {}
        for provider in going.stage.providers:
            for name, count in provider.state()["answers"].items():
                answers[name] = answers.get(name, 0) + count
        delivered = by_phone.filter(state=State.DELIVERED).count()
        nobodys = of_an_unknown_message(going.stage.web_place, timezone.now())
        going.figures |= {"receipts": answers, "delivered": delivered, "of_nobody": nobodys}
        if delivered != (0 if lie else wanted):
            going.said.append(f"{delivered} of {wanted} are delivered")
        if lie and Receipt.objects.filter(message__about=going.campaign.about).exists():
            going.said.append("a lie was written down")
        lawful = {str(lie)} if lie else {"200", "409"}
        if wrong := {name: count for name, count in answers.items() if name.rpartition(" ")[2] not in lawful}:
            going.said.append(f"receipts were answered {wrong}")
        if nobodys != 404:
            going.said.append(f"a receipt for nobody's message was answered {nobodys}")

    # A failure that is corrected is still a failure in the ledger until that looks again.
    may_fail = run.people if mode == "corrected" else 0
    what = f"all receipts at once, {mode}"
    return campaigns.played(run, what, strike, receipts="hold", web=True, may_fail=may_fail)
