"""What people send us: taken whole and harmless, or refused in words and without a trace (SECURITY.md's upload invariants U1-U8)."""

import datetime as dt
import hashlib
import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pikepdf
import pytest
from django.conf import settings as configured
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.db import connection, models, transaction
from django.http import HttpResponse
from django.test import override_settings
from django.test.utils import isolate_apps
from django.urls import path
from django.utils import translation
from PIL import Image

from breachdesk import files, keys
from breachdesk.accounts.models import User
from breachdesk.files import actions, checking, cleaning, names, rules
from breachdesk.files.models import StoredFile
from breachdesk.files.refusals import SENTENCES
from tests.house import hostile
from tests.house.hostile import EICAR, MARKER
from tests.racing import race

NOON = dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC)
MEGABYTE = 1024 * 1024


@pytest.fixture(autouse=True)
def media(tmp_path, settings):
    """A media root and a place for temporary files of its own, both looked at afterwards."""
    settings.MEDIA_ROOT = tmp_path / "media"
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    before = tempfile.tempdir
    tempfile.tempdir = str(temporary)
    yield settings.MEDIA_ROOT
    tempfile.tempdir = before
    assert list(temporary.iterdir()) == [], "a temporary file was left behind"


def named(name, content):
    """Under exactly this name: Django's own class tidies it first."""
    sent = SimpleUploadedFile("x", content, content_type="image/jpeg")
    sent._name = name
    return sent


def keep(name, content, **options):
    return files.keep(named(name, content), **{"by": None, "at": NOON} | options)


def kept(stored):
    return b"".join(files.read(stored))


def objects(root):
    return [entry for entry in Path(root).rglob("*") if entry.is_file()]


# -- taken -------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "made", "content_type", "download_name"),
    [
        ("영수증.jpg", hostile.jpeg, "image/jpeg", "영수증.jpg"),
        ("IMG_0001.JPEG", hostile.jpeg, "image/jpeg", "IMG_0001.jpg"),
        ("capture.png", hostile.png, "image/png", "capture.png"),
        ("IMG_0002.HEIC", hostile.heic, "image/jpeg", "IMG_0002.jpg"),
        ("statement.pdf", lambda: hostile.paper(3), "application/pdf", "statement.pdf"),
        ("many.jpg", hostile.multi_picture_jpeg, "image/jpeg", "many.jpg"),
        ("moving.png", hostile.animated_png, "image/png", "moving.png"),
        ("grey.jpg", lambda: hostile.encoded(hostile.picture(mode="L"), "JPEG"), "image/jpeg", "grey.jpg"),
        ("print.jpg", lambda: hostile.encoded(hostile.picture(mode="CMYK"), "JPEG"), "image/jpeg", "print.jpg"),
        ("clear.png", lambda: hostile.encoded(hostile.picture(mode="RGBA"), "PNG"), "image/png", "clear.png"),
        ("palette.png", lambda: hostile.encoded(hostile.picture().quantize(), "PNG"), "image/png", "palette.png"),
        ("sixteen.png", lambda: hostile.encoded(Image.new("I;16", (9, 9), 3000), "PNG"), "image/png", "sixteen.png"),
        ("bits.png", lambda: hostile.encoded(hostile.picture().convert("1"), "PNG"), "image/png", "bits.png"),
        ("one.png", lambda: hostile.encoded(hostile.picture(1, 1), "PNG"), "image/png", "one.png"),
        ("invoice.php.jpg", hostile.jpeg, "image/jpeg", "invoice.php.jpg"),
    ],
)
def test_a_picture_or_paper_is_taken_and_given_back(name, made, content_type, download_name, media):
    content = made()
    staff = User.objects.create_staff(email="agent@hanbitcard.example", name="상담원")

    stored = keep(name, content, by=staff)

    assert (stored.content_type, stored.download_name, stored.created_by) == (content_type, download_name, staff)
    assert stored.received_size == len(content)
    assert stored.received_sha256 == hashlib.sha256(content).hexdigest()
    body = kept(stored)
    assert (stored.size, stored.sha256) == (len(body), hashlib.sha256(body).hexdigest())
    assert len(objects(media)) == 1
    if content_type == "application/pdf":
        with pikepdf.open(io.BytesIO(body)) as paper:
            assert len(paper.pages) == stored.pages == 3
    else:
        with Image.open(io.BytesIO(body)) as image:
            image.load()
            assert image.size == (stored.width, stored.height)
            assert Image.MIME[image.format] == content_type
            assert getattr(image, "n_frames", 1) == 1


