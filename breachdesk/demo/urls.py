from django.urls import path

from breachdesk.demo import views

app_name = "demo"
urlpatterns = [
    path("", views.index, name="index"),
    path("people.json", views.people, name="people"),
    path("late.csv", views.late_list, name="late-list"),
    path("outbox.json", views.outbox, name="outbox"),
]
