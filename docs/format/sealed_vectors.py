#!/usr/bin/env python3
"""Writes the test vectors of sealed contents, with a crypto library of its own and nothing of this project:
    python3 docs/format/sealed_vectors.py > crates/seal/tests/vectors.txt
Needs the package `cryptography`. The form is in sealed.md."""

import hashlib

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

FRAME = 65536
PLAIN = FRAME - 16


def derive(salt, secret, info, length):
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def content_key(data_key, content, part):
    return derive(content, data_key, b"coldkeep sealed content 1" + part.to_bytes(4, "big"), 39)


def seal(data_key, content, part, plain):
    derived = content_key(data_key, content, part)
    key, prefix = AESGCM(derived[:32]), derived[32:]
    frames = [plain[at : at + PLAIN] for at in range(0, len(plain), PLAIN)] or [b""]
    sealed = b""
    for number, frame in enumerate(frames):
        last = number == len(frames) - 1
        sealed += key.encrypt(prefix + number.to_bytes(4, "big") + bytes([last]), frame, None)
    return sealed


def outer_layer(outer_key, content, part, sealed):
    key = derive(content, outer_key, b"coldkeep outer layer 1" + part.to_bytes(4, "big"), 32)
    return Cipher(AES256(key), CTR(bytes(16))).encryptor().update(sealed)


def wrap(wrapping, nonce, key, about):
    derived = derive(b"", wrapping, b"coldkeep wrapped key 1", 32)
    return b"\x01" + nonce + AESGCM(derived).encrypt(nonce, key, about)


def text(length):
    return bytes((at * 31 + at // 251) % 256 for at in range(length))


def main():
    data_key = bytes(range(32))
    print("# Written by docs/format/sealed_vectors.py. The plaintext of n bytes: byte i is (31 i + i / 251) mod 256.")
    print("# content: data key, content id, part, bytes, SHA-256 of the sealed form, its first and last 16 bytes")
    for part, length in [(0, 0), (0, 1), (1, 100), (1, PLAIN - 1), (2, PLAIN), (2, PLAIN + 1), (10000, 5 * PLAIN + 7)]:
        content = hashlib.sha256(b"id %d %d" % (part, length)).digest()[:16]
        sealed = seal(data_key, content, part, text(length))
        row = [data_key, content, str(part), str(length), hashlib.sha256(sealed).digest(), sealed[:16], sealed[-16:]]
        print("content", *[item if isinstance(item, str) else item.hex() for item in row])
    print("# dual: data key and the outer layer's, content id, part, bytes, SHA-256 of the sealed form, its first and last 16 bytes")
    outer_key = bytes(range(200, 232))
    for part, length in [(0, 0), (0, 100), (2, PLAIN + 1), (10000, 5 * PLAIN + 7)]:
        content = hashlib.sha256(b"dual %d %d" % (part, length)).digest()[:16]
        sealed = outer_layer(outer_key, content, part, seal(data_key, content, part, text(length)))
        row = [data_key + outer_key, content, str(part), str(length), hashlib.sha256(sealed).digest(), sealed[:16], sealed[-16:]]
        print("dual", *[item if isinstance(item, str) else item.hex() for item in row])
    print("# wrapped: wrapping key, what it is about, data key, wrapped")
    wrapping, about = bytes(range(100, 132)), b"bucket/key"
    print("wrapped", wrapping.hex(), about.hex(), data_key.hex(), wrap(wrapping, bytes(range(12)), data_key, about).hex())
    print("# shared: data key that wraps, what it is about; data key, content id and part of the content; its key, wrapped")
    content = content_key(data_key, bytes(16), 3)
    print("shared", wrapping.hex(), about.hex(), data_key.hex(), bytes(16).hex(), "3", wrap(wrapping, bytes(range(12)), content, about).hex())


if __name__ == "__main__":
    main()