@pytest.mark.django_db
def test_a_file_that_django_put_on_the_disk_is_taken_as_well():
    with TemporaryUploadedFile("a.jpg", "image/jpeg", 0, None) as sent:
        sent.write(hostile.jpeg())
        sent.seek(0)
        stored = files.keep(sent, by=None, at=NOON)

    assert stored.width == 120


@pytest.mark.django_db
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_loses_its_place_and_its_notes_and_stands_upright(orientation):
    content = hostile.photo_with_places(orientation)
    assert MARKER in content

    stored = keep("photo.jpg", content + b"trailing " + MARKER)

    body = kept(stored)
    assert MARKER not in body
    for mark in (b"Exif", b"http://ns.adobe.com", b"ICC_PROFILE", b"\xff\xfe"):
        assert mark not in body
    with Image.open(io.BytesIO(body)) as image:
        assert not image.getexif()
        assert image.size == ((120, 80) if orientation < 5 else (80, 120))


@pytest.mark.django_db
def test_a_capture_loses_its_notes():
    body = kept(keep("capture.png", hostile.png_with_notes()))

    assert MARKER not in body
    with Image.open(io.BytesIO(body)) as image:
        assert image.info == {}


@pytest.mark.django_db
def test_a_heic_loses_its_place():
    content = hostile.heic(exif=hostile.exif())
    assert MARKER in content

    body = kept(keep("IMG_0003.heic", content))

    assert body.startswith(b"\xff\xd8")
    assert MARKER not in body


@pytest.mark.django_db
def test_a_photo_with_unreadable_notes_is_taken():
    broken = hostile.jpeg(exif=b"Exif\0\0MM\0*\0\0\0\x08\xff\xff" + b"\xff" * 40)

    assert keep("photo.jpg", broken).width == 120


@pytest.mark.django_db
def test_a_camera_s_fifty_million_pixels_are_halved():
    stored = keep("phone.jpg", hostile.encoded(hostile.picture(8160, 6120), "JPEG", quality=40))

    assert (stored.width, stored.height) == (4080, 3060)


@pytest.mark.django_db
@pytest.mark.parametrize("kind", hostile.ACTIONS)
def test_a_paper_loses_what_acts(kind):
    content = hostile.acting_pdf(kind)
    assert "/" + kind in everything_in(content)

    body = kept(keep("form.pdf", content))

    inside = everything_in(body)
    assert MARKER.decode() not in inside
    for key in ("/OpenAction", "/AA", "/JS", "/Annots", "/AcroForm", "/Names", "/Outlines", "/XFA", "/A ", "/" + kind):
        assert key not in inside
    assert "typed by the sender" in inside, "what was filled in is part of the page now"
    assert "Statement page 1" in inside


@pytest.mark.django_db
def test_a_paper_loses_what_it_carries():
    content = hostile.pdf_carrying(MARKER * 3)
    assert MARKER.decode() in everything_in(content)

    inside = everything_in(kept(keep("form.pdf", content)))

    assert MARKER.decode() not in inside
    for key in ("/EmbeddedFile", "/EF", "/AF", "/Metadata", "/PieceInfo", "/RichMedia", "/Author"):
        assert key not in inside


@pytest.mark.django_db
def test_a_photo_inside_a_paper_loses_its_place():
    content = hostile.pdf_with_photo()
    body = kept(keep("scan.pdf", content))

    with pikepdf.open(io.BytesIO(body)) as paper:
        photo = paper.pages[0].obj.Resources.XObject.Im.read_raw_bytes()
    assert MARKER not in photo
    assert b"Exif" not in photo
    with Image.open(io.BytesIO(photo)) as image:
        image.load()
        assert image.size == (120, 80)


@pytest.mark.django_db
def test_html_before_or_after_a_paper_is_gone():
    content = hostile.paper()
    header, rest = content.split(b"\n", 1)
    body = kept(keep("form.pdf", header + b"\n%<script>" + MARKER + b"</script>\n" + rest + b"<script>" + MARKER))

    assert b"script" not in body
    assert MARKER not in body


