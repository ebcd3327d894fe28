"""PDFs, rebuilt from their pages: what a page shows is kept; what acts, hides, calls or carries something else is not.

The pages are copied into a new document, so scripts, actions, attachments, forms, names, outlines, metadata and whatever
else hangs on the old document's root stay behind. Filled-in forms and notes become part of the page they are on.
"""

from __future__ import annotations

import io
import zlib
from typing import BinaryIO

import pikepdf
from pikepdf import Name, sanitize

from breachdesk.files.cleaning import Unfit, refuse_a_hidden_archive, refuse_the_harmful, write_header
from breachdesk.files.rules import MAX_PAGES

MAX_OBJECTS = 100_000
MEGABYTE = 1024 * 1024
MAX_STREAM = 96 * MEGABYTE
MAX_ALL_STREAMS = 500 * MEGABYTE
MAX_IMAGE_PIXELS = 100_000_000

PAGE_KEYS = {
    *("/Type", "/Parent", "/MediaBox", "/CropBox", "/BleedBox", "/TrimBox", "/ArtBox"),
    *("/Rotate", "/Resources", "/Contents", "/UserUnit", "/Group"),
}
# In a stream: what lies outside the file, notes of programs, other documents, actions.
UNWANTED_IN_STREAMS = {"/F", "/FFilter", "/FDecodeParms", "/Ref", "/OPI", "/AA", "/A", "/LastModified"}
# In anything. Not /F or /AA: in a page's resources these may be the name of a font.
UNWANTED = {"/Metadata", "/PieceInfo", "/AF", "/EF", "/EmbeddedFiles", "/JavaScript", "/OpenAction", "/XFA", "/Thumb"}
ACTIONS = {
    *("/JavaScript", "/Launch", "/URI", "/SubmitForm", "/ResetForm", "/ImportData", "/GoToR", "/GoToE", "/GoToDp"),
    *("/Rendition", "/Movie", "/Sound", "/RichMediaExecute", "/Hide", "/Named", "/SetOCGState", "/Thread"),
}
# Decoded by us they cannot grow without bound: the first three by qpdf's limits, the others because they only shrink.
SIMPLE_FILTERS = {"/FlateDecode", "/Fl", "/RunLengthDecode", "/RL", "/ASCII85Decode", "/A85", "/ASCIIHexDecode", "/AHx"}
LZW_FILTERS = {"/LZWDecode", "/LZW"}
MAX_LZW = 64 * 1024
PICTURE_FILTERS = {"/DCTDecode", "/DCT", "/JPXDecode", "/CCITTFaxDecode", "/CCF", "/JBIG2Decode"}


def clean(source: BinaryIO, target: BinaryIO) -> None:
    """Raises Unfit, or what pikepdf raises at a broken document."""
    data = source.read()
    refuse_the_harmful(data)
    end = data.rfind(b"%%EOF")
    if end < 0 or len(data) - end > 1_000_000:
        raise Unfit("broken")  # cut off: pages would be missing without anybody noticing
    refuse_a_hidden_archive(data[end:])
    del data
    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=MAX_STREAM,
        png_max_memory=MAX_STREAM,
        tiff_max_memory=MAX_STREAM,
        run_length_max_memory=MAX_STREAM,
        max_stream_filters=4,
        doc_max_warnings=500,
    )
    source.seek(0)
    try:
        received = pikepdf.open(source)
    except pikepdf.PasswordError:
        raise Unfit("encrypted") from None
    with received:
        if received.is_encrypted:
            raise Unfit("encrypted")
        pages = len(received.pages)
        if not pages:
            raise Unfit("broken")
        if pages > MAX_PAGES:
            raise Unfit("too_many_pages")
        if len(received.objects) > MAX_OBJECTS:
            raise Unfit("too_complex")
        _decode_every_stream(received)
        _make_still(received)
        with pikepdf.new() as rebuilt:
            rebuilt.pages.extend(received.pages)
            _strip(rebuilt)
            write_header(target, content_type="application/pdf", pages=pages)
            buffer = io.BytesIO()  # a writer that cannot seek back over the header
            rebuilt.save(buffer, object_stream_mode=pikepdf.ObjectStreamMode.generate)
            target.write(buffer.getbuffer())


def _decode_every_stream(pdf: pikepdf.Pdf) -> None:
    """So that none of them is a bomb for whoever opens the file later. Raises Unfit."""
    total = 0
    for thing in pdf.objects:
        if not isinstance(thing, pikepdf.Stream):
            continue
        if thing.get(Name.Type) in (Name.XRef, Name.ObjStm):
            continue  # qpdf has read these already, within its limits
        _refuse_a_huge_picture(thing)
        filters = _filters(thing)
        try:
            data = _decoded(thing, filters)
        except (pikepdf.PdfError, zlib.error) as error:
            out_of_bounds = "limit" in str(error) or "bad_alloc" in str(error)
            raise Unfit("too_complex" if out_of_bounds else "broken") from None
        refuse_the_harmful(data)
        total += len(data)
        if total > MAX_ALL_STREAMS:
            raise Unfit("too_complex")


