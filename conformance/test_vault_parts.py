"""One archive of very many parts of 1 MiB, sent in random order by sixteen uploaders, while they and the server are killed in turn.

After each kill every acknowledged part is there, and a Complete that is wrong is refused and changes nothing. In the end the right
one, twice, makes one archive, which is read by random ranges after one more kill. Kills come at given parts, not at given times.

COLDKEEP_VAULT_PARTS sets how many parts there are (200, the least; the most that there can be are 10,000, which take 10 GiB),
COLDKEEP_VAULT_PARTS_SEED replays bytes and choices, but not the order of arrival.
"""

import itertools
import os
import pathlib
import random
import subprocess
import sys

import pytest
from botocore.config import Config

from checks import refused
from treehash import MIB, VaultUpload, combine, tree
from vault_uploaders import SHORT, leaf, part, stored

PARTS = int(os.environ.get("COLDKEEP_VAULT_PARTS", "200"))
SEED = int(os.environ.get("COLDKEEP_VAULT_PARTS_SEED", str(random.randrange(2**32))))
KILLS = 6
SIZE = PARTS * MIB - SHORT
INVALID = "InvalidParameterValueException"
UPLOADERS = pathlib.Path(__file__).with_name("vault_uploaders.py")


def send(server, upload, left_out, until=0, ended=None):
    """Runs the uploaders to their end, or up to the part that is the `until`th to be acknowledged, while others are under way: then
    `ended` of them and the server is killed first. Gives the numbers of all parts that were acknowledged."""
    words = [sys.executable, UPLOADERS, server.endpoint, upload.where["vaultName"], upload.id, SEED, PARTS, left_out, until]
    process = subprocess.Popen(list(map(str, words)), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    acknowledged = [int(line) for line in itertools.islice(process.stdout, until or None)]
    if ended == "server":
        server.kill()
    if ended:
        process.kill()
    rest, said = process.communicate(timeout=600)
    assert (process.returncode == 0) == (ended is None), said
    assert len(acknowledged) >= until, said
    if ended == "server":
        server.start()
    return acknowledged + [int(line) for line in rest.splitlines()]


def ranges(chance):
    """Ranges whose tree hash the archive's is made of, and as many that begin or end anywhere."""
    for _ in range(20):
        mib = 1 << chance.randrange(min(PARTS - 1, 16).bit_length())
        first = chance.randrange((PARTS - 1) // mib) * mib * MIB
        yield first, first + mib * MIB - 1, True
        first = chance.randrange(PARTS - 1) * MIB + chance.randint(1, MIB - 1)
        yield first, chance.randint(first, min(first + 4 * MIB, SIZE) - 1), False


def bytes_of(first, last):
    numbers = range(first // MIB, last // MIB + 1)
    return b"".join(part(SEED, number, PARTS) for number in numbers)[first % MIB :][: last - first + 1]


@pytest.mark.long
@pytest.mark.timeout(120 + PARTS)
def test_many_parts_arrive_whole_whoever_is_killed(own_server):
    print(f"COLDKEEP_VAULT_PARTS_SEED={SEED}")
    chance = random.Random(SEED)
    server = own_server().start()
    glacier = server.client("glacier", config=Config(read_timeout=300))
    glacier.create_vault(vaultName="v")
    upload = VaultUpload(glacier, "v", archiveDescription="of many parts")
    leaves = [leaf(SEED, number, PARTS) for number in range(PARTS)]
    checksum, left_out = combine(leaves).hex(), chance.randrange(PARTS - 1)
    wrong = [{}, {"size": SIZE - 1}, {"checksum": tree(b"another")}]

    acknowledged = set()
    for kill in range(KILLS):
        sent = send(server, upload, left_out, PARTS // (2 * KILLS), ["uploaders", "server"][kill % 2])
        assert not acknowledged & set(sent), "what is there is not sent again"
        acknowledged |= set(sent)
        there = stored(glacier, "v", upload.id)
        assert acknowledged <= set(there), f"acknowledged, and lost: {sorted(acknowledged - set(there))}"
        assert all(leaves[number].hex() == shown for number, shown in there.items())
        acknowledged = set(there)
        with refused(400, INVALID):
            upload.complete(**{"size": SIZE, "checksum": checksum} | wrong[kill % len(wrong)])
    send(server, upload, left_out)
    assert set(stored(glacier, "v", upload.id)) == set(range(PARTS)) - {left_out}
    with refused(400, INVALID):
        upload.complete(size=SIZE, checksum=checksum)
    assert send(server, upload, -1) == [left_out]
    for mistake in wrong[1:]:
        with refused(400, INVALID):
            upload.complete(**{"size": SIZE, "checksum": checksum} | mistake)
    assert glacier.describe_vault(vaultName="v")["NumberOfArchives"] == 0

    done, again = (upload.complete(size=SIZE, checksum=checksum) for _ in range(2))
    assert done["archiveId"] == again["archiveId"] and done["checksum"] == again["checksum"] == checksum
    vault = glacier.describe_vault(vaultName="v")
    assert vault["NumberOfArchives"] == 1 and vault["SizeInBytes"] >= SIZE
    server.kill()
    server.start()
    retrieval = {"Type": "archive-retrieval", "ArchiveId": done["archiveId"]}
    job = glacier.initiate_job(vaultName="v", jobParameters=retrieval)["jobId"]
    for first, last, aligned in ranges(chance):
        got = glacier.get_job_output(vaultName="v", jobId=job, range=f"bytes={first}-{last}")
        assert got["body"].read() == bytes_of(first, last), f"bytes {first}-{last}"
        hashes = combine(leaves[first // MIB : last // MIB + 1]).hex() if aligned else None
        assert got.get("checksum") == hashes, f"bytes {first}-{last}"
    server.stop()
    server.fsck()
