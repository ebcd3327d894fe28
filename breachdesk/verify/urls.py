from django.urls import path

from breachdesk.verify import views

app_name = "verify"
urlpatterns = [
    path("", views.check, name="check"),
    path("pressed/", views.pressed, name="pressed"),
]
