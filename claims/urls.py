from django.urls import path

from claims import draft_views, views

app_name = "claims"
urlpatterns = [
    path("", views.claim_list, name="list"),
    path("new/", draft_views.new, name="new"),
    path("new/kind/", draft_views.kind, name="kind"),
    path("new/lines/", draft_views.lines, name="lines"),
    path("new/story/", draft_views.story, name="story"),
    path("new/evidence/", draft_views.evidence, name="evidence"),
    path("new/account/", draft_views.account, name="account"),
    path("new/check/", draft_views.check, name="check"),
    path("<str:reference>/", views.status, name="status"),
    path("<str:reference>/receipt/", views.receipt, name="receipt"),
    path("<str:reference>/withdraw/", views.withdraw, name="withdraw"),
    path("<str:reference>/evidence/<int:evidence_id>/", views.evidence, name="evidence-file"),
]
