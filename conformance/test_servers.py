"""Two servers of the real binary over one PostgreSQL and one folder, or one S3 (another Coldkeep's, Ceph's gateway's), or a pool of Ceph: what one took the other has, and each of them, and the database, may die."""

import functools
import http.client
import itertools
import json
import os
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError, ReadTimeoutError

import postgres
from raw import Request
from server import ACCESS_KEY, ACCOUNT, SECRET_KEY, Server
from treehash import tree

BODY = os.urandom(200_000)
PART = os.urandom(5 << 20)
LEASE_SECONDS = 8
ROOT_KEY = "ab" * 32
NUMBERS = itertools.count(1)
GONE = (ClientError, ConnectionClosedError, EndpointConnectionError, ReadTimeoutError)


class Refused(Server):
    """One that does not start."""

    def refusal(self):
        run = subprocess.run(self.command(), capture_output=True, text=True, timeout=60, env=self.environment())
        assert run.returncode == 2, run.stderr
        return run.stderr


class Folder:
    """Bytes in a folder that all servers see."""

    def __init__(self, folder):
        self.path, self.url, self.env = folder / "blobs", f"file://{folder / 'blobs'}", {}
        self.shown, self.taken = str(self.path), "in use by another server"

    def lose(self):
        """The one blob there is."""
        [blob] = [path for path in self.path.rglob("*") if len(path.name) == 32]
        blob.unlink()

    def blobs(self, below):
        return sum(len(name) == 32 for _, _, names in os.walk(self.path / below) for name in names)


class Below:
    """Bytes in an S3, another Coldkeep or Ceph's gateway: below a prefix of a bucket that is there."""

    def __init__(self, endpoint, keys, s3, server=None):
        self.s3, self.server, self.prefix = s3, server, f"place{next(NUMBERS)}"
        self.shown = f"s3://below/{self.prefix}"
        self.url = f"{self.shown}?endpoint={endpoint}"
        # An S3 has no lock: the metadata tells.
        self.taken = "not empty"
        self.env = dict(zip(("COLDKEEP_BLOBS_ACCESS_KEY", "COLDKEEP_BLOBS_SECRET_KEY"), keys, strict=True))

    def lose(self):
        """The one blob there is."""
        found = self.s3.list_objects_v2(Bucket="below", Prefix=f"{self.prefix}/")["Contents"]
        [blob] = [item["Key"] for item in found if "/blobs/" in item["Key"]]
        self.s3.delete_object(Bucket="below", Key=blob)

    def blobs(self, below):
        found = self.s3.list_objects_v2(Bucket="below", Prefix=f"{self.prefix}/{below}")
        return sum("/blobs/" in item["Key"] or "/quarantine/" in item["Key"] for item in found.get("Contents", []))


class Pool:
    """Bytes in a namespace of a pool of Ceph."""

    def __init__(self, ceph):
        self.ceph, self.namespace, self.env = ceph, f"n{next(NUMBERS)}", {}
        self.url, self.shown = ceph.url(self.namespace), f"rados://bytes/{self.namespace}"
        # Nor has a pool.
        self.taken = "not empty"

    def blobs(self, below):
        names = self.ceph.names(self.namespace)
        return sum(name.startswith(below) and name.startswith(("blobs/", "quarantine/")) for name in names)


class Shared(Refused):
    """One server of several, which has no data folder."""

    def __init__(self, binary, name, folder, database, place=None, **more):
        self.place = place or Folder(folder)
        args = ["--meta", database, "--blobs", self.place.url, "--lease", f"{LEASE_SECONDS}s"]
        env = {"COLDKEEP_META_PASSWORD": postgres.Postgres.PASSWORD, "COLDKEEP_ROOT_KEY": ROOT_KEY}
        super().__init__(binary, folder / name, args, env | self.place.env | more)

    @functools.cached_property
    def s3(self):
        return self.client("s3")

    def start(self):
        """As its supervisor would: a database that is slow keeps a server from starting."""
        for _ in range(5):
            try:
                return super().start()
            except AssertionError:
                if "cannot be reached" not in self.log_tail(3):
                    raise
        return super().start()

    def fsck(self):
        run = self.run_fsck()
        assert run.returncode == 0, f"{run.stdout}\n{run.stderr}\n{self.log_tail()}"
        return run.stdout

    def run_fsck(self, *words, cwd=None):
        command = [self.binary, "fsck", "--read", *words, *self.args]
        return subprocess.run(command, capture_output=True, text=True, timeout=120, env=self.environment(), cwd=cwd)

    def metric(self, name):
        lines = self.admin("/metrics")[1].splitlines()
        return next(float(line.split()[-1]) for line in lines if line.startswith(f"coldkeep_{name} "))


