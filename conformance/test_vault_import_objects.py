"""`coldkeep vault import --to-bucket`: archives brought into a bucket as objects, killed at any request and given again; and inventories that
are at hand. COLDKEEP_IMPORT_KILLS and COLDKEEP_IMPORT_SEED are as in test_vault_import.py."""

import json
import os
import random
import subprocess

import pytest

from checks import keys_of
from test_vault_command import FAILED
from test_vault_import import KILLS, SEED, importing  # noqa: F401
from treehash import MIB, tree

# `file/ä`, as mt-aws-glacier writes it.
MT_AWS = "mt2 eyJmaWxlbmFtZSI6ImZpbGUvw6QiLCJtdGltZSI6IjIwMTIxMTAzVDA2MjkzOFoifQ"


class Objects:
    """An import into the bucket `home`, which keeps all versions: what is written twice shows."""

    def __init__(self, bringing):
        self.bringing, self.s3 = bringing, bringing.to_gate.server.client("s3")
        self.s3.create_bucket(Bucket="home")
        self.s3.put_bucket_versioning(Bucket="home", VersioningConfiguration={"Status": "Enabled"})
        to = ["--to-bucket", "home", "--prefix", "p/", "--to-endpoint", bringing.to_gate.endpoint]
        self.words = bringing.words_of_import = ["import", "far", *to, "--ledger", bringing.ledger, "--parallel", "1"]

    def keys(self):
        return {line["archive"]: line["stored_as"] for line in self.bringing.lines("stored")}

    def came(self, archives, others=()):
        """Each archive is an object, written once, with its bytes and what is known of it; and nothing else is there."""
        keys = self.keys()
        assert sorted(keys) == sorted(archives) and keys_of(self.s3, "home") == sorted([*keys.values(), *others])
        for archive, (description, data) in archives.items():
            got = self.s3.get_object(Bucket="home", Key=keys[archive])
            said = got["Metadata"]
            assert got["Body"].read() == data
            assert (said["archive-id"], said["sha256-tree-hash"], said.get("archive-description", "")) == (archive, tree(data), description)
            assert said["creation-date"].startswith("20")
        listed = self.s3.list_object_versions(Bucket="home")
        assert len(listed["Versions"]) == len(archives) + len(others) and "DeleteMarkers" not in listed
        assert "Uploads" not in self.s3.list_multipart_uploads(Bucket="home")


@pytest.fixture
def objects(importing):  # noqa: F811
    return Objects(importing())


def fill(bringing, *what):
    """Archives of these descriptions and sizes."""
    archives = {}
    for description, size in what:
        data = os.urandom(size)
        archives[bringing.put(description, data)] = (description, data)
    return archives


def test_archives_come_as_objects_wherever_it_is_killed(objects):
    print(f"COLDKEEP_IMPORT_SEED={SEED}")
    chance, bringing = random.Random(SEED), objects.bringing
    archives = fill(bringing, ("a/1.jpg", 1), ("a/big", 17 * MIB + 5), (MT_AWS, 9 * MIB), ("", 100_000), ("a/1.jpg", 70_000))
    for _ in range(KILLS):
        bringing.killed_at_any(chance)
    assert bringing.bring()["stored"] == 5
    objects.came(archives)
    first, big, unicode, unnamed, second = archives
    keys = objects.keys()
    # Of two that were stored in one second, either may be the newer.
    twins = [{first: f"p/a/1.jpg.{first}", second: "p/a/1.jpg"}, {first: "p/a/1.jpg", second: f"p/a/1.jpg.{second}"}]
    assert {archive: keys.pop(archive) for archive in [first, second]} in twins
    assert keys == {big: "p/a/big", unicode: "p/file/ä", unnamed: f"p/{unnamed}"}
    assert len(bringing.jobs()) == 5 and bringing.bring()["storedNow"] == 0


def test_an_upload_goes_on_with_its_parts_and_none_is_left_behind(objects):
    bringing = objects.bringing
    archives = fill(bringing, ("a/big", 33 * MIB))
    source, bringing.gate = bringing.gate, bringing.to_gate
    is_open = lambda: "Uploads" in objects.s3.list_multipart_uploads(Bucket="home")  # noqa: E731
    bringing.killed(*objects.words, at="POST /home/p/a/big?uploads", nth=1, when=is_open)
    assert bringing.lines("upload") == [], "the answer was lost: nobody knows the upload"
    bringing.killed(*objects.words, at="PUT /home/p/a/big?", nth=3)
    assert [line["number"] for line in bringing.lines("part")] == [1, 2]
    is_done = lambda: not is_open()  # noqa: E731
    bringing.killed(*objects.words, at="POST /home/p/a/big?", nth=1, when=is_done)
    bringing.gate = source
    assert bringing.bring()["stored"] == 1
    assert [line["number"] for line in bringing.lines("part")] == [1, 2, 3, 4, 5] and len(bringing.lines("upload")) == 1
    objects.came(archives)


