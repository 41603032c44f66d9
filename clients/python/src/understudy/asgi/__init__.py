"""For web applications that call models through a gateway: keeps receipts, and sends what became of the answers.

>>> app.add_middleware(UnderstudyMiddleware)                                  # doctest: +SKIP
... answer = await http.post(f"{GATEWAY}/models/ranker/infer", json=…)
... keep(answer, key=order_id)          # when the answer is given
... feedback(order_id, "click")         # when it was clicked, in any later request
"""

from .middleware import UnderstudyMiddleware, feedback, keep, keep_all
from .receipts import Receipts

__all__ = ["Receipts", "UnderstudyMiddleware", "feedback", "keep", "keep_all"]
