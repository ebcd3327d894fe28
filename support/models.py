"""What people ask and what they are answered, on the site and by staff."""

from __future__ import annotations

# Django finds a room's tables by this module.
from support.callback_models import CallBack, Slot
from support.consultation_models import Asking, Consultation, ConsultationMove, Deed, Right
from support.faq_models import FaqCount, FaqEntry, FaqVersion
from support.inquiry_models import Attachment, Inquiry, InquiryMove, Post
from support.paper_models import PaperEntry
from support.reuse_models import Prepared
from support.satisfaction_models import Satisfaction
from support.seeing_models import Seeing
from support.waiting_models import Waiting

__all__ = [
    "Asking",
    "Attachment",
    "CallBack",
    "Consultation",
    "ConsultationMove",
    "Deed",
    "FaqCount",
    "FaqEntry",
    "FaqVersion",
    "Inquiry",
    "InquiryMove",
    "PaperEntry",
    "Post",
    "Prepared",
    "Right",
    "Satisfaction",
    "Seeing",
    "Slot",
    "Waiting",
]
