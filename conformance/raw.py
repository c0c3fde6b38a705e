"""Requests made by hand: signed with Signature V4 written out here, and sent byte by byte over a socket.

What SDKs refuse to send can be sent with this: wrong signatures, lengths, chunk signatures, trailers. It shares no code with
the server nor with botocore.
"""

import datetime
import hashlib
import hmac
import http.client
import json
import re
import socket
import urllib.parse
from dataclasses import dataclass, field

from server import ACCESS_KEY, REGION, SECRET_KEY

EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()
SIGNED_CHUNKS = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
SIGNED_CHUNKS_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
UNSIGNED_CHUNKS_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
UNSIGNED = "UNSIGNED-PAYLOAD"


def mac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def quote(text, safe="-_.~"):
    return urllib.parse.quote(text, safe=safe)


@dataclass
class Answer:
    status: int
    headers: dict
    body: bytes

    @property
    def code(self):
        """The error code of either door, or None."""
        if found := re.search(rb"<Code>([^<]+)</Code>", self.body):
            return found.group(1).decode()
        try:
            return json.loads(self.body).get("code")
        except (ValueError, AttributeError):
            return None

    @property
    def message(self):
        if found := re.search(rb"<Message>([^<]*)</Message>", self.body):
            return found.group(1).decode()
        try:
            return json.loads(self.body).get("message")
        except (ValueError, AttributeError):
            return None


@dataclass
class Request:
    """One request. `path` and `query` go out as they are here; change anything after `sign` to break the signature."""

    server: object
    method: str
    path: str
    query: str = ""
    headers: dict = field(default_factory=dict)
    body: bytes = b""
    service: str = "s3"
    payload: str | None = None  # the hash that is signed; default: of the body
    when: datetime.datetime | None = None
    access_key: str = ACCESS_KEY
    secret_key: str = SECRET_KEY
    region: str = REGION
    send_payload_hash: bool = True

    def sign(self, signed=None):
        when = self.when or datetime.datetime.now(datetime.UTC)
        self.stamp = when.strftime("%Y%m%dT%H%M%SZ")
        self.scope = f"{self.stamp[:8]}/{self.region}/{self.service}/aws4_request"
        payload = self.payload or hashlib.sha256(self.body).hexdigest()
        headers = {name.lower(): value for name, value in self.headers.items()}
        headers.setdefault("host", self.server.authority)
        headers.setdefault("x-amz-date", self.stamp)
        if self.service == "glacier":
            headers.setdefault("x-amz-glacier-version", "2012-06-01")
        if self.send_payload_hash:
            headers["x-amz-content-sha256"] = payload
        names = sorted(signed or headers)
        self.signed = ";".join(names)
        canonical = "\n".join([
            self.method,
            # S3 signs the path as sent; every other service encodes the sent path once more.
            self.path if self.service == "s3" else quote(self.path, safe="/-_.~"),
            canonical_query(self.query),
            "".join(f"{name}:{' '.join(headers[name].split())}\n" for name in names),
            self.signed,
            payload,
        ])  # fmt: skip
        self.key = mac(mac(mac(mac(f"AWS4{self.secret_key}".encode(), self.stamp[:8]), self.region), self.service),
                       "aws4_request")  # fmt: skip
        self.signature = self.signature_of("AWS4-HMAC-SHA256", hashlib.sha256(canonical.encode()).hexdigest())
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={self.access_key}/{self.scope}, "
            f"SignedHeaders={self.signed}, Signature={self.signature}"
        )
        self.headers = headers
        return self

    def signature_of(self, algorithm, *lines):
        text = "\n".join([algorithm, self.stamp, self.scope, *lines])
        return hmac.new(self.key, text.encode(), hashlib.sha256).hexdigest()

    def connect(self, timeout=30):
        return socket.create_connection((self.server.host, self.server.port), timeout=timeout)

    def head_bytes(self):
        headers = dict(self.headers)
        headers.setdefault("host", self.server.authority)
        if "content-length" not in headers and "transfer-encoding" not in headers and self.method in ("PUT", "POST"):
            headers["content-length"] = str(len(self.body))
        target = self.path + (f"?{self.query}" if self.query else "")
        lines = [f"{self.method} {target} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")

    def send(self, hang_up=False, timeout=30):
        """Sends it all; `hang_up` shuts our sending side after the body, as a client that dies does."""
        with self.connect(timeout) as connection:
            try:
                connection.sendall(self.head_bytes() + self.body)
                if hang_up:
                    connection.shutdown(socket.SHUT_WR)
            except (BrokenPipeError, ConnectionResetError):
                pass  # refused before the whole body was sent; the answer is waiting
            return read_answer(connection, self.method)


def read_answer(connection, method="GET"):
    response = http.client.HTTPResponse(connection, method=method)
    response.begin()
    body = response.read()
    return Answer(response.status, {name.lower(): value for name, value in response.getheaders()}, body)


def canonical_query(query):
    """Sorted by name, and a parameter without value has an empty one."""
    pairs = [pair.partition("=")[::2] for pair in query.split("&") if pair]
    return "&".join(f"{name}={value}" for name, value in sorted(pairs))


def call(server, method, path, query="", headers=None, body=b"", **settings):
    """Signs and sends in one go."""
    return Request(server, method, path, query, headers or {}, body, **settings).sign().send()


def chunked(request, data, size, trailers=(), trailer_lines=None):
    """The aws-chunked body for a request that was signed with one of the STREAMING- hashes.

    `trailers` are (name, value) pairs. `trailer_lines` overrides what is sent for them.
    """
    mode = request.payload
    previous = request.signature
    out = bytearray()
    for start in [*range(0, len(data), size), None]:
        piece = b"" if start is None else data[start : start + size]
        if mode == UNSIGNED_CHUNKS_TRAILER:
            out += f"{len(piece):x}\r\n".encode()
        else:
            previous = request.signature_of(
                "AWS4-HMAC-SHA256-PAYLOAD", previous, EMPTY_SHA256, hashlib.sha256(piece).hexdigest()
            )
            out += f"{len(piece):x};chunk-signature={previous}\r\n".encode()
        out += piece + (b"\r\n" if piece else b"")
    if trailer_lines is not None:
        out += trailer_lines
    else:
        lines = "".join(f"{name}:{value}\n" for name, value in trailers)
        out += lines.replace("\n", "\r\n").encode()
        if mode == SIGNED_CHUNKS_TRAILER:
            signature = request.signature_of(
                "AWS4-HMAC-SHA256-TRAILER", previous, hashlib.sha256(lines.encode()).hexdigest()
            )
            out += f"x-amz-trailer-signature:{signature}\r\n".encode()
    return bytes(out + b"\r\n")


def streaming(
    server, path, data, mode, size=65536, trailers=(), query="", headers=None, trailer_lines=None, **settings
):
    """A signed PUT with an aws-chunked body, ready to be sent or spoilt."""
    headers = {"content-encoding": "aws-chunked", "x-amz-decoded-content-length": str(len(data)), **(headers or {})}
    if trailers:
        headers.setdefault("x-amz-trailer", ",".join(name for name, _ in trailers))
    request = Request(server, "PUT", path, query, headers, payload=mode, **settings).sign()
    request.body = chunked(request, data, size, trailers, trailer_lines)
    return request
