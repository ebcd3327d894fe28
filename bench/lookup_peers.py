"""A look-up as Django is usually taught: plain columns in tables of their own, a Form, the ORM, the session in the database.

Its page is the product's own, with the same templates and the same words, all of it rendered for every page: what the product
keeps is included here. It asks for all that the page shows (items, cards, what each list said, earlier looks, steps, requests,
word of changes) and writes down in the session when it answered. `bare` is the limit: one SELECT by a cursor, and no page.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django import forms
from django.db import connection, models
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template import Context
from django.urls import path
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.csrf import csrf_exempt

from breachdesk.demo import story
from breachdesk.lib import kept
from breachdesk.lib.contacts import Contact
from breachdesk.urls import urlpatterns as of_the_product
from lookup import guidance, queries, states
from lookup.changes import History
from lookup.rules import Identity
from lookup.standing import Mark
from notices import queries as notices
from notices import service
from notices.editions import Edition
from notices.lines import InOneList, Said
from notices.models import Incident


class Customer(models.Model):
    name = models.CharField(max_length=80)
    birth_date = models.DateField(null=True)
    phone = models.CharField(max_length=20, db_index=True)
    email = models.CharField(max_length=254, db_index=True)
    address = models.CharField(max_length=300)

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return self.name


class LeakedItem(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="leaked_items")
    code = models.CharField(max_length=20)
    is_possible = models.BooleanField(default=False)

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return self.code


class Card(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="cards")
    last4 = models.CharField(max_length=4)

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return self.last4


class OnAList(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="lists")
    number = models.PositiveIntegerField()
    mode = models.CharField(max_length=8)
    activated_at = models.DateTimeField()
    leaked = models.TextField()

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return str(self.number)


class EarlierLook(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="looks")
    list_number = models.PositiveIntegerField()
    outcome = models.CharField(max_length=10)
    at = models.DateTimeField()

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return self.outcome


class MarkedStep(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="steps")
    step = models.CharField(max_length=40)
    state = models.CharField(max_length=10)

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return self.step


class Request(models.Model):
    customer = models.ForeignKey(Customer, on_delete=models.CASCADE, related_name="requests")
    reference = models.CharField(max_length=13, unique=True)
    state = models.CharField(max_length=10)

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return self.reference


class Alert(models.Model):
    customer = models.OneToOneField(Customer, on_delete=models.CASCADE, related_name="alert")
    begun_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "bench"

    def __str__(self) -> str:
        return str(self.begun_at)


OWN = (Customer, LeakedItem, Card, OnAList, EarlierLook, MarkedStep, Request, Alert)


def fill(people: Path) -> None:
    """The same list in plain tables, by COPY: how they are filled is not measured here."""
    with connection.schema_editor() as editor:
        for model in OWN:
            editor.execute(f"DROP TABLE IF EXISTS {model._meta.db_table} CASCADE")
        for model in OWN:
            editor.create_model(model)
    columns = people.read_text(encoding="utf-8").partition("\n")[0]
    with connection.cursor() as cursor, people.open(encoding="utf-8") as file:
        cursor.execute(
            "CREATE TEMP TABLE stage (id serial, " + ", ".join(f"{name} text" for name in columns.split(",")) + ")"
        )
        cursor.copy_expert(f"COPY stage ({columns}) FROM STDIN (FORMAT csv, HEADER)", file, size=1 << 16)
        cursor.execute(
            """
            INSERT INTO bench_customer (id, name, birth_date, phone, email, address)
            SELECT id, name, birth_date::date, '+82' || substr(replace(phone, '-', ''), 2),
                   coalesce(email, ''), coalesce(address, '')
            FROM stage
            """
        )
        cursor.execute(
            """
            INSERT INTO bench_leakeditem (customer_id, code, is_possible)
            SELECT id, rtrim(item, '?'), item LIKE '%?' FROM stage, string_to_table(items, '|') AS item
            """
        )
        cursor.execute("INSERT INTO bench_card (customer_id, last4) SELECT id, card_last4 FROM stage")
        cursor.execute(
            """
            INSERT INTO bench_onalist (customer_id, number, mode, activated_at, leaked)
            SELECT stage.id, list.number, list.mode, list.activated_at, stage.items
            FROM stage, notices_dataset AS list JOIN notices_incident AS incident ON incident.id = list.incident_id
            WHERE incident.slug = %s AND list.activated_at IS NOT NULL
            """,
            [story.SLUG],
        )
        cursor.execute("DROP TABLE stage")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE " + ", ".join(model._meta.db_table for model in OWN))


class WhoForm(forms.Form):
    name = forms.CharField(max_length=80)
    birth_date = forms.DateField()


@csrf_exempt
def usual(request: HttpRequest) -> HttpResponse:
    """The contact was proved before and stands in the session; name and birth date are posted; the answer is the page."""
    form = WhoForm(request.POST)
    if not form.is_valid():
        return HttpResponse(status=422)
    at = timezone.now()
    contact = Contact("phone", request.session["phone"])
    found = Customer.objects.filter(phone=contact.value, **form.cleaned_data).first()
    incident = (
        Incident.objects.select_related("active_dataset")
        .prefetch_related("tiers", "remedies")
        .get(slug=request.session["incident"])
    )
    assert found
    items = list(found.leaked_items.all())
    answer = queries.Answer(
        edition=Edition(incident, notices.current_notice(incident)),
        said=Said(incident.pk, "", [], []),
        outcome=states.Outcome.LEAKED,
        leaked=tuple(item.code for item in items if not item.is_possible),
        possible=tuple(item.code for item in items if item.is_possible),
        records=1,
        card_last4=tuple(card.last4 for card in found.cards.all()),
        members=("current",),
        acts_through=states.ActsThrough.SELF,
        person_keys=(),
        former_keys=(),
    )
    lists = [
        InOneList(each.number, each.mode, each.activated_at, tuple(each.leaked.split("|")), ())
        for each in found.lists.order_by("activated_at", "number")
    ]
    earlier = found.looks.order_by("-pk").first()
    requests = list(found.requests.order_by("-pk")[:3])
    marks = {mark.step: Mark(incident.pk, mark.step, mark.state, None, None, None) for mark in found.steps.all()}
    request.session["answered_at"] = at.isoformat()
    context: dict[str, Any] = {
        "answer": answer,
        "others": [],
        "identity": Identity(found.name, found.birth_date or dt.date.min),
        "contact": contact,
        "at": at,
        "later": states.Later.choices,
        "claims": service.standing(incident, at=at),
        "history": History(lists, earlier),
        "disputes": requests,
        "may_ask": not requests,
        "passkeys": True,
        "watch": Alert.objects.filter(customer=found).first(),
        **guidance.of(answer, marks, today=timezone.localdate(at)),
    }
    with nothing_kept():
        return render(request, "lookup/leaked.html", context)


@contextmanager
def nothing_kept() -> Iterator[None]:
    keeping = kept.Kept.render
    kept.Kept.render = included  # type: ignore[method-assign]
    try:
        yield
    finally:
        kept.Kept.render = keeping  # type: ignore[method-assign]


def included(node: kept.Kept, context: Context) -> SafeString:
    """As `{% include part with … only %}` does."""
    given = {name: value.resolve(context) for name, value in {**node.values, **node.fresh}.items()}
    return context.template.engine.get_template(node.part).render(context.new(given))


ONE_SELECT = "SELECT name, birth_date FROM bench_customer WHERE phone = %s"


def bare(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(ONE_SELECT, [request.GET["phone"]])
        name, birth_date = cursor.fetchone()
    return JsonResponse({"name": name, "birth_date": birth_date})


urlpatterns = [*of_the_product, path("bench/usual/", usual), path("bench/bare/", bare)]
