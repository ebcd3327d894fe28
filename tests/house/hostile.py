"""Files that somebody with bad intentions, or a broken phone, might send. Made here, so that none has to lie in the repository."""

from __future__ import annotations

import io
import os
import struct
import zipfile
import zlib
from functools import cache

import pikepdf
import pillow_heif
from pikepdf import Array, Dictionary, Name, Pdf, Stream, String
from PIL import Image, PngImagePlugin

MARKER = b"MARKER-of-the-sender"
# The anti-virus industry's harmless test file, in pieces so that this file is not taken for it.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!$H+H*"
SEOUL = {1: "N", 2: (37.0, 33.0, 59.0), 3: "E", 4: (126.0, 58.0, 41.0)}


def picture(width: int = 120, height: int = 80, mode: str = "RGB") -> Image.Image:
    bands = [Image.linear_gradient("L").resize((width, height)) for _ in Image.new(mode, (1, 1)).getbands()]
    return Image.merge(mode, bands) if len(bands) > 1 else bands[0].convert(mode)


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def jpeg(**options: object) -> bytes:
    return encoded(picture(), "JPEG", **options)


def png(**options: object) -> bytes:
    return encoded(picture(), "PNG", **options)


def heic(width: int = 128, height: int = 96, **options: object) -> bytes:
    target = io.BytesIO()
    pillow_heif.from_pillow(picture(width, height)).save(target, quality=70, **options)
    return target.getvalue()


def exif(orientation: int = 1) -> bytes:
    made = Image.Exif()
    made[0x0112] = orientation
    made[0x010E] = MARKER.decode()
    made.get_ifd(0x8825).update(SEOUL)
    return made.tobytes()


def photo_with_places(orientation: int = 1) -> bytes:
    return jpeg(
        exif=exif(orientation), comment=MARKER, xmp=b"<x:xmpmeta>" + MARKER + b"</x:xmpmeta>", icc_profile=MARKER * 20
    )


def png_with_notes() -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", MARKER.decode())
    notes.add_text("Author", MARKER.decode(), zip=True)
    notes.add_itxt("XML:com.adobe.xmp", MARKER.decode())
    return png(pnginfo=notes, exif=exif()) + MARKER


def png_with_compressed_note(text: bytes) -> bytes:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", text.decode("latin-1"), zip=True)
    return png(pnginfo=notes)


def animated_png() -> bytes:
    return encoded(picture(), "PNG", save_all=True, append_images=[picture().rotate(180)])


def multi_picture_jpeg() -> bytes:
    return encoded(picture(), "MPO", save_all=True, append_images=[picture().rotate(180)])


def zipped(name: str = "a.txt", content: bytes = MARKER) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return target.getvalue()


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


