"""Loads the demo's incident through the product's own commands. Run again, it changes nothing."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.utils import timezone

from breachdesk.accounts.models import User
from breachdesk.demo import answers, asked, before, benefits, crowd, fakes, kakao, letters, staff, story, yesterday
from notices import audience, campaigning, queries
from notices.models import Incident
from notices.states import NoticeKind


class Command(BaseCommand):
    help = __doc__

    def handle(self, **options: Any) -> None:
        now = timezone.now()
        staff.open_accounts(at=now)
        kakao.have_templates(at=now)
        with tempfile.TemporaryDirectory() as folder:
            for told in (before, story):
                if not Incident.objects.filter(slug=told.SLUG).exists():
                    facts = Path(folder, "incident.json")
                    facts.write_text(json.dumps(told.incident(now), ensure_ascii=False), encoding="utf-8")
                    call_command("create_incident", str(facts), stdout=self.stdout)
        incident = Incident.objects.get(slug=story.SLUG)
        # The data of an older demo told another story; it stays as it is.
        fresh = incident.notices.get(number=1).kind == NoticeKind.POSSIBLE and incident.notices.count() < 4
        if fresh:
            yesterday.live_through(incident=incident, now=now)
        letters.post(at=now)
        answers.prepare(at=now)
        if fresh:
            crowd.claim(incident=Incident.objects.get(pk=incident.pk), now=now)
            crowd.find_a_wrong_number(incident=Incident.objects.get(pk=incident.pk), at=now)
        benefits.offer(incident=incident, at=now)
        fakes.report(at=now)
        asked.ask(incident=Incident.objects.get(pk=incident.pk), at=now)
        newest = queries.current_notice(Incident.objects.get(pk=incident.pk))
        assert newest is not None  # published just now
        if not incident.campaigns.filter(notice=newest).exists():
            # Left for somebody to release at the desk.
            editor = User.objects.get(email=story.EDITOR["email"])
            campaigning.prepare(notice=newest, choice=audience.Choice(), by=editor, at=now)
