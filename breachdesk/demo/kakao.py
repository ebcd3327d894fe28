"""The AlimTalk templates of the demo: the Korean ones approved, the English one still with Kakao's reviewers."""

from __future__ import annotations

import datetime as dt

from django.template.loader import get_template

from breachdesk.accounts.models import User
from breachdesk.demo import story
from delivery import templating
from delivery.models import TemplateVersion

# Occasion, language, the code that the operator gave.
TEMPLATES = (
    ("leak_notice", "ko", "KA01TP-LEAK-KO-1"),
    ("leak_notice", "en", "KA01TP-LEAK-EN-1"),
    ("all_clear", "ko", "KA01TP-CLEAR-KO-1"),
)


def have_templates(*, at: dt.datetime) -> None:
    if TemplateVersion.objects.exists():
        return
    by = User.objects.get(email=story.EDITOR["email"])
    for occasion, language, code in TEMPLATES:
        text = get_template(f"delivery/alimtalk/{occasion}.{language}.txt").render().strip()
        made = templating.draft(occasion=occasion, language=language, text=text, by=by, at=at)
        templating.hand_in(template=made, code=code, by=by, at=at)
        if language == "ko":
            templating.approve(template=made, by=by, at=at)
