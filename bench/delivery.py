"""Sending: beside bare loops on the same sink, a task for each recipient, django-post_office and django-mailer; codes while a campaign runs."""

from __future__ import annotations

import gc
import itertools
import os
import resource
import statistics
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from django.conf import settings
from django.core.cache import cache
from django.db import connection, transaction
from django.test import Client
from django.test.utils import override_settings
from django.utils import timezone

from bench import delivery_peers as peers
from bench import harness, mail_queues, senders, sinks
from bench.harness import Result, Run
from breachdesk import launch
from breachdesk.lib.contacts import Contact
from delivery import outbox, sending, tasks
from delivery.channels import mail, phone
from delivery.models import Message
from delivery.routes import Route
from delivery.states import Lane, State
from delivery.terms import Terms

MAILS, TEXTS, ALONE, TASKS = 600, 6_000, 200, 300
BATCH = 1_000
# The campaign that codes meet, and over which the worker's memory is looked at.
CAMPAIGN, CAMPAIGN_FULL = 60_000, 200_000
# It comes in so many parts: before each there are as many codes with nothing else to do as then beside it.
TURNS, CODES = 3, 20
# Early: when each of its processes has sent some, and has read what one needs for that.
EARLY = 4_000
# Of a worker (breachdesk/launch.py).
SENDERS = 2
SAID = "[한빛카드] 개인정보 유출 안내 3판\n\n김*영 님의 정보가 유출됐어요. 지켜 드리지 못해 죄송해요.\n\n" + (
    "1 유출된 정보: 이름, 휴대전화 번호, 카드 번호\n2 때와 경위: 11월 18일에 누군가 허락 없이 서버에 들어왔어요.\n" * 6
)
TERMS = Terms(won={"sms": 13, "lms": 30}, won_a_minute=10**8, won_a_day=10**11, reserve_percent=20)


def measure(run: Run) -> Iterator[Result]:
    with sinks.http() as http, sinks.smtp(run.folder) as (port, which):
        print(f"  mails end in {which}, text messages in a uvloop sink", flush=True)
        url = f"{http}/phone"
        with override_settings(
            PHONE_PROVIDER_URL=url, PHONE_PROVIDER_BATCH=BATCH, PHONE_TERMS=TERMS, SMTP_URL=f"smtp://127.0.0.1:{port}"
        ):
            warm_up()
            yield from mails_beside_loops(port, which)
            yield from texts_beside_a_loop(url)
            yield from two_beside_the_loops(url, port, which)
            yield alone()
            yield from beside_tasks(url)
            yield from beside_queues_of_mail(port, which)
        yield from codes_and_memory(url, CAMPAIGN_FULL if run.size >= harness.FULL else CAMPAIGN)


# -- what is sent --------------------------------------------------------------------------------------------------------


def put(count: int, *, by_mail: bool = False) -> None:
    """Messages of a campaign, as a campaign puts them."""
    words = outbox.Words("leak_notice", "ko", "개인정보 유출 안내", SAID)
    for at in range(0, count, 1000):
        some = [
            outbox.Put(
                words,
                to=Contact("email", f"m{uuid.uuid4().hex}@mail.example")
                if by_mail
                else Contact("phone", number(at + n)),
                key=f"bench:{uuid.uuid4()}",
                lane=Lane.CAMPAIGN,
            )
            for n in range(min(1000, count - at))
        ]
        with transaction.atomic():
            outbox.put_many(some, at=timezone.now())
            connection.run_on_commit.clear()  # no hint: the sender is called here


def number(n: int) -> str:
    return f"+8210{n % 10**8:08d}"


def send_all() -> None:
    while sending.send_due(lane=Lane.CAMPAIGN, at=timezone.now()):
        pass  # a run ends after ten seconds (sending.RUN)