def _decoded(stream: pikepdf.Stream, filters: list[str]) -> bytes:
    """As far as it is not the coded picture itself."""
    if set(filters) <= SIMPLE_FILTERS:
        return stream.read_bytes(pikepdf.StreamDecodeLevel.specialized)
    if set(filters) <= SIMPLE_FILTERS | LZW_FILTERS:
        if filters[0] not in LZW_FILTERS or len(filters) > 1 or len(stream.read_raw_bytes()) > MAX_LZW:
            raise Unfit("too_complex")
        return stream.read_bytes()
    if len(filters) == 1 and filters[0] in PICTURE_FILTERS:
        return stream.read_raw_bytes()
    if len(filters) == 2 and filters[0] in {"/FlateDecode", "/Fl"} and filters[1] in PICTURE_FILTERS:
        unpacking = zlib.decompressobj()
        data = unpacking.decompress(stream.read_raw_bytes(), MAX_STREAM)
        if unpacking.unconsumed_tail:
            raise Unfit("too_complex")
        return data
    raise Unfit("too_complex")


def _filters(stream: pikepdf.Stream) -> list[str]:
    named = stream.get(Name.Filter)
    if named is None:
        return []
    return [str(each) for each in named] if isinstance(named, pikepdf.Array) else [str(named)]


def _refuse_a_huge_picture(stream: pikepdf.Stream) -> None:
    """Raises Unfit."""
    if stream.get(Name.Subtype) == Name.Image:
        width, height = int(stream.get(Name.Width, 0)), int(stream.get(Name.Height, 0))
        if width * height > MAX_IMAGE_PIXELS:
            raise Unfit("too_many_pixels")


def _make_still(pdf: pikepdf.Pdf) -> None:
    """Forms and notes become part of their page; what acts goes, here already."""
    sanitize.Sanitizer().remove_javascript().remove_external_access().remove_attachments().remove_multimedia().apply(
        pdf
    )
    if Name.AcroForm in pdf.Root:
        pdf.generate_appearance_streams()
    pdf.flatten_annotations("screen")


def _strip(pdf: pikepdf.Pdf) -> None:
    for page in pdf.pages:
        for key in set(page.obj.keys()) - PAGE_KEYS:
            del page.obj[key]
    pdf.remove_unreferenced_resources()
    for thing in pdf.objects:
        _strip_dictionaries(thing)
        if isinstance(thing, pikepdf.Stream):
            _strip_stream(thing)


def _strip_dictionaries(thing: pikepdf.Object) -> None:
    """This one and those written inside it; those it refers to have their own turn."""
    waiting = [thing]
    while waiting:
        each = waiting.pop()
        if isinstance(each, (pikepdf.Dictionary, pikepdf.Stream)):
            unwanted = set(each.keys()) if str(each.get(Name.S)) in ACTIONS else UNWANTED
            for key in unwanted & set(each.keys()):
                del each[key]
            inside = [value for _key, value in each.items()]
        elif isinstance(each, pikepdf.Array):
            inside = list(each)
        else:
            continue
        waiting += [value for value in inside if isinstance(value, pikepdf.Object) and not value.is_indirect]


def _strip_stream(stream: pikepdf.Stream) -> None:
    for key in UNWANTED_IN_STREAMS & set(stream.keys()):
        del stream[key]
    if Name.PS in (stream.get(Name.Subtype), stream.get(Name.Subtype2)):
        stream.write(b"")  # a program in PostScript
    elif _filters(stream) in (["/DCTDecode"], ["/DCT"]):
        photo = without_metadata(stream.read_raw_bytes())
        how = stream.get(Name.DecodeParms)
        how = how if isinstance(how, (pikepdf.Dictionary, pikepdf.Array)) else None
        stream.write(photo, filter=Name.DCTDecode, decode_parms=how)


def without_metadata(jpeg: bytes) -> bytes:
    """A JPEG without its comments and application segments (EXIF with its places, XMP), the coded picture untouched.

    Kept: APP0 (JFIF) and APP14 (Adobe), which say how the colours are coded.
    """
    if jpeg[:2] != b"\xff\xd8":
        return jpeg
    kept, place = [b"\xff\xd8"], 2
    while place + 4 <= len(jpeg) and jpeg[place] == 0xFF:
        marker = jpeg[place + 1]
        if marker == 0xFF:
            place += 1
            continue
        if marker == 0xDA or marker == 0xD9:  # the picture begins, or ends before it began
            break
        length = int.from_bytes(jpeg[place + 2 : place + 4], "big")
        segment = jpeg[place : place + 2 + length]
        if not (marker == 0xFE or (0xE1 <= marker <= 0xEF and marker != 0xEE)):
            kept.append(segment)
        place += 2 + length
    return b"".join(kept) + jpeg[place:]