def everything_in(paper):
    """The document with every stream decoded, as text."""
    found = []
    with pikepdf.open(io.BytesIO(paper)) as pdf:
        for thing in [pdf.trailer, *pdf.objects]:
            found.append(repr(thing) if not isinstance(thing, pikepdf.Stream) else repr(dict(thing.items())))
            found.append(str(thing.unparse(resolved=False)) if not isinstance(thing, pikepdf.Stream) else "")
            if isinstance(thing, pikepdf.Stream):
                try:
                    found.append(thing.read_bytes().decode("latin-1"))
                except pikepdf.PdfError:
                    found.append(thing.read_raw_bytes().decode("latin-1"))
    return "\n".join(found)


# -- refused -----------------------------------------------------------------------------------------------------------

HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
VIDEO = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 100
GIF_SCRIPT = b"GIF89a/*" + b"\0" * 100 + b"*/=1;alert(1)//"

REFUSED = [
    ("empty.jpg", lambda: b"", "empty"),
    ("page.jpg", lambda: HTML, "mismatch"),
    ("page.html", lambda: HTML, "type"),
    ("page.pdf", lambda: HTML, "mismatch"),
    ("drawing.svg", lambda: SVG, "type"),
    ("drawing.png", lambda: SVG, "mismatch"),
    ("animation.gif", lambda: GIF_SCRIPT, "type"),
    ("animation.jpg", lambda: GIF_SCRIPT, "mismatch"),
    ("entity.xml", lambda: b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>', "type"),
    ("program.exe", lambda: b"MZ" + b"\0" * 200, "type"),
    ("program.jpg", lambda: b"\x7fELF" + b"\0" * 200, "mismatch"),
    ("photo.jpg.exe", hostile.jpeg, "mismatch"),
    ("photo", hostile.jpeg, "mismatch"),
    ("photo.png", hostile.jpeg, "mismatch"),
    ("photo.pdf", hostile.jpeg, "mismatch"),
    ("paper.jpg", hostile.paper, "mismatch"),
    ("photo.webp", lambda: hostile.encoded(hostile.picture(), "WEBP"), "type"),
    ("photo.bmp", lambda: hostile.encoded(hostile.picture(), "BMP"), "type"),
    ("photo.tiff", lambda: hostile.encoded(hostile.picture(), "TIFF"), "type"),
    ("film.mp4", lambda: VIDEO, "video"),
    ("film.MOV", lambda: VIDEO, "video"),
    ("film.jpg", lambda: VIDEO, "video"),
    ("신청서.hwp", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "document"),
    ("letter.docx", lambda: hostile.zipped("word/document.xml"), "document"),
    ("all.zip", hostile.zipped, "archive"),
    ("all.pdf", hostile.zipped, "mismatch"),
    ("cut.jpg", lambda: hostile.jpeg()[:-300], "broken"),
    ("head.jpg", lambda: hostile.jpeg()[:300], "broken"),
    ("three.jpg", lambda: b"\xff\xd8\xff", "broken"),
    ("cut.png", lambda: hostile.png()[:-60], "broken"),
    ("cut.heic", lambda: hostile.heic()[:-60], "broken"),
    ("head.heic", lambda: hostile.heic()[:40], "broken"),
    ("cut.pdf", lambda: hostile.paper(3)[:-300], "broken"),
    ("head.pdf", lambda: b"%PDF-1.7\n", "broken"),
    ("noise.pdf", lambda: b"%PDF-1.7\n" + hostile.noise(5000) + b"\n%%EOF", "broken"),
    ("noise.jpg", lambda: b"\xff\xd8\xff\xe0" + hostile.noise(5000), "broken"),
    ("noise.png", lambda: b"\x89PNG\r\n\x1a\n" + hostile.noise(5000), "broken"),
    ("secret.pdf", hostile.encrypted_pdf, "encrypted"),
    ("owner.pdf", lambda: hostile.encrypted_pdf(""), "encrypted"),
    ("long.pdf", lambda: hostile.paper(rules.MAX_PAGES + 1), "too_many_pages"),
    ("endless.pdf", hostile.pdf_with_endless_pages, "broken"),
    ("deep.pdf", hostile.deeply_nested_pdf, "broken"),
    ("both.jpg", lambda: hostile.jpeg() + hostile.zipped(), "harmful"),
    ("both.png", lambda: hostile.png() + hostile.zipped(), "harmful"),
    ("both.pdf", lambda: hostile.paper() + hostile.zipped(), "harmful"),
    ("virus.jpg", lambda: EICAR, "mismatch"),
    ("virus.com", lambda: EICAR, "type"),
    ("virus.jpg", lambda: hostile.jpeg() + EICAR, "harmful"),
    ("virus.jpg", lambda: hostile.jpeg(comment=EICAR), "harmful"),
    ("virus.png", lambda: hostile.png() + EICAR, "harmful"),
    ("virus.png", lambda: hostile.png_with_compressed_note(EICAR), "harmful"),
    ("virus.heic", lambda: hostile.heic() + EICAR, "harmful"),
    ("virus.pdf", lambda: hostile.paper() + EICAR, "harmful"),
    ("virus.pdf", lambda: hostile.pdf_carrying(EICAR), "harmful"),
]
BOMBS = [
    ("bomb.png", lambda: hostile.png_announcing(60_000, 60_000), "too_many_pixels"),
    ("bomb.png", lambda: hostile.png_announcing(1_000_000_000, 1), "too_many_pixels"),
    ("bomb.jpg", lambda: hostile.jpeg_announcing(60_000, 60_000), "too_many_pixels"),
    ("note.png", hostile.png_with_note_bomb, "broken"),
    ("stream.pdf", hostile.pdf_bomb, "too_complex"),
    ("streams.pdf", hostile.pdf_of_many_streams, "too_complex"),
    ("nested.pdf", hostile.nested_pdf_bomb, "too_complex"),
    ("packed.pdf", hostile.pdf_with_packed_picture_bomb, "too_complex"),
    ("runs.pdf", hostile.run_length_bomb, "too_complex"),
    ("objects.pdf", hostile.pdf_object_stream_bomb, "broken"),
]


def processor_seconds() -> float:
    """Of the processes that were started and have ended."""
    used = os.times()
    return used.children_user + used.children_system


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "made", "reason"), REFUSED + BOMBS)
def test_what_cannot_be_taken_is_refused_in_words_and_leaves_nothing(name, made, reason, media, monkeypatch):
    monkeypatch.setattr(checking, "WALL_SECONDS", 300)  # the processor's time is what ends it, on a busy machine too
    content = made()
    spent = processor_seconds()
    with pytest.raises(files.Refused) as refused:
        keep(name, content)

    assert refused.value.reason == reason
    assert f"‘{name}’" in refused.value.sentence
    assert name not in str(refused.value)
    assert not StoredFile.objects.exists()
    assert objects(media) == []
    assert processor_seconds() - spent < cleaning.CPU_SECONDS + 2


