from django.urls import path

from cards import receipt_views, views

app_name = "cards"
urlpatterns = [
    path("", views.overview, name="list"),
    path("acts/<str:reference>/", receipt_views.receipt, name="receipt"),
    path("acts/<str:reference>/paper/", receipt_views.paper_of, name="paper"),
    path("<str:card>/report/", views.report, name="report"),
    path("<str:card>/<str:kind>/", views.ask, name="ask"),
]
