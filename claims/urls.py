from django.urls import path

from claims import account_views, bank_views, evidence_views, filing_views, status_views, step_views, views

app_name = "claims"
urlpatterns = [
    path("", views.claim_list, name="list"),
    path("bank/", bank_views.bank_event, name="bank-event"),
    path("new/", filing_views.new, name="new"),
    path("new/kind/", step_views.kind, name="kind"),
    path("new/lines/", step_views.lines, name="lines"),
    path("new/story/", step_views.story, name="story"),
    path("new/evidence/", evidence_views.evidence, name="evidence"),
    path("new/account/", step_views.account, name="account"),
    path("new/check/", filing_views.check, name="check"),
    path("<str:reference>/", status_views.status, name="status"),
    path("<str:reference>/account/", account_views.account, name="change-account"),
    path("<str:reference>/receipt/", views.receipt, name="receipt"),
    path("<str:reference>/withdraw/", views.withdraw, name="withdraw"),
    path("<str:reference>/evidence/<int:evidence_id>/", views.evidence, name="evidence-file"),
]
