"""Sixteen uploaders of one archive of a vault, as a process that can be killed: what test_vault_parts.py runs.

python vault_uploaders.py ENDPOINT VAULT UPLOAD SEED PARTS LEFT_OUT UNTIL

Sends what ListParts does not show, in random order, but for part LEFT_OUT (-1 leaves out none), and says the number of each part
when it is acknowledged. When UNTIL are (0: never) no other is begun, those under way go on, and it waits to be killed: so it is
never done before that, however fast it is. The first failure of any uploader ends all of it.
"""

import hashlib
import os
import random
import sys
import threading

from server import Running
from treehash import MIB, VaultUpload

UPLOADERS = 16
SHORT = 777  # what the last part has less than the others


def part(seed, number, parts):
    """The bytes of one part. They are made when they are needed: the whole of it may not fit in memory."""
    return random.Random(f"{seed} {number}").randbytes(MIB - SHORT if number == parts - 1 else MIB)


def leaf(seed, number, parts):
    return hashlib.sha256(part(seed, number, parts)).digest()


def stored(glacier, vault, upload):
    """Tree hashes of the parts that are there, by number."""
    pages = glacier.get_paginator("list_parts").paginate(vaultName=vault, uploadId=upload)
    shown = [one for page in pages for one in page["Parts"]]
    return {int(one["RangeInBytes"].split("-")[0]) // MIB: one["SHA256TreeHash"] for one in shown}


def main(endpoint, vault, upload, seed, parts, left_out, until):
    glacier = Running(endpoint).client("glacier")
    left = sorted(set(range(parts)) - set(stored(glacier, vault, upload)) - {left_out})
    random.Random().shuffle(left)
    archive = VaultUpload.of(glacier, vault, upload)
    taking, acknowledged = threading.Lock(), []

    def uploader():
        try:
            while True:
                with taking:
                    if until and len(acknowledged) >= until:
                        threading.Event().wait()
                    if not left:
                        return
                    number = left.pop()
                archive.send(number * MIB, part(seed, number, parts))
                acknowledged.append(number)
                os.write(1, f"{number}\n".encode())
        except Exception as failure:  # noqa: BLE001  shown by the test
            os.write(2, f"{failure!r}\n".encode())
            os._exit(1)

    uploaders = [threading.Thread(target=uploader) for _ in range(UPLOADERS)]
    for one in uploaders:
        one.start()
    for one in uploaders:
        one.join()


if __name__ == "__main__":
    main(*sys.argv[1:4], *map(int, sys.argv[4:]))