@pytest.mark.django_db
def test_what_is_larger_than_the_limit_is_refused_while_it_is_read(media):
    with pytest.raises(files.Refused) as refused:
        keep("large.pdf", b"%PDF-1.7\n" + b"\0" * (26 * MEGABYTE))
    assert refused.value.reason == "too_big"
    with pytest.raises(files.Refused) as refused:
        keep("large.mp4", VIDEO + b"\0" * (26 * MEGABYTE))
    assert refused.value.reason == "video", "so that nobody makes a film smaller for nothing"
    assert objects(media) == []


@pytest.mark.django_db
def test_a_file_of_exactly_the_limit_is_taken():
    content = hostile.jpeg()

    assert keep("photo.jpg", content + b"\0" * (25 * MEGABYTE - len(content))).received_size == 25 * MEGABYTE


@pytest.mark.django_db
def test_after_a_refusal_the_next_file_is_taken():
    for _name, made, _reason in BOMBS[:2]:
        with pytest.raises(files.Refused):
            keep("bomb.png", made())

    assert keep("photo.jpg", hostile.jpeg()).pk


@pytest.mark.parametrize("reason", sorted(SENTENCES))
def test_every_refusal_has_its_sentence_in_both_languages(reason):
    refused = files.Refused(reason, name="a.pdf")

    assert "a.pdf" in refused.sentence
    with translation.override("en"):
        assert "a.pdf" in refused.sentence


