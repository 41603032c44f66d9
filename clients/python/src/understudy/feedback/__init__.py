"""What became of answers, on its way to the api in the background."""

from .item import feedback_item
from .sender import FeedbackSender
from .stats import FeedbackStats

__all__ = ["FeedbackSender", "FeedbackStats", "feedback_item"]
