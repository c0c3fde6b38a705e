"""A port before a server that can stand still at one request, so that what the client has done by then is known, however fast it is;
and that can spoil answers on their way: cut them off, change a byte, or answer 500 itself."""

import contextlib
import socket
import threading


class Gate:
    """Passes everything on, until told to stand still."""

    def __init__(self, server):
        self.server, self.start, self.left, self.held = server, (), 0, threading.Event()
        self.faults, self.done = {}, []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = "http://127.0.0.1:%d" % self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def stand_still_at(self, start, nth):
        """At the `nth` request from now on whose head begins with `start` (a method and the beginning of a path). Its head goes on, and
        what came with it; then nothing passes any more, its answer neither, and `held` is set, until `pass_all`. For clients that send
        one request after the other. Several beginnings may be given."""
        self.start = tuple(one.encode() for one in ([start] if isinstance(start, str) else start))
        self.left = nth

    def spoil(self, start, **faults):
        """Spoils answers to requests whose heads begin with `start`, by their numbers from now on: `spoil("GET ", at={1: "flip", 3:
        "cut", 4: "fail"})`. A byte well inside the answer's body is changed; or the connection ends there; or the request does not
        arrive, and its answer is 500. What was done is listed in `done`."""
        self.faults = {"start": start.encode(), "seen": 0, **faults}
        self.done = []

    def fault_of(self, piece):
        """What is to be done with the answer to the request that begins here, if one does."""
        if not self.faults or not piece.startswith(self.faults["start"]):
            return None
        self.faults["seen"] += 1
        fault = self.faults["at"].get(self.faults["seen"])
        if fault:
            self.done.append(fault)
        return fault

    def pass_all(self):
        self.left = 0
        self.held.clear()

    def accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self.listener.accept()
                server = socket.create_connection((self.server.host, self.server.port))
                asked = []
                for source, target in [(client, server), (server, client)]:
                    threading.Thread(target=self.copy, args=(source, target, source is client, asked), daemon=True).start()

    def copy(self, source, target, from_client, asked):
        with contextlib.suppress(OSError):
            while (piece := source.recv(1 << 16)) and not self.held.is_set():
                if from_client and (fault := self.fault_of(piece)) == "fail":
                    source.sendall(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\n\r\n")
                    continue
                elif from_client and fault:
                    asked.append(fault)
                elif not from_client and asked and len(piece) > 1 << 12:
                    # Larger than any head: bytes of the body.
                    if asked.pop() == "cut":
                        target.shutdown(socket.SHUT_RDWR)
                        return
                    piece = piece[:-9] + bytes([piece[-9] ^ 1]) + piece[-8:]
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