# A small process between us and the one that is measured: a fork's peak begins with its parent's.
MEASURE = """
import resource, subprocess, sys
subprocess.run([sys.executable, "-m", "breachdesk.files.cleaning", sys.argv[1]], stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(used.ru_maxrss, used.ru_utime + used.ru_stime, file=sys.stderr)
"""


@pytest.mark.parametrize(
    ("kind", "made"),
    [
        *((name.rpartition(".")[2].replace("jpg", "jpeg"), made) for name, made, _reason in BOMBS),
        ("jpeg", hostile.slow_jpeg),
        ("jpeg", lambda: hostile.jpeg_announcing(9000, 9000)),
        ("jpeg", lambda: hostile.encoded(hostile.picture(5000, 5000), "JPEG", progressive=True, exif=hostile.exif(6))),
        ("png", lambda: hostile.encoded(hostile.picture(5000, 5000, "RGBA"), "PNG", compress_level=1)),
        ("heic", lambda: hostile.heic(4000, 3000)),
    ],
)
def test_the_worst_costs_one_process_some_seconds_and_less_than_300_megabytes(kind, made, tmp_path):
    source = tmp_path / "source"
    source.write_bytes(made())
    with source.open("rb") as stdin, (tmp_path / "target").open("wb") as stdout:
        command = [sys.executable, "-c", MEASURE, kind]
        done = subprocess.run(
            command, stdin=stdin, stdout=stdout, stderr=subprocess.PIPE, cwd=configured.BASE_DIR, check=True
        )
    kilobytes, seconds = done.stderr.split()[-2:]

    assert int(kilobytes) < 300 * 1024 * (1024 if sys.platform == "darwin" else 1)
    assert float(seconds) < 5


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("while True: pass", "too_complex"),
        ("kept = [bytearray(10**7) for _ in range(100)]", "too_complex"),
        ("import os; os.abort()", "too_complex"),
        ("import os; os.write(1, b'x' * 10**8); os.write(1, b'x')", "too_complex"),
    ],
)
@pytest.mark.skipif(sys.platform == "darwin", reason="macOS does not keep the memory limit")
def test_a_decoder_that_is_taken_over_is_stopped(code, reason, monkeypatch, media):
    """What a file could do to a decoder with a hole, done to the process itself."""
    real = subprocess.run

    def run(command, **options):
        taken_over = (
            f"from breachdesk.files import cleaning; cleaning.CPU_SECONDS = 1; cleaning.limit_ourselves(); {code}"
        )
        return real([sys.executable, "-c", taken_over], **options)

    monkeypatch.setattr(checking.subprocess, "run", run)
    with pytest.raises(files.Refused) as refused:
        keep("photo.jpg", hostile.jpeg())

    assert refused.value.reason == reason


def test_the_decoding_process_is_told_no_key(monkeypatch, tmp_path):
    told = {}

    def run(command, **options):
        told.update(options["env"])
        raise subprocess.TimeoutExpired(command, 1)

    monkeypatch.setattr(checking.subprocess, "run", run)
    with pytest.raises(files.Refused) as refused:
        keep("photo.jpg", hostile.jpeg())

    assert refused.value.reason == "busy"
    assert told == {"LANG": "C.UTF-8"}


# -- names -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/passwd.jpg", "passwd.jpg"),
        ("..\\..\\windows\\a.jpg", "a.jpg"),
        ("/etc/passwd\x00.jpg", "passwd.jpg"),
        ("invoice\u202egpj.exe.jpg", "invoicegpj.exe.jpg"),
        ("a\r\nSet-Cookie: x=1.jpg", "aSet-Cookie: x=1.jpg"),
        ("영수증.jpg", "영수증.jpg"),
        ("  .jpg", "jpg"),
        ("photo.jpg. . ", "photo.jpg"),
        ("", "file"),
        ("\u200b\u200e", "file"),
        ("<img src=x>.jpg", "<img src=x>.jpg"),
        ("CON.jpg", "CON.jpg"),
    ],
)
def test_a_name_is_made_safe_to_show(sent, shown):
    assert names.clean(sent) == shown


