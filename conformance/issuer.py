"""An identity provider that a test brings: discovery document, keys and tokens, over plain HTTP on this machine."""

import base64
import hashlib
import http.server
import json
import threading
import time

import rsa
from awscrt.crypto import EC, ECType


def encoded(data):
    if not isinstance(data, bytes):
        data = json.dumps(data).encode()
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class Elliptic:
    """An ES256 key."""

    algorithm = "ES256"

    def __init__(self, name):
        self.name, self.key = name, EC.new_generate(ECType.P_256)

    def public(self):
        point = self.key.get_public_coords()
        padded = lambda number: encoded(bytes(number).rjust(32, b"\0"))  # noqa: E731
        return {"kty": "EC", "crv": "P-256", "use": "sig", "kid": self.name, "x": padded(point.x), "y": padded(point.y)}

    def sign(self, data):
        return EC.decode_der_signature_to_padded_pair(self.key.sign(hashlib.sha256(data).digest()), 32)


class Rsa:
    """An RS256 key; making one takes some seconds."""

    algorithm = "RS256"

    def __init__(self, name):
        self.name = name
        self.key = rsa.newkeys(2048)[1]

    def public(self):
        number = lambda value: encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))  # noqa: E731
        return {"kty": "RSA", "alg": "RS256", "kid": self.name, "n": number(self.key.n), "e": number(self.key.e)}

    def sign(self, data):
        return rsa.sign(data, self.key, "SHA-256")


class Issuer:
    """The provider. `keys` are those that it shows; `asked` are the paths that it was asked for."""

    def __init__(self):
        self.keys, self.asked, self.answer = [Elliptic("first")], [], {}
        issuer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                issuer.asked.append(self.path)
                status, headers, body = issuer.answer.get(self.path) or issuer.document(self.path)
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.name = f"127.0.0.1:{self.server.server_address[1]}/realm"
        self.url = f"http://{self.name}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def document(self, path):
        documents = {
            "/realm/.well-known/openid-configuration": {"issuer": self.url, "jwks_uri": self.url + "/keys"},
            "/realm/keys": {"keys": [key.public() for key in self.keys]},
        }
        if path not in documents:
            return 404, {}, b""
        return 200, {"Content-Type": "application/json"}, json.dumps(documents[path]).encode()

    def token(self, key=None, **claims):
        """A token by the newest key, good for five minutes; a claim that is None is left out."""
        key, now = key or self.keys[-1], int(time.time())
        claims = {"iss": self.url, "sub": "me", "aud": "client", "iat": now, "exp": now + 300, **claims}
        header = {"alg": key.algorithm, "typ": "JWT", "kid": key.name}
        signed = f"{encoded(header)}.{encoded({name: value for name, value in claims.items() if value is not None})}"
        return f"{signed}.{encoded(key.sign(signed.encode()))}"

    def close(self):
        self.server.shutdown()
        self.server.server_close()
