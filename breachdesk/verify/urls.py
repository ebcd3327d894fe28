from django.urls import path

from breachdesk.verify import views

app_name = "verify"
urlpatterns = [
    path("", views.check, name="check"),
    path("report/", views.report, name="report"),
    path("not-me/", views.not_me, name="not_me"),
    path("pressed/", views.pressed, name="pressed"),
]
