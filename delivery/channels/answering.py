"""Whatever goes wrong is an answer; and several one after the other, each with its own, as long as the time of a batch lasts."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from functools import partial

from django.conf import settings

from breachdesk import keys
from delivery.channels import Answer, NotSent, OutcomeUnknown
from delivery.models import Forgotten
from delivery.taking import Outgoing
from delivery.words import Words

log = logging.getLogger(__name__)
# The code of what was left for another time: no try of it.
NOT_ASKED = "not-asked"


def answer_to(message: Outgoing, ask: Callable[[], Answer]) -> Answer:
    try:
        return ask()
    except (NotSent, OutcomeUnknown) as answer:
        return answer
    except (keys.CannotOpen, Forgotten) as error:
        log.error("message %s cannot be read: %s", message.id, type(error).__name__)
        return NotSent(permanent=True, code=type(error).__name__)
    except Exception as error:
        # A mistake of ours must not hold up the others. Its words may be personal: only its kind is written down.
        log.error("message %s: %s", message.id, type(error).__name__)
        return OutcomeUnknown(code=type(error).__name__)


def each(pairs: Sequence[tuple[Outgoing, Words]], ask: Callable[[Outgoing, Words], Answer]) -> list[Answer]:
    until, answers = time_is_up_at(), list[Answer]()
    for message, words in pairs:
        if answers and time.monotonic() >= until:
            break
        answers.append(answer_to(message, partial(ask, message, words)))
    return with_the_rest(answers, pairs)


def time_is_up_at() -> float:
    """By the monotonic clock. The last answer may take DELIVERY_TIMEOUT more, and is still within the lease: else others would take
    the same rows, and people be told twice.
    """
    return time.monotonic() + settings.DELIVERY_LEASE.total_seconds() / 3


def with_the_rest(answers: list[Answer], pairs: Sequence[tuple[Outgoing, Words]]) -> list[Answer]:
    return answers + [NotSent(permanent=False, code=NOT_ASKED)] * (len(pairs) - len(answers))
