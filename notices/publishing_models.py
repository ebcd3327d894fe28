"""Which public pages lie as files beside the application, and what is in them."""

from __future__ import annotations

from django.db import models


class PublishedPage(models.Model):
    """One page of the published word as it was last written. The row is the truth: a file that says otherwise was altered."""

    # /en/notices/demo/: its address on this site, which also says where its file lies.
    path = models.CharField(max_length=200, unique=True)
    # None: a page about more than one.
    notice = models.ForeignKey("notices.Notice", null=True, on_delete=models.PROTECT, related_name="+")
    # Of the page as written last, and of what stood there before; empty: never written.
    sha256 = models.CharField(max_length=64, blank=True)
    sha256_before = models.CharField(max_length=64, blank=True)
    # Of what it was made from, where making it takes long (a PDF); empty: it is compared by rendering it again.
    source_sha256 = models.CharField(max_length=64, blank=True)
    written_at = models.DateTimeField(null=True)
    # When it was last compared with what it ought to say, and with its files.
    looked_at = models.DateTimeField(null=True)
    # When a file of it was last found to say something that nobody here wrote.
    altered_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()

    def __str__(self) -> str:
        return self.path
