"""`coldkeep migrate` of stores with a staged pool: what is on tape stays there, is found from the new place and fetched when it is asked for; nothing is fetched to move it, and runs that are
killed are finished by the next, whatever the old server did meanwhile."""

import fcntl
import json
import os
import random
import subprocess
import time

import pytest
from botocore.exceptions import ClientError

from checks import refused
from test_migrate import command, migrate
from test_pools import PART, PARTS, blobs, put_parts
from test_server_pools import in_service, started
from test_servers import ROOT_KEY, Folder, Refused, cluster, database, get, until  # noqa: F401 (fixtures)
from test_staged_pools import BODY, ROBOT, Robot
from test_staged_servers import restored, robot, settings  # noqa: F401 (fixtures)

UNHURRIED = ["--class", "GLACIER=cold", "--staged-interval", "0", "--staged-retry", "100ms"]


def folder(binary, data, args):
    return Refused(binary, data, args, {"COLDKEEP_ROOT_KEY": ROOT_KEY})


def put(s3, key, body=BODY):
    s3.put_object(Bucket="pooled", Key=key, Body=body, StorageClass="GLACIER")


def restore(s3, key, days=10_000):
    try:
        s3.restore_object(Bucket="pooled", Key=key, RestoreRequest={"Days": days})
    except ClientError as error:
        assert error.response["Error"]["Code"] == "RestoreAlreadyInProgress"


def read(server, key, body):
    """An object that is restored for it: a restore that is about to expire is asked for longer."""
    s3 = server.client("s3")

    def is_there():
        restore(s3, key)
        if not restored(s3, key):
            return False
        try:
            got = s3.get_object(Bucket="pooled", Key=key)["Body"].read()
        except ClientError as error:
            assert error.response["Error"]["Code"] == "InvalidObjectState"
            return False
        assert got == body, key
        return True

    until(is_there)


def has_ended(lock):
    """Whether no program works any more that has this lock, if there ever was one."""
    if not lock.exists():
        return True
    with open(lock) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            return False


def retrieved(glacier, archive):
    job = {"Type": "archive-retrieval", "ArchiveId": archive}
    job = glacier.initiate_job(vaultName="v", jobParameters=job)["jobId"]
    until(lambda: glacier.describe_job(vaultName="v", jobId=job)["Completed"])
    return glacier.get_job_output(vaultName="v", jobId=job)["body"].read()


