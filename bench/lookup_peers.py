"""A look-up as Django is usually taught: plain columns in tables of their own, a Form, the ORM, the session in the database.

Its page is the product's own, with the same templates and the same words. `bare` is the limit: one SELECT by a cursor.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django import forms
from django.db import connection, models
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt

from breachdesk.lib.contacts import Contact
from breachdesk.urls import urlpatterns as of_the_product
from lookup import queries, states
from lookup.rules import Identity
from notices import queries as notices
from notices.editions import Edition
from notices.lines import Said
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


def fill(people: Path) -> None:
    """The same list in plain tables, by COPY: how they are filled is not measured here."""
    with connection.schema_editor() as editor:
        editor.execute("DROP TABLE IF EXISTS bench_card, bench_leakeditem, bench_customer CASCADE")
        for model in (Customer, LeakedItem, Card):
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
        cursor.execute("DROP TABLE stage")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE bench_customer, bench_leakeditem, bench_card")


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
    incident = Incident.objects.select_related("active_dataset").get(slug=request.session["incident"])
    assert found
    assert incident.active_dataset
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
    request.session["answered_at"] = at.isoformat()
    context: dict[str, Any] = {
        "answer": answer,
        "others": [],
        "identity": Identity(found.name, found.birth_date or dt.date.min),
        "contact": contact,
        "at": at,
        "later": states.Later.choices,
        "claims_open": True,
        **queries.guidance(answer, None, today=timezone.localdate(at)),
    }
    return render(request, "lookup/leaked.html", context)


ONE_SELECT = "SELECT name, birth_date FROM bench_customer WHERE phone = %s"


def bare(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute(ONE_SELECT, [request.GET["phone"]])
        name, birth_date = cursor.fetchone()
    return JsonResponse({"name": name, "birth_date": birth_date})


urlpatterns = [*of_the_product, path("bench/usual/", usual), path("bench/bare/", bare)]
