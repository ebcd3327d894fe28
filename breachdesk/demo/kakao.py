"""The AlimTalk templates of the demo: the Korean one approved, the English one still with Kakao's reviewers."""

from __future__ import annotations

import datetime as dt

from django.template.loader import get_template

from breachdesk.accounts.models import User
from breachdesk.demo import story
from delivery import templating
from delivery.models import TemplateVersion

OCCASION = "leak_notice"


def have_templates(*, at: dt.datetime) -> None:
    if TemplateVersion.objects.exists():
        return
    by = User.objects.get(email=story.EDITOR["email"])
    for language, code in (("ko", "KA01TP-LEAK-KO-1"), ("en", "KA01TP-LEAK-EN-1")):
        text = get_template(f"delivery/alimtalk/{OCCASION}.{language}.txt").render().strip()
        made = templating.draft(occasion=OCCASION, language=language, text=text, by=by, at=at)
        templating.hand_in(template=made, code=code, by=by, at=at)
        if language == "ko":
            templating.approve(template=made, by=by, at=at)
