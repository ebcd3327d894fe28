"""Files: received with a receipt or refused in words, each once, and given back to their owner only."""

from __future__ import annotations

import hashlib
import html

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from breachdesk.files.models import StoredFile
from claims import actions, rules
from claims.models import Claim, Draft, Evidence
from lookup.models import Proof
from notices.models import Incident
from tests.claims.conftest import JUNHO, SEOYOUNG, browse, draft_of, picture, prove, submit
from tests.racing import race

VIDEO = b"\x00\x00\x00\x18ftypmp42" + bytes(4000)


@pytest.fixture
def proof(incident: Incident) -> Proof:
    return prove(SEOYOUNG)


@pytest.fixture
def client(proof: Proof) -> Client:
    return browse(proof)


@pytest.fixture
def draft(proof: Proof, incident: Incident) -> Draft:
    return draft_of(proof, incident)


def post(client: Client, draft: Draft, **fields: object):
    return client.post("/claims/new/evidence/", {"draft": str(draft.id), **fields})


def text(answer: object) -> str:
    return html.unescape(answer.content.decode())


def add(proof: Proof, draft: Draft, upload: SimpleUploadedFile) -> tuple[Evidence, bool]:
    return actions.add_evidence(
        person=proof.person, draft_id=draft.id, upload=upload, by=proof.person.user, at=timezone.now()
    )


def test_a_received_file_shows_its_receipt(client: Client, draft: Draft) -> None:
    sent = picture("결제 알림.png")
    fingerprint = hashlib.sha256(sent.read()).hexdigest()
    sent.seek(0)

    assert post(client, draft, photo=sent).headers["location"] == "/claims/new/evidence/"

    page = text(client.get("/claims/new/evidence/"))
    held = Evidence.objects.get()
    assert "결제 알림.png" in page
    assert " ".join(fingerprint[place : place + 4] for place in range(0, 16, 4)) in page
    assert f"{timezone.localtime(held.received_at):%H:%M:%S}" in page


def test_a_refused_file_is_named_with_its_reason_and_loses_nothing_else(client: Client, draft: Draft) -> None:
    answer = post(client, draft, files=[picture("하나.png"), SimpleUploadedFile("화면녹화.mp4", VIDEO)])

    page = text(answer)
    assert answer.status_code == 422
    assert "동영상은 받을 수 없어요" in page
    assert "화면녹화.mp4" in page
    assert "하나.png" in page
    assert Evidence.objects.count() == StoredFile.objects.count() == 1
    assert Draft.objects.get().steps == draft.steps


def test_the_same_bytes_twice_are_one(client: Client, draft: Draft) -> None:
    for name in ["하나.png", "둘.png"]:
        assert post(client, draft, files=[picture(name)]).status_code == 302
    assert Evidence.objects.count() == StoredFile.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_bytes_at_once_are_one(proof: Proof, draft: Draft) -> None:
    added = race(6, lambda _number: add(proof, draft, picture()))
    assert sorted(new for _evidence, new in added) == [False] * 5 + [True]
    assert Evidence.objects.count() == StoredFile.objects.count() == 1


def test_twenty_files_and_no_more(client: Client, proof: Proof, draft: Draft) -> None:
    for number in range(rules.MOST_FILES):
        add(proof, draft, picture(colour=f"#0000{number:02x}", size=8))
    answer = post(client, draft, files=[picture("스물하나.png", "red")])

    assert answer.status_code == 422
    assert "자료는 20개까지 올릴 수 있어요. ‘스물하나.png’ 파일은 받지 않았어요." in text(answer)
    assert Evidence.objects.count() == StoredFile.objects.count() == 20
    assert post(client, draft, files=[picture(colour="#000000", size=8)]).status_code == 302  # held already


