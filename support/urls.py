from django.urls import path

from support import call_views, callback_views, faq_views, inquiry_views, views

app_name = "support"
urlpatterns = [
    path("", views.home, name="home"),
    path("of/<slug:slug>/", views.home, name="home_of"),
    path("of/<slug:slug>/card.vcf", views.card, name="card"),
    path("of/<slug:slug>/questions/", faq_views.questions, name="questions_of"),
    path("of/<slug:slug>/questions/<uuid:key>/", faq_views.helped, name="helped"),
    path("questions/", faq_views.questions, name="questions"),
    path("ask/", inquiry_views.ask, name="ask"),
    path("inquiries/", inquiry_views.own, name="inquiries"),
    path("inquiries/<str:reference>/", inquiry_views.thread, name="inquiry"),
    path("inquiries/<str:reference>/rate/", inquiry_views.rate, name="inquiry_rate"),
    path("inquiries/<str:reference>/close/", inquiry_views.close, name="inquiry_close"),
    path("inquiries/<str:reference>/files/<int:number>/", inquiry_views.download, name="inquiry_file"),
    path("call/", call_views.keypad, name="keypad"),
    path("call/done/", call_views.keyed, name="keyed"),
    path("calls/", callback_views.own, name="calls"),
    path("calls/cancel/", callback_views.cancel, name="call_cancel"),
    path("calls/<int:number>/", callback_views.choose, name="call"),
]