def test_a_long_name_keeps_its_ending():
    shown = names.clean("가" * 400 + ".jpg")

    assert len(shown) <= names.LONGEST
    assert shown.endswith(".jpg")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["../../../marker.jpg", "marker\x00.jpg", "/etc/marker.jpg", "C:\\marker.jpg", "m\u202earker.jpg"]
)
def test_nothing_of_a_name_becomes_part_of_a_path(name, media):
    stored = keep(name, hostile.jpeg())

    (only,) = objects(media)
    assert only == media / stored.storage_name
    assert "marker" not in stored.storage_name
    assert len(stored.storage_name) > 48
    assert only.stat().st_mode & 0o777 == 0o600


# -- at rest -----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_neither_the_bytes_nor_the_name_can_be_read_at_rest(media):
    stored = keep("서영_신분증.jpg", hostile.jpeg())

    raw = (media / stored.storage_name).read_bytes()
    assert b"JFIF" not in raw
    with connection.cursor() as cursor:
        cursor.execute("SELECT files_storedfile::text FROM files_storedfile")
        row = cursor.fetchone()[0]
    assert "서영" not in row
    assert "서영".encode().hex() not in row


@pytest.mark.django_db
@pytest.mark.parametrize("harm", ["alter", "cut", "lengthen", "swap", "empty"])
def test_bytes_that_were_changed_at_rest_are_not_given_out(harm, media):
    stored = keep("a.png", hostile.encoded(Image.frombytes("RGB", (300, 300), os.urandom(270_000)), "PNG"))
    other = keep("b.png", hostile.encoded(Image.frombytes("RGB", (300, 300), os.urandom(270_000)), "PNG"))
    place = media / stored.storage_name
    raw = place.read_bytes()
    block = 64 * 1024 + 16
    place.write_bytes(
        {
            "alter": raw[:100_000] + bytes([raw[100_000] ^ 1]) + raw[100_001:],
            "cut": raw[: 4 + 2 * block],
            "lengthen": raw + b"\0",
            "swap": raw[:4] + raw[4 + block : 4 + 2 * block] + raw[4 : 4 + block] + raw[4 + 2 * block :],
            "empty": b"",
        }[harm]
    )
    with pytest.raises(keys.CannotOpen):
        kept(stored)

    place.write_bytes((media / other.storage_name).read_bytes())
    with pytest.raises(keys.CannotOpen):
        files.download(stored, name="a.png")