def until(holds, seconds=60):
    """Waits for a state; the time is only a bound."""
    end = time.monotonic() + seconds
    while True:
        try:
            if holds():
                return
        except OSError:
            pass
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def cluster():
    if postgres.binaries() is None:
        pytest.skip("PostgreSQL is not installed")
    made = postgres.Postgres()
    yield made
    made.close()


@pytest.fixture
def database(cluster):
    """The address of a database of the test's own."""
    return cluster.database(f"d{next(NUMBERS)}")


@pytest.fixture
def place(request, binary, tmp_path):
    """Where the bytes lie: in a folder, or where a test says `s3`, in another Coldkeep, where it says `rados`, in Ceph, and `gateway`, in the S3 of
    Ceph's gateway."""
    kind = getattr(request, "param", "folder")
    match kind:
        case "folder":
            yield Folder(tmp_path)
        case "rados":
            yield Pool(request.getfixturevalue("ceph"))
        case "gateway":
            request.getfixturevalue("optional")("radosgw")
            endpoint, keys = request.getfixturevalue("ceph").gateway
            s3 = boto3.client(
                "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id=keys[0], aws_secret_access_key=keys[1]
            )  # fmt: skip
            s3.create_bucket(Bucket="below")
            yield Below(endpoint, keys, s3)
        case "s3":
            below = Server(binary, tmp_path / "below", ["--buckets", "below"]).start()
            yield Below(below.endpoint, (ACCESS_KEY, SECRET_KEY), below.client("s3"), below)
            below.kill()


@pytest.fixture
def two(binary, tmp_path, database, place):
    """Two servers, which have begun at once."""
    servers = [Shared(binary, name, tmp_path, database, place) for name in ("one", "other")]
    with ThreadPoolExecutor() as pool:
        list(pool.map(Shared.start, servers))
    yield servers
    for server in servers:
        if server.process and server.process.poll() is None:
            server.process.send_signal(signal.SIGCONT)
            server.kill()


def get(server, key, bucket="shared"):
    return server.s3.get_object(Bucket=bucket, Key=key)["Body"].read()


@pytest.mark.timeout(240)
@pytest.mark.parametrize("place", ["folder", "gateway"], indirect=True)
def test_what_one_took_the_other_has(two):
    one, other = two
    s3, another = one.s3, other.s3
    until(lambda: one.metric("servers") == other.metric("servers") == 2)
    assert one.metric("leads") + other.metric("leads") == 1
    s3.create_bucket(Bucket="shared")
    s3.put_object(Bucket="shared", Key="small", Body=b"small")
    s3.put_object(Bucket="shared", Key="large", Body=BODY)
    assert (get(other, "small"), get(other, "large")) == (b"small", BODY)
    # Parts through both, completed by the other.
    of = {"Bucket": "shared", "Key": "parts"}
    of["UploadId"] = s3.create_multipart_upload(**of)["UploadId"]
    etags = [client.upload_part(**of, PartNumber=at, Body=PART)["ETag"] for at, client in ((1, s3), (2, another))]
    parts = [{"PartNumber": at, "ETag": etag} for at, etag in enumerate(etags, 1)]
    another.complete_multipart_upload(**of, MultipartUpload={"Parts": parts})
    assert get(one, "parts") == PART + PART
    # A vault, uploaded to through both, and read through the one that did not begin.
    vault, same = one.client("glacier"), other.client("glacier")
    vault.create_vault(vaultName="v")
    upload = vault.initiate_multipart_upload(vaultName="v", partSize=str(1 << 20))["uploadId"]
    data = PART[: 2 << 20]
    for at, client in ((0, vault), (1, same)):
        span, part = f"bytes {at << 20}-{((at + 1) << 20) - 1}/*", data[at << 20 : (at + 1) << 20]
        client.upload_multipart_part(vaultName="v", uploadId=upload, range=span, body=part, checksum=tree(part))
    done = same.complete_multipart_upload(
        vaultName="v", uploadId=upload, archiveSize=str(len(data)), checksum=tree(data)
    )
    job = {"Type": "archive-retrieval", "ArchiveId": done["archiveId"]}
    job = vault.initiate_job(vaultName="v", jobParameters=job)["jobId"]
    until(lambda: same.describe_job(vaultName="v", jobId=job)["Completed"])
    assert same.get_job_output(vaultName="v", jobId=job)["body"].read() == data
    # Messages sent to one wake who waits at the other.
    queue = one.client("sqs").create_queue(QueueName="q")["QueueUrl"].replace(one.authority, other.authority)
    waiting = other.client("sqs")
    threading.Timer(0.2, lambda: one.client("sqs").send_message(QueueUrl=queue, MessageBody="hello")).start()
    received = waiting.receive_message(QueueUrl=queue, WaitTimeSeconds=20)
    assert [message["Body"] for message in received["Messages"]] == ["hello"]
    # What was deleted through one is listed by neither, and its bytes go.
    another.delete_object(Bucket="shared", Key="large")
    for client in (s3, another):
        keys = [item["Key"] for item in client.list_objects_v2(Bucket="shared")["Contents"]]
        assert keys == ["parts", "small"]
    assert "alive" in one.run_fsck().stderr
    for server in two:
        server.stop()
    assert "Clean" in one.fsck()