def all_gone() -> None:
    left = Message.objects.exclude(state=State.ACCEPTED).values_list("channel", "state", "last_problem")
    assert not left.exists(), Counter(left)
    with connection.cursor() as cursor:
        # What they cost too: the workers have smaller purses than the sender here, and a minute to fill them again.
        cursor.execute("TRUNCATE delivery_message, delivery_attempt, delivery_receipt, limits_spent CASCADE")


def warm_up() -> None:
    for by_mail in (True, False):
        put(100, by_mail=by_mail)
    send_all()
    all_gone()
    gc.collect()
    gc.freeze()  # as a worker that starts (breachdesk/celery.py), for the peers in this process too


def seconds(work: Any, *arguments: Any) -> float:
    return harness.timed(lambda: work(*arguments))


def cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


# -- P9, P11 ---------------------------------------------------------------------------------------------------------------


def mails_beside_loops(port: int, which: str) -> Iterator[Result]:
    put(MAILS, by_mail=True)
    mails = [
        (message.recipient.value, mail.as_bytes(message, message.words, to=message.recipient.value))
        for message in Message.objects.order_by("pk")
    ]
    bare, pipelined = [], []
    for _run in range(harness.RUNS):
        if not Message.objects.exists():
            put(MAILS, by_mail=True)
        ours = seconds(send_all)
        all_gone()
        bare.append(seconds(peers.smtp_loop, port, mails) / ours)
        pipelined.append(seconds(peers.smtp_pipelined, port, mails) / ours)
    yield Result("P9.smtp", f"mails by a loop of smtplib, made before ({which})", bare, MAILS, "≥ 0.95")
    yield Result("P9.pipelined", f"mails by a loop with pipelining, made before ({which})", pipelined, MAILS, "≥ 0.8")


def texts_beside_a_loop(url: str) -> Iterator[Result]:
    ratios, rates = [], []
    route = Route("phone", "breachdesk", url, settings.PHONE_PROVIDER_SECRET, "15000000")
    for _run in range(harness.RUNS):
        put(TEXTS)
        orders = [phone.order(message, message.words, route) for message in Message.objects.order_by("pk")]
        batches = peers.as_batches(orders, BATCH)
        ours = seconds(send_all)
        all_gone()
        ratios.append(seconds(peers.http_batches, url, batches) / ours)
        rates.append(TEXTS / ours)
    yield Result("P9.http", f"batches of {BATCH:,} by a loop of httpx, made before", ratios, TEXTS, "≥ 0.8")
    yield Result("G12.sent", "text messages a second by one sender", rates, TEXTS, "≥ 400")


def two_beside_the_loops(url: str, port: int, which: str) -> Iterator[Result]:
    """The same messages by as many senders as a worker has, beside the same loops, which are one process each: while one of the
    senders waits for PostgreSQL or the sink, the other works.
    """
    route = Route("phone", "breachdesk", url, settings.PHONE_PROVIDER_SECRET, "15000000")
    bare, pipelined, batched, rates = [], [], [], []
    with senders.at_once(SENDERS, url, port) as send:
        for _run in range(harness.RUNS):
            put(MAILS, by_mail=True)
            mails = [
                (message.recipient.value, mail.as_bytes(message, message.words, to=message.recipient.value))
                for message in Message.objects.order_by("pk")
            ]
            ours = seconds(send)
            all_gone()
            bare.append(seconds(peers.smtp_loop, port, mails) / ours)
            pipelined.append(seconds(peers.smtp_pipelined, port, mails) / ours)
            put(TEXTS)
            orders = [phone.order(message, message.words, route) for message in Message.objects.order_by("pk")]
            ours = seconds(send)
            all_gone()
            batched.append(seconds(peers.http_batches, url, peers.as_batches(orders, BATCH)) / ours)
            rates.append(TEXTS / ours)
    by_two = f"by {SENDERS} senders at once, as the worker has them, to one"
    yield Result("P9.smtp.two", f"mails {by_two} loop of smtplib, made before ({which})", bare, MAILS)
    yield Result("P9.pipelined.two", f"mails {by_two} loop with pipelining, made before ({which})", pipelined, MAILS)
    yield Result("P9.http.two", f"batches of {BATCH:,} {by_two} loop of httpx, made before", batched, TEXTS)
    yield Result("G12.sent.two", f"text messages a second by {SENDERS} senders at once", rates, TEXTS)


