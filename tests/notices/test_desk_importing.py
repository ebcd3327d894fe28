"""A list comes in at the desk: who may, what is said, what a killed worker leaves, and how two people let it answer."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from breachdesk.audit.models import Event
from breachdesk.desk import roles
from notices import actions, comparing, import_jobs, loading, uploading
from notices.import_models import ActivationProposal, ImportJob
from notices.models import Dataset, Incident, Tier
from tests import cast, staff
from tests.notices.conftest import HEADER, figures_add_up, person
from tests.racing import nobody_writes, race
from tests.servers import Worker, wait_for

pytestmark = pytest.mark.django_db(transaction=True)
UPLOAD = "/admin/notices/importjob/upload/"
MANY = 40_000


@pytest.fixture(autouse=True)
def nothing_lies_about(transactional_db):
    forget_lists_and_files()
    yield
    forget_lists_and_files()


@pytest.fixture(autouse=True)
def _quick_passwords(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def incident(transactional_db) -> Incident:
    incident = cast.incident(at=timezone.now())
    Tier.objects.create(
        incident=incident, number=1, name_ko="카드", name_en="Card", any_of=["cvc"], advice_ko="가", advice_en="a"
    )
    Tier.objects.create(incident=incident, number=2, name_ko="나머지", name_en="Rest", advice_ko="나", advice_en="b")
    return incident


@pytest.fixture
def editor(client):
    return staff.sign_in(client, staff.member("notice_editor"))


@pytest.fixture
def officer():
    return staff.sign_in(Client(), staff.member("privacy_officer"))


def text_of(*rows: dict[str, str], encoding: str = "utf-8") -> bytes:
    file = io.StringIO()
    writer = csv.DictWriter(file, HEADER, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return file.getvalue().encode(encoding)


def send(client: Client, content: bytes, *, mode: str = "", name: str = "list.csv", incident: Incident | None = None):
    which = (incident or Incident.objects.get()).pk
    return client.post(UPLOAD, {"incident": which, "mode": mode, "file": SimpleUploadedFile(name, content)})


def brought_in(client: Client, content: bytes, **options) -> tuple[ImportJob, str]:
    """Uploaded and read as the worker reads it; the job and its page."""
    response = send(client, content, **options)
    assert response.status_code == 302, response.content.decode()
    import_jobs.carry_on()
    job = ImportJob.objects.latest("pk")
    return job, client.get(f"/admin/notices/importjob/{job.pk}/change/").content.decode()


def stored() -> list[str]:
    try:
        return default_storage.listdir(uploading.FOLDER)[1]
    except FileNotFoundError:
        return []


def forget_lists_and_files() -> None:
    """Emptying the tables leaves the partitions and the storage."""
    with connection.cursor() as cursor:
        cursor.execute(r"SELECT relname FROM pg_class WHERE relkind = 'r' AND relname ~ '^notices_affectedrecord_\d+$'")
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP TABLE {name}")
    for name in stored():
        default_storage.delete(f"{uploading.FOLDER}/{name}")


# -- who may -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [role.code for role in roles.ROLES])
def test_only_whoever_prepares_lists_uploads_one(client, incident, code):
    staff.sign_in(client, staff.member(code))
    response = send(client, text_of(person(1)))
    assert response.status_code == (302 if code == "notice_editor" else 403)
    assert ImportJob.objects.count() == (1 if code == "notice_editor" else 0)
    assert len(stored()) == ImportJob.objects.count(), "nothing is kept of what was not taken"


def test_a_stranger_uploads_nothing(client, incident):
    assert send(client, text_of(person(1))).status_code == 302
    assert not ImportJob.objects.exists()
    assert not stored()


def test_an_upload_from_another_site_is_refused_and_erased(incident):
    client = staff.sign_in(Client(enforce_csrf_checks=True), staff.member("notice_editor"))
    assert send(client, text_of(person(1))).status_code == 403
    assert not ImportJob.objects.exists()
    assert not stored()
    page = client.get("/admin/notices/importjob/add/")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.content.decode())[1]
    form = {"csrfmiddlewaretoken": token, "incident": incident.pk, "mode": ""}
    response = client.post(UPLOAD, {**form, "file": SimpleUploadedFile("list.csv", text_of(person(1)))})
    assert response.status_code == 302, response.content.decode()


@pytest.mark.parametrize("code", [role.code for role in roles.ROLES])
def test_each_role_sees_and_does_with_lists_what_the_table_says(client, incident, editor, code):
    brought_in(editor, text_of(person(1), person(2, name="")))
    job, dataset = ImportJob.objects.get(), Dataset.objects.get()
    them = staff.sign_in(Client(), staff.member(code))
    may = roles.BY_CODE[code].may
    for path, method, right in [
        (f"/admin/notices/importjob/{job.pk}/change/", "get", "notices.view_importjob"),
        (f"/admin/notices/importjob/{job.pk}/rejects/", "post", "notices.read_rejects"),
        (f"/admin/notices/dataset/{dataset.pk}/change/", "get", "notices.view_dataset"),
    ]:
        status = getattr(them, method)(path, {"reason": "확인"}).status_code
        assert status == (200 if right in may else 403), path
    for act, right in [("propose", "notices.propose_activation"), ("confirm", "notices.confirm_activation")]:
        proposal = dataset.proposals.filter(decided_at=None).first()
        status = them.post(
            f"/admin/notices/dataset/{dataset.pk}/act/", {"act": act, "proposal": proposal.pk if proposal else 0}
        ).status_code
        assert status in ({302, 404} if right in may else {403}), act


def test_what_only_takes_a_post_refuses_to_be_opened(editor, incident):
    job, _page = brought_in(editor, text_of(person(1), person(2, name="")))
    for path in (f"importjob/{job.pk}/rejects/", f"dataset/{job.dataset_id}/act/"):
        assert editor.get(f"/admin/notices/{path}").status_code == 405, path


def test_what_is_not_there_is_not_found(editor, incident):
    for path in ("importjob/999/change/", "importjob/x/change/", "dataset/999/change/", f"dataset/{'9' * 40}/change/"):
        assert editor.get(f"/admin/notices/{path}").status_code == 404, path


# -- what comes in -----------------------------------------------------------------------------------------------------


def test_the_figures_on_the_page_add_up_and_the_upload_is_erased(editor, incident):
    rows = [person(n) for n in range(1, 8)]
    job, page = brought_in(editor, text_of(*rows, person(8, birth_date="1991"), person(7)))
    assert figures_add_up(job.figures)
    assert (job.state, job.figures["rows"], job.figures["inserted"]) == ("done", 9, 7)
    assert "9 = 새로 7 + 고침 0 + 그대로 0 + 받지 않음 2" in page
    assert "같은 고객 번호가 앞줄에 이미 있어요." in page
    assert (job.storage_name, job.sealed_key) == ("", None)
    assert stored() == [Path(job.rejects_name).name]
    assert Event.objects.get(kind="notices.list_imported").by == job.asked_by
    assert "김서영" not in page


def test_the_uploaded_file_lies_sealed_until_it_is_read(editor, incident):
    send(editor, text_of(person(1)))
    [name] = stored()
    with default_storage.open(f"{uploading.FOLDER}/{name}") as file:
        kept = file.read()
    assert kept
    for open_text in ("김서영", "0000-0001", "customer_ref"):
        assert open_text.encode() not in kept


def test_a_list_longer_than_any_piece_comes_through_whole(editor, incident):
    people = [person(n, customer_ref=f"C{n}", phone=f"010-{n // 10000:04d}-{n % 10000:04d}") for n in range(12_000)]
    job, _page = brought_in(editor, text_of(*people))
    assert job.figures["inserted"] == 12_000
    assert job.lines == 12_001


def test_a_list_in_cp949_is_read(editor, incident):
    job, _page = brought_in(editor, text_of(person(1), encoding="cp949"))
    assert job.figures["inserted"] == 1


def test_the_same_file_twice_says_that_it_is_there_and_writes_nothing(editor, incident):
    first, _page = brought_in(editor, text_of(person(1), person(2)))
    second, page = brought_in(editor, text_of(person(1), person(2)), name="again.csv")
    assert (second.already, second.dataset, second.figures["inserted"]) == (True, first.dataset, 0)
    assert "이미 가져온 명단이에요: 1판과 같아요." in page
    assert Dataset.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04 a workbook", "엑셀 통합 문서(xlsx)나 압축 파일이에요."),
        (b"%PDF-1.7", "PDF 문서예요."),
        (b"customer_ref,name,items,hobby\r\n", "모르는 칸이 있어요: hobby"),
        (b"name,items\r\na,b\r\n", "꼭 있어야 하는 칸이 없어요: customer_ref"),
        (b"customer_ref,name,birth_date,items\r\n", "머리글만 있고 사람이 없어요."),
        (b'customer_ref,name,birth_date,items\r\n"C1,x,1990-01-01,name\r\n', "이 줄에서 연 따옴표가 닫히지 않았거나"),
        (b"\x00" * 5000, "첫 줄에 칸 이름이 없어요."),
        (b"customer_ref\x00,name,items\r\n", "모르는 칸이 있어요: customer_ref?"),
        (b"<script>alert(1)</script>", "웹 문서나 XML이에요."),
    ],
)
def test_a_hostile_file_is_refused_in_words_and_changes_nothing(editor, incident, content, words):
    job, page = brought_in(editor, content)
    assert job.state == "refused"
    assert words in page
    assert "바뀐 것은 없어요" in page
    assert not Dataset.objects.exists()
    assert not stored()
    assert Event.objects.filter(kind="notices.import_refused", about=f"importjob:{job.pk}").exists()


def test_changes_without_a_list_are_refused_in_words(editor, incident):
    _job, page = brought_in(editor, text_of(person(1)), mode="changes")
    assert "바로잡을 명단이 아직 없어요." in page


def test_the_name_of_a_file_is_shown_and_never_run(editor, incident):
    _job, page = brought_in(editor, text_of(person(1)), name='"><img src=x onerror=1>.csv')
    assert "<img" not in page


def test_a_form_without_a_file_or_with_an_empty_one_says_so(editor, incident):
    assert "파일을 골라 주세요." in editor.post(UPLOAD, {"incident": incident.pk}).content.decode()
    assert "빈 파일이에요." in send(editor, b"").content.decode()
    assert not stored()


def test_a_file_over_the_limit_is_refused_and_not_kept(editor, incident, monkeypatch):
    monkeypatch.setattr(uploading, "MAX_BYTES", 1000)
    assert "보다 커요" in send(editor, text_of(*[person(n) for n in range(100)])).content.decode()
    assert not stored()


def test_of_two_files_in_one_form_one_is_taken(editor, incident):
    files = [SimpleUploadedFile("a.csv", text_of(person(1))), SimpleUploadedFile("b.csv", text_of(person(2)))]
    assert editor.post(UPLOAD, {"incident": incident.pk, "mode": "", "file": files}).status_code == 302
    assert len(stored()) == 1


# -- rejects -----------------------------------------------------------------------------------------------------------


def test_rejects_are_downloaded_with_a_reason_that_is_kept_and_hold_no_personal_data(editor, incident):
    job, page = brought_in(editor, text_of(person(1), person(2, name="=1+1", phone="+ㅋ"), person(3, phone="9")))
    assert "받지 않은 줄 내려받기(CSV)" in page
    path = f"/admin/notices/importjob/{job.pk}/rejects/"
    assert editor.post(path).status_code == 302
    assert not Event.objects.filter(kind="notices.rejects_read").exists()
    response = editor.post(path, {"reason": "발급 부서에 고쳐 달라고 하려고"})
    text = response.getvalue().decode()
    assert text.splitlines()[1].startswith("3,name,name,")
    assert text.splitlines()[2].startswith("4,phone,phone,")
    assert "=1+1" not in text
    assert "attachment" in response["Content-Disposition"]
    event = Event.objects.get(kind="notices.rejects_read")
    assert event.data["reason"] == "발급 부서에 고쳐 달라고 하려고"


# -- two let it answer -------------------------------------------------------------------------------------------------


def act(client: Client, dataset: Dataset, what: str):
    proposal = dataset.proposals.order_by("-pk").first()
    form = {"act": what, "proposal": proposal.pk if proposal else ""}
    return client.post(f"/admin/notices/dataset/{dataset.pk}/act/", form, follow=True).content.decode()


def test_one_proposes_another_confirms_and_only_then_the_list_answers(editor, officer, incident):
    job, _page = brought_in(editor, text_of(person(1)))
    assert "제안했어요" in act(editor, job.dataset, "propose")
    incident.refresh_from_db()
    assert incident.active_dataset is None
    assert "지금부터 이 명단이 답해요" in act(officer, job.dataset, "confirm")
    incident.refresh_from_db()
    assert incident.active_dataset == job.dataset
    event = Event.objects.get(kind="notices.list_activated")
    assert event.by_id != event.data["confirmed_by"]
    # A second time nothing happens.
    assert "이미 정했어요" in act(officer, job.dataset, "confirm")
    assert "이미 답하고 있어요" in act(editor, job.dataset, "propose")
    assert Event.objects.filter(kind="notices.list_activated").count() == 1


def test_whoever_proposed_does_not_confirm_not_even_a_superuser(incident):
    root = staff.sign_in(Client(), staff.member(is_superuser=True))
    job, _page = brought_in(root, text_of(person(1)))
    page = act(root, job.dataset, "propose")
    assert "확인하고 쓰기" not in page
    assert "한 사람이 두 번 확인할 수 없어요" in act(root, job.dataset, "confirm")
    incident.refresh_from_db()
    assert incident.active_dataset is None


def test_the_database_refuses_one_person_for_both(editor, incident):
    job, _page = brought_in(editor, text_of(person(1)))
    act(editor, job.dataset, "propose")
    proposal = ActivationProposal.objects.get()
    with pytest.raises(IntegrityError, match="confirmed_by_another"), transaction.atomic():
        ActivationProposal.objects.update(decided_at=timezone.now(), decided_by=proposal.proposed_by_id, confirmed=True)


def test_an_act_wants_the_second_factor_of_the_last_five_minutes(incident, editor):
    job, _page = brought_in(editor, text_of(person(1)))
    late = staff.sign_in(Client(), staff.member("notice_editor"), ago=600)
    response = late.post(f"/admin/notices/dataset/{job.dataset_id}/act/", {"act": "propose"})
    assert "/accounts/2fa/reauthenticate/" in response["Location"]
    assert not ActivationProposal.objects.exists()


def test_a_proposal_is_taken_back_and_made_again(editor, officer, incident):
    job, _page = brought_in(editor, text_of(person(1)))
    act(editor, job.dataset, "propose")
    assert "이미 제안되어" in act(editor, job.dataset, "propose")
    assert "제안을 거두었어요" in act(officer, job.dataset, "drop")
    act(editor, job.dataset, "propose")
    assert ActivationProposal.objects.filter(decided_at=None).count() == 1


def test_what_was_compared_with_a_list_that_no_longer_answers_is_compared_again(editor, officer, incident):
    first, _page = brought_in(editor, text_of(person(1)), mode="full")
    second, _page = brought_in(editor, text_of(person(1), person(2)), mode="full")
    for job in (first, second):
        act(editor, job.dataset, "propose")
    act(officer, first.dataset, "confirm")
    assert "답하는 명단이 바뀌었어요" in act(officer, second.dataset, "confirm")
    incident.refresh_from_db()
    assert incident.active_dataset == first.dataset


def test_of_many_confirmations_at_once_one_lets_the_list_answer(editor, incident):
    job, _page = brought_in(editor, text_of(person(1)))
    act(editor, job.dataset, "propose")
    proposal, officers, at = (
        ActivationProposal.objects.get(),
        [staff.member("privacy_officer") for _ in range(4)],
        timezone.now(),
    )

    def confirm(number: int) -> bool:
        try:
            actions.confirm_activation(proposal=proposal, by=officers[number], at=at)
        except actions.rules.DecidedAlready:
            return False
        return True

    assert sorted(race(4, confirm)) == [False, False, False, True]
    assert Event.objects.filter(kind="notices.list_activated").count() == 1


def test_the_preview_counts_by_tier_what_would_change(editor, officer, incident):
    first, _page = brought_in(
        editor, text_of(person(1, items="name|cvc"), person(2), person(3), person(4, items="name?"))
    )
    act(editor, first.dataset, "propose")
    act(officer, first.dataset, "confirm")
    second, _page = brought_in(
        editor,
        text_of(person(1, items="name|cvc"), person(2, items="name|cvc"), person(5), person(4, items="name?")),
        mode="full",
    )
    compared = comparing.with_the_active(second.dataset)
    lines = {line.tier: (line.before, line.new, line.changed, line.gone, line.after) for line in compared.lines}
    assert lines == {1: (1, 0, 1, 0, 2), 2: (2, 1, 0, 1, 1), 0: (1, 0, 0, 0, 1)}
    assert compared.moved == 1
    page = editor.get(f"/admin/notices/dataset/{second.dataset_id}/change/").content.decode()
    assert "지금 답하는 1판과 견줌" in page
    assert "유출되지 않은 것으로 보여요" in page


# -- workers that die --------------------------------------------------------------------------------------------------


def many() -> bytes:
    lines = ["customer_ref,name,birth_date,phone,items\n"]
    lines += [f"C{n},김서영,1991-03-14,010-{n // 10000:04d}-{n % 10000:04d},name|phone\n" for n in range(MANY)]
    return "".join(lines).encode()


def test_a_worker_reads_the_list_and_the_page_shows_how_far_it_is(worker: Worker, editor, incident):
    send(editor, many())
    job = ImportJob.objects.get()
    path = f"/admin/notices/importjob/{job.pk}/change/"
    wait_for(lambda: "data-refresh" not in editor.get(path).content.decode(), seconds=60, but=worker.said)
    job.refresh_from_db()
    assert (job.state, job.figures["inserted"], job.tries) == ("done", MANY, 1)


def copied() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(tuples_processed) FROM pg_stat_progress_copy WHERE datname = current_database()")
        return cursor.fetchone()[0] or 0


def test_a_worker_killed_in_the_middle_leaves_nothing_half_and_another_begins_anew(worker: Worker, editor, incident):
    with nobody_writes(Dataset) as somebody_wants_to:
        send(editor, many())
        wait_for(lambda: copied() > MANY / 4 or somebody_wants_to(), seconds=60, but=worker.said)
        worker.kill()
    job = ImportJob.objects.get()
    assert job.state == "reading"
    assert not Dataset.objects.exists()
    worker.start()
    wait_for(lambda: ImportJob.objects.get().state == "done", seconds=60, but=worker.said)
    job.refresh_from_db()
    assert (job.tries, job.figures["inserted"], job.already) == (2, MANY, False)
    assert loading.count(Dataset.objects.get().pk) == MANY
    assert not stored()


def test_a_list_over_which_worker_after_worker_died_is_given_up_and_says_so(editor, incident):
    send(editor, text_of(person(1)))
    at = timezone.now()
    for number in range(import_jobs.MOST_TRIES):
        assert import_jobs.take(at=at + number * import_jobs.settings.DELIVERY_LEASE * 2) is not None
    assert import_jobs.take(at=at + import_jobs.MOST_TRIES * import_jobs.settings.DELIVERY_LEASE * 2) is None
    job = ImportJob.objects.get()
    assert job.state == "stopped"
    page = editor.get(f"/admin/notices/importjob/{job.pk}/change/").content.decode()
    assert "반만 들어간 것은 없어요" in page
    assert not stored()


def test_a_worker_that_was_thought_dead_settles_nothing(editor, incident):
    send(editor, text_of(person(1)))
    at = timezone.now()
    first = import_jobs.take(at=at)
    second = import_jobs.take(at=at + 2 * import_jobs.settings.DELIVERY_LEASE)
    assert not import_jobs.settle(first, state="refused", at=at)
    import_jobs.carry_out(second)
    assert ImportJob.objects.get().state == "done"


def test_a_worker_that_dies_after_the_list_is_in_does_not_call_it_old(editor, incident, monkeypatch):
    send(editor, text_of(person(1)))
    with monkeypatch.context() as patched:
        patched.setattr(import_jobs, "settle", lambda *_a, **_k: False)
        import_jobs.carry_out(import_jobs.take(at=timezone.now()))
    assert Dataset.objects.count() == 1
    import_jobs.carry_out(import_jobs.take(at=timezone.now() + 2 * import_jobs.settings.DELIVERY_LEASE))
    job = ImportJob.objects.get()
    assert (job.state, job.already, job.figures["inserted"]) == ("done", False, 1)


def test_only_one_list_is_read_at_a_time(editor, incident):
    send(editor, text_of(person(1)))
    send(editor, text_of(person(2)))
    at = timezone.now()
    taken = [job for job in race(4, lambda _number: import_jobs.take(at=at)) if job]
    assert len(taken) == 1


def test_uploads_that_no_job_names_are_erased_after_a_while(editor, incident):
    send(editor, text_of(person(1)))
    default_storage.save(f"{uploading.FOLDER}/left", ContentFile(b"x"))
    assert import_jobs.forget_uploads(at=timezone.now()) == 0
    assert import_jobs.forget_uploads(at=timezone.now() + 2 * import_jobs.ORPHANED_AFTER) == 1
    assert len(stored()) == 1