@pytest.mark.timeout(300)
def test_what_is_on_tape_is_found_by_the_new_servers_and_back(binary, tmp_path, database, robot):  # noqa: F811
    old_cold, cold = tmp_path / "old-cold", Folder(tmp_path / "cold")
    old = folder(binary, tmp_path / "old", robot.args(old_cold)).start()
    one = started(binary, tmp_path, database, {"cold": cold}, **settings(robot))
    untold = started(binary, tmp_path, database, {"cold": cold}, "untold")
    s3, glacier = old.client("s3"), old.client("glacier")
    s3.create_bucket(Bucket="pooled")
    for key in ("plain", "restored", "gone"):
        put(s3, key)
    put_parts(s3, "parts", StorageClass="GLACIER", ServerSideEncryption="AES256")
    upload = {"Bucket": "pooled", "Key": "open"}
    upload["UploadId"] = s3.create_multipart_upload(**upload, StorageClass="GLACIER")["UploadId"]
    parts = [{"PartNumber": 1, "ETag": s3.upload_part(**upload, PartNumber=1, Body=PART)["ETag"]}]
    glacier.create_vault(vaultName="v")
    archive = glacier.upload_archive(vaultName="v", body=BODY)["archiveId"]
    on_tape = 3 + PARTS + 1 + 1
    until(lambda: (blobs(old_cold), robot.tapes()) == (0, on_tape))
    read(old, "restored", BODY)
    # What goes ahead leaves the pool alone.
    robot.calls()
    migrate(one, "--from", old.data, "--prepare")
    assert (in_service(cold), robot.calls()) == (0, [])
    # Killed while the program takes one away and another one is to be given up; the program goes on.
    robot.mark("slow").touch()
    put(s3, "midway")
    until(lambda: robot.tapes() == on_tape + 1)
    s3.delete_object(Bucket="pooled", Key="gone")
    old.kill()
    assert "another call of the program still runs" in migrate(one, "--from", old.data, code=2)
    robot.mark("slow").unlink()
    until(lambda: has_ended(old.data / "staging/cold.lock"))
    robot.calls()
    moved = json.loads(migrate(one, "--from", old.data, "--json", "--read"))
    assert (moved["blobs_away"], moved["blobs_copied"], in_service(cold)) == (on_tape - 1, 1, 1)
    assert set(robot.calls()) == {"status"}
    assert "given up since is gone" in folder(binary, old.data, []).refusal()
    # The pool is staged there too.
    assert "the pool cold of the store is staged" in untold.refusal()
    one.start()
    with refused(403, "InvalidObjectState"):
        get(one, "plain", "pooled")
    assert get(one, "restored", "pooled") == BODY
    until(lambda: robot.tapes() == on_tape)
    bodies = {"plain": BODY, "parts": PART * PARTS, "midway": BODY}
    for key, body in bodies.items():
        read(one, key, body)
    parts.append({"PartNumber": 2, "ETag": one.s3.upload_part(**upload, PartNumber=2, Body=BODY)["ETag"]})
    one.s3.complete_multipart_upload(**upload, MultipartUpload={"Parts": parts})
    assert retrieved(one.client("glacier"), archive) == BODY
    until(lambda: (in_service(cold), robot.tapes()) == (7, on_tape + 1))
    one.stop()
    assert "2 contents are away" in one.fsck()
    # And back.
    data = tmp_path / "new"
    assert "the settings do not say by which program" in migrate(untold, "--to", data, code=2)
    assert not data.exists()
    robot.calls()
    back = json.loads(migrate(one, "--to", data, "--json"))
    assert (back["blobs_away"], set(robot.calls())) == (2, {"status"})
    assert "given up since is gone" in one.refusal()
    # The folder remembers pool and program.
    new = folder(binary, data, UNHURRIED).start()
    assert "recall" not in robot.calls()
    for key, body in {**bodies, "restored": BODY, "open": PART + BODY}.items():
        read(new, key, body)
    assert retrieved(new.client("glacier"), archive) == BODY
    for key in bodies:
        new.client("s3").delete_object(Bucket="pooled", Key=key)
    # Left are those of the restored one, the upload and the archive.
    until(lambda: robot.tapes() == 4)
    new.stop()
    new.fsck()