def alone() -> Result:
    ratios = []
    for _run in range(harness.RUNS):
        put(ALONE)
        with override_settings(PHONE_PROVIDER_BATCH=1):
            one_by_one = seconds(send_all) / ALONE
        all_gone()
        put(TEXTS)
        together = seconds(send_all) / TEXTS
        all_gone()
        ratios.append(one_by_one / together)
    return Result("P11", f"text messages one by one, to batches of {BATCH:,}", ratios, TEXTS, "≥ 7")


# -- P10 -------------------------------------------------------------------------------------------------------------------


def beside_tasks(url: str) -> Iterator[Result]:
    ratios, costs = [], []
    with worker(url, "--include", "bench.delivery_peers", "--pool", "solo") as process:
        for _run in range(harness.RUNS):
            put(TEXTS)
            before = cpu()
            send_all()
            ours = (cpu() - before) / TEXTS
            all_gone()
            put(TASKS)
            pks = [str(pk) for pk in Message.objects.values_list("pk", flat=True)]
            before = cpu_of(process.pid)
            for pk in pks:
                peers.send_one.apply_async(args=[pk])
            wait_until(lambda: not Message.objects.filter(state=State.WAITING).exists())
            ratios.append((cpu_of(process.pid) - before) / TASKS / ours)
            costs.append(1e6 * ours)
            all_gone()
    yield Result("P10.task_per_recipient", "CPU of a Celery task for each, connections kept", ratios, TASKS, "≥ 40")
    yield Result("cost.sent", "µs of CPU a text message, in batches", costs, TEXTS)


def beside_queues_of_mail(port: int, which: str) -> Iterator[Result]:
    """Each as it comes, with its own log of what was sent; they seal nothing."""
    ratios: dict[str, list[float]] = {"post_office": [], "django_mailer": []}
    own = []
    smtp = "django.core.mail.backends.smtp.EmailBackend"
    with override_settings(
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
        POST_OFFICE={"BACKENDS": {"default": smtp}},
        MAILER_EMAIL_BACKEND=smtp,
        MAILER_USE_FILE_LOCK=False,
    ):
        for _run in range(harness.RUNS):
            put(MAILS, by_mail=True)
            ours = cpu_taken(send_all)
            own.append(1e6 * ours / MAILS)
            all_gone()
            mail_queues.put_into_post_office(MAILS, SAID)
            ratios["post_office"].append(cpu_taken(mail_queues.send_by_post_office) / ours)
            mail_queues.put_into_django_mailer(MAILS, SAID)
            ratios["django_mailer"].append(cpu_taken(mail_queues.send_by_django_mailer) / ours)
            mail_queues.forget_what_they_keep()
    yield Result("P10.post_office", f"CPU of django-post_office, mails ({which})", ratios["post_office"], MAILS, "≥ 20")
    yield Result("P10.django_mailer", f"CPU of django-mailer, mails ({which})", ratios["django_mailer"], MAILS, "≥ 70")
    yield Result("cost.mailed", "µs of CPU a mail", own, MAILS)


def cpu_taken(work: Callable[[], object]) -> float:
    before = cpu()
    work()
    return cpu() - before


# -- P12, P15 ----------------------------------------------------------------------------------------------------------------


