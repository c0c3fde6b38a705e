"""`coldkeep vault import`: archives brought from a vault of one server into a vault of another; killed on the way and given again, with
spoilt answers, within a budget. COLDKEEP_IMPORT_KILLS sets how often one import is killed at any request (5), COLDKEEP_IMPORT_SEED replays
where."""

import contextlib
import json
import os
import random
import subprocess

import pytest

from gate import Gate
from server import ACCESS_KEY, SECRET_KEY
from test_vault_command import DIFFERENT, FAILED, MISSING, NOT_READY, Command, read, until
from treehash import MIB, VaultUpload, tree

KILLS = int(os.environ.get("COLDKEEP_IMPORT_KILLS", "5"))
SEED = int(os.environ.get("COLDKEEP_IMPORT_SEED", str(random.randrange(2**32))))
ANY = [f"{method} " for method in ["GET", "HEAD", "PUT", "POST", "DELETE"]]


class Import(Command):
    """`coldkeep vault import` from the vault `far` behind a gate to the vault `home` behind another."""

    def __init__(self, source, to, folder):
        super().__init__(Gate(source), folder)
        self.to_gate, self.folder = Gate(to), folder
        self.far, self.home = source.client("glacier"), to.client("glacier")
        self.far.create_vault(vaultName="far")
        self.home.create_vault(vaultName="home")
        self.ledger = folder / "ledger"
        self.words_of_import = ["import", "far", "--to-vault", "home", "--to-endpoint", self.to_gate.endpoint, "--ledger", self.ledger]

    def put(self, description, data):
        return self.far.upload_archive(vaultName="far", archiveDescription=description, body=data)["archiveId"]

    def bring(self, *more, **how):
        return self(*self.words_of_import, *more, **how)

    def lines(self, what):
        text = self.ledger.read_text() if self.ledger.exists() else ""
        return [line for line in map(json.loads, text.splitlines()) if line["what"] == what]

    def jobs(self):
        pages = self.far.get_paginator("list_jobs").paginate(vaultName="far")
        return [job for page in pages for job in page["JobList"] if job["Action"] == "ArchiveRetrieval"]

    def killed_at_any(self, chance):
        """Runs up to some request to either side and kills it there; whether it came so far."""
        gate = chance.choice([self.gate, self.to_gate, self.to_gate])
        gate.stand_still_at(ANY, chance.randint(1, 14))
        process = subprocess.Popen(self.words(*self.words_of_import), env=self.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        until(lambda: gate.held.is_set() or process.poll() is not None, 60)
        killed = process.poll() is None
        process.kill()
        said = process.communicate()
        assert killed or process.returncode == 0, said
        gate.pass_all()
        return killed

    def came(self, archives):
        """Each archive is there once, under the id that the ledger says, with its description and its bytes."""
        job = self.home.initiate_job(vaultName="home", jobParameters={"Type": "inventory-retrieval"})["jobId"]
        there = json.loads(self.home.get_job_output(vaultName="home", jobId=job)["body"].read())["ArchiveList"]
        now = {line["archive"]: line["stored_as"] for line in self.lines("stored")}
        assert sorted(one["ArchiveId"] for one in there) == sorted(now.values())
        for archive, (description, data) in archives.items():
            [found] = [one for one in there if one["ArchiveId"] == now[archive]]
            assert (found["ArchiveDescription"], found["SHA256TreeHash"]) == (description, tree(data))
            assert read(self.home, "home", found["ArchiveId"]) == data
        assert self.home.list_multipart_uploads(vaultName="home")["UploadsList"] == []
        assert self.far.describe_vault(vaultName="far")["VaultName"] == "far"


@pytest.fixture
def importing(own_server, tmp_path):
    with contextlib.ExitStack() as stack:

        def make(*args):
            bringing = Import(own_server(args=args).start(), own_server().start(), tmp_path)
            stack.enter_context(contextlib.closing(bringing.gate))
            stack.enter_context(contextlib.closing(bringing.to_gate))
            return bringing

        yield make


def fill(bringing, sizes, name=lambda number: f"photos/{number}.jpg"):
    archives = {}
    for number, size in enumerate(sizes):
        data = os.urandom(size)
        archives[bringing.put(name(number), data)] = (name(number), data)
    return archives


def test_a_vault_comes_home_however_often_it_is_broken_off(importing):
    bringing = importing("--retrieval-bulk", "1s")
    archives = fill(bringing, [1, 3 * MIB, 30 * MIB + 5])
    plan = bringing.bring("--dry-run", "--bytes-per-day", "11MiB")
    assert (plan["archives"], plan["bytes"], plan["days"]) == (3, 33 * MIB + 6, 4)
    assert plan["cost"] > 0.003 and not bringing.ledger.exists() and bringing.jobs() == []
    # The job is not done: this is for another day.
    assert bringing.bring("--no-wait", code=NOT_READY)["error"] == "not-ready"
    assert len(bringing.lines("job")) == len(bringing.jobs()) == 3
    words = [*bringing.words_of_import, "--parallel", "1"]
    # Killed in the middle of an archive, at its completion, and with half a line written.
    source, bringing.gate = bringing.gate, bringing.to_gate
    uploads = "/-/vaults/home/multipart-uploads"
    bringing.killed(*words, at=f"PUT {uploads}/", nth=4)
    assert len(bringing.lines("stored")) == 2
    is_done = lambda: bringing.home.list_multipart_uploads(vaultName="home")["UploadsList"] == []  # noqa: E731
    bringing.killed(*words, at=f"POST {uploads}/", nth=1, when=is_done)
    assert len(bringing.lines("stored")) == 2
    with open(bringing.ledger, "ab") as ledger:
        ledger.write(b'{"what":"fail')
    bringing.gate = source
    done = bringing.bring()
    assert (done["stored"], done["storedNow"], done["left"], done["failed"]) == (3, 1, 0, [])
    assert (done["jobs"], done["storedBytes"]) == (3, 33 * MIB + 6)
    bringing.came(archives)
    assert bringing.bring()["storedNow"] == 0
    assert len(bringing.jobs()) == 3 and len(bringing.lines("upload")) == 3
    assert bringing.far.describe_vault(vaultName="far")["VaultName"] == "far"
    other = ["import", "far", "--to-vault", "elsewhere", "--ledger", bringing.ledger]
    assert "no ledger of an import" in bringing(*other, code=FAILED)["message"]


def test_archives_come_once_wherever_it_is_killed(importing):
    print(f"COLDKEEP_IMPORT_SEED={SEED}")
    chance, bringing = random.Random(SEED), importing()
    bringing.words_of_import += ["--parallel", "1"]
    # So many that there is something left to kill it at. Some have one description.
    archives = fill(bringing, [17 * MIB + 5, 9 * MIB, *[1000] * 3 * KILLS], lambda number: f"photos/{min(number, 3)}.jpg")
    killed = sum(bringing.killed_at_any(chance) for _ in range(KILLS))
    assert killed > 0 and bringing.bring()["stored"] == len(archives)
    print(f"killed {killed} times")
    bringing.came(archives)
    assert len(bringing.jobs()) == len(archives) and bringing.bring()["storedNow"] == 0


def test_an_upload_whose_id_was_lost_is_aborted_and_those_of_others_stay(importing):
    bringing = importing()
    archives = fill(bringing, [9 * MIB])
    others = [VaultUpload(bringing.home, "home", part_size=8 * MIB, archiveDescription=name) for name in ["photos/0.jpg", "photos/1.jpg"]]
    others[0].send(0, b"x" * 8 * MIB)
    source, bringing.gate = bringing.gate, bringing.to_gate
    uploads = lambda: bringing.home.list_multipart_uploads(vaultName="home")["UploadsList"]  # noqa: E731
    begin = "POST /-/vaults/home/multipart-uploads "
    for _ in range(2):
        bringing.killed(*bringing.words_of_import, at=begin, nth=1, when=lambda: len(uploads()) == 3)
    assert bringing.lines("upload") == [], "nobody knows the uploads that were begun"
    bringing.gate = source
    assert bringing.bring()["stored"] == 1
    assert sorted(one["MultipartUploadId"] for one in uploads()) == sorted(other.id for other in others)
    for other in others:
        bringing.home.abort_multipart_upload(vaultName="home", uploadId=other.id)
    bringing.came(archives)


def test_what_is_spoilt_on_the_way_is_fetched_again(importing):
    bringing = importing()
    archives = fill(bringing, [20 * MIB])
    bringing.bring("--dry-run")
    [archive] = archives
    job = bringing.far.initiate_job(vaultName="far", jobParameters={"Type": "archive-retrieval", "ArchiveId": archive, "Tier": "Bulk"})
    bringing.gate.spoil(f"GET /-/vaults/far/jobs/{job['jobId']}/output", at={1: "flip", 2: "cut", 4: "fail", 5: "flip"})
    assert bringing.bring("--parallel", "1")["stored"] == 1
    assert bringing.gate.done == ["flip", "cut", "fail", "flip"]
    bringing.came(archives)
    assert len(bringing.jobs()) == 1, "the job that somebody had begun was found and used"


def test_the_budget_of_a_day_holds(importing):
    bringing = importing()
    archives = fill(bringing, [2 * MIB, 2 * MIB, 2 * MIB, 5 * MIB, MIB])
    budget = ["--bytes-per-day", "4MiB"]
    for _ in range(2):
        assert bringing.bring(*budget, "--no-wait", code=NOT_READY)["error"] == "not-ready"
        assert len(bringing.lines("job")) == len(bringing.jobs()) == 2, "also a later run counts what was begun"
    assert bringing.bring(*budget, "--day", "1s")["stored"] == 5
    bringing.came(archives)
    jobs = [(line["millis"], line["n"]) for line in bringing.lines("job")]
    assert len(jobs) == 5
    sizes = [2 * MIB, 2 * MIB, 2 * MIB, 5 * MIB, MIB]
    for at, _ in jobs:
        day = [sizes[n] for when, n in jobs if at <= when < at + 1000]
        assert sum(day) <= 4 * MIB or day == [5 * MIB]
    assert "0" in bringing.bring("--bytes-per-day", "0", code=FAILED)["message"]


def test_a_budget_of_money_holds_by_the_prices(importing):
    bringing = importing()
    fill(bringing, [MIB, MIB, MIB])
    prices = ["--price-per-job", "2", "--price-per-gib", "0", "--transfer-price-per-gib", "0", "--day", "1h", "--no-wait"]
    bringing.bring("--cost-per-day", "5", *prices, code=NOT_READY)
    assert len(bringing.jobs()) == 2 and [line["cost"] for line in bringing.lines("job")] == [2_000_000_000] * 2
    assert bringing.bring("--cost-per-day", "6", *prices)["cost"] == 6


def test_what_does_not_come_is_told_and_the_others_come(importing):
    bringing = importing()
    archives = fill(bringing, [MIB, MIB, MIB])
    gone, wrong, fine = archives
    bringing.bring("--no-wait", "--bytes-per-day", "1", "--jobs", "1", "--day", "1h", code=NOT_READY)
    [first] = [line["archive"] for line in bringing.lines("stored")]
    assert first == gone, "what was begun has come"
    text = bringing.ledger.read_text()
    bringing.ledger.write_text(text.replace(tree(archives[wrong][1]), "0" * 64))
    bringing.far.delete_archive(vaultName="far", archiveId=fine)
    assert bringing.bring("--day", "1h", code=DIFFERENT)["error"] == "different"
    assert {line["archive"]: line["error"] for line in bringing.lines("failed")} == {
        wrong: "different", fine: "ResourceNotFoundException",
    }  # fmt: skip
    bringing.ledger.write_text(bringing.ledger.read_text().replace("0" * 64, tree(archives[wrong][1])))
    assert bringing.bring("--retry-failed", code=MISSING)["error"] == "missing"
    bringing.came({archive: archives[archive] for archive in [gone, wrong]})


def test_a_job_that_is_gone_is_begun_anew(importing):
    bringing = importing()
    fill(bringing, [MIB])
    assert bringing.bring()["jobs"] == 1
    lines = bringing.ledger.read_text().splitlines(keepends=True)
    assert [json.loads(line)["what"] for line in lines] == ["import", "archive", "job", "upload", "stored"]
    expired = "x" * 92
    bringing.ledger.write_text("".join(lines[:2]) + json.dumps(json.loads(lines[2]) | {"job": expired}) + "\n")
    done = bringing.bring("--no-wait")
    assert (done["stored"], done["jobs"], len(bringing.jobs())) == (1, 2, 2)
    assert [line["job"] for line in bringing.lines("lost")] == [expired]


def test_the_destination_has_keys_of_its_own(importing, tmp_path):
    bringing = importing()
    fill(bringing, [MIB])
    of = lambda name, secret: f"[{name}]\naws_access_key_id={ACCESS_KEY}\naws_secret_access_key={secret}\n"  # noqa: E731
    (tmp_path / "credentials").write_text(of("home", SECRET_KEY) + of("bad", "wrong"))
    bringing.env["AWS_SHARED_CREDENTIALS_FILE"] = str(tmp_path / "credentials")
    assert bringing.bring("--to-profile", "bad", code=FAILED)["error"] == "InvalidSignatureException"
    assert not bringing.ledger.exists() and bringing.jobs() == []
    assert bringing.bring("--to-profile", "home")["stored"] == 1
