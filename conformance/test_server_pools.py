"""Pools of a store that several servers share: bytes lie in the place of their class, a folder, an S3 or a pool of Ceph, and follow it there whoever dies meanwhile; a pool that is
missing, another one or unknown is refused by every server."""

import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from server import ACCESS_KEY, SECRET_KEY
from test_lifecycle import rule
from test_migrate import migrate
from test_pools import PART, PARTS, blobs, put_parts
from test_servers import ROOT_KEY, Below, Folder, Refused, Shared, cluster, database, get, place, until  # noqa: F401

LARGE = os.urandom(300_000)
COUNT = 12


def started(binary, folder, database, pools, name="one", **more):
    """A server whose default pool is a folder, told of these others."""
    named = ",".join(f"{pool}={place.url}" for pool, place in pools.items())
    env = {"COLDKEEP_POOL": named, **more}
    return Shared(binary, name, folder, database, Folder(folder), **env)


def own_keys(place, folder):
    """Where the pool is in an S3, it has keys of its own."""
    if not isinstance(place, Below):
        return {}
    secret = folder / "secret"
    secret.write_text(SECRET_KEY + "\n")
    return {"COLDKEEP_POOL_COLD_ACCESS_KEY": ACCESS_KEY, "COLDKEEP_POOL_COLD_SECRET_KEY_FILE": str(secret)}


def in_service(folder):
    return folder.blobs("") - folder.blobs("quarantine")


@pytest.fixture
def warm(tmp_path):
    return Folder(tmp_path)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("place", ["folder", "s3", "rados"], indirect=True)
def test_bytes_follow_their_class_although_the_leader_is_killed(binary, tmp_path, database, place, warm):
    cold = Folder(tmp_path / "cold") if isinstance(place, Folder) else place
    more = {"COLDKEEP_CLASS": "GLACIER_IR=cold", "COLDKEEP_LIFECYCLE_DAY": "2s", **own_keys(place, tmp_path)}
    two = [started(binary, tmp_path, database, {"cold": cold}, name, **more) for name in ("one", "other")]
    # At once, on a store and a pool that are both new.
    with ThreadPoolExecutor() as pool:
        list(pool.map(Shared.start, two))
    one, other = two
    one.s3.create_bucket(Bucket="pooled")
    one.s3.put_object(Bucket="pooled", Key="cold", Body=LARGE, StorageClass="GLACIER_IR")
    assert in_service(warm) == 0 and cold.blobs("" if isinstance(cold, Folder) else "blobs/") > 0
    assert get(other, "cold", "pooled") == LARGE
    bodies = {"cold": LARGE}
    for number in range(COUNT):
        key = f"k{number}"
        two[number % 2].s3.put_object(Bucket="pooled", Key=key, Body=LARGE)
        bodies[key] = LARGE
    put_parts(other.s3, "parts")
    bodies["parts"] = PART * PARTS
    count = COUNT + PARTS
    assert in_service(warm) == count
    until(lambda: one.metric("leads") + other.metric("leads") == 1)
    rules = [rule("cold", "", Transitions=[{"Days": 1, "StorageClass": "GLACIER_IR"}])]
    other.s3.put_bucket_lifecycle_configuration(Bucket="pooled", LifecycleConfiguration={"Rules": rules})
    leader, follower = (one, other) if one.metric("leads") else (other, one)
    until(lambda: in_service(warm) < count, seconds=120)
    leader.kill()
    until(lambda: in_service(warm) == 0, seconds=120)
    for key, body in bodies.items():
        assert get(follower, key, "pooled") == body, key
    assert 'coldkeep_pool_free_bytes{pool="cold"}' in follower.admin("/metrics")[1]
    checked = follower.run_fsck("--online")
    assert checked.returncode == 0, f"{checked.stdout}{checked.stderr}"
    leader.start()
    assert get(leader, "parts", "pooled") == PART * PARTS
    for server in two:
        server.stop()
    assert f"{count + 1} blobs" in one.fsck()


