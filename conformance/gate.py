"""A port before a server that can stand still at one request: what the client has done by then is known, however fast it is."""

import contextlib
import socket
import threading


class Gate:
    """Passes everything on, until told to stand still."""

    def __init__(self, server):
        self.server, self.start, self.left, self.held = server, b"", 0, threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def stand_still_at(self, start, nth):
        """At the `nth` request from now on whose head begins with `start` (a method and the beginning of a path). Its head goes on, and
        what came with it; then nothing passes any more, its answer neither, and `held` is set, until `pass_all`. For clients that send
        one request after the other."""
        self.start, self.left = start.encode(), nth

    def pass_all(self):
        self.left = 0
        self.held.clear()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection((self.server.host, self.server.port))
                for source, target in [(client, server), (server, client)]:
                    threading.Thread(target=self.copy, args=(source, target, source is client), daemon=True).start()

    def copy(self, source, target, from_client):
        with contextlib.suppress(OSError):
            while (piece := source.recv(1 << 16)) and not self.held.is_set():
                # A request's head begins a piece: the client had its answer to the one before.
                if from_client and self.left and piece.startswith(self.start):
                    self.left -= 1
                    if self.left == 0:
                        self.held.set()
                target.sendall(piece)
            if not piece:
                target.shutdown(socket.SHUT_WR)

    def close(self):
        self.listener.close()
