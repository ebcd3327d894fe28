"""The issuer's colour: judged at start, and the shades derived from it as a small stylesheet.

Everything else in static/css/site.css stays as it is: what means leaked, done or now never follows a brand.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from breachdesk.lib.colours import BLACK, ENOUGH_FOR_TEXT, WHITE, NotAColour, contrast, css, mix, parse

OURS = "#0B5061"  # the colour site.css already carries
DARK_SHEET = parse("#151F24")
ENOUGH_IN_THE_DARK = 8.0


def problem_with(colour: str) -> str:
    """Words for the list of what the site refuses to start with, or nothing."""
    try:
        ratio = contrast(parse(colour), WHITE)
    except NotAColour:
        return f"ISSUER_BRAND must look like {OURS}, not {colour!r}"
    if ratio < ENOUGH_FOR_TEXT:
        return (
            f"ISSUER_BRAND {colour} is too pale to read on white: {ratio:.1f} to 1, and {ENOUGH_FOR_TEXT} is the least"
        )
    return ""


def stylesheet(colour: str) -> str:
    brand = bright = parse(colour)
    while contrast(bright, DARK_SHEET) < ENOUGH_IN_THE_DARK:
        bright = mix(bright, WHITE, 0.05)
    roles = {
        "brand": (brand, bright),
        "brand-deep": (mix(brand, BLACK, 0.27), mix(bright, WHITE, 0.35)),
        "on-brand": (WHITE, mix(brand, BLACK, 0.65)),
        "brand-tint": (mix(brand, WHITE, 0.88), mix(brand, DARK_SHEET, 0.6)),
    }
    plain = "".join(f"--{name}:{css(light)};" for name, (light, _) in roles.items())
    both = "".join(f"--{name}:light-dark({css(light)},{css(dark)});" for name, (light, dark) in roles.items())
    return (
        f":root{{{plain}}}\n@supports (color:light-dark(#000,#fff)){{:root{{{both}}}}}\n"
        f".logo .logo-ground{{fill:{css(brand)}}}\n"
    )


def address() -> str:
    """Where the stylesheet is, with the colour in the address so that it may be cached for good; empty for our own."""
    colour: str = settings.ISSUER["brand"]
    return "" if colour.upper() == OURS else f"/brand.css?{colour[1:].lower()}"


@require_safe
@cache_control(public=True, max_age=31_536_000, immutable=True)
def brand_css(request: HttpRequest) -> HttpResponse:
    return HttpResponse(stylesheet(settings.ISSUER["brand"]), content_type="text/css; charset=utf-8")
