"""What people ask and what they are answered, on the site and by staff."""

from __future__ import annotations

# Django finds a room's tables by this module.
from support.consultation_models import Asking, Consultation, ConsultationMove, Deed, Right
from support.inquiry_models import Attachment, Inquiry, InquiryMove, Post
from support.waiting_models import Waiting

__all__ = [
    "Asking",
    "Attachment",
    "Consultation",
    "ConsultationMove",
    "Deed",
    "Inquiry",
    "InquiryMove",
    "Post",
    "Right",
    "Waiting",
]