@pytest.mark.timeout(240)
def test_all_servers_are_told_of_all_pools(binary, tmp_path, database, cluster):  # noqa: F811
    cool, cold = Folder(tmp_path / "cool"), Folder(tmp_path / "cold")
    both = {"cool": cool, "cold": cold}

    def another(pools, **more):
        return started(binary, tmp_path, database, pools, "other", **more)

    # One is added while the other serves: who was not told of it leaves the lead, and does not begin again without.
    one = started(binary, tmp_path, database, {"cool": cool}).start()
    one.s3.create_bucket(Bucket="pooled")
    until(lambda: one.metric("leads") == 1)
    other = another(both, COLDKEEP_CLASS="GLACIER_IR=cold,STANDARD_IA=cool").start()
    until(lambda: other.metric("leads") == 1 and one.metric("leads") == 0)
    one.stop()
    assert "the store has a pool cold" in one.refusal()
    one = started(binary, tmp_path, database, both).start()
    for key, storage in (("cool", "STANDARD_IA"), ("cold", "GLACIER_IR"), ("lost", "GLACIER_IR")):
        other.s3.put_object(Bucket="pooled", Key=key, Body=LARGE, StorageClass=storage)
        assert get(one, key, "pooled") == LARGE
    assert (in_service(cool), in_service(cold)) == (1, 2)
    other.stop()
    # Taken for each other, and not mounted: nothing is made there.
    assert "is another place of this store" in another({"cool": cold, "cold": cool}).refusal()
    empty = Folder(tmp_path / "empty")
    empty.path.mkdir(parents=True)
    assert "the pool cold is missing" in another({"cool": cool, "cold": empty}).refusal()
    assert os.listdir(empty.path) == []
    # What is a pool of this store is no other store's, and no other pool.
    stranger = started(binary, tmp_path / "stranger", cluster.database("stranger"), {"cold": cold})
    assert "Name a place that is empty" in stranger.refusal()
    assert "name the same place" in another({**both, "new": cold}).refusal()
    address = Refused(binary, tmp_path / "alone", env={"COLDKEEP_POOL": f"cold={cold.url}"})
    assert "--meta" in address.refusal()
    # A check is of all pools, and mends them.
    assert another({"cool": cool}).run_fsck("--online").returncode == 2
    cold_blob = max((path for path in cold.path.rglob("*") if len(path.name) == 32), key=lambda path: path.name)
    cold_blob.unlink()
    one.stop()
    assert "the store has a pool cold" in another({"cool": cool}).run_fsck().stderr
    assert one.run_fsck().returncode == 1
    repaired = one.run_fsck("--repair", cwd=tmp_path)
    assert repaired.returncode == 0 and "Clean" in repaired.stdout, f"{repaired.stdout}{repaired.stderr}"
    assert "2 blobs" in one.fsck()
    one.start()
    assert get(one, "cold", "pooled") == LARGE
    one.stop()


@pytest.mark.timeout(240)
def test_a_folder_with_a_pool_goes_to_servers_and_back(binary, tmp_path, database):  # noqa: F811
    pool = ["--pool", f"cold={tmp_path / 'old-cold'}", "--class", "GLACIER_IR=cold"]
    old = Refused(binary, tmp_path / "old", pool, {"COLDKEEP_ROOT_KEY": ROOT_KEY}).start()
    s3 = old.client("s3")
    s3.create_bucket(Bucket="pooled")
    s3.put_object(Bucket="pooled", Key="warm", Body=LARGE)
    s3.put_object(Bucket="pooled", Key="cold", Body=LARGE, StorageClass="GLACIER_IR")
    cold = Folder(tmp_path / "cold")
    one = started(binary, tmp_path, database, {"cold": cold}, COLDKEEP_CLASS="GLACIER_IR=cold")
    migrate(one, "--from", old.data, "--prepare")
    assert in_service(cold) == 1
    old.stop()
    assert "has a pool cold" in migrate(started(binary, tmp_path, database, {}), "--from", old.data, code=2)
    migrate(one, "--from", old.data)
    one.start()
    one.s3.put_object(Bucket="pooled", Key="more", Body=LARGE, StorageClass="GLACIER_IR")
    for key in ("warm", "cold", "more"):
        assert get(one, key, "pooled") == LARGE
    one.stop()
    assert "3 blobs" in one.fsck()
    migrate(one, "--to", tmp_path / "new")
    # The folder remembers its pool, in which the bytes are.
    back = Refused(binary, tmp_path / "new", env={"COLDKEEP_ROOT_KEY": ROOT_KEY}).start()
    assert blobs(back.data / "pools/cold") == 2
    for key in ("warm", "cold", "more"):
        assert back.client("s3").get_object(Bucket="pooled", Key=key)["Body"].read() == LARGE
    back.stop()
    assert "3 blobs" in back.fsck()
