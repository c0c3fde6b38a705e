"""kill -9 at random moments while clients upload, complete, overwrite, delete and abort on both doors.

After each restart every acknowledged byte is there and equal, what was in doubt is wholly done or wholly undone, a completion in
doubt can be sent again, and fsck is clean. COLDKEEP_CRASH_ROUNDS sets the number of kills (100), COLDKEEP_CRASH_SEED replays the
clients' choices (not the timing).
"""

import os
import random
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.config import Config

from crash_clients import GlacierClient, S3Client
from crash_versions import VersionsClient

ROUNDS = int(os.environ.get("COLDKEEP_CRASH_ROUNDS", "100"))
SEED = int(os.environ.get("COLDKEEP_CRASH_SEED", str(random.randrange(2**32))))


def run_until_killed(server, clients, seconds):
    stop = threading.Event()
    threads = [threading.Thread(target=client.run, args=(stop,)) for client in clients]
    for thread in threads:
        thread.start()
    time.sleep(seconds)
    server.kill()
    stop.set()
    for thread in threads:
        thread.join()
    for client in clients:
        if client.failure:
            raise client.failure


@pytest.mark.long
@pytest.mark.timeout(300 + 6 * ROUNDS)
def test_nothing_acknowledged_is_lost(own_server):
    print(f"COLDKEEP_CRASH_SEED={SEED}")
    chance = random.Random(SEED)
    server = own_server().start()
    config = Config(read_timeout=20, max_pool_connections=20)
    s3, glacier = server.client("s3", config=config), server.client("glacier", config=config)
    s3.create_bucket(Bucket="crash")
    clients = [S3Client(number, SEED + number, s3, "crash") for number in range(1, 5)]
    s3.create_bucket(Bucket="versions")
    s3.put_bucket_versioning(Bucket="versions", VersioningConfiguration={"Status": "Enabled"})
    clients += [VersionsClient(7, SEED + 7, s3, "versions")]
    clients += [GlacierClient(number, SEED + number, glacier, f"crash-{number}") for number in range(5, 7)]

    for round in range(1, ROUNDS + 1):
        run_until_killed(server, clients, chance.uniform(0.05, 0.8))
        if round % 10 == 0:
            server.fsck()
        if chance.random() < 0.15:  # recovery itself is killed
            server.spawn()
            time.sleep(chance.uniform(0, 0.1))
            server.kill()
        server.start()
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(lambda client: client.verify(), clients))

    server.stop()
    server.fsck()
    acknowledged, in_doubt = (sum(getattr(client, what) for client in clients) for what in ("acknowledged", "in_doubt"))
    print(f"{ROUNDS} kills, {acknowledged} changes acknowledged, {in_doubt} in doubt")
    assert acknowledged > 10 * ROUNDS and in_doubt > ROUNDS
