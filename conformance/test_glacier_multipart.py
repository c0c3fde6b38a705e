"""The six multipart operations of the vault API."""

import json
import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from checks import refused
from raw import call
from server import ACCOUNT
from treehash import MIB, VaultUpload, pattern, tree, upload_headers

INVALID, MISSING, NOT_FOUND = (
    "InvalidParameterValueException", "MissingParameterValueException", "ResourceNotFoundException",
)  # fmt: skip
DATA = os.urandom(4 * MIB + 777)


@pytest.fixture
def upload(glacier, vault):
    return VaultUpload(glacier, vault)


def fetch(glacier, vault, archive):
    job = glacier.initiate_job(vaultName=vault, jobParameters={"Type": "archive-retrieval", "ArchiveId": archive})[
        "jobId"
    ]
    return glacier.get_job_output(vaultName=vault, jobId=job)["body"].read()


def message(caught):
    return caught.value.response["Error"]["Message"]


def archives(glacier, vault):
    return glacier.describe_vault(vaultName=vault)["NumberOfArchives"]


ORDERS = {"in order": None, "reversed": lambda starts: starts[::-1], "odd first": lambda s: s[1::2] + s[::2]}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_the_whole_way(glacier, vault, order):
    upload = VaultUpload(glacier, vault, archiveDescription="large")
    assert upload.started["location"] == f"/{ACCOUNT}/vaults/{vault}/multipart-uploads/{upload.id}"
    assert len(upload.id) == 92 and not upload.id.startswith("-")
    upload.send_all(DATA, order)
    listed = glacier.list_parts(**upload.where)
    assert [(p["RangeInBytes"], p["SHA256TreeHash"]) for p in listed["Parts"]] == [
        (f"{s}-{min(s + MIB, len(DATA)) - 1}", tree(DATA[s : s + MIB])) for s in range(0, len(DATA), MIB)
    ]
    assert (listed["PartSizeInBytes"], listed["ArchiveDescription"]) == (MIB, "large")
    [shown] = glacier.list_multipart_uploads(vaultName=vault)["UploadsList"]
    assert (shown["MultipartUploadId"], shown["PartSizeInBytes"]) == (upload.id, MIB)
    done = upload.complete(DATA)
    assert done["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert done["checksum"] == tree(DATA) and len(done["archiveId"]) == 138
    assert done["location"] == f"/{ACCOUNT}/vaults/{vault}/archives/{done['archiveId']}"
    assert fetch(glacier, vault, done["archiveId"]) == DATA
    assert glacier.list_multipart_uploads(vaultName=vault)["UploadsList"] == []


def test_in_parallel(glacier, vault):
    data, upload = os.urandom(20 * MIB + 1), VaultUpload(glacier, vault, 2 * MIB)
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda first: upload.send(first, data[first : first + 2 * MIB]), range(0, len(data), 2 * MIB)))
    assert fetch(glacier, vault, upload.complete(data)["archiveId"]) == data


@pytest.mark.parametrize("part_size", [MIB, 2 * MIB, 4 * MIB])
def test_worked_tree_hashes(glacier, vault, part_size):
    data = pattern(3 * MIB + 5)
    upload = VaultUpload(glacier, vault, part_size).send_all(data)
    assert upload.complete(data)["checksum"] == "c9e0c11a00161b193e0a1b3692ec553d4033a887f2086a7cadd4cd722d87f09f"


@pytest.mark.parametrize("power", range(13))
def test_part_sizes(glacier, vault, power):
    upload = VaultUpload(glacier, vault, MIB << power)
    upload.send(0, b"tiny")
    assert fetch(glacier, vault, upload.complete(b"tiny")["archiveId"]) == b"tiny"


@pytest.mark.parametrize("size", ["0", "1", "-1048576", "1048575", "3145728", "10485760", "8589934592", "x", "1e6", ""])
def test_bad_part_sizes(server, glacier, vault, size):
    answer = call(
        server, "POST", f"/-/vaults/{vault}/multipart-uploads", headers={"x-amz-part-size": size}, service="glacier"
    )
    assert (answer.status, answer.code) == (400, INVALID)
    if size:
        assert answer.message == (
            f"Invalid part size: {size}. Part size must not be null, must be a power of two and be between "
            "1048576 and 4294967296 bytes."
        )
    assert glacier.list_multipart_uploads(vaultName=vault)["UploadsList"] == []


def test_no_part_size(server, vault):
    answer = call(server, "POST", f"/-/vaults/{vault}/multipart-uploads", service="glacier")
    assert (answer.status, answer.code) == (400, INVALID) and answer.message.startswith("Invalid part size: null.")


def test_the_same_range_again_replaces(glacier, vault, upload):
    upload.send_all(DATA)
    upload.send(MIB, DATA[:MIB])
    data = DATA[:MIB] * 2 + DATA[2 * MIB :]
    with refused(400, INVALID):
        upload.complete(DATA)
    assert fetch(glacier, vault, upload.complete(data)["archiveId"]) == data


