from django.urls import path

from breachdesk.demo import views

app_name = "demo"
urlpatterns = [path("outbox.json", views.outbox, name="outbox")]
