"""Staged pools: a robot takes blobs to a "tape" and fetches them, whatever fails or is killed; what needs no bytes never wakes it."""

import os
import pathlib
import re
import stat
import sys

from checks import refused
from test_lifecycle import wait_until
from test_pools import PART, PARTS, blobs, put_parts, refusal

BODY = os.urandom(100_000)
ROBOT = f"#!{sys.executable}" + """
import os, pathlib, shutil, sys, time
work, tape = sys.argv[1], pathlib.Path("/mnt/tape")
with open(tape / "calls", "a") as log:
    log.write(work + "\\n")
if (tape / "stuck").exists():
    sys.exit("the arm is stuck")
for line in open(sys.argv[2]):
    id, path, size = line.split()
    kept = tape / id
    if work == "migrate":
        if os.path.exists(path):
            shutil.copyfile(path, tape / "new")
            os.replace(tape / "new", kept)
            os.remove(path)
        while (tape / "slow").exists():
            time.sleep(0.01)
        print("done" if kept.exists() else "failed", id)
    elif work == "recall":
        shutil.copyfile(kept, path + ".new")
        os.replace(path + ".new", path)
        print("done", id)
    elif work == "reclaim":
        kept.unlink(missing_ok=True)
        print("done", id)
    else:
        print("resident" if os.path.exists(path) else "migrated" if kept.exists() else "absent", id)
"""


class Robot:
    def __init__(self, folder, program=ROBOT):
        self.tape, self.program = folder / "tape", folder / "robot"
        self.tape.mkdir()
        self.program.write_text(program.replace("/mnt/tape", str(self.tape)))
        self.program.chmod(self.program.stat().st_mode | stat.S_IXUSR)

    def args(self, cold):
        return ["--pool", f"cold={cold}", "--staged", f"cold={self.program}", "--class", "GLACIER=cold",
                "--staged-interval", "0", "--staged-retry", "100ms"]  # fmt: skip

    def tapes(self):
        return sum(len(path.name) == 32 for path in self.tape.iterdir())

    def calls(self):
        """The calls since this was last asked."""
        log = self.tape / "calls"
        calls = log.read_text().split() if log.exists() else []
        log.unlink(missing_ok=True)
        return calls

    def mark(self, name):
        return self.tape / name


