from django.urls import path

from lookup import (
    answer_views,
    dispute_views,
    history_views,
    letter_views,
    line_views,
    passkey_views,
    views,
    watch_views,
)

app_name = "lookup"
urlpatterns = [
    path("", views.contact, name="contact"),
    path("start/", views.start, name="start"),
    path("place/", line_views.place, name="place"),
    path("code/", views.code, name="code"),
    path("code/again/", views.resend, name="resend"),
    path("who/", answer_views.who, name="who"),
    path("answer/", answer_views.answer, name="answer"),
    path("answer/<slug:slug>/", answer_views.answer, name="answer_of"),
    path("steps/", answer_views.step, name="step"),
    path("watch/", watch_views.watch, name="watch"),
    path("wrong/<slug:slug>/", dispute_views.ask, name="dispute_new"),
    path("checks/<str:reference>/", dispute_views.dispute, name="dispute"),
    path("checks/<str:reference>/withdraw/", dispute_views.withdraw, name="dispute_withdraw"),
    path("history/", history_views.history, name="history"),
    path("again/", views.again, name="again"),
    path("again/send/", views.send_again, name="send_again"),
    path("letter/", letter_views.letter, name="letter"),
    path("letter/again/", letter_views.letter_again, name="letter_again"),
    path("passkey/", passkey_views.sign_in, name="passkey"),
    path("passkey/options/", passkey_views.sign_in_options, name="passkey_options"),
    path("passkeys/", passkey_views.passkeys, name="passkeys"),
    path("passkeys/add/", passkey_views.add, name="passkey_add"),
    path("passkeys/add/options/", passkey_views.add_options, name="passkey_add_options"),
    path("passkeys/<int:number>/remove/", passkey_views.remove, name="passkey_remove"),
    path("passkeys/revoke/", passkey_views.revoke, name="revoke"),
    path("stay/", views.stay, name="stay"),
    path("end/", views.end, name="end"),
    path("ended/", views.ended, name="ended"),
]