def test_a_failed_resend_keeps_the_good_part(server, glacier, vault, upload):
    upload.send(0, b"good")
    answer = put(server, upload, "bytes 0-2/*", b"bad", {"x-amz-sha256-tree-hash": tree(b"good")})
    assert (answer.status, answer.code) == (400, INVALID)
    assert upload.ranges() == ["0-3"]
    assert fetch(glacier, vault, upload.complete(b"good")["archiveId"]) == b"good"


def test_short_middle_part(glacier, vault, upload):
    upload.send(0, DATA[:1000])
    upload.send(MIB, DATA[MIB:][:MIB])
    with refused(400, INVALID):
        upload.complete(DATA[:1000] + DATA[MIB : 2 * MIB])
    upload.send(0, DATA[:MIB])
    upload.complete(DATA[: 2 * MIB])


def test_missing_ranges(glacier, vault, upload):
    with refused(400, INVALID):
        upload.complete(DATA)
    upload.send(MIB, DATA[MIB : 2 * MIB])
    with refused(400, INVALID):
        upload.complete(DATA[: 2 * MIB])
    with refused(400, INVALID):
        upload.complete(DATA[MIB : 2 * MIB])
    assert archives(glacier, vault) == 0
    upload.send(0, DATA[:MIB])
    upload.complete(DATA[: 2 * MIB])


def test_wrong_size_then_wrong_hash_then_right(glacier, vault, upload):
    upload.send_all(DATA)
    for size in (len(DATA) - 1, len(DATA) + 1, 0, -5, "x"):
        with refused(400, INVALID):
            upload.complete(DATA, size=size)
    wrong = tree(b"wrong")
    with refused(400, INVALID) as caught:
        upload.complete(DATA, checksum=wrong)
    assert message(caught) == f"Invalid x-amz-sha256-tree-hash: {wrong}"
    with refused(400, INVALID):
        upload.complete(DATA, checksum="000")
    assert archives(glacier, vault) == 0 and len(upload.ranges()) == 5
    upload.complete(DATA)
    assert archives(glacier, vault) == 1


def test_complete_needs_its_headers(server, upload):
    upload.send(0, b"data")
    path = f"/-/vaults/{upload.vault}/multipart-uploads/{upload.id}"
    for headers in ({"x-amz-archive-size": "4"}, {"x-amz-sha256-tree-hash": tree(b"data")}):
        answer = call(server, "POST", path, headers=headers, service="glacier")
        assert (answer.status, answer.code) == (400, MISSING)
    assert upload.ranges() == ["0-3"]


def test_complete_twice(glacier, vault, upload):
    upload.send_all(DATA)
    first, again = upload.complete(DATA), upload.complete(DATA)
    assert first["archiveId"] == again["archiveId"] and first["location"] == again["location"]
    with refused(400, INVALID):
        upload.complete(DATA, size=5)
    assert archives(glacier, vault) == 1
    with refused(404, NOT_FOUND):
        upload.ranges()
    with refused(404, NOT_FOUND):
        upload.send(0, b"late")
    with refused(404, NOT_FOUND):
        upload.abort()
    assert fetch(glacier, vault, first["archiveId"]) == DATA


def test_abort_twice(glacier, vault, upload):
    upload.send_all(DATA)
    for _ in range(2):
        assert upload.abort()["ResponseMetadata"]["HTTPStatusCode"] == 204
    with refused(404, NOT_FOUND) as caught:
        upload.send(0, b"late")
    assert message(caught) == f"The upload ID was not found: {upload.id}"
    with refused(404, NOT_FOUND):
        upload.complete(DATA)
    assert glacier.list_multipart_uploads(vaultName=vault)["UploadsList"] == []
    glacier.delete_vault(vaultName=vault)


@pytest.mark.parametrize("unknown", ["A" * 92, "x"])
def test_unknown_uploads(glacier, vault, upload, unknown):
    upload.where = {**upload.where, "uploadId": unknown}
    for action in (upload.abort, upload.ranges, lambda: upload.send(0, b"x"), lambda: upload.complete(b"x")):
        with refused(404, NOT_FOUND):
            action()


def test_an_upload_of_another_vault(glacier, vault, upload):
    glacier.create_vault(vaultName=f"{vault}-2")
    upload.where = {**upload.where, "vaultName": f"{vault}-2"}
    with refused(404, NOT_FOUND):
        upload.send(0, b"x")


def put(server, upload, content_range, body, headers=None):
    headers = upload_headers(body) if headers is None else headers
    if content_range is not None:
        headers = {**headers, "content-range": content_range}
    path = f"/-/vaults/{upload.vault}/multipart-uploads/{upload.id}"
    return call(server, "PUT", path, headers=headers, body=body, service="glacier")


