"""What stands between a client and the api, and does what networks and proxies do: a TCP server that hands on each request, or does not."""

from __future__ import annotations

import contextlib
import socket
import socketserver
import threading
from collections.abc import Callable
from urllib.parse import urlsplit

Harm = Callable[["Request"], bool]
"""Returns whether the request has been dealt with."""


class Request:
    """One request that came, and the socket that it came on."""

    def __init__(self, head: bytes, body: bytes, client: socket.socket, between: Between) -> None:
        self.head, self.body, self._client, self._between = head, body, client, between

    @property
    def line(self) -> str:
        return self.head.split(b"\r\n")[0].decode("latin-1")

    def header(self, name: str) -> str | None:
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.decode("latin-1").lower() == name:
                return value.strip().decode("utf-8")
        return None

    def answer(self, status: int, body: bytes = b"", **headers: str) -> bool:
        lines = [f"HTTP/1.1 {status} X", f"content-length: {len(body)}", "connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
        self._client.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
        return True

    def hang_up(self) -> bool:
        """Nothing is answered."""
        return True

    def carried_out_but_lost(self) -> bool:
        """The api does it, and its answer is lost on the way."""
        with contextlib.closing(self._between.forward(self)) as upstream:
            upstream.recv(65536)
        return True

    def half(self) -> bool:
        """Of the answer some bytes come, and then none."""
        self._client.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 1000\r\n\r\n{\"na")
        return True

    def silence(self, seconds: float) -> bool:
        self._between.stopped.wait(seconds)
        return True


class Between:
    """``between.harm = lambda request: …`` for what comes from now on; ``seen`` has all that came."""

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._to = (parts.hostname or "", parts.port or 80)
        self.harm: Harm | None = None
        self.seen: list[Request] = []
        self.stopped = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.between = self
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)

    def __enter__(self) -> Between:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stopped.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def first(self, many: int, harm: Harm) -> None:
        """Harms the first so many requests; the others are handed on."""
        left = [many]

        def some(request: Request) -> bool:
            left[0] -= 1
            return left[0] >= 0 and harm(request)

        self.harm = some

    def forward(self, request: Request) -> socket.socket:
        upstream = socket.create_connection(self._to, timeout=60)
        head = b"\r\n".join(
            line for line in request.head.split(b"\r\n") if not line.lower().startswith((b"connection:", b"host:"))
        )
        try:
            upstream.sendall(head + b"\r\nhost: between\r\nconnection: close\r\n\r\n" + request.body)
        except OSError:
            upstream.close()
            raise
        return upstream


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 128
    between: Between

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever hangs up does so."""


class _Handler(socketserver.BaseRequestHandler):
    def handle(self) -> None:
        between = self.server.between  # type: ignore[attr-defined]
        client: socket.socket = self.request
        data = b""
        while b"\r\n\r\n" not in data:
            piece = client.recv(65536)
            if not piece:
                return
            data += piece
        head, body = data.split(b"\r\n\r\n", 1)
        request = Request(head, body, client, between)
        while len(request.body) < int(request.header("content-length") or 0):
            piece = client.recv(65536)
            if not piece:
                return
            request.body += piece
        between.seen.append(request)
        if between.harm is not None and between.harm(request):
            return
        with contextlib.closing(between.forward(request)) as upstream:
            while piece := upstream.recv(65536):
                client.sendall(piece)