@pytest.mark.django_db
def test_a_full_disk_is_said_in_words_and_leaves_nothing(media, monkeypatch):
    def full(*_args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(files.Refused) as refused:
        keep("photo.jpg", hostile.jpeg())
    assert refused.value.reason == "no_room"
    assert objects(media) == []
    assert not StoredFile.objects.exists()

    monkeypatch.undo()
    assert keep("photo.jpg", hostile.jpeg()).pk


@pytest.mark.django_db
@pytest.mark.parametrize(("where", "reason"), [("received", "no_room"), ("decoded", "busy")])
def test_a_machine_that_can_do_no_more_says_so_and_does_not_blame_the_file(where, reason, media, monkeypatch):
    def nothing_left(*_args, **_options):
        raise OSError(28, "No space left on device")

    sent = named("photo.jpg", hostile.jpeg())
    if where == "received":
        sent.chunks = nothing_left
    else:
        monkeypatch.setattr(checking.subprocess, "run", nothing_left)
    with pytest.raises(files.Refused) as refused:
        files.keep(sent, by=None, at=NOON)

    assert refused.value.reason == reason
    assert objects(media) == []


@pytest.mark.django_db
def test_the_file_and_the_folders_that_lead_to_it_are_on_the_disk_before_the_row(media, monkeypatch):
    synced = []
    real = os.fsync
    monkeypatch.setattr(os, "fsync", lambda descriptor: (synced.append(os.fstat(descriptor).st_ino), real(descriptor)))
    stored = keep("photo.jpg", hostile.jpeg())

    place = media / stored.storage_name
    assert [each.stat().st_ino for each in (place, place.parent, place.parent.parent, media)] == synced


@pytest.mark.django_db(transaction=True)
def test_a_row_that_cannot_be_written_leaves_no_object(media, monkeypatch):
    monkeypatch.setattr(actions, "_new_storage_name", lambda: "sealed/ab/" + "c" * 200)
    with pytest.raises(Exception, match="too long"):
        keep("photo.jpg", hostile.jpeg())

    assert objects(media) == []


# -- once --------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_same_file_under_the_same_key_is_one_row(media):
    content = hostile.jpeg()
    first = keep("a.jpg", content, key="evidence:1:k")

    assert keep("a.jpg", content, key="evidence:1:k") == first
    assert keep("a.jpg", content, key="evidence:1:other") != first
    with pytest.raises(files.KeyUsed):
        keep("a.jpg", hostile.jpeg(quality=10), key="evidence:1:k")
    assert len(objects(media)) == StoredFile.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_same_file_sent_six_times_at_once_is_one_row(media):
    content = hostile.jpeg()

    stored = race(6, lambda _number: keep("a.jpg", content, key="evidence:1:k"))

    assert len({each.pk for each in stored}) == 1
    assert len(objects(media)) == StoredFile.objects.count() == 1


# -- given back --------------------------------------------------------------------------------------------------------


def give(request):
    return files.download(StoredFile.objects.get(), name=StoredFile.objects.get().download_name)


urlpatterns = [path("give", give), path("other", lambda request: HttpResponse())]


@pytest.mark.django_db
@override_settings(ROOT_URLCONF=__name__)
@pytest.mark.parametrize(
    ("name", "made", "disposition"),
    [
        ("scan.jpg", hostile.jpeg, 'attachment; filename="scan.jpg"'),
        ("영수증.png", hostile.png, "attachment; filename*=utf-8''%EC%98%81%EC%88%98%EC%A6%9D.png"),
        ('a";x="b.pdf', hostile.paper, 'attachment; filename="a\\";x=\\"b.pdf"'),
    ],
)
def test_a_download_is_saved_and_never_shown(client, name, made, disposition):
    stored = keep(name, made())

    response = client.get("/give")

    assert response.getvalue() == kept(stored)
    assert response["Content-Disposition"] == disposition
    assert response["Content-Type"] == stored.content_type
    assert response["Content-Length"] == str(stored.size)
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response["Cache-Control"] == "no-store, private"


# -- erased ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_an_erased_file_is_gone_and_one_whose_erasing_was_undone_is_not(media):
    stored = keep("a.jpg", hostile.jpeg())
    with transaction.atomic():
        files.erase(StoredFile.objects.get())
        transaction.set_rollback(True)
    assert kept(StoredFile.objects.get())

    files.erase(stored)

    assert not StoredFile.objects.exists()
    assert objects(media) == []


@pytest.mark.django_db(transaction=True)
def test_what_was_left_halfway_is_swept_a_day_later_and_nothing_else_is(media):
    old = keep("old.jpg", hostile.jpeg())
    keep("new.jpg", hostile.jpeg(), at=NOON + dt.timedelta(hours=20))
    lost = default_storage.save("sealed/ab/lost", io.BytesIO(b"half"))
    young = default_storage.save("sealed/ab/young", io.BytesIO(b"half"))
    for entry in objects(media):
        moment = NOON + dt.timedelta(hours=20) if entry.name == "young" else NOON
        os.utime(entry, (moment.timestamp(), moment.timestamp()))

    assert actions.sweep_orphans(at=NOON + dt.timedelta(hours=23)) == 0
    assert actions.sweep_orphans(at=NOON + dt.timedelta(hours=30)) == 2

    assert not StoredFile.objects.filter(pk=old.pk).exists(), "nothing points at it"
    assert not default_storage.exists(lost)
    assert default_storage.exists(young)
    assert StoredFile.objects.count() == 1


def test_a_key_that_cannot_be_followed_back_protects_its_file_too(monkeypatch):
    with isolate_apps("claims"):

        class Exhibit(models.Model):  # noqa: DJ008
            file = models.OneToOneField(StoredFile, on_delete=models.PROTECT, related_name="+")

            class Meta:
                app_label = "claims"

        monkeypatch.setattr(actions.apps, "get_models", lambda: [Exhibit, User])

        assert actions.pointing_fields() == [Exhibit._meta.get_field("file")]


@pytest.mark.django_db
def test_sweeping_a_storage_that_has_never_been_used_is_nothing():
    assert actions.sweep_orphans(at=NOON) == 0