def test_what_is_spoilt_is_sent_again_and_nothing_is_replaced(objects):
    bringing = objects.bringing
    others = ["p/a/big", "p/a/small"]
    for key in others:
        objects.s3.put_object(Bucket="home", Key=key, Body=b"another's")
    archives = fill(bringing, ("a/big", 17 * MIB), ("a/small", 5))
    big, small = archives
    bringing.gate.spoil("GET /-/vaults/far/jobs/", at={3: "fail", 4: "flip", 5: "cut"})
    bringing.to_gate.spoil("PUT /home/", at={1: "fail", 3: "fail"})
    assert bringing.bring()["stored"] == 2
    assert objects.keys() == {big: f"p/a/big.{big}", small: f"p/a/small.{small}"}
    assert bringing.to_gate.done == ["fail", "fail"] and bringing.gate.done
    for key in others:
        assert objects.s3.get_object(Bucket="home", Key=key)["Body"].read() == b"another's"
        objects.s3.delete_object(Bucket="home", Key=key, VersionId=objects.s3.head_object(Bucket="home", Key=key)["VersionId"])
    objects.came(archives)


def test_bytes_that_are_not_those_of_the_inventory_do_not_stay(objects):
    bringing = objects.bringing
    archives = fill(bringing, ("big", 9 * MIB), ("small", 5))
    bringing.bring("--no-wait", "--bytes-per-day", "1", "--day", "1h", "--jobs", "1", code=3)
    text = bringing.ledger.read_text()
    for _, data in archives.values():
        text = text.replace(tree(data), "0" * 64)
    bringing.ledger.write_text("".join(line for line in text.splitlines(keepends=True) if '"stored"' not in line))
    assert bringing.bring(code=5)["error"] == "different"
    assert "Uploads" not in objects.s3.list_multipart_uploads(Bucket="home")


def test_where_and_how_objects_are_stored_is_said(objects):
    bringing = objects.bringing
    [archive] = fill(bringing, ("a", 5))
    assert bringing.bring("--storage-class", "NONE", code=FAILED)["error"] == "InvalidStorageClass"
    assert bringing.bring("--storage-class", "STANDARD_IA")["stored"] == 1
    assert objects.s3.head_object(Bucket="home", Key="p/a")["StorageClass"] == "STANDARD_IA"
    other = ["import", "far", "--to-endpoint", bringing.to_gate.endpoint, "--ledger", bringing.folder / "other"]
    assert bringing(*other, "--to-bucket", "nowhere", code=FAILED)["error"] == "NoSuchBucket"
    assert "keys cannot begin" in bringing(*other, "--to-bucket", "home", "--prefix", "../", code=FAILED)["message"]
    for wrong in [[], ["--to-vault", "home", "--to-bucket", "home"], ["--to-vault", "home", "--prefix", "p/"]]:
        done = subprocess.run(bringing.words(*other, *wrong), env=bringing.env, capture_output=True)
        assert done.returncode == FAILED and not (bringing.folder / "other").exists()


@pytest.mark.parametrize("form", ["JSON", "CSV"])
def test_an_inventory_at_hand_is_used(objects, form, tmp_path):
    bringing = objects.bringing
    archives = fill(bringing, ('a,"b\\', 70_000), ("c", 5))
    job = bringing.far.initiate_job(vaultName="far", jobParameters={"Type": "inventory-retrieval", "Format": form})["jobId"]
    (tmp_path / "inventory").write_bytes(bringing.far.get_job_output(vaultName="far", jobId=job)["body"].read())
    inventory = ["--inventory", tmp_path / "inventory"]
    assert bringing.bring("--dry-run", *inventory)["archives"] == 2
    assert bringing.bring(*inventory)["stored"] == 2
    to_vault = ["import", "far", "--to-vault", "home", "--to-endpoint", bringing.to_gate.endpoint, "--ledger", tmp_path / "other", *inventory]
    assert bringing(*to_vault)["stored"] == 2
    objects.came(archives)
    assert sum(job["Action"] == "InventoryRetrieval" for job in bringing.far.list_jobs(vaultName="far")["JobList"]) == 1
    (tmp_path / "inventory").write_text(json.dumps({"no": "inventory"}))
    assert bringing.bring("--dry-run", *inventory, code=5)["error"] == "different"
