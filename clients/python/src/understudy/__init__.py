"""Understudy: register model versions, follow and steer their rollouts, send feedback.

>>> import understudy
>>> with understudy.Client() as client:                                     # doctest: +SKIP
...     released = client.register("digits", serving_url="http://digits-2.internal:8080")
...     released.rollout.wait()
"""

from ._api import calls, types
from ._async.client import AsyncClient
from ._async.release import AsyncRegistered
from ._async.rollout import AsyncRollout
from ._seen import Standing
from ._sync.client import Client
from ._sync.release import Registered
from ._sync.rollout import Rollout
from .arms import Assignment, Route, unit_header, unit_name
from .digests import digest
from .errors import *  # noqa: F403
from .errors import __all__ as _errors
from .events import Event
from .feedback import FeedbackStats
from .frames import Evidence, MetricSeries, Verdicts

__version__ = "0.1.0"
__all__ = [
    "Assignment",
    "AsyncClient",
    "AsyncRegistered",
    "AsyncRollout",
    "Client",
    "Event",
    "Evidence",
    "FeedbackStats",
    "MetricSeries",
    "Registered",
    "Rollout",
    "Route",
    "Standing",
    "Verdicts",
    "calls",
    "digest",
    "types",
    "unit_header",
    "unit_name",
    *_errors,
]