def test_what_is_cold_goes_to_tape_and_comes_back_for_as_long_as_it_is_restored(own_server, tmp_path):
    cold, robot = tmp_path / "cold", Robot(tmp_path)
    server = own_server([*robot.args(cold), "--lifecycle-day", "4s"]).start()
    s3 = server.client("s3")
    s3.create_bucket(Bucket="pooled")
    sealed = {"ServerSideEncryption": "AES256"}
    key = server.client("kms").create_key()["KeyMetadata"]["KeyId"]
    by_key = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    robot.mark("slow").touch()
    s3.put_object(Bucket="pooled", Key="plain", Body=BODY, StorageClass="GLACIER")
    wait_until(lambda: robot.tapes() == 1)
    # Killed while the robot works: it is asked where things are, after the one that works has ended.
    server.kill()
    server.start()
    robot.mark("slow").unlink()
    s3 = server.client("s3")
    s3.put_object(Bucket="pooled", Key="sealed", Body=BODY, StorageClass="GLACIER", **sealed)
    put_parts(s3, "parts", StorageClass="GLACIER", **by_key)
    wait_until(lambda: (blobs(cold), robot.tapes()) == (0, 2 + PARTS))
    wait_until(lambda: 'coldkeep_staged_blobs_total{work="status"} 1' in server.admin("/metrics")[1])
    assert "status" in robot.calls()
    bodies = {"plain": BODY, "sealed": BODY, "parts": PART * PARTS}
    for key in bodies:
        s3.head_object(Bucket="pooled", Key=key)
        s3.get_object_attributes(Bucket="pooled", Key=key, ObjectAttributes=["ObjectSize", "ETag"])
        s3.put_object_tagging(Bucket="pooled", Key=key, Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
        with refused(403, "InvalidObjectState"):
            s3.get_object(Bucket="pooled", Key=key)
    assert len(s3.list_objects_v2(Bucket="pooled")["Contents"]) == 3
    assert (robot.calls(), blobs(cold)) == ([], 0)
    robot.mark("stuck").touch()
    for key in bodies:
        s3.restore_object(Bucket="pooled", Key=key, RestoreRequest={"Days": 10_000})
    wait_until(lambda: "recall" in robot.calls())
    assert s3.head_object(Bucket="pooled", Key="plain")["Restore"] == 'ongoing-request="true"'
    robot.mark("stuck").unlink()
    for key, body in bodies.items():
        wait_until(lambda: 'ongoing-request="false"' in s3.head_object(Bucket="pooled", Key=key)["Restore"])
        assert s3.get_object(Bucket="pooled", Key=key)["Body"].read() == body
    s3.restore_object(Bucket="pooled", Key="parts", RestoreRequest={"Days": 1})
    wait_until(lambda: blobs(cold) == 2)
    for key in bodies:
        s3.delete_object(Bucket="pooled", Key=key)
    wait_until(lambda: (blobs(cold), robot.tapes()) == (0, 0))
    s3.put_object(Bucket="pooled", Key="last", Body=BODY, StorageClass="GLACIER")
    wait_until(lambda: robot.tapes() == 1 and 'coldkeep_staged_waiting{work="migrate"} 0' in server.admin("/metrics")[1])
    server.stop()
    assert "1 contents are away" in server.fsck()
    # Nothing is in its folder, and nothing is missing. The data folder remembers the program.
    server.args = []
    server.start()
    assert server.client("s3").head_object(Bucket="pooled", Key="last")["StorageClass"] == "GLACIER"


def test_the_program_of_the_handbook_works(own_server, tmp_path):
    handbook = (pathlib.Path(__file__).parent.parent / "docs" / "operations.md").read_text()
    program = re.search(r"```sh\n(#!/bin/sh\n# Keeps blobs.*?)```", handbook, re.S)[1]
    robot = Robot(tmp_path, program)
    server = own_server(robot.args(tmp_path / "cold")).start()
    glacier, s3 = server.client("glacier"), server.client("s3")
    glacier.create_vault(vaultName="v")
    archive = glacier.upload_archive(vaultName="v", body=BODY)["archiveId"]
    s3.create_bucket(Bucket="pooled")
    s3.put_object(Bucket="pooled", Key="small", Body=b"small", StorageClass="GLACIER")
    wait_until(lambda: (blobs(tmp_path / "cold"), robot.tapes()) == (0, 1))
    asked = {"Type": "archive-retrieval", "ArchiveId": archive}
    job = glacier.initiate_job(vaultName="v", jobParameters=asked)["jobId"]
    wait_until(lambda: glacier.describe_job(vaultName="v", jobId=job)["Completed"])
    assert glacier.get_job_output(vaultName="v", jobId=job)["body"].read() == BODY
    s3.restore_object(Bucket="pooled", Key="small", RestoreRequest={"Days": 1})
    wait_until(lambda: 'ongoing-request="false"' in s3.head_object(Bucket="pooled", Key="small")["Restore"])
    assert s3.get_object(Bucket="pooled", Key="small")["Body"].read() == b"small"
    assert robot.tapes() == 1


def test_what_is_read_at_once_does_not_go_there(own_server, tmp_path):
    robot = Robot(tmp_path)
    server = own_server([*robot.args(tmp_path / "cold"), "--class", "STANDARD=cold"])
    assert "Only GLACIER and DEEP_ARCHIVE may go there" in refusal(server)
    # Nothing of it was kept.
    pool = ["--pool", f"cold={tmp_path / 'cold'}"]
    server.args = [*pool, "--class", "STANDARD=cold"]
    server.start().stop()
    server.args = [*pool, "--staged", f"warm={robot.program}"]
    assert "names a pool that is not there" in refusal(server)
