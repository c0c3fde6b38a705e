"""`coldkeep migrate`: a data folder with some of everything goes to a database and a folder, an S3 or a pool of Ceph that two servers share, and back to a folder: all of it is served
there, and nobody serves the place that was left. Runs that are killed are finished by the next."""

import json
import os
import random
import subprocess
import time

import pytest
from botocore.exceptions import ClientError

from server import Server
from test_encryption import customer
from test_servers import BODY, PART, ROOT_KEY, Refused, Shared, cluster, database, place, until  # noqa: F401 (fixtures)
from treehash import tree

SSE_C = {"COLDKEEP_ALLOW_SSE_C_OVER_HTTP": "true"}
SEALED = {
    "plain": {},
    "sse-s3": {"ServerSideEncryption": "AES256"},
    "sse-kms": {"ServerSideEncryption": "aws:kms"},
    "sse-c": customer(7),
}


class Folder(Refused):
    """A server on a data folder, with the root key that servers of a shared store are given."""

    def __init__(self, binary, data, **more):
        super().__init__(binary, data, env={"COLDKEEP_ROOT_KEY": ROOT_KEY, **SSE_C, **more})


class Filled:
    """What was put through one server, for others to have."""

    def __init__(self, server):
        s3, glacier = server.client("s3"), server.client("glacier")
        s3.create_bucket(Bucket="kept")
        s3.put_bucket_versioning(Bucket="kept", VersioningConfiguration={"Status": "Enabled"})
        self.versions = {}
        for key, sealed in SEALED.items():
            for size in (300, 200_000, 150_000):
                body = os.urandom(size)
                put = s3.put_object(Bucket="kept", Key=key, Body=body, **sealed)
                self.versions[key, put["VersionId"]] = body
        s3.delete_object(Bucket="kept", Key="plain")
        self.upload = {"Bucket": "kept", "Key": "parts"}
        self.upload["UploadId"] = s3.create_multipart_upload(**self.upload, **SEALED["sse-kms"])["UploadId"]
        self.parts = [{"PartNumber": 1, "ETag": s3.upload_part(**self.upload, PartNumber=1, Body=PART)["ETag"]}]
        glacier.create_vault(vaultName="v")
        self.archive = glacier.upload_archive(vaultName="v", body=BODY)["archiveId"]
        job = {"Type": "archive-retrieval", "ArchiveId": self.archive}
        self.job = glacier.initiate_job(vaultName="v", jobParameters=job)["jobId"]
        self.archive_upload = glacier.initiate_multipart_upload(vaultName="v", partSize=str(1 << 20))["uploadId"]
        self.part_of_archive(glacier, 0)
        iam = server.client("iam")
        iam.create_user(UserName="reader")
        allow = {"Effect": "Allow", "Action": "s3:GetObject*", "Resource": "arn:aws:s3:::kept/plain"}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
        iam.put_user_policy(UserName="reader", PolicyName="p", PolicyDocument=policy)
        self.key = iam.create_access_key(UserName="reader")["AccessKey"]
        sqs = server.client("sqs")
        self.queue = sqs.create_queue(QueueName="q")["QueueUrl"].removeprefix(server.endpoint)
        sqs.send_message(QueueUrl=server.endpoint + self.queue, MessageBody="before")

    def part_of_archive(self, glacier, at):
        start, part = at << 20, PART[at << 20 : (at + 1) << 20]
        glacier.upload_multipart_part(
            vaultName="v", uploadId=self.archive_upload, range=f"bytes {start}-{start + len(part) - 1}/*", body=part,
            checksum=tree(part),
        )  # fmt: skip

    def must_be_at(self, server):
        s3, glacier = server.client("s3"), server.client("glacier")
        for (key, version), body in self.versions.items():
            read = SEALED[key] if key == "sse-c" else {}
            got = s3.get_object(Bucket="kept", Key=key, VersionId=version, **read)["Body"].read()
            assert got == body, key
        with pytest.raises(ClientError, match="NoSuchKey"):
            s3.get_object(Bucket="kept", Key="plain")
        reader = server.client_of("s3", self.key["AccessKeyId"], self.key["SecretAccessKey"])
        version = next(version for key, version in self.versions if key == "plain")
        assert reader.get_object(Bucket="kept", Key="plain", VersionId=version)["Body"].read()
        with pytest.raises(ClientError, match="AccessDenied"):
            reader.get_object(Bucket="kept", Key="sse-s3")
        until(lambda: glacier.describe_job(vaultName="v", jobId=self.job)["Completed"])
        assert glacier.get_job_output(vaultName="v", jobId=self.job)["body"].read() == BODY

    def complete(self, one, other):
        """What was begun before is finished after, through both."""
        s3 = other.client("s3")
        etag = one.client("s3").upload_part(**self.upload, PartNumber=2, Body=BODY)["ETag"]
        self.parts.append({"PartNumber": 2, "ETag": etag})
        s3.complete_multipart_upload(**self.upload, MultipartUpload={"Parts": self.parts})
        assert s3.get_object(Bucket="kept", Key="parts")["Body"].read() == PART + BODY
        self.part_of_archive(one.client("glacier"), 1)
        data = PART[: 2 << 20]
        whole = {"archiveSize": str(len(data)), "checksum": tree(data)}
        other.client("glacier").complete_multipart_upload(vaultName="v", uploadId=self.archive_upload, **whole)
        sqs, url = other.client("sqs"), other.endpoint + self.queue
        received = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)
        assert [message["Body"] for message in received["Messages"]] == ["before"]


