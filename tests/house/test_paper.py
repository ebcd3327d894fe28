"""breachdesk.lib.paper: PDFs of our own HTML, with Korean in them, that fetch nothing."""

from __future__ import annotations

import gc
import io
import socket

import pikepdf
import pytest

from breachdesk.lib import paper

PAGE = (
    '<!doctype html><html lang="ko"><head><title>유출 확인서</title><style>body{{font-family:{families}}}</style></head>'
    "<body><h1>온라인 결제 서버가 해킹되어 고객 정보가 유출됐어요</h1>{more}</body></html>"
)


def page(more: str = "") -> str:
    return PAGE.format(families=paper.FAMILIES, more=more)


def opened(html: str) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(paper.pdf(html)))


def fonts(document: pikepdf.Pdf) -> list[str]:
    return [str(font["/BaseFont"]) for one in document.pages for font in one.Resources.Font.values()]


def test_a_page_holds_its_korean_font_its_language_its_title_and_tags_for_screen_readers():
    document = opened(page())
    assert any("CJK" in name or "Pretendard" in name or "Gothic" in name for name in fonts(document))
    assert (str(document.Root.Lang), str(document.docinfo["/Title"])) == ("ko", "유출 확인서")
    assert document.Root.MarkInfo.Marked


@pytest.mark.parametrize("address", ["http://127.0.0.1:{port}/a.png", "file:///etc/hostname"])
def test_nothing_is_fetched(address: str):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        place = address.format(port=listener.getsockname()[1])
        document = opened(page(f'<img src="{place}" alt=""><link rel="stylesheet" href="{place}">'))
        with pytest.raises(BlockingIOError):  # nobody has called
            listener.accept()
    assert not any(one.get_images() for one in document.pages)


def test_no_line_ends_inside_a_korean_word_and_markup_stays_as_it_is():
    joined = paper.keep_words_whole(
        '<title>제34조</title><p title="제34조">제34조 &amp; 알림</p><style>.가나{}</style>'
    )
    assert (
        joined
        == '<title>제34조</title><p title="제34조">제\u20603\u20604\u2060조 &amp; 알\u2060림</p><style>.가나{}</style>'
    )


@pytest.mark.parametrize(("without", "words"), [("weasyprint", "Pango"), ("fc-list", "fonts-noto-cjk")])
def test_a_machine_that_cannot_make_one_says_what_is_missing(monkeypatch, without, words):
    if without == "weasyprint":
        import builtins

        real = builtins.__import__

        def without_pango(name: str, *rest: object, **more: object) -> object:
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")
            return real(name, *rest, **more)  # type: ignore[arg-type]

        monkeypatch.setattr(builtins, "__import__", without_pango)
    else:
        monkeypatch.setattr(paper.shutil, "which", lambda _name: None)
    paper.missing.cache_clear()
    try:
        with pytest.raises(paper.Unavailable, match=words):
            paper.pdf(page())
    finally:
        monkeypatch.undo()
        paper.missing.cache_clear()


def test_nothing_of_a_document_stays_in_memory_once_it_is_made():
    # What holds its fonts: twenty megabytes each.
    paper.pdf(page())
    from weasyprint.layout import LayoutContext
    from weasyprint.text.fonts import FontConfiguration

    assert not [one for one in gc.get_objects() if type(one) in (FontConfiguration, LayoutContext)]
