"""What people ask and what they are answered."""

from __future__ import annotations

# Django finds a room's tables by this module.
from support.inquiry_models import Attachment, Inquiry, InquiryMove, Post
from support.waiting_models import Waiting

__all__ = ["Attachment", "Inquiry", "InquiryMove", "Post", "Waiting"]
