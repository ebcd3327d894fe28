"""Every address of the site. Korean has no prefix, English is the same site under /en/."""

from __future__ import annotations

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path

from breachdesk import brand, display, health

handler400 = "breachdesk.errors.bad_request"
handler403 = "breachdesk.errors.forbidden"
handler404 = "breachdesk.errors.not_found"
handler500 = "breachdesk.errors.server_error"

urlpatterns = [
    path("healthz", health.healthz),
    path("readyz", health.readyz),
    path("display/", display.display, name="display"),
    path("brand.css", brand.brand_css, name="brand-css"),
    path("delivery/", include("delivery.urls")),
    *([path("demo/", include("breachdesk.demo.urls"))] if settings.DEMO else []),
    *i18n_patterns(
        path("", include("notices.urls")),
        path("lookup/", include("lookup.urls")),
        path("claims/", include("claims.urls")),
        path("cards/", include("cards.urls")),
        path("support/", include("support.urls")),
        path("verify/", include("breachdesk.verify.urls")),
        path("statistics/", include("breachdesk.statistics.urls")),
        path("accounts/", include("breachdesk.desk.urls")),
        path("admin/", admin.site.urls),
        prefix_default_language=False,
    ),
]
