"""What files we take, from plain values."""

from __future__ import annotations

MAX_MEGABYTES = 25
MAX_BYTES = MAX_MEGABYTES * 1024 * 1024
MAX_PAGES = 200

# What a file's beginning says it is: what we call it, and the endings that agree with it.
KINDS = {
    "image/jpeg": ("jpeg", {"jpg", "jpeg", "jfif", "jpe"}),
    "image/png": ("png", {"png"}),
    "image/apng": ("png", {"png"}),
    "image/heic": ("heic", {"heic", "heif"}),
    "application/pdf": ("pdf", {"pdf"}),
}
ACCEPTED_ENDINGS = set().union(*(endings for _kind, endings in KINDS.values()))
VIDEO = {"mp4", "mov", "avi", "mkv", "wmv", "webm", "3gp", "m4v", "mpg", "mpeg"}
DOCUMENT = {"hwp", "hwpx", "doc", "docx", "xls", "xlsx", "ppt", "pptx", "txt", "rtf", "odt", "ods", "csv", "pages"}
ARCHIVE = {"zip", "7z", "rar", "gz", "tar", "tgz", "bz2", "xz", "egg", "alz"}


def kind_of(mime: str, ending: str) -> str | None:
    """jpeg, png, heic or pdf; None where we do not take it. The content decides and the name must agree (ASVS 5.2.2)."""
    kind, endings = KINDS.get(mime, ("", set()))
    return kind if ending in endings else None


def why_not(mime: str, ending: str) -> str:
    """For a file that `kind_of` does not take: the reason that tells the person best what to do instead."""
    if mime.startswith("video/") or ending in VIDEO:
        return "video"
    if ending in DOCUMENT:
        return "document"
    if mime in KINDS or ending in ACCEPTED_ENDINGS:
        return "mismatch"
    if ending in ARCHIVE:
        return "archive"
    return "type"


def why_too_big(ending: str) -> str:
    """Who would only make a film smaller is told at once that films are not taken."""
    return "video" if ending in VIDEO else "too_big"