@pytest.mark.timeout(240)
def test_a_policy_put_through_one_counts_at_the_other_within_a_second(two):
    one, other = two
    one.s3.create_bucket(Bucket="shared")
    one.s3.put_object(Bucket="shared", Key="k", Body=b"told")
    iam = one.client("iam")
    user = iam.create_user(UserName="reader")["User"]["Arn"]
    key = iam.create_access_key(UserName="reader")["AccessKey"]
    reader = other.client_of("s3", key["AccessKeyId"], key["SecretAccessKey"])

    def may_read():
        try:
            return reader.get_object(Bucket="shared", Key="k")["Body"].read() == b"told"
        except ClientError as error:
            assert error.response["Error"]["Code"] in ("AccessDenied", "InvalidAccessKeyId")
            return False

    assert not may_read()
    allow = {"Effect": "Allow", "Principal": {"AWS": user}, "Action": "s3:GetObject", "Resource": "arn:aws:s3:::shared/*"}
    policy = {"Version": "2012-10-17", "Statement": [allow]}
    one.s3.put_bucket_policy(Bucket="shared", Policy=json.dumps(policy))
    until(may_read, seconds=10)
    one.s3.delete_bucket_policy(Bucket="shared")
    until(lambda: not may_read(), seconds=10)


class Writer(threading.Thread):
    """Puts objects through one server until it or the writer ends; remembers what was acknowledged."""

    def __init__(self, server, name):
        super().__init__()
        self.s3, self.prefix, self.done, self.stop = server.client("s3"), name, {}, threading.Event()

    def run(self):
        number = 0
        while not self.stop.is_set():
            number += 1
            key, body = f"{self.prefix}/{number}", os.urandom(50_000)
            try:
                self.s3.put_object(Bucket="shared", Key=key, Body=body)
                self.done[key] = body
                time.sleep(0.02)
            except GONE:
                time.sleep(0.05)

    def end(self):
        self.stop.set()
        self.join()
        return self.done


def half_sent(server, key):
    """An upload that is under way: of two pieces of 16 MiB and some more."""
    half = 7 * PART
    url = urlsplit(server.s3.generate_presigned_url("put_object", Params={"Bucket": "shared", "Key": key}))
    connection = http.client.HTTPConnection(server.host, server.port)
    connection.putrequest("PUT", f"{url.path}?{url.query}")
    connection.putheader("Content-Length", str(2 * len(half)))
    connection.endheaders(half)
    return connection


def writing(servers):
    writers = [Writer(server, f"{name}{at}") for at, server in enumerate(servers) for name in "ab"]
    for writer in writers:
        writer.start()
    until(lambda: all(len(writer.done) >= 3 for writer in writers))
    return writers


def ended(writers):
    done = {}
    for writer in writers:
        done.update(writer.end())
    return done


def prove(servers, done):
    """Every acknowledged byte, by whoever serves."""
    for server in servers:
        for key, body in done.items():
            assert get(server, key) == body, key


@pytest.mark.timeout(240)
@pytest.mark.parametrize("place", ["folder", "s3", "rados", "gateway"], indirect=True)
def test_a_server_is_killed_in_the_middle_of_writing(two, place):
    one, other = two
    one.s3.create_bucket(Bucket="shared")
    half = half_sent(one, "half")
    until(lambda: place.blobs("") > 0)
    writers = writing(two)
    one.kill()
    half.close()
    until(lambda: other.metric("servers") == 1 and other.metric("leads") == 1)
    assert other.metric("servers_declared_dead_total") == 1
    assert abs(other.metric("clock_skew_seconds")) < 60
    assert 2048 <= other.metric("window_reserved") <= 4096 + 2048
    done = ended(writers)
    prove([other], done)
    # What it left unfinished is taken out of service.
    until(lambda: place.blobs("quarantine") > 0)
    # It comes again, as another one.
    one.start()
    until(lambda: one.metric("servers") == 2)
    prove([one], done)
    for server in two:
        server.stop()
    one.fsck()


