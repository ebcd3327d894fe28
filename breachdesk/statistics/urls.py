from django.urls import path

from breachdesk.statistics import views

app_name = "statistics"
urlpatterns = [
    path("", views.newest, name="newest"),
    path("figures.csv", views.table_of_newest, name="newest-table"),
    path("<slug:slug>/", views.one, name="one"),
    path("<slug:slug>/figures.csv", views.table, name="table"),
]