@cache
def png_announcing(width: int, height: int, bits: int = 1) -> bytes:
    """Tiny, and as large as it says once it is opened."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0))
    rows = zlib.compress(b"\0" * min((width * bits // 8 + 1) * height, 50_000_000), 9)
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


@cache
def png_with_note_bomb() -> bytes:
    image = png()
    bomb = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"\0" * 60_000_000))
    return image[:33] + bomb + image[33:]


def jpeg_announcing(width: int, height: int) -> bytes:
    image = bytearray(jpeg())
    place = image.index(b"\xff\xc0")
    image[place + 5 : place + 9] = struct.pack(">HH", height, width)
    return bytes(image)


@cache
def slow_jpeg() -> bytes:
    """A progressive picture whose last scan comes again and again: each costs a walk over the whole picture."""
    image = encoded(Image.effect_noise((4900, 5000), 50), "JPEG", progressive=True, quality=10)
    last = image.rindex(b"\xff\xda")
    scan = image[last:-2]
    times = (20 * 1024 * 1024 - len(image)) // len(scan)
    return image[:-2] + scan * times + b"\xff\xd9"


def pdf(pages: int = 1, **trailer: object) -> Pdf:
    made = Pdf.new()
    for number in range(pages):
        made.add_blank_page(page_size=(595, 842))
        page = made.pages[number]
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
        page.obj.Contents = made.make_stream(b"BT /F1 24 Tf 72 700 Td (Statement page %d) Tj ET" % (number + 1))
    return made


def saved(made: Pdf, **options: object) -> bytes:
    target = io.BytesIO()
    made.save(target, **options)
    return target.getvalue()


def paper(pages: int = 1) -> bytes:
    return saved(pdf(pages))


def encrypted_pdf(user: str = "1234") -> bytes:
    return saved(pdf(), encryption=pikepdf.Encryption(owner="owner", user=user))


def action(made: Pdf, kind: str) -> Dictionary:
    where = String(MARKER)
    return {
        "JavaScript": Dictionary(S=Name.JavaScript, JS=String(b"app.alert('" + MARKER + b"')")),
        "Launch": Dictionary(S=Name.Launch, F=where),
        "URI": Dictionary(S=Name.URI, URI=where),
        "SubmitForm": Dictionary(S=Name.SubmitForm, F=where),
        "ImportData": Dictionary(S=Name.ImportData, F=where),
        "GoToR": Dictionary(S=Name.GoToR, F=where, D=Array([0, Name.Fit])),
        "GoToE": Dictionary(S=Name.GoToE, F=where, T=Dictionary(R=Name.C, N=where)),
        "Hide": Dictionary(S=Name.Hide, T=where),
        "Named": Dictionary(S=Name.Named, N=Name.Print, X=where),
    }[kind]


ACTIONS = ["JavaScript", "Launch", "URI", "SubmitForm", "ImportData", "GoToR", "GoToE", "Hide", "Named"]


def acting_pdf(kind: str) -> bytes:
    """The action stands wherever one may stand, and in a place where none may."""
    made = pdf()
    act = action(made, kind)
    made.Root.OpenAction = act
    made.Root.AA = Dictionary(WC=act, WS=act)
    page = made.pages[0].obj
    page.AA = Dictionary(O=act, C=act)
    link = Dictionary(
        Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 100, 100]), A=act, AA=Dictionary(E=act), PA=act
    )
    field = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        FT=Name.Tx,
        T=String("field"),
        V=String("typed by the sender"),
        Rect=Array([72, 500, 300, 520]),
        DA=String("/Helv 12 Tf 0 g"),
        A=act,
        AA=Dictionary(K=act, F=act, V=act, C=act),
    )
    page.Annots = made.make_indirect(Array([made.make_indirect(link), made.make_indirect(field)]))
    helvetica = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica, Encoding=Name.WinAnsiEncoding)
    made.Root.AcroForm = Dictionary(
        Fields=Array([page.Annots[1]]),
        DA=String("/Helv 12 Tf 0 g"),
        DR=Dictionary(Font=Dictionary(Helv=made.make_indirect(helvetica))),
        NeedAppearances=True,
        XFA=made.make_stream(b"<xdp>" + MARKER + b"</xdp>"),
    )
    made.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), act])))
    made.Root.Outlines = Dictionary(First=made.make_indirect(Dictionary(Title=String(MARKER), A=act)), Count=1)
    page.Resources.XObject = Dictionary(
        Fm=Stream(
            made, b"q Q", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 1, 1]), A=act, AA=Dictionary(O=act)
        )
    )
    return saved(made)


def pdf_carrying(content: bytes) -> bytes:
    """An attachment, a note that carries a file, a multimedia note, metadata, and what programs leave behind."""
    made = pdf()
    made.attachments["invoice.exe"] = content
    page = made.pages[0].obj
    file = Dictionary(
        Type=Name.Filespec, F=String("a.exe"), EF=Dictionary(F=made.make_stream(content, Type=Name.EmbeddedFile))
    )
    page.Annots = Array(
        [
            Dictionary(Type=Name.Annot, Subtype=Name.FileAttachment, Rect=Array([0, 0, 9, 9]), FS=file),
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.RichMedia,
                Rect=Array([0, 0, 9, 9]),
                RichMediaContent=Dictionary(Assets=Dictionary(Names=Array([String("a.swf"), file]))),
            ),
        ]
    )
    page.AF = Array([file])
    page.PieceInfo = Dictionary(App=Dictionary(Private=String(content[:40])))
    page.Metadata = made.make_stream(content)
    page.Resources.Properties = Dictionary(MC0=Dictionary(Metadata=made.make_stream(content)))
    with made.open_metadata() as meta:
        meta["dc:title"] = content[:40].decode("latin-1")
    made.docinfo[Name.Author] = String(content[:40])
    return saved(made)


def pdf_with_photo() -> bytes:
    made = pdf()
    photo = photo_with_places()
    made.pages[0].obj.Resources.XObject = Dictionary(
        Im=Stream(
            made,
            photo,
            Type=Name.XObject,
            Subtype=Name.Image,
            Width=120,
            Height=80,
            ColorSpace=Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=Name.DCTDecode,
        )
    )
    made.pages[0].obj.Contents = made.make_stream(b"q 120 0 0 80 72 700 cm /Im Do Q")
    return saved(made)


def pdf_with_stream(packed: bytes, filters: list[str], **entries: object) -> bytes:
    made = pdf()
    made.pages[0].obj.Resources.XObject = Dictionary(
        X=Stream(made, packed, Filter=Array([Name(each) for each in filters]), **entries)
    )
    return saved(made, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.none)


@cache
def flate_bomb(megabytes: int) -> bytes:
    packing = zlib.compressobj(1)
    block = b"\0" * 1024 * 1024
    return b"".join(packing.compress(block) for _ in range(megabytes)) + packing.flush()


@cache
def pdf_bomb() -> bytes:
    return pdf_with_stream(flate_bomb(1024), ["/FlateDecode"])


@cache
def pdf_of_many_streams() -> bytes:
    made = pdf()
    bomb = flate_bomb(60)
    made.pages[0].obj.Resources.XObject = Dictionary(
        {f"/X{number}": Stream(made, bomb, Filter=Name.FlateDecode) for number in range(60)}
    )
    return saved(made, stream_decode_level=pikepdf.StreamDecodeLevel.none)


@cache
def nested_pdf_bomb() -> bytes:
    return pdf_with_stream(zlib.compress(flate_bomb(1024)), ["/FlateDecode", "/FlateDecode"])


@cache
def pdf_with_packed_picture_bomb() -> bytes:
    return pdf_with_stream(
        flate_bomb(1024), ["/FlateDecode", "/DCTDecode"], Type=Name.XObject, Subtype=Name.Image, Width=10, Height=10
    )


@cache
def run_length_bomb() -> bytes:
    return pdf_with_stream(b"\x81\0" * 2_000_000 + b"\x80", ["/RunLengthDecode"])


@cache
def pdf_object_stream_bomb() -> bytes:
    """The objects themselves are packed so that reading them is what costs."""
    body = b"1 0 " + b" " * 1024
    packing = zlib.compressobj(1)
    blank = b" " * 1024 * 1024
    packed = packing.compress(body) + b"".join(packing.compress(blank) for _ in range(1024)) + packing.flush()
    parts = [b"%PDF-1.5\n"]
    places = {}
    places[2] = len(parts[0])
    parts.append(b"2 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n" % len(packed))
    parts.append(packed + b"\nendstream\nendobj\n")
    places[3] = sum(map(len, parts))
    table = struct.pack(">BIH", 0, 0, 65535) + struct.pack(">BIH", 2, 2, 0)
    table += struct.pack(">BIH", 1, places[2], 0) + struct.pack(">BIH", 1, places[3], 0)
    parts.append(b"3 0 obj\n<</Type/XRef/Size 4/W[1 4 2]/Root 1 0 R/Length %d>>stream\n" % len(table))
    parts.append(table + b"\nendstream\nendobj\nstartxref\n%d\n%%%%EOF\n" % places[3])
    return b"".join(parts)


def pdf_with_endless_pages() -> bytes:
    """A page tree that is its own child."""
    made = pdf()
    made.Root.Pages.Kids.append(made.Root.Pages)
    made.Root.Pages.Count = 1_000_000
    return saved(made)


def deeply_nested_pdf() -> bytes:
    data = paper()
    return data.replace(b"/Type /Catalog", b"/Type /Catalog /X " + b"[" * 100_000 + b"]" * 100_000, 1)


def noise(size: int) -> bytes:
    return os.urandom(size)