@pytest.mark.timeout(240)
@pytest.mark.parametrize("place", ["s3"], indirect=True)
def test_without_the_s3_what_needs_it_fails_and_goes_on_with_it(binary, tmp_path, cluster, database, place):
    server = Shared(binary, "one", tmp_path, database, place).start()
    server.s3.create_bucket(Bucket="shared")
    server.s3.put_object(Bucket="shared", Key="before", Body=BODY)
    place.server.kill()
    for call in (lambda: server.s3.put_object(Bucket="shared", Key="k", Body=BODY), lambda: get(server, "before")):
        with pytest.raises(GONE):
            call()
    # What does not need it goes on.
    server.s3.put_object(Bucket="shared", Key="small", Body=b"small")
    assert get(server, "small") == b"small"
    place.server.start()
    server.s3.put_object(Bucket="shared", Key="k", Body=BODY)
    prove([server], {"before": BODY, "k": BODY})
    server.stop()
    server.fsck()
    # The place is this store's: one of another database does not begin there.
    stranger = Shared(binary, "stranger", tmp_path, cluster.database(f"d{next(NUMBERS)}"), place)
    assert "Nothing was changed" in stranger.refusal()
    server.fsck()


@pytest.mark.timeout(240)
@pytest.mark.parametrize("place", ["rados"], indirect=True)
def test_osds_die_and_stand_still_under_writers(two, place):
    one, other = two
    one.s3.create_bucket(Bucket="shared")
    writers = writing(two)

    def more():
        """All of them go on."""
        before = {writer: len(writer.done) for writer in writers}
        until(lambda: all(len(writer.done) > before[writer] for writer in writers))

    place.ceph.signal_osd(0, signal.SIGKILL)
    more()
    place.ceph.start("osd", 0)
    place.ceph.until_clean()
    # Two of three: nothing can be written, and nothing is said to be.
    for number in (1, 2):
        place.ceph.signal_osd(number, signal.SIGSTOP)
    time.sleep(6)
    for number in (1, 2):
        place.ceph.signal_osd(number, signal.SIGCONT)
    more()
    prove(two, ended(writers))
    for server in two:
        server.stop()
    one.fsck()


@pytest.mark.timeout(240)
@pytest.mark.parametrize("place", ["folder", "rados"], indirect=True)
def test_a_server_that_was_stopped_for_longer_than_the_lease_ends(two):
    one, other = two
    one.s3.create_bucket(Bucket="shared")
    writers = writing(two)
    # It knows of the other one with its next beat.
    until(lambda: other.metric("servers") == 2)
    one.process.send_signal(signal.SIGSTOP)
    until(lambda: other.metric("servers") == 1)
    one.process.send_signal(signal.SIGCONT)
    assert one.process.wait(60) == 2
    assert "declared this one dead" in one.log_tail()
    prove([other], ended(writers))
    other.stop()
    other.fsck()


@pytest.mark.timeout(240)
def test_without_the_database_they_answer_503_and_go_on_with_it(two, cluster):
    one, other = two
    one.s3.create_bucket(Bucket="shared")
    queue = one.client("sqs").create_queue(QueueName="shared")["QueueUrl"]
    topic = one.client("sns").create_topic(Name="shared")["TopicArn"]
    key = one.client("kms").create_key()["KeyMetadata"]["KeyId"]
    writers = writing(two)
    cluster.down()
    until(lambda: all(server.admin("/health/ready")[0] == 503 for server in two))
    for server in two:
        for call in [
            functools.partial(server.s3.put_object, Bucket="shared", Key="k", Body=BODY),
            functools.partial(server.s3.put_object, Bucket="shared", Key="k", Body=BODY, ServerSideEncryption="aws:kms", SSEKMSKeyId=key),
            functools.partial(server.client("sqs").send_message, QueueUrl=queue, MessageBody="a"),
            functools.partial(server.client("sns").publish, TopicArn=topic, Message="a"),
            functools.partial(server.client("kms").encrypt, KeyId=key, Plaintext=b"a"),
            functools.partial(server.client("kms").create_key),
            functools.partial(server.client("iam").create_user, UserName="a"),
        ]:
            with pytest.raises(ClientError) as refused:
                call()
            assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503, refused.value
        blocked = Request(server, "GET", "/v20180820/configuration/publicAccessBlock", headers={"x-amz-account-id": ACCOUNT}).sign().send()
        assert (blocked.status, blocked.code) == (503, "ServiceUnavailable")
    cluster.up()
    until(lambda: all(server.is_ready() for server in two))
    before = {writer: len(writer.done) for writer in writers}
    until(lambda: all(len(writer.done) > before[writer] for writer in writers))
    prove(two, ended(writers))
    assert [server.metric("servers") for server in two] == [2, 2]
    for server in two:
        server.stop()
    one.fsck()


