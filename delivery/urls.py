from django.urls import path

from delivery import views

app_name = "delivery"
urlpatterns = [
    path("receipts/phone/", views.phone_receipt, name="phone_receipt"),
    path("receipts/<slug:name>/<slug:token>/", views.reports, name="reports"),
]
