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
from cryptography.hazmat.primitives.kdf.hkdf import HKDF, HKDFExpand

FRAME = 65536
PLAIN = FRAME - 16


def derive(salt, secret, info, length):
    return HKDF(algorithm=SHA256(), length=length, salt=salt, info=info).derive(secret)


def expand(secret, info):
    return HKDFExpand(algorithm=SHA256(), length=32, info=info).derive(secret)


def secret(form, *keys):
    """What is wrapped of a data key."""
    return (b"" if form == 1 else b"\x02") + b"".join(keys)


def content_key(form, data_key, content, part):
    part = part.to_bytes(4, "big")
    if form == 1:
        return derive(content, data_key, b"coldkeep sealed content 1" + part, 39)
    return expand(data_key, b"coldkeep sealed content 2" + content + part) + bytes(7)


def seal(form, data_key, content, part, plain):
    derived = content_key(form, data_key, content, part)
    key, prefix = AESGCM(derived[:32]), derived[32:]
    frames = [plain[at : at + PLAIN] for at in range(0, len(plain), PLAIN)] or [b""]
    sealed = b""
    for number, frame in enumerate(frames):
        last = number == len(frames) - 1
        sealed += key.encrypt(prefix + number.to_bytes(4, "big") + bytes([last]), frame, None)
    return sealed


def outer_layer(form, outer_key, content, part, sealed):
    part = part.to_bytes(4, "big")
    if form == 1:
        key = derive(content, outer_key, b"coldkeep outer layer 1" + part, 32)
    else:
        key = expand(outer_key, b"coldkeep outer layer 2" + content + part)
    return Cipher(AES256(key), CTR(bytes(16))).encryptor().update(sealed)


def wrap(wrapping, nonce, key, about):
    derived = derive(b"", wrapping, b"coldkeep wrapped key 1", 32)
    return b"\x01" + nonce + AESGCM(derived).encrypt(nonce, key, about)


def text(length):
    return bytes((at * 31 + at // 251) % 256 for at in range(length))


def main():
    data_key, outer_key = bytes(range(32)), bytes(range(200, 232))
    print("# Written by docs/format/sealed_vectors.py. The plaintext of n bytes: byte i is (31 i + i / 251) mod 256.")
    print("# content: secret of the data key, content id, part, bytes, SHA-256 of the sealed form, its first and last 16 bytes")
    print("# dual: the same, in two layers")
    for form in 1, 2:
        for part, length in [(0, 0), (0, 1), (1, 100), (1, PLAIN - 1), (2, PLAIN), (2, PLAIN + 1), (10000, 5 * PLAIN + 7)]:
            content = hashlib.sha256(b"id %d %d" % (part, length)).digest()[:16]
            row("content", secret(form, data_key), content, part, length, seal(form, data_key, content, part, text(length)))
        for part, length in [(0, 0), (0, 100), (2, PLAIN + 1), (10000, 5 * PLAIN + 7)]:
            content = hashlib.sha256(b"dual %d %d" % (part, length)).digest()[:16]
            sealed = outer_layer(form, outer_key, content, part, seal(form, data_key, content, part, text(length)))
            row("dual", secret(form, data_key, outer_key), content, part, length, sealed)
    wrapping, about = bytes(range(100, 132)), b"bucket/key"
    print("# wrapped: wrapping key, what it is about, secret of a data key, wrapped")
    print("# shared: data key that wraps, what it is about; secret of the data key, content id and part of the content; its key, wrapped")
    for form in 1, 2:
        data = secret(form, data_key)
        print("wrapped", wrapping.hex(), about.hex(), data.hex(), wrap(wrapping, bytes(range(12)), data, about).hex())
        content = wrap(wrapping, bytes(range(12)), content_key(form, data_key, bytes(16), 3), about)
        print("shared", wrapping.hex(), about.hex(), data.hex(), bytes(16).hex(), "3", content.hex())


def row(kind, data_key, content, part, length, sealed):
    print(kind, data_key.hex(), content.hex(), part, length, hashlib.sha256(sealed).hexdigest(), sealed[:16].hex(), sealed[-16:].hex())


if __name__ == "__main__":
    main()
