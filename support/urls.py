from django.urls import path

from support import call_views, inquiry_views, views

app_name = "support"
urlpatterns = [
    path("", views.home, name="home"),
    path("of/<slug:slug>/", views.home, name="home_of"),
    path("of/<slug:slug>/card.vcf", views.card, name="card"),
    path("ask/", inquiry_views.ask, name="ask"),
    path("inquiries/", inquiry_views.own, name="inquiries"),
    path("inquiries/<str:reference>/", inquiry_views.thread, name="inquiry"),
    path("inquiries/<str:reference>/close/", inquiry_views.close, name="inquiry_close"),
    path("inquiries/<str:reference>/files/<int:number>/", inquiry_views.download, name="inquiry_file"),
    path("call/", call_views.keypad, name="keypad"),
    path("call/done/", call_views.keyed, name="keyed"),
]
