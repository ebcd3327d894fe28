"""Queues of mail that one installs, with what stands in their introductions: django-post_office and django-mailer."""

from __future__ import annotations

import mailer
from django.conf import settings
from mailer import engine
from mailer.models import Message as Queued
from mailer.models import MessageLog
from post_office import mail as post_office
from post_office.models import PRIORITY, STATUS, Email

SUBJECT = "개인정보 유출 안내"


def put_into_post_office(count: int, text: str) -> None:
    post_office.send_many(
        [
            {
                "sender": settings.EMAIL_FROM,
                "recipients": [f"m{n}@mail.example"],
                "subject": SUBJECT,
                "message": text,
                "html_message": f"<p>{text}</p>",
                "priority": PRIORITY.medium,
            }
            for n in range(count)
        ]
    )


def send_by_post_office() -> None:
    while Email.objects.filter(status=STATUS.queued).exists():
        _sent, failed, _again = post_office.send_queued(processes=1)
        assert not failed


def put_into_django_mailer(count: int, text: str) -> None:
    for n in range(count):
        mailer.send_html_mail(SUBJECT, text, f"<p>{text}</p>", settings.EMAIL_FROM, [f"m{n}@mail.example"])


def send_by_django_mailer() -> None:
    engine.send_all()
    assert not Queued.objects.exists()


def forget_what_they_keep() -> None:
    Email.objects.all().delete()
    MessageLog.objects.all().delete()