@pytest.mark.timeout(300)
def test_killed_at_any_moment_nothing_is_lost_and_nothing_fetched(binary, tmp_path, database, robot):  # noqa: F811
    old_cold, cold = tmp_path / "old-cold", Folder(tmp_path / "cold")
    old = folder(binary, tmp_path / "old", [*robot.args(old_cold), "--lifecycle-day", "1s"]).start()
    one = started(binary, tmp_path, database, {"cold": cold}, **settings(robot))
    old.client("s3").create_bucket(Bucket="pooled")
    bodies, chance, killed = {}, random.Random(68), 0

    def changes(number):
        """One comes, one is fetched, one goes, and one that was fetched before leaves again; then the server is killed, whatever it was at."""
        s3 = old.client("s3")
        bodies[f"k{number}"] = os.urandom(50_000)
        put(s3, f"k{number}", bodies[f"k{number}"])
        if number > 2:
            restore(s3, f"k{number - 2}", days=1)
            s3.delete_object(Bucket="pooled", Key=f"k{number - 3}")
            bodies.pop(f"k{number - 3}")
        time.sleep(chance.uniform(0, 0.3))
        old.kill()
        until(lambda: has_ended(old.data / "staging/cold.lock"))
        robot.calls()

    def kill_one(*words):
        run = subprocess.Popen(
            command(one, *words), env=one.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        # Any moment will do, so this one is by the clock.
        time.sleep(chance.uniform(0.02, 0.6))
        is_killed = run.poll() is None
        run.kill()
        run.communicate()
        for lock in (old.data / "staging/cold.lock", cold.path / "staging/cold.lock", tmp_path / "new/staging/cold.lock"):
            until(lambda lock=lock: has_ended(lock))
        assert set(robot.calls()) <= {"status"}
        return is_killed

    for number in range(8):
        changes(number)
        killed += kill_one("--from", old.data)
        if (old.data / "moved").exists():
            break
        old.start()
    else:
        old.kill()
    until(lambda: has_ended(old.data / "staging/cold.lock"))
    migrate(one, "--from", old.data)
    one.start()
    for key, body in bodies.items():
        read(one, key, body)
    bodies["late"] = os.urandom(50_000)
    put(one.s3, "late", bodies["late"])
    until(lambda: (in_service(cold), robot.tapes()) == (len(bodies) - 1, len(bodies)))
    one.stop()
    assert "1 contents are away" in one.fsck()
    robot.calls()
    for _ in range(6):
        killed += kill_one("--to", tmp_path / "new")
    migrate(one, "--to", tmp_path / "new")
    assert killed > 0
    new = folder(binary, tmp_path / "new", UNHURRIED).start()
    for key, body in bodies.items():
        read(new, key, body)
    new.stop()
    assert "Clean" in new.fsck()


@pytest.mark.timeout(120)
def test_what_cannot_be_staged_there_or_is_not_found_from_there_is_refused(binary, tmp_path, database, robot):  # noqa: F811
    old_cold, cold = tmp_path / "old-cold", Folder(tmp_path / "cold")
    old = folder(binary, tmp_path / "old", robot.args(old_cold)).start()
    s3 = old.client("s3")
    s3.create_bucket(Bucket="pooled")
    put(s3, "k")
    until(lambda: (blobs(old_cold), robot.tapes()) == (0, 1))
    keys = {"COLDKEEP_POOL_COLD_ACCESS_KEY": "none", "COLDKEEP_POOL_COLD_SECRET_KEY": "none"}
    places = {
        "s3://below/cold?endpoint=http://127.0.0.1:9&region=us-east-1": keys,
        "rados://slow/cold?keyring=/none": {},
    }
    for place, more in places.items():
        one = started(binary, tmp_path, database, {}, COLDKEEP_POOL=f"cold={place}", **more)
        for words in (["--prepare"], []):
            said = migrate(one, "--from", old.data, *words, code=2)
            assert "the pool cold is staged: its program takes files from a folder, not " in said
            assert place[:8] in said
    # Programs that are not the ones.
    (tmp_path / "wrong").mkdir()
    forgetful = Robot(tmp_path / "wrong", ROBOT.replace("kept = tape / id", "kept = pathlib.Path(os.getcwd()) / id"))
    for staged, words in {
        f"cold={tmp_path}/none": "is missing",
        f"cold={robot.program},warm={robot.program}": "no staged pool warm",
    }.items():
        one = started(binary, tmp_path, database, {"cold": cold}, COLDKEEP_STAGED=staged)
        assert words in migrate(one, "--from", old.data, code=2)
    old.stop()
    one = started(binary, tmp_path, database, {"cold": cold}, COLDKEEP_STAGED=f"cold={forgetful.program}")
    assert "does not find the blob" in migrate(one, "--from", old.data, code=2)
    # The old one serves on, with the right one, which it remembers; until that fails, with one that it is to take away.
    old.start()
    read(old, "k", BODY)
    robot.calls()
    robot.mark("stuck").touch()
    put(old.client("s3"), "other")
    until(lambda: "migrate" in robot.calls())
    old.kill()
    until(lambda: has_ended(old.data / "staging/cold.lock"))
    one = started(binary, tmp_path, database, {"cold": cold}, **settings(robot))
    assert "was on its way" in migrate(one, "--from", old.data, code=2)
    robot.mark("stuck").unlink()
    robot.calls()
    moved = json.loads(migrate(one, "--from", old.data, "--json"))
    assert (moved["blobs_away"], moved["blobs_copied"], set(robot.calls())) == (0, 2, {"status"})
    # What was in the folder is where it went, and is taken away from there.
    one.start()
    until(lambda: (in_service(cold), robot.tapes()) == (1, 2))
    read(one, "other", BODY)
    one.stop()
    one.fsck()