def test_a_days_uploads_are_counted(
    client: Client, draft: Draft, incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "UPLOADS_A_DAY", rules.Budget("claims.upload.test", 1, rules.UPLOADS_A_DAY.period))
    assert post(client, draft, files=[picture()]).status_code == 302
    answer = post(client, draft, files=[picture("둘.png", "red")])
    assert answer.status_code == 422
    assert "오늘은 자료를 더 받을 수 없어요" in text(answer)


def test_choosing_nothing_is_said(client: Client, draft: Draft) -> None:
    answer = post(client, draft, do="upload")
    assert answer.status_code == 422
    assert "올릴 파일을 먼저 골라 주세요" in text(answer)


def test_going_on_without_any_file_is_fine(client: Client, draft: Draft) -> None:
    assert post(client, draft, do="continue").headers["location"] == "/claims/new/account/"
    assert post(client, draft, do="continue", then="check").headers["location"] == "/claims/new/check/"
    assert post(client, draft, do="later").headers["location"] == "/claims/"


def test_files_chosen_with_continue_are_taken_along(client: Client, draft: Draft) -> None:
    assert post(client, draft, do="continue", files=[picture()]).headers["location"] == "/claims/new/account/"
    assert Evidence.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_removing_a_file_erases_it_once(client: Client, proof: Proof, draft: Draft) -> None:
    held, _new = add(proof, draft, picture())
    place = held.file.storage_name
    assert default_storage.exists(place)

    for _ in range(2):
        assert post(client, draft, do=f"remove-{held.pk}").status_code == 302
    assert not StoredFile.objects.exists()
    assert not default_storage.exists(place)
    assert post(client, draft, files=[picture()]).status_code == 302  # the same again is new again


@pytest.mark.parametrize("do", ["remove-", "remove-x", "remove-9999", "remove-" + "9" * 40, "remove-１"])
def test_removing_what_is_not_there_changes_nothing(client: Client, proof: Proof, draft: Draft, do: str) -> None:
    add(proof, draft, picture())
    assert post(client, draft, do=do).status_code == 302
    assert Evidence.objects.count() == 1


def test_nobody_removes_anothers_file(proof: Proof, draft: Draft, incident: Incident) -> None:
    held, _new = add(proof, draft, picture())
    other = prove(JUNHO)
    theirs = draft_of(other, incident)
    post(browse(other), theirs, do=f"remove-{held.pk}")
    post(browse(other), draft, do=f"remove-{held.pk}")
    assert Evidence.objects.filter(pk=held.pk).exists()


def test_a_file_for_a_draft_that_is_gone_is_not_taken(proof: Proof, draft: Draft) -> None:
    submit(proof, draft)
    with pytest.raises(actions.NoDraft):
        add(proof, draft, picture())
    assert not StoredFile.objects.exists()


def test_a_filed_file_comes_back_as_a_download_to_its_owner_only(
    client: Client, proof: Proof, draft: Draft, incident: Incident
) -> None:
    held, _new = add(proof, draft, picture("결제 알림.png"))
    claim = submit(proof, draft).claim
    address = f"/claims/{claim.reference}/evidence/{held.pk}/"

    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "no-store" in answer.headers["cache-control"]
    assert b"".join(answer.streaming_content).startswith(b"\x89PNG")

    other = prove(JUNHO)
    theirs = submit(other, draft_of(other, incident)).claim
    stranger = browse(other)
    absent = stranger.get(f"/claims/{theirs.reference}/evidence/999999/")
    for foreign in (address, f"/claims/{theirs.reference}/evidence/{held.pk}/"):
        refused = stranger.get(foreign)
        assert refused.status_code == absent.status_code == 404
    assert Client().get(address).headers["location"].endswith("/lookup/")
    assert client.post(address).status_code == 405


def test_what_was_filed_cannot_be_removed_any_more(client: Client, proof: Proof, draft: Draft) -> None:
    held, _new = add(proof, draft, picture())
    claim = submit(proof, draft).claim
    assert post(client, draft, do=f"remove-{held.pk}").headers["location"] == f"/claims/{claim.reference}/receipt/"
    assert Claim.objects.get().evidence.count() == 1