def codes_and_memory(url: str, campaign: int) -> Iterator[Result]:
    print(f"  the campaign has {campaign:,} messages", flush=True)
    with (
        override_settings(PHONE_PROVIDER_URL=url),
        worker(url, *launch.WORKERS["codes"], PHONE_PROVIDER_BATCH="100"),
        worker(url, *launch.WORKERS["worker"], PHONE_PROVIDER_BATCH="100") as process,
    ):
        code_takes(url, 0)  # its connections are open now
        numbers, ratios, early = itertools.count(1), [], 0.0
        for turn in range(TURNS):
            quiet = [code_takes(url, next(numbers)) for _code in range(CODES)]
            put(campaign // TURNS)
            tasks.hurry(Lane.CAMPAIGN)
            wait_until(lambda: sent_of_campaign() > EARLY)
            early = early if turn else memory(process.pid)
            busy = codes_beside_it(url, numbers)
            finish_campaign()
            late = memory(process.pid)
            all_gone()
            without, beside = statistics.median(quiet), statistics.median(busy)
            print(f"  {len(busy)} codes while it ran; {without:.3f} s without, {beside:.3f} s with", flush=True)
            ratios.append(beside / without)
    against = f"a code from POST to the provider with no campaign, {CODES} codes each in {TURNS} turns"
    yield Result("P12", against, ratios, campaign, "≤ 1.5")
    yield Result(
        "P15.worker", f"memory of the worker after {EARLY:,} messages, after all", [late / early], campaign, "≤ 1.1"
    )
    yield Result("P15.worker_mib", "MiB of the worker and its two processes", [late], campaign, "≤ 512")


def codes_beside_it(url: str, numbers: Iterator[int]) -> list[float]:
    took = []
    for n in itertools.islice(numbers, CODES):
        took.append(code_takes(url, n))
        if not Message.objects.filter(lane=Lane.CAMPAIGN, state=State.WAITING).exists():
            break
        time.sleep(0.05)
    return took


def code_takes(url: str, n: int) -> float:
    """From the form's POST until the provider has the message."""
    to = f"010{70_000_000 + n:08d}"
    browser = Client(headers={"origin": "http://testserver"}, REMOTE_ADDR=f"10.{n // 200 + 1}.{n % 200 + 1}.1")
    began = time.time()
    answer = browser.post("/lookup/start/", {"contact": to})
    assert answer.status_code == 302, answer.status_code
    place = url.replace("/phone", f"/arrived?to=%2B8210{to[3:]}")
    wait_until(lambda: arrived_at(place) > 0)
    return arrived_at(place) - began


def arrived_at(place: str) -> float:
    return float(httpx.get(place, trust_env=False).text)


def sent_of_campaign() -> int:
    return Message.objects.filter(lane=Lane.CAMPAIGN, state=State.ACCEPTED).count()


def finish_campaign() -> None:
    """A run ends after ten seconds (sending.RUN); the sweep, which is not here, would call for the next."""
    while Message.objects.filter(lane=Lane.CAMPAIGN).exclude(state=State.ACCEPTED).exists():
        tasks.hurry(Lane.CAMPAIGN)
        time.sleep(1)


@contextmanager
def worker(url: str, *options: str, **more: str) -> Iterator[subprocess.Popen[bytes]]:
    """A real worker on the bench's database and broker."""
    cache.clear()
    env = {**os.environ, "PHONE_PROVIDER_URL": url, **more}
    command = [sys.executable, "-m", "celery", "-A", "breachdesk.celery", "worker", "--loglevel", "ERROR", *options]
    from breachdesk.celery import app

    others = len(app.control.ping(timeout=0.5))
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_until(lambda: len(app.control.ping(timeout=0.5)) > others)
        yield process
    finally:
        process.terminate()
        process.wait(20)


def wait_until(there: Any, *, seconds: float = 240) -> None:
    until = time.monotonic() + seconds
    while not there():
        if time.monotonic() > until:
            raise TimeoutError
        time.sleep(0.005)


def cpu_of(pid: int) -> float:
    cells = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(cells[11]) + int(cells[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> float:
    """MiB of a process and its children, what they share counted once (PSS)."""
    return sum(_pss(each) for each in (pid, *_children(pid))) / 1024


def _pss(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _children(pid: int) -> Sequence[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
