from django.urls import path

from notices import easy_views, printed_views, views

app_name = "notices"
urlpatterns = [
    path("", views.home, name="home"),
    path("rights/", views.rights, name="rights"),
    path("notices/", views.catalogue, name="catalogue"),
    path("notices/feed.xml", views.feed_of_all, name="feed"),
    path("notices/<slug:slug>/feed.xml", views.feed_of, name="feed_of"),
    path("notices/<slug:slug>/", views.latest, name="latest"),
    path("notices/<slug:slug>/v/<int:number>/", views.version, name="version"),
    path("notices/<slug:slug>.pdf", printed_views.latest, name="pdf"),
    path("notices/<slug:slug>/.pdf", printed_views.latest, name="pdf_in_the_folder"),
    path("notices/<slug:slug>/large.pdf", printed_views.latest, {"large": True}, name="large_pdf"),
    path("notices/<slug:slug>/v/<int:number>.pdf", printed_views.version, name="version_pdf"),
    path(
        "notices/<slug:slug>/v/<int:number>/large.pdf", printed_views.version, {"large": True}, name="version_large_pdf"
    ),
    path("notices/<slug:slug>/easy/", easy_views.latest, name="easy"),
    path("notices/<slug:slug>/v/<int:number>/easy/", easy_views.version, name="easy_version"),
    path("notices/<slug:slug>/others/", views.others, name="others"),
    path("notices/<slug:slug>/versions/", views.versions, name="versions"),
    path("notices/<slug:slug>/v/<int:number>/changes/", views.changes, name="changes"),
    path("notices/<slug:slug>/diff/<int:earlier>/<int:number>/", views.changes, name="diff"),
]