@pytest.mark.timeout(120)
def test_what_no_server_would_remember_is_asked_for(binary, tmp_path, database):
    def refusal(args=(), **env):
        server = Shared(binary, "none", tmp_path, database, **env)
        server.args += args
        return server.refusal()

    assert "COLDKEEP_ROOT_KEY" in refusal(COLDKEEP_ROOT_KEY=None)
    assert "COLDKEEP_ACCOUNT_ID" in refusal(COLDKEEP_ACCOUNT_ID=None)
    assert "COLDKEEP_ROOT_ACCESS_KEY" in refusal(COLDKEEP_ROOT_ACCESS_KEY=None, COLDKEEP_ROOT_SECRET_KEY=None)
    assert "--tls auto" in refusal(["--tls", "auto"])
    assert f"file://{tmp_path}" in refusal(["--pool", f"cold={tmp_path}"])
    assert "cold lies in rados://p/n" in refusal(["--staged", "cold=/bin/true", "--pool", "cold=rados://p/n"])
    # The store belongs to who came first, and its key is the one it was sealed under.
    server = Shared(binary, "first", tmp_path, database).start()
    assert "123456789012" in refusal(COLDKEEP_ACCOUNT_ID="210987654321")
    assert "root key" in refusal(COLDKEEP_ROOT_KEY="cd" * 32)
    # Nobody has the folder for himself meanwhile.
    (tmp_path / "alone").mkdir()
    (tmp_path / "alone/blobs").symlink_to(server.place.path)
    assert "in use by another server" in Refused(binary, tmp_path / "alone").refusal()
    server.stop()


@pytest.mark.timeout(240)
@pytest.mark.parametrize("place", ["folder", "s3"], indirect=True)
def test_what_is_damaged_is_taken_out_of_service_while_no_server_runs(two, place, tmp_path):
    one, other = two
    one.s3.create_bucket(Bucket="shared")
    one.s3.put_object(Bucket="shared", Key="lost", Body=BODY)
    place.lose()
    one.s3.put_object(Bucket="shared", Key="kept", Body=BODY)
    assert "is alive" in one.run_fsck("--repair").stderr
    one.stop()
    other.kill()
    assert one.run_fsck().returncode == 1
    repaired = one.run_fsck("--repair", cwd=tmp_path)
    assert repaired.returncode == 0 and "Clean" in repaired.stdout, f"{repaired.stdout}{repaired.stderr}"
    [lines] = tmp_path.glob("repair-*.jsonl")
    [line] = lines.read_text().splitlines()
    assert "shared/lost" in json.loads(line)["place"], line
    one.fsck()
    one.start()
    assert get(one, "kept") == BODY
    with pytest.raises(ClientError) as gone:
        get(one, "lost")
    assert gone.value.response["Error"]["Code"] == "NoSuchKey"
    one.stop()


@pytest.mark.timeout(240)
def test_a_store_is_checked_while_its_servers_write(two):
    one, other = two
    one.s3.create_bucket(Bucket="shared")
    one.s3.put_object(Bucket="shared", Key="lost", Body=BODY)
    blob = next(path for path in one.place.path.rglob("*") if len(path.name) == 32)
    writers = writing(two)
    for key in ("a0/1", "b0/1"):
        other.s3.delete_object(Bucket="shared", Key=key)
        for writer in writers:
            writer.done.pop(key, None)
    checked = one.run_fsck("--online")
    assert checked.returncode == 0 and "Clean" in checked.stdout, f"{checked.stdout}{checked.stderr}"
    blob.unlink()
    checked = one.run_fsck("--online")
    assert checked.returncode == 1 and "1 problems. Nothing was changed" in checked.stdout, checked.stdout
    assert "shared/lost" in checked.stdout
    prove(two, ended(writers))
