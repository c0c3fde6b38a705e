"""Retrieval jobs: what is refused, ranged retrieval, ranges of the output, descriptions and lists."""

import json
import os

import pytest

from checks import refused
from raw import call
from server import ACCOUNT
from treehash import MIB, VaultUpload, pattern, tree

INVALID, MISSING, NOT_FOUND = (
    "InvalidParameterValueException",
    "MissingParameterValueException",
    "ResourceNotFoundException",
)
DATA = pattern(6 * MIB + MIB // 2)  # seven chunks, the last one short


@pytest.fixture(scope="module")
def kept(glacier):
    """A vault and the archive DATA in it, uploaded in parts."""
    vault = f"jobs-{os.getpid()}"
    glacier.create_vault(vaultName=vault)
    return vault, VaultUpload(glacier, vault, archiveDescription="seven").send_all(DATA).complete(DATA)["archiveId"]


def start(glacier, vault, **parameters):
    made = glacier.initiate_job(vaultName=vault, jobParameters=parameters)
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 202
    assert made["location"] == f"/{ACCOUNT}/vaults/{vault}/jobs/{made['jobId']}"
    assert len(made["jobId"]) == 92
    return made["jobId"]


def retrieve(glacier, kept, **parameters):
    vault, archive = kept
    return start(glacier, vault, Type="archive-retrieval", ArchiveId=archive, **parameters)


def test_the_whole_archive(glacier, kept):
    job = retrieve(glacier, kept, Description="get it")
    got = glacier.describe_job(vaultName=kept[0], jobId=job)
    assert (got["Action"], got["ArchiveId"], got["JobId"]) == ("ArchiveRetrieval", kept[1], job)
    assert (got["Completed"], got["StatusCode"], got["StatusMessage"]) == (True, "Succeeded", "Succeeded")
    assert (got["ArchiveSizeInBytes"], got["RetrievalByteRange"]) == (len(DATA), f"0-{len(DATA) - 1}")
    assert got["SHA256TreeHash"] == got["ArchiveSHA256TreeHash"] == tree(DATA)
    assert (got["JobDescription"], got["Tier"]) == ("get it", "Standard")
    assert got["CompletionDate"] >= got["CreationDate"]
    out = glacier.get_job_output(vaultName=kept[0], jobId=job)
    assert out["body"].read() == DATA
    assert (out["status"], out["checksum"], out["contentType"]) == (200, tree(DATA), "application/octet-stream")
    assert (out["acceptRanges"], out["archiveDescription"]) == ("bytes", "seven")


def test_a_topic_that_would_never_be_told_is_refused(glacier, kept):
    for topic, status, code in (
        ("nonsense", 400, INVALID),
        ("arn:aws:sns:eu-west-1:123456789012:t", 400, INVALID),
        ("arn:aws:sns:us-east-1:123456789012:t", 400, INVALID),
    ):
        with refused(status, code):
            retrieve(glacier, kept, SNSTopic=topic)


MEMBERS = [
    "Action", "ArchiveId", "ArchiveSHA256TreeHash", "ArchiveSizeInBytes", "Completed", "CompletionDate", "CreationDate",
    "InventoryRetrievalParameters", "InventorySizeInBytes", "JobDescription", "JobId", "RetrievalByteRange", "SHA256TreeHash",
    "SNSTopic", "StatusCode", "StatusMessage", "Tier", "VaultARN",
]  # fmt: skip


def test_all_members_are_always_there(server, glacier, kept):
    vault = kept[0]
    for job in (retrieve(glacier, kept), start(glacier, vault, Type="inventory-retrieval")):
        described = json.loads(call(server, "GET", f"/-/vaults/{vault}/jobs/{job}", service="glacier").body)
        assert sorted(described, key=str.lower) == sorted(MEMBERS, key=str.lower)
        assert described["JobDescription"] is None and described["SNSTopic"] is None


# Ranges in chunks of 1 MiB [from, to); whether their tree hash is a node of the whole tree of seven chunks.
ALIGNED = [(n, n + 1) for n in range(7)] + [(0, 2), (2, 4), (4, 6), (0, 4), (4, 7), (0, 7)]
MEGABYTE_ALIGNED = [(1, 3), (0, 3), (1, 7), (3, 5), (0, 6), (2, 7)]


@pytest.mark.parametrize("chunks", ALIGNED + MEGABYTE_ALIGNED)
def test_ranged_retrieval(glacier, kept, chunks):
    first, last = chunks[0] * MIB, min(chunks[1] * MIB, len(DATA)) - 1
    job = retrieve(glacier, kept, RetrievalByteRange=f"{first}-{last}")
    piece = DATA[first : last + 1]
    described = glacier.describe_job(vaultName=kept[0], jobId=job)
    assert described["ArchiveSizeInBytes"] == len(DATA) and described["RetrievalByteRange"] == f"{first}-{last}"
    out = glacier.get_job_output(vaultName=kept[0], jobId=job)
    assert out["body"].read() == piece
    head = glacier.get_job_output(vaultName=kept[0], jobId=job, range=f"bytes=0-{MIB - 1}")
    if chunks in ALIGNED:
        assert described["SHA256TreeHash"] == out["checksum"] == tree(piece)
        assert head["checksum"] == tree(piece[:MIB])
    else:
        assert "SHA256TreeHash" not in described and "checksum" not in out and "checksum" not in head


@pytest.mark.parametrize(
    "text", ["1-1048575", "0-5", "0-1048576", "1048576-0", "0-6815744", "7340032-8388607", "x", "0-", "-5", "0"]
)
def test_bad_retrieval_ranges(glacier, kept, text):
    with refused(400, INVALID):
        retrieve(glacier, kept, RetrievalByteRange=text)


OUTPUT = [
    ("bytes=0-9", 0, 9),
    ("bytes=5-5", 5, 5),
    ("bytes=1048570-1048580", 1048570, 1048580),
    (f"bytes={6 * MIB}-", 6 * MIB, len(DATA) - 1),
    ("bytes=6000000-99999999999", 6000000, len(DATA) - 1),
    ("bytes=-100", len(DATA) - 100, len(DATA) - 1),
    (f"bytes=0-{len(DATA) - 1}", 0, len(DATA) - 1),
    (f"bytes=0-{2 * MIB - 1}", 0, 2 * MIB - 1),
    (f"bytes={4 * MIB}-{8 * MIB - 1}", 4 * MIB, len(DATA) - 1),
]


@pytest.mark.parametrize(("text", "first", "last"), OUTPUT, ids=[text for text, _, _ in OUTPUT])
def test_ranges_of_the_output(glacier, kept, text, first, last):
    out = glacier.get_job_output(vaultName=kept[0], jobId=retrieve(glacier, kept), range=text)
    assert out["body"].read() == DATA[first : last + 1]
    assert (out["status"], out["contentRange"]) == (206, f"bytes {first}-{last}/{len(DATA)}")
    chunks = (first // MIB, -(-(last + 1) // MIB))
    if first % MIB == 0 and (last + 1 == len(DATA) or (last + 1) % MIB == 0) and chunks in ALIGNED:
        assert out["checksum"] == tree(DATA[first : last + 1])
    else:
        assert "checksum" not in out


def test_ranges_are_of_the_output_not_of_the_archive(glacier, kept):
    job = retrieve(glacier, kept, RetrievalByteRange=f"{2 * MIB}-{4 * MIB - 1}")
    out = glacier.get_job_output(vaultName=kept[0], jobId=job, range="bytes=10-19")
    assert out["body"].read() == DATA[2 * MIB + 10 : 2 * MIB + 20]
    assert out["contentRange"] == f"bytes 10-19/{2 * MIB}"


@pytest.mark.parametrize("text", ["bytes 0-4303/235812776", "bytes=0-1,3-4", "bytes=9-8", "chunks=1-2"])
def test_malformed_ranges_are_ignored(glacier, kept, text):
    out = glacier.get_job_output(vaultName=kept[0], jobId=retrieve(glacier, kept), range=text)
    assert out["status"] == 200 and out["body"].read() == DATA


def test_a_range_past_the_end(glacier, kept):
    text = f"bytes={len(DATA)}-{len(DATA) + 9}"
    with refused(400, INVALID) as caught:
        glacier.get_job_output(vaultName=kept[0], jobId=retrieve(glacier, kept), range=text)
    expected = f"The start of the range is larger than size of retrieved data: {text}"
    assert caught.value.response["Error"]["Message"] == expected


REFUSED = [
    (b"", MISSING, "Required parameter missing: Job Parameters"),
    (b"{}", MISSING, "Required parameter missing: type"),
    (b'{"Type":"archive-retrieval"}', MISSING, "Required parameter missing: "),
    (b'{"Type":"archive-retrieval","ArchiveId":null}', MISSING, "Required parameter missing: "),
    (b'{"Type":"Archive-Retrieval","ArchiveId":"x"}', INVALID, ""),
    (b'{"Type":"nothing"}', INVALID, ""),
    (b'{"Type":"select","ArchiveId":"x"}', INVALID, ""),
    (b'{"Type":"inventory-retrieval","Format":"XML"}', INVALID, ""),
    (b'{"Type":"inventory-retrieval","ArchiveId":"x"}', INVALID, ""),
    (b'{"Type":"inventory-retrieval","RetrievalByteRange":"0-1048575"}', INVALID, ""),
    (b'{"Type":"inventory-retrieval","Description":"%s"}' % (b"x" * 1025), INVALID, ""),
    (b'{"Type":"inventory-retrieval","Description":"\\u00e4"}', INVALID, ""),
    (b'{"Type":"inventory-retrieval","InventoryRetrievalParameters":{"Limit":"0"}}', INVALID, ""),
    (b'{"Type":"inventory-retrieval","InventoryRetrievalParameters":{"Limit":"x"}}', INVALID, ""),
    (b'{"Type":"inventory-retrieval","InventoryRetrievalParameters":{"StartDate":"yesterday"}}', INVALID, ""),
    (b'{"Type":"inventory-retrieval","InventoryRetrievalParameters":{"Marker":"forged"}}', INVALID, ""),
    (b'{"Type":"inventory-retrieval"', "SerializationException", ""),
    (b'["inventory-retrieval"]', "SerializationException", ""),
    (b'{"Type":5}', "SerializationException", ""),
    (b'{"Type":"\xff"}', "SerializationException", ""),
    (b"[" * 200_000, "SerializationException", ""),
]  # fmt: skip


@pytest.mark.parametrize(("body", "code", "message"), REFUSED, ids=[str(body[:70]) for body, _, _ in REFUSED])
def test_bad_requests(server, glacier, vault, body, code, message):
    answer = call(server, "POST", f"/-/vaults/{vault}/jobs", body=body, service="glacier")
    assert (answer.status, answer.code) == (400, code) and answer.message.startswith(message), answer
    assert glacier.list_jobs(vaultName=vault)["JobList"] == []


def test_an_enormous_request(server, glacier, vault):
    body = b'{"Type":"inventory-retrieval","Junk":"' + b"x" * (32 << 20) + b'"}'
    answer = call(server, "POST", f"/-/vaults/{vault}/jobs", body=body, service="glacier")
    assert answer.status in (400, 413)
    assert glacier.list_jobs(vaultName=vault)["JobList"] == []


@pytest.mark.parametrize("tier", ["Expedited", "Standard", "Bulk"])
def test_tiers(glacier, kept, tier):
    job = retrieve(glacier, kept, Tier=tier)
    assert glacier.describe_job(vaultName=kept[0], jobId=job)["Tier"] == tier
    with refused(400, INVALID):
        retrieve(glacier, kept, Tier="Slow")


def test_unknown_things(glacier, kept, vault):
    with refused(404, NOT_FOUND) as caught:
        start(glacier, vault, Type="archive-retrieval", ArchiveId="A" * 138)
    assert caught.value.response["Error"]["Message"] == f"The archive ID was not found: {'A' * 138}"
    with refused(400, INVALID):
        start(glacier, vault, Type="archive-retrieval", ArchiveId=kept[1])
    for operation in (glacier.describe_job, glacier.get_job_output):
        with refused(404, NOT_FOUND) as caught:
            operation(vaultName=vault, jobId="A" * 92)
        assert caught.value.response["Error"]["Message"] == f"The job ID was not found: {'A' * 92}"
    with refused(404, NOT_FOUND):
        start(glacier, "none", Type="inventory-retrieval")


def test_the_output_outlives_the_archive(glacier, vault):
    archive = glacier.upload_archive(vaultName=vault, body=b"data")["archiveId"]
    job = start(glacier, vault, Type="archive-retrieval", ArchiveId=archive)
    glacier.delete_archive(vaultName=vault, archiveId=archive)
    assert glacier.get_job_output(vaultName=vault, jobId=job)["body"].read() == b"data"
    with refused(404, NOT_FOUND):
        start(glacier, vault, Type="archive-retrieval", ArchiveId=archive)


def test_lists(glacier, vault):
    jobs = [start(glacier, vault, Type="inventory-retrieval", Description=str(n)) for n in range(53)]
    for limit in ("10", "50", "1000"):
        seen, marker = [], {}
        while True:
            page = glacier.list_jobs(vaultName=vault, limit=limit, **marker)
            seen += [job["JobId"] for job in page["JobList"]]
            if not page.get("Marker"):
                break
            marker = {"marker": page["Marker"]}
        assert len(seen) == 53 and set(seen) == set(jobs)
    first = glacier.list_jobs(vaultName=vault)["JobList"]
    assert len(first) == 50 and first[0]["CreationDate"] >= first[-1]["CreationDate"]
    assert len(glacier.list_jobs(vaultName=vault, completed="true", statuscode="Succeeded")["JobList"]) == 50
    assert glacier.list_jobs(vaultName=vault, completed="false")["JobList"] == []
    assert glacier.list_jobs(vaultName=vault, statuscode="Failed")["JobList"] == []
    with refused(400, INVALID) as caught:
        glacier.list_jobs(vaultName=vault, statuscode="Done")
    assert caught.value.response["Error"]["Message"] == "The job status code is not valid: Done"
    for bad in ({"completed": "maybe"}, {"limit": "0"}, {"marker": "forged!"}):
        with refused(400, INVALID):
            glacier.list_jobs(vaultName=vault, **bad)
