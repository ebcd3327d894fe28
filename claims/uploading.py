"""Files on their way in: each by itself, so that one that cannot be kept costs no other."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import gettext

from breachdesk import files
from claims import rules
from claims.states import IllegalMove

# The boxes for a photograph taken now, and for files chosen.
BOXES = ("photo", "files")


def take_in(request: HttpRequest, keep: Callable[[UploadedFile], object]) -> list[str]:
    """Keeps every file that can be kept; a sentence for each that cannot."""
    uploads = [upload for box in BOXES for upload in request.FILES.getlist(box)]
    problems = [] if uploads else [gettext("올릴 파일을 먼저 골라 주세요.")]
    for upload in uploads:
        try:
            keep(upload)
        except files.Refused as refused:
            problems.append(refused.sentence)
        except IllegalMove:
            problems.append(gettext("이미 결정된 신청이라 자료를 더 받지 않아요."))
        except rules.TooMany:
            problems.append(
                gettext("자료는 %(most)s개까지 올릴 수 있어요. ‘%(name)s’ 파일은 받지 않았어요.")
                % {"most": rules.MOST_FILES, "name": upload.name}
            )
        except rules.EnoughToday:
            problems.append(
                gettext("오늘은 자료를 더 받을 수 없어요. ‘%(name)s’ 파일은 받지 않았어요. 내일 이어서 올려 주세요.")
                % {"name": upload.name}
            )
    return problems


def sha256(upload: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in upload.chunks():
        digest.update(chunk)
    upload.seek(0)
    return digest.hexdigest()
