"""`coldkeep vault`: archives put from files and streams, got, listed and removed; killed on the way and given again; and the exit codes
that scripts rely on. COLDKEEP_VAULT_KILLS sets how often one put is killed (12)."""

import base64
import contextlib
import json
import os
import re
import subprocess
import time

import pytest

from gate import Gate
from treehash import MIB, VaultUpload, pattern, tree

FAILED, NOT_READY, MISSING, DIFFERENT = 2, 3, 4, 5
KILLS = int(os.environ.get("COLDKEEP_VAULT_KILLS", "12"))


class Command:
    """`coldkeep vault` against a server, with a home of its own and a gate on the way, which is where it believes the server to be."""

    def __init__(self, gate, home):
        self.gate, self.binary = gate, os.environ["COLDKEEP_BIN"]
        self.env = gate.server.cli_environment(home) | {
            "AWS_ENDPOINT_URL": gate.endpoint, "XDG_STATE_HOME": str(home / "state"), "XDG_CACHE_HOME": str(home / "cache"),
        }  # fmt: skip

    def words(self, *words):
        ids = words.index("--") if "--" in words else len(words)
        return [self.binary, "vault", *map(str, words[:ids]), "--json", *map(str, words[ids:])]

    def __call__(self, *words, code=0, stdin=b""):
        done = subprocess.run(self.words(*words), env=self.env, input=stdin, capture_output=True, timeout=120)
        assert done.returncode == code, f"exit code {done.returncode}\n{done.stdout.decode()}\n{done.stderr.decode()}"
        return json.loads(done.stdout) if code == 0 else json.loads(done.stderr.decode().splitlines()[-1])

    def killed(self, *words, at, nth, when=lambda: True):
        """Runs up to the `nth` request that begins like `at`, of which the answer is lost; then kills it, once `when` is true."""
        self.gate.stand_still_at(at, nth)
        process = subprocess.Popen(self.words(*words), env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        assert self.gate.held.wait(60)
        until(when)
        assert process.poll() is None
        process.kill()
        process.communicate()
        self.gate.pass_all()


def until(there, seconds=20):
    end = time.monotonic() + seconds
    while not there():
        assert time.monotonic() < end
        time.sleep(0.01)


@pytest.fixture
def command(server, tmp_path):
    with contextlib.closing(Gate(server)) as gate:
        yield Command(gate, tmp_path)


def metric(server, name, **labels):
    """The sum of a counter over what else labels it."""
    total = 0
    for line in server.admin("/metrics")[1].splitlines():
        found = re.fullmatch(r"(\w+)\{(.*)\} (\S+)", line)
        if found and found[1] == f"coldkeep_{name}":
            said = dict(re.findall(r'(\w+)="([^"]*)"', found[2]))
            total += float(found[3]) if labels.items() <= said.items() else 0
    return int(total)


def parts_of(glacier, vault):
    uploads = glacier.list_multipart_uploads(vaultName=vault)["UploadsList"]
    if not uploads:
        return []
    pages = glacier.get_paginator("list_parts").paginate(vaultName=vault, uploadId=uploads[0]["MultipartUploadId"])
    return [part["RangeInBytes"] for page in pages for part in page["Parts"]]


def read(glacier, vault, archive):
    job = glacier.initiate_job(vaultName=vault, jobParameters={"Type": "archive-retrieval", "ArchiveId": archive})
    return glacier.get_job_output(vaultName=vault, jobId=job["jobId"])["body"].read()


def test_a_file_goes_in_and_comes_out(command, glacier, vault, tmp_path):
    data = os.urandom(5 * MIB + 7)
    (tmp_path / "photos.tar").write_bytes(data)
    stored = command("put", vault, tmp_path / "photos.tar")
    assert (stored["bytes"], stored["sentBytes"], stored["treeHash"]) == (len(data), len(data), tree(data))
    assert len(stored["archiveId"]) == 138 and stored["location"].endswith(stored["archiveId"])
    assert read(glacier, vault, stored["archiveId"]) == data
    got = command("get", vault, stored["archiveId"], "-o", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == data
    assert (got["bytes"], got["fetchedBytes"], got["treeHash"]) == (len(data), len(data), tree(data))
    assert sorted(path.name for path in tmp_path.glob("back*")) == ["back"]
    assert not list((tmp_path / "state").rglob("*.*"))
    # A second run finds the job of the first, and replaces nothing unless it is told to.
    assert "--force" in command("get", vault, stored["archiveId"], "-o", tmp_path / "back", code=FAILED)["message"]
    again = command("get", vault, stored["archiveId"], "-o", tmp_path / "back", "--force")
    assert again["jobId"] == got["jobId"]
    jobs = glacier.list_jobs(vaultName=vault)["JobList"]
    assert sum(job["ArchiveId"] == stored["archiveId"] for job in jobs) == 1, "the job of read() was found and used"


def test_a_stream_of_any_length_goes_in(command, glacier, vault):
    for data in [b"x", os.urandom(3 * MIB), pattern(2 * MIB + 1)]:
        stored = command("put", vault, "-", "--part-size", "1MiB", "--description", "a stream", stdin=data)
        assert stored["treeHash"] == tree(data) and read(glacier, vault, stored["archiveId"]) == data
    assert "empty" in command("put", vault, "-", stdin=b"", code=FAILED)["message"]
    assert glacier.list_multipart_uploads(vaultName=vault)["UploadsList"] == []


@pytest.mark.timeout(120 + 10 * KILLS)
def test_a_put_that_is_killed_goes_on_and_sends_less_than_a_part_again(own_server, tmp_path):
    server = own_server().start()
    glacier, command = server.client("glacier"), Command(Gate(server), tmp_path)
    glacier.create_vault(vaultName="v")
    data = os.urandom((KILLS + 28) * MIB + 12345)
    (tmp_path / "file").write_bytes(data)
    words = ["put", "v", tmp_path / "file", "--part-size", "1MiB", "--parallel", "1"]
    for nth in range(KILLS):
        command.killed(*words, at="PUT ", nth=2)
        assert len(glacier.list_multipart_uploads(vaultName="v")["UploadsList"]) == 1, "one upload is gone on with"
        assert len(parts_of(glacier, "v")) == nth + 1
    there = sum(last - first + 1 for first, last in (map(int, part.split("-")) for part in parts_of(glacier, "v")))
    stored = command(*words)
    assert stored["sentBytes"] <= len(data) - there and stored["treeHash"] == tree(data)
    assert read(glacier, "v", stored["archiveId"]) == data
    # Each part was taken once, but for those that were on their way when a run was killed.
    received = metric(server, "received_bytes_total", door="glacier")
    assert len(data) <= received < len(data) + KILLS * MIB
    server.stop()
    server.fsck()


def test_a_put_whose_last_answer_was_lost_gives_the_archive_that_it_made(command, glacier, vault, tmp_path):
    data = os.urandom(2 * MIB)
    (tmp_path / "file").write_bytes(data)
    complete = f"POST /-/vaults/{vault}/multipart-uploads/"
    done = lambda: not glacier.list_multipart_uploads(vaultName=vault)["UploadsList"]  # noqa: E731
    command.killed("put", vault, tmp_path / "file", "--part-size", "1MiB", at=complete, nth=1, when=done)
    stored = command("put", vault, tmp_path / "file")
    assert read(glacier, vault, stored["archiveId"]) == data


def test_bytes_that_changed_between_runs_are_named_and_nothing_is_overwritten(command, glacier, vault, tmp_path):
    data = bytearray(os.urandom(8 * MIB))
    (tmp_path / "file").write_bytes(data)
    words = ["put", vault, tmp_path / "file", "--part-size", "1MiB", "--parallel", "1"]
    command.killed(*words, at="PUT ", nth=4)
    data[2 * MIB + 5] ^= 1
    (tmp_path / "file").write_bytes(data)
    refused = command(*words, code=DIFFERENT)
    assert refused["error"] == "different" and f"bytes {2 * MIB}-{3 * MIB - 1} " in refused["message"]
    [upload] = command("uploads", "list", vault)["uploads"]
    assert upload["description"] == "file" and upload["bytes"] >= 3 * MIB and upload["uploadId"] in refused["message"]
    (tmp_path / "file").write_bytes(data[: 2 * MIB])
    assert "shorter" in command(*words, code=DIFFERENT)["message"]
    command("uploads", "abort", vault, "--", upload["uploadId"])
    (tmp_path / "file").write_bytes(data)
    stored = command(*words)
    assert (stored["sentBytes"], read(glacier, vault, stored["archiveId"])) == (len(data), bytes(data))


def test_an_upload_without_its_file_here_is_resumed_by_its_id(command, glacier, vault, tmp_path):
    data = os.urandom(4 * MIB + 9)
    for source in ["file", "stream"]:
        upload = VaultUpload(glacier, vault)
        upload.send(MIB, data[MIB : 2 * MIB])
        upload.send(4 * MIB, data[4 * MIB :])
        (tmp_path / "file").write_bytes(data)
        named = tmp_path / "file" if source == "file" else "-"
        stored = command("uploads", "resume", vault, upload.id, named, stdin=data)
        assert stored["uploadId"] == upload.id and stored["sentBytes"] == 3 * MIB
        assert read(glacier, vault, stored["archiveId"]) == data
        assert command("uploads", "resume", vault, upload.id, named, stdin=data, code=MISSING)["error"] == "missing"


def test_a_get_that_is_killed_goes_on_and_what_was_spoilt_is_fetched_again(command, glacier, vault, tmp_path):
    data, size = os.urandom(50 * MIB + 99), 8 * MIB
    (tmp_path / "file").write_bytes(data)
    archive = command("put", vault, tmp_path / "file")["archiveId"]
    back, ledger = tmp_path / "back", tmp_path / "back.part.ledger"
    words = ["get", vault, archive, "-o", back, "--parallel", "1"]

    def ranges():
        with contextlib.suppress(FileNotFoundError):
            return max(0, ledger.read_text().count("\n") - 1)
        return 0

    for kills in range(1, 5):
        command.killed(*words, at=f"GET /-/vaults/{vault}/jobs/", nth=3 if kills == 1 else 2)
        assert ranges() == kills
        assert not back.exists(), "a name is given to what is proven only"
    there = ranges()
    with open(tmp_path / "back.part", "r+b") as part:
        part.seek(5)
        part.write(b"spoilt")
    got = command(*words)
    assert got["fetchedBytes"] == len(data) - there * size + size and got["treeHash"] == tree(data)
    assert back.read_bytes() == data and not ledger.exists()


def test_a_job_that_takes_its_time_is_come_back_for(own_server, tmp_path):
    server = own_server(args=["--retrieval-standard", "2s"]).start()
    glacier, command = server.client("glacier"), Command(Gate(server), tmp_path)
    glacier.create_vault(vaultName="v")
    archive = command("put", "v", "-", stdin=b"slow")["archiveId"]
    words = ["get", "v", archive, "-o", tmp_path / "back"]
    first = command(*words, "--no-wait", code=NOT_READY)
    assert first["error"] == "not-ready" and not (tmp_path / "back").exists()
    assert command(*words)["bytes"] == 4 and (tmp_path / "back").read_bytes() == b"slow"
    assert len(glacier.list_jobs(vaultName="v")["JobList"]) == 1, "the job was found again"


def test_refusals_have_codes(command, glacier, vault, tmp_path):
    (tmp_path / "file").write_bytes(b"x")
    absent = command("put", f"{vault}-absent", tmp_path / "file", code=MISSING)
    assert absent["error"] == "ResourceNotFoundException"
    assert command("put", vault, tmp_path / "absent", code=FAILED)["error"] == "file"
    assert command("put", vault, tmp_path, code=FAILED)["error"] == "file"
    assert command("get", vault, "A" * 138, "-o", tmp_path / "x", code=MISSING)["error"] == "ResourceNotFoundException"
    # Ids begin with any letter of base64url.
    for words in [["get", vault, "-o" + "A" * 136, "-o", tmp_path / "x"], ["jobs", "describe", vault, "-hA"],
                  ["lock", "complete", vault, "-UlP"], ["uploads", "resume", vault, "-jA", tmp_path / "file"]]:  # fmt: skip
        assert command(*words, code=MISSING)["error"] in ["missing", "ResourceNotFoundException"]
    command.env["AWS_SECRET_ACCESS_KEY"] = "wrong"
    assert command("uploads", "list", vault, code=FAILED)["error"] == "InvalidSignatureException"


def mt2(name, mtime):
    text = json.dumps({"filename": name, "mtime": mtime}).encode()
    return "mt2 " + base64.urlsafe_b64encode(text).decode().rstrip("=")


def fast_glacier(name, date):
    return f"<m><v>4</v><p>{base64.b64encode(name.encode()).decode()}</p><lm>{date}</lm></m>"


def test_lists_understand_what_other_tools_wrote(command, glacier, vault, tmp_path):
    for description in [mt2("a/one.jpg", "20121114T201618Z"), fast_glacier("b/twö.jpg", "20190121T085242Z"), "three.txt"]:
        glacier.upload_archive(vaultName=vault, archiveDescription=description, body=b"x" * 10)
    listed = command("ls", vault)
    assert [(found["path"], found["bytes"], found["modified"]) for found in listed["archives"]] == [
        ("a/one.jpg", 10, "2012-11-14T20:16:18Z"), ("b/twö.jpg", 10, "2019-01-21T08:52:42Z"), ("three.txt", 10, None),
    ]  # fmt: skip
    assert [found["writtenBy"] for found in listed["archives"]] == ["mt-aws-glacier", "FastGlacier", None]
    assert [found["path"] for found in command("find", vault, "*.jpg")["archives"]] == ["a/one.jpg", "b/twö.jpg"]
    assert command("find", vault, "nothing", code=MISSING)["error"] == "missing"
    # From the cache, and what this machine does is known without another inventory.
    (tmp_path / "ä.bin").write_bytes(b"four")
    command("put", vault, tmp_path / "ä.bin")
    command("rm", vault, "three.txt")
    paths = [found["path"] for found in command("ls", vault)["archives"]]
    assert paths == ["a/one.jpg", "b/twö.jpg", "ä.bin"]
    inventories = [job for job in glacier.list_jobs(vaultName=vault)["JobList"] if job["Action"] == "InventoryRetrieval"]
    assert len(inventories) == 1
    assert [found["path"] for found in command("ls", vault, "--refresh")["archives"]] == paths
    command("get", vault, "ä.bin", "-o", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == b"four"
    plain = subprocess.run(command.words("ls", vault)[:-1], env=command.env, capture_output=True, check=True).stdout.decode()
    assert [line.split()[-1] for line in plain.splitlines()] == paths


def test_what_is_removed_is_meant(command, glacier, vault):
    ids = [glacier.upload_archive(vaultName=vault, archiveDescription="twice", body=b"x")["archiveId"] for _ in range(2)]
    several = command("rm", vault, "twice", code=FAILED)
    assert all(one in several["message"] for one in ids)
    assert command("rm", vault, "--", "absent", ids[0], code=MISSING)["error"] == "missing"
    assert len(command("ls", vault, "--refresh")["archives"]) == 2, "nothing goes before every name is understood"
    assert command("rm", vault, "twice", "--all")["removed"] == ids
    assert command("ls", vault, "--refresh")["archives"] == []


def test_a_vault_is_emptied_and_goes_on_after_a_kill(command, glacier, vault):
    for number in range(60):
        glacier.upload_archive(vaultName=vault, archiveDescription=f"{number}", body=b"x")
    assert subprocess.run(command.words("empty", vault), env=command.env, capture_output=True).returncode == FAILED
    left = lambda: glacier.describe_vault(vaultName=vault)["NumberOfArchives"]  # noqa: E731
    command.killed("empty", vault, "--yes", "--parallel", "1", at="DELETE ", nth=11, when=lambda: left() == 49)
    # The one whose answer was lost is deleted again, which does nothing.
    assert command("empty", vault, "--yes")["removed"] == 50
    assert left() == 0 and command("ls", vault, "--refresh")["archives"] == []
    glacier.delete_vault(vaultName=vault)


def test_jobs_and_locks(command, glacier, vault, tmp_path):
    archive = command("put", vault, "-", stdin=b"x")["archiveId"]
    job = command("get", vault, archive, "-o", tmp_path / "back")["jobId"]
    [listed] = command("jobs", "list", vault)["jobs"]
    assert listed == command("jobs", "describe", vault, job)
    assert (listed["what"], listed["state"], listed["archiveId"], listed["archiveBytes"]) == ("archive", "succeeded", archive, 1)
    assert command("lock", "status", vault, code=MISSING)["error"] == "missing"
    arn = glacier.describe_vault(vaultName=vault)["VaultARN"]
    statement = {
        "Sid": "keep", "Effect": "Deny", "Principal": "*", "Action": "glacier:DeleteArchive", "Resource": arn,
        "Condition": {"NumericLessThan": {"glacier:ArchiveAgeInDays": "1"}},
    }  # fmt: skip
    (tmp_path / "policy.json").write_text(json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    command("lock", "initiate", vault, tmp_path / "policy.json")
    command("lock", "abort", vault)
    lock = command("lock", "initiate", vault, tmp_path / "policy.json")["lockId"]
    assert command("lock", "status", vault)["state"] == "InProgress"
    command("lock", "complete", vault, lock)
    shown = command("lock", "status", vault)
    assert shown["state"] == "Locked" and json.loads(shown["policy"])["Statement"] == [statement]
    assert command("rm", vault, "--", archive, code=FAILED)["error"] == "AccessDeniedException"