RANGES = [
    ("bytes 9-8/*", "Invalid Content-Range: bytes 9-8/*"),
    ("bytes x-y/*", "Invalid Content-Range: bytes x-y/*"),
    ("0-9", "Invalid Content-Range: 0-9"),
    ("bytes=0-9", "Invalid Content-Range: bytes=0-9"),
    ("bytes 0-10/*", "Content-Range: bytes 0-10/* is incompatible with Content-Length: 10"),
    ("bytes 0-1048575/*", "Content-Range: bytes 0-1048575/* is incompatible with Content-Length: 10"),
    ("bytes 1-10/*", ""),
    ("bytes 1048575-1048584/*", ""),
    ("bytes 99999999999999999999-99999999999999999999/*", ""),
    (f"bytes {10_000 * MIB}-{10_000 * MIB + 9}/*", "This is part number 10001 for the current multipart upload. It exceeds the limit of 10000 parts."),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), RANGES, ids=[text for text, _ in RANGES])
def test_bad_ranges(server, upload, text, expected):
    answer = put(server, upload, text, b"0123456789")
    assert (answer.status, answer.code) == (400, INVALID) and answer.message.startswith(expected), answer
    assert upload.ranges() == []


def test_more_than_a_part(server, upload):
    data = bytes(MIB + 1)
    answer = put(server, upload, f"bytes 0-{MIB}/*", data)
    assert (answer.status, answer.code) == (400, INVALID)
    assert upload.ranges() == []


def test_missing_headers(server, upload):
    assert put(server, upload, None, b"data").code == MISSING
    assert put(server, upload, "bytes 0-3/*", b"data", {}).code == MISSING
    assert upload.ranges() == []


@pytest.mark.parametrize("value", ["000", "g" * 64])
def test_malformed_hash(server, upload, value):
    answer = put(server, upload, "bytes 0-3/*", b"data", {"x-amz-sha256-tree-hash": value})
    assert (answer.code, answer.message) == (INVALID, f"Invalid x-amz-sha256-tree-hash: {value}")
    assert upload.ranges() == []


def test_part_10000_and_a_total_in_the_range(server, upload):
    first = 9_999 * MIB
    assert put(server, upload, f"bytes {first}-{first + 3}/{first + 4}", b"data").status == 204
    assert upload.ranges() == [f"{first}-{first + 3}"]


def test_resume_after_sixty_parts(glacier, vault, upload):
    """ListParts shows 50 a page, on request up to 1,000; whoever resumes follows the marker and sends what is missing."""
    data = os.urandom(130) * (MIB // 2)
    starts = list(range(0, len(data), MIB))
    sent = [start for start in starts if (start // MIB) % 7 != 3]
    assert len(sent) > 50
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda first: upload.send(first, data[first : first + MIB]), sent))
    for more in ({}, {"limit": "7"}, {"limit": "1000"}):
        seen, marker = [], {}
        while True:
            page = glacier.list_parts(**upload.where, **more, **marker)
            assert len(page["Parts"]) <= int(more.get("limit", 50))
            seen += [int(part["RangeInBytes"].split("-")[0]) for part in page["Parts"]]
            if not page.get("Marker"):
                break
            marker = {"marker": page["Marker"]}
        assert seen == sent
    for first in set(starts) - set(seen):
        upload.send(first, data[first : first + MIB])
    upload.complete(data)


def test_uploads_in_pages(glacier, vault):
    made = {VaultUpload(glacier, vault, archiveDescription=str(n)).id for n in range(55)}
    for limit in ("10", "50", "1000"):
        pages = glacier.get_paginator("list_multipart_uploads").paginate(
            vaultName=vault, PaginationConfig={"PageSize": int(limit)}
        )
        listed = [upload["MultipartUploadId"] for page in pages for upload in page["UploadsList"]]
        assert len(listed) == 55 and set(listed) == made
    for bad in ({"limit": "0"}, {"limit": "x"}, {"marker": "forged!"}):
        with refused(400, INVALID):
            glacier.list_multipart_uploads(vaultName=vault, **bad)


def test_members_that_are_null(server, vault, upload):
    """Clients in other languages want the members to be there, null where nothing is to be said."""
    path = f"/-/vaults/{vault}/multipart-uploads"
    listed = json.loads(call(server, "GET", path, service="glacier").body)
    assert listed["Marker"] is None and listed["UploadsList"][0]["ArchiveDescription"] is None
    parts = json.loads(call(server, "GET", f"{path}/{upload.id}", service="glacier").body)
    assert parts["Marker"] is None and parts["ArchiveDescription"] is None and parts["Parts"] == []


def test_racing_completes_and_aborts_end_in_one_outcome(glacier, vault):
    for _ in range(15):
        before = archives(glacier, vault)
        upload = VaultUpload(glacier, vault)
        upload.send(0, b"data")

        def attempt(action):
            try:
                return action() and True
            except glacier.exceptions.ClientError as error:
                assert error.response["Error"]["Code"] == NOT_FOUND, error
                return False

        def complete(upload=upload):
            return upload.complete(b"data")

        with ThreadPoolExecutor(4) as pool:
            done, _, done2, _ = pool.map(attempt, [complete, upload.abort, complete, upload.abort])
        assert archives(glacier, vault) - before == (1 if done or done2 else 0)
