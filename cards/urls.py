from django.urls import path

from cards import after_views, benefit_views, payment_views, pickup_views, receipt_views, reissue_views, views

app_name = "cards"
urlpatterns = [
    path("", views.overview, name="list"),
    path("payments/", payment_views.payments, name="payments"),
    path("reissue/", reissue_views.reissue, name="reissue"),
    path("benefits/", benefit_views.overview, name="benefits"),
    path("moving/", after_views.moving, name="moving"),
    path("acts/<str:reference>/todo/", after_views.todo, name="todo"),
    path("acts/<str:reference>/", receipt_views.receipt, name="receipt"),
    path("acts/<str:reference>/paper/", receipt_views.paper_of, name="paper"),
    path("<str:card>/pickup/", pickup_views.pickup, name="pickup"),
    path("<str:card>/report/", views.report, name="report"),
    path("<str:card>/<str:kind>/", views.ask, name="ask"),
]