def command(shared, *words):
    return [shared.binary, "migrate", *map(str, words), *shared.args]


def migrate(shared, *words, code=0):
    run = subprocess.run(
        command(shared, *words), capture_output=True, text=True, timeout=120, env=shared.environment()
    )
    assert run.returncode == code, f"{run.stdout}\n{run.stderr}"
    return run.stdout if code == 0 else run.stderr


@pytest.fixture
def two(binary, tmp_path, database, place):  # noqa: F811
    """Two servers of a shared store, which do not run yet."""
    servers = [Shared(binary, name, tmp_path, database, place, **SSE_C) for name in ("one", "other")]
    yield servers
    for server in servers:
        if server.process and server.process.poll() is None:
            server.kill()


@pytest.mark.parametrize("place", ["folder", "s3", "rados"], indirect=True)
@pytest.mark.timeout(300)
def test_a_folder_goes_to_two_servers_and_back(binary, tmp_path, two):
    one, other = two
    old = Folder(binary, tmp_path / "old").start()
    filled = Filled(old)
    # Blobs go ahead while it serves; nobody may serve what is not whole.
    ahead = json.loads(migrate(one, "--from", old.data, "--prepare", "--json"))
    assert ahead["blobs_copied"] > 0
    assert "not finished" in one.refusal()
    filled.versions["plain", old.client("s3").put_object(Bucket="kept", Key="plain", Body=BODY)["VersionId"]] = BODY
    old.client("s3").delete_object(Bucket="kept", Key="plain")
    assert "in use by another server" in migrate(one, "--from", old.data, code=2)
    old.kill()
    # Another root key is no use to the new servers.
    right, one.extra_env["COLDKEEP_ROOT_KEY"] = one.extra_env["COLDKEEP_ROOT_KEY"], "cd" * 32
    assert "root key" in migrate(one, "--from", old.data, code=2)
    one.extra_env["COLDKEEP_ROOT_KEY"] = right
    moved = json.loads(migrate(one, "--from", old.data, "--json", "--read"))
    assert moved["blobs_copied"] == 1 and moved["blobs_present"] > 0 and moved["records"] > 50
    assert len(moved["sha256"]) == 64
    # The old one says where its store is, and does nothing else.
    for words in (["serve"], ["fsck"], ["root-key", "rotate", "--to-folder"]):
        run = subprocess.run(
            [binary, *words, "--data", old.data], capture_output=True, text=True, env=old.environment()
        )
        assert run.returncode == 2 and "was moved" in run.stderr and one.place.shown in run.stderr
    # Done again, nothing happens.
    assert "COLDKEEP_ACCOUNT_ID=123456789012" in migrate(one, "--from", old.data)
    for server in two:
        server.start()
    for server in two:
        filled.must_be_at(server)
    filled.complete(one, other)
    # What runs is not moved, nor is anything moved to it.
    assert "is alive" in migrate(one, "--to", tmp_path / "new", code=2)
    second = Folder(binary, tmp_path / "second").start()
    second.stop()
    assert one.place.taken in migrate(one, "--from", second.data, code=2)
    one.stop()
    other.kill()
    assert "not empty" in migrate(one, "--from", second.data, code=2)
    # And back.
    new = Folder(binary, tmp_path / "new")
    back = json.loads(migrate(one, "--to", new.data, "--json"))
    assert back["records"] > 50
    assert "data folder" in one.refusal()
    assert "data folder" in other.refusal()
    new.start()
    filled.must_be_at(new)
    assert new.client("s3").get_object(Bucket="kept", Key="parts")["Body"].read() == PART + BODY
    new.stop()
    assert "Clean" in new.fsck()


