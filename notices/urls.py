from django.urls import path

from notices import views

app_name = "notices"
urlpatterns = [
    path("", views.home, name="home"),
    path("notices/", views.catalogue, name="catalogue"),
    path("notices/<slug:slug>/", views.latest, name="latest"),
    path("notices/<slug:slug>/v/<int:number>/", views.version, name="version"),
]
