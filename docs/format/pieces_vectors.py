#!/usr/bin/env python3
"""Writes the test vectors of blobs in object stores, with nothing of this project:
    python3 docs/format/pieces_vectors.py > crates/blob-pieces/tests/vectors.txt
The form is in pieces.md."""

import struct

BLOCK, CRCS = 65536, 1023


def crc_table():
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0x82F63B78 if byte & 1 else 0)
        yield byte


CRC_TABLE = list(crc_table())


def crc(data):
    value = 0xFFFFFFFF
    for byte in data:
        value = value >> 8 ^ CRC_TABLE[(value ^ byte) & 0xFF]
    return struct.pack(">I", value ^ 0xFFFFFFFF)


def text(length):
    return bytes((at * 31 + at // 251) % 256 for at in range(length))


def objects(blob, label, piece, data):
    header = b"CKHEAD\r\n" + struct.pack(">I", 1) + blob + struct.pack(">QII", len(data), piece, len(label)) + label
    header = header.ljust(4092, b"\0")
    crcs = [crc(data[at : at + BLOCK]) for at in range(0, len(data), BLOCK)]
    table = b""
    for number, at in enumerate(range(0, len(crcs), CRCS)):
        page = b"".join(crcs[at : at + CRCS])
        table += page + crc(blob + struct.pack(">Q", number) + page)
    name = f"blobs/{blob[6:9].hex()}/{blob.hex()}"
    head = header + crc(header) + table
    if len(data) <= piece:
        return [(name, head + data)]
    pieces = [(f"{name}.{at // piece}", data[at : at + piece]) for at in range(0, len(data), piece)]
    return [(name, head), *pieces]


def main():
    print("# Written by docs/format/pieces_vectors.py. The data of n bytes: byte i is (31 i + i / 251) mod 256.")
    print("# id, label, piece bytes, bytes, and of each object its name, length and CRC-32C")
    for number, (piece, length) in enumerate(
        [(BLOCK, 0), (BLOCK, 1), (BLOCK, BLOCK), (BLOCK, BLOCK + 1), (2 * BLOCK, 5 * BLOCK + 7), (1 << 24, 100000)]
    ):
        blob = bytes([1, 2, 3, 4, 5, 6, 0, 0, 42, *range(6), number])
        made = objects(blob, b"label-%d" % number, piece, text(length))
        shown = [f"{name}:{len(data)}:{crc(data).hex()}" for name, data in made]
        print(blob.hex(), f"label-{number}", piece, length, *shown)


main()