@pytest.mark.timeout(300)
def test_killed_at_any_moment_it_is_finished_by_the_next_run(binary, tmp_path, two):
    one, _ = two
    old = Folder(binary, tmp_path / "old").start()
    filled = Filled(old)
    s3 = old.client("s3")
    for number in range(60):
        key, body = f"more/{number}", os.urandom(30_000)
        filled.versions["plain", s3.put_object(Bucket="kept", Key="plain", Body=body)["VersionId"]] = body
        s3.put_object(Bucket="kept", Key=key, Body=body)
    s3.delete_object(Bucket="kept", Key="plain")
    old.stop()
    places = [["--from", old.data], ["--to", tmp_path / "new"]]
    chance, killed = random.Random(14), 0
    for words in places:
        for _ in range(6):
            run = subprocess.Popen(
                command(one, *words), env=one.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
            # Any moment will do, so this one is by the clock.
            time.sleep(chance.uniform(0.02, 0.6))
            if run.poll() is None:
                killed += 1
            run.kill()
            run.communicate()
            if words[0] == "--from" and not (old.data / "moved").exists():
                # It is served as ever, and changes: the next run finds what is new.
                old.start()
                body = os.urandom(20_000)
                filled.versions["plain", old.client("s3").put_object(Bucket="kept", Key="plain", Body=body)["VersionId"]] = body
                old.client("s3").delete_object(Bucket="kept", Key="plain")
                old.stop()
        migrate(one, *words)
        if words[0] == "--from":
            one.start()
            filled.must_be_at(one)
            one.stop()
            one.fsck()
    assert killed > 0
    new = Folder(binary, tmp_path / "new").start()
    filled.must_be_at(new)
    new.stop()
    assert "Clean" in new.fsck()


@pytest.mark.timeout(120)
def test_what_cannot_be_moved_is_refused_by_name(binary, tmp_path, two):
    one, _ = two
    old = Folder(binary, tmp_path / "old")
    pooled = Server(binary, tmp_path / "pooled", ["--pool", f"cold={tmp_path / 'cold'}"]).start()
    pooled.stop()
    assert "has a pool cold" in migrate(one, "--from", pooled.data, code=2)
    assert "cannot open the data folder" in migrate(one, "--from", tmp_path / "none", code=2)
    old.start()
    old.client("s3").create_bucket(Bucket="bkt")
    for key in ("k", "other"):
        old.client("s3").put_object(Bucket="bkt", Key=key, Body=BODY)
    old.stop()
    # A blob that is damaged is not moved, and nothing is marked.
    blob = next(path for path in (old.data / "blobs").rglob("*") if len(path.name) == 32)
    whole = blob.read_bytes()
    blob.write_bytes(whole[:5000] + bytes([whole[5000] ^ 1]) + whole[5001:])
    assert "coldkeep fsck" in migrate(one, "--from", old.data, code=2)
    blob.unlink()
    run = subprocess.run(command(one, "--from", old.data), capture_output=True, text=True, env=one.environment())
    assert run.returncode == 1 and "problem: " in run.stdout, f"{run.stdout}{run.stderr}"
    assert not (old.data / "moved").exists()
    blob.write_bytes(whole)
    migrate(one, "--from", old.data)
    # Without the mark the folder is served again, as it was.
    (old.data / "moved").unlink()
    old.start()
    assert old.client("s3").get_object(Bucket="bkt", Key="k")["Body"].read() == BODY
    old.stop()
