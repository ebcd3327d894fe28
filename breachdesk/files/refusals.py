"""Why a file was not taken, in words for the person who sent it: which file, what is wrong, what to do."""

from __future__ import annotations

from breachdesk.files import rules


def gettext_noop(words: str) -> str:
    """Marks words for translation. Django's own wants settings, which the cleaning process does without."""
    return words


SENTENCES = {
    "empty": gettext_noop("‘%(name)s’ 파일이 비어 있어요. 파일을 다시 골라 주세요."),
    "too_big": gettext_noop(
        "‘%(name)s’ 파일이 %(megabytes)sMB보다 커요. 사진은 화면을 캡처해서, PDF는 필요한 쪽만 저장해서 올려 주세요."
    ),
    "video": gettext_noop("동영상은 받을 수 없어요. ‘%(name)s’에서 필요한 장면을 사진(캡처)으로 올려 주세요."),
    "document": gettext_noop("‘%(name)s’ 문서는 그대로 받을 수 없어요. PDF로 저장해서 올려 주세요."),
    "archive": gettext_noop("‘%(name)s’ 압축 파일은 받을 수 없어요. 압축을 풀고 사진이나 PDF를 하나씩 올려 주세요."),
    "type": gettext_noop("‘%(name)s’ 파일은 받을 수 없는 종류예요. 사진(JPG, PNG, HEIC)이나 PDF로 올려 주세요."),
    "mismatch": gettext_noop("‘%(name)s’ 파일은 이름과 내용이 서로 달라요. 원래 사진이나 PDF를 다시 골라 주세요."),
    "broken": gettext_noop("‘%(name)s’ 파일이 깨져서 열리지 않아요. 다시 저장하거나 화면을 캡처해서 올려 주세요."),
    "too_many_pixels": gettext_noop("‘%(name)s’ 사진이 너무 커서 열 수 없어요. 화면을 캡처해서 올려 주세요."),
    "too_many_pages": gettext_noop("‘%(name)s’ PDF가 %(pages)s쪽보다 많아요. 필요한 쪽만 저장해서 올려 주세요."),
    "encrypted": gettext_noop("‘%(name)s’ PDF에 암호가 걸려 있어요. 암호를 푼 PDF로 다시 저장해서 올려 주세요."),
    "too_complex": gettext_noop("‘%(name)s’ 파일이 너무 복잡해서 열 수 없어요. 화면을 캡처해서 올려 주세요."),
    "harmful": gettext_noop(
        "‘%(name)s’ 파일에 위험한 내용이 들어 있어서 받지 않았어요. 필요한 화면을 캡처해서 올려 주세요."
    ),
    "busy": gettext_noop(
        "지금은 ‘%(name)s’ 파일을 확인하지 못했어요. 파일에는 문제가 없을 수 있어요. 조금 뒤에 다시 올려 주세요."
    ),
    "no_room": gettext_noop("지금은 ‘%(name)s’ 파일을 저장할 수 없어요. 조금 뒤에 다시 올려 주세요."),
}


class Refused(Exception):
    """`reason` is a code of SENTENCES; the name is kept out of the exception's own words, which may reach a log."""

    def __init__(self, reason: str, *, name: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.name = name

    @property
    def sentence(self) -> str:
        """In the language of the moment."""
        from django.utils.translation import gettext

        return gettext(SENTENCES[self.reason]) % {
            "name": self.name,
            "megabytes": rules.MAX_MEGABYTES,
            "pages": rules.MAX_PAGES,
        }


class KeyUsed(Exception):
    """Another file was already kept under this key."""
