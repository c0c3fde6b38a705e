"""Stand-ins for the services that wrap a root key: a KMS that answers Encrypt and Decrypt, and a Transit engine. They keep what they wrap in
memory and hand out tickets, so that nothing but they can unwrap it."""

import base64
import http.server
import json
import secrets
import threading


class KeyServices:
    """One listener for both. `refuse` has them refuse everything."""

    ARN = "arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
    TOKEN = "s.transit-token"

    def __init__(self):
        services = self
        self.kept, self.asked, self.refuse = {}, [], False

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, answer = services.answer(self.path, self.headers, body)
                text = json.dumps(answer).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text)

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.endpoint = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def answer(self, path, headers, body):
        target = headers.get("X-Amz-Target", path)
        self.asked.append(target)
        if path == "/":
            assert "/eu-west-1/kms/aws4_request" in headers["Authorization"]
            assert (body["KeyId"], body["EncryptionContext"]) == (self.ARN, {"coldkeep": "root key"})
            if self.refuse:
                return 400, {"__type": "AccessDeniedException", "message": "no right to the key"}
            if target == "TrentService.Encrypt":
                return 200, {"CiphertextBlob": base64.b64encode(self.keep(body["Plaintext"]).encode()).decode()}
            return 200, {"Plaintext": self.kept[base64.b64decode(body["CiphertextBlob"]).decode()]}
        if self.refuse or headers["X-Vault-Token"] != self.TOKEN:
            return 403, {"errors": ["permission denied"]}
        if path == "/v1/transit/encrypt/cold":
            return 200, {"data": {"ciphertext": "vault:v1:" + self.keep(body["plaintext"])}}
        assert path == "/v1/transit/decrypt/cold"
        return 200, {"data": {"plaintext": self.kept[body["ciphertext"].removeprefix("vault:v1:")]}}

    def keep(self, plain):
        ticket = secrets.token_hex(16)
        self.kept[ticket] = plain
        return ticket
