"""UploadArchive and DeleteArchive."""

import hashlib
import os
import re

import pytest

from checks import refused
from raw import Request, call
from server import ACCOUNT, SECRET_KEY
from treehash import MIB, pattern, tree, upload_headers

# Worked values of the developer guide's kind, computed with two other implementations.
WORKED = [
    (b"a", "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb"),
    (bytes(MIB), "30e14955ebf1352266dc2ff8067e68104607e750abb9d3b36582b8af909fcb58"),
    (bytes(MIB + 1), "28638dab8d5e1754a4ecb38b0ebe6df66c844f94aed142d4d0283d208bb786cd"),
    (bytes(2 * MIB), "861890b487038d840e9d71d43bbc0fd4571453fb9d9b1f370caa3582a29b0ec7"),
    (pattern(3 * MIB + 5), "c9e0c11a00161b193e0a1b3692ec553d4033a887f2086a7cadd4cd722d87f09f"),
    (pattern(6 * MIB + MIB // 2), "8bcaa7b4b8f991ca140f306627f2c4e84601364cde8e054b6e0924433ca7482f"),
]


@pytest.mark.parametrize(("data", "expected"), WORKED, ids=[len(data) for data, _ in WORKED])
def test_worked_values(glacier, vault, data, expected):
    made = glacier.upload_archive(vaultName=vault, archiveDescription="my archive", body=data)
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert made["checksum"] == expected == tree(data)
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]{136}[AQgw]", made["archiveId"])
    assert made["location"] == f"/{ACCOUNT}/vaults/{vault}/archives/{made['archiveId']}"


def test_equal_bytes_are_another_archive(glacier, vault):
    assert (
        glacier.upload_archive(vaultName=vault, body=b"x")["archiveId"]
        != glacier.upload_archive(vaultName=vault, body=b"x")["archiveId"]
    )
    assert glacier.describe_vault(vaultName=vault)["NumberOfArchives"] == 2


def post(server, vault, body, headers, **settings):
    return call(
        server, "POST", f"/-/vaults/{vault}/archives", headers=headers, body=body, service="glacier", **settings
    )


def is_empty(glacier, vault):
    return glacier.describe_vault(vaultName=vault)["NumberOfArchives"] == 0


def expect(answer, status, code, message=""):
    assert (answer.status, answer.code) == (status, code) and answer.message.startswith(message), answer
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["x-amzn-requestid"]


INVALID, MISSING = "InvalidParameterValueException", "MissingParameterValueException"


def test_headers_of_the_answer(server, vault):
    answer = post(server, vault, b"data", upload_headers(b"data"))
    assert (answer.status, answer.body, answer.headers["content-length"]) == (201, b"", "0")
    assert "content-type" not in answer.headers and len(answer.headers["x-amzn-requestid"]) == 47


def test_upper_case_hash_is_fine(server, vault):
    answer = post(server, vault, b"data", {"x-amz-sha256-tree-hash": tree(b"data").upper()})
    assert (answer.status, answer.headers["x-amz-sha256-tree-hash"]) == (201, tree(b"data"))


BAD_HASHES = ["0", "000", "g" * 64, "0" * 63, "0" * 65, "-" * 64]


@pytest.mark.parametrize("value", BAD_HASHES)
def test_malformed_tree_hash(server, glacier, vault, value):
    answer = post(server, vault, b"data", {"x-amz-sha256-tree-hash": value})
    expect(answer, 400, INVALID, f"Invalid x-amz-sha256-tree-hash: {value}")
    assert is_empty(glacier, vault)


def test_wrong_tree_hash(server, glacier, vault):
    data = os.urandom(2 * MIB + 1)
    for wrong in (tree(data[:-1]), tree(b"")):
        expect(post(server, vault, data, {"x-amz-sha256-tree-hash": wrong}), 400, INVALID, "Checksum mismatch:")
    assert is_empty(glacier, vault)


def test_the_linear_hash_is_not_the_tree_hash(server, glacier, vault):
    data = bytes(2 * MIB)
    answer = post(server, vault, data, {"x-amz-sha256-tree-hash": hashlib.sha256(data).hexdigest()})
    expect(answer, 400, INVALID, "Checksum mismatch:")
    assert is_empty(glacier, vault)


def test_missing_headers(server, glacier, vault):
    expect(post(server, vault, b"data", {}), 400, MISSING, "Required parameter missing: ")
    assert is_empty(glacier, vault)


@pytest.mark.parametrize("secret", [SECRET_KEY, "not the secret"])
def test_the_payload_hash_is_required(server, glacier, vault, secret):
    """Its absence is refused before the body: a caller who is not proven has nothing written to the disk."""
    headers = {**upload_headers(b"data"), "content-length": str(192 * MIB), "expect": "100-continue"}
    answer = post(server, vault, b"", headers, payload="0" * 64, send_payload_hash=False, secret_key=secret)
    expect(answer, 403, "InvalidSignatureException")
    assert is_empty(glacier, vault)


def test_a_setting_takes_uploads_without_payload_hash(own_server):
    """Up to as many bytes at once as it says."""
    server = own_server(["--unsigned-vault-bodies", "1MiB"]).start()
    server.client("glacier").create_vault(vaultName="v")
    assert post(server, "v", b"data", upload_headers(b"data"), send_payload_hash=False).status == 201
    large = bytes(MIB + 1)
    expect(post(server, "v", large, upload_headers(large), send_payload_hash=False), 403, "InvalidSignatureException")


def test_wrong_payload_hash(server, glacier, vault):
    answer = post(server, vault, b"data", upload_headers(b"data"), payload="0" * 64)
    expect(answer, 403, "InvalidSignatureException")
    assert answer.message == (
        "The value passed in as x-amz-content-sha256 does not match the computed payload hash. "
        f"Computed digest: {hashlib.sha256(b'data').hexdigest()} expected hash: {'0' * 64}"
    )
    assert is_empty(glacier, vault)


@pytest.mark.parametrize("payload", ["UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"])
def test_payload_modes_of_s3_are_refused(server, glacier, vault, payload):
    expect(post(server, vault, b"data", upload_headers(b"data"), payload=payload), 403, "InvalidSignatureException")
    assert is_empty(glacier, vault)


def test_nothing_is_no_archive(server, glacier, vault):
    expect(post(server, vault, b"", upload_headers(b"")), 400, INVALID, "Invalid Content-Length: 0")
    assert is_empty(glacier, vault)


@pytest.mark.parametrize("length", [4 * 2**30 + 1, 5 * 2**40])
def test_too_large_is_refused_before_the_body(server, glacier, vault, length):
    headers = {**upload_headers(b""), "content-length": str(length), "expect": "100-continue"}
    answer = post(server, vault, b"", headers, payload="0" * 64)
    expect(answer, 400, INVALID, f"Invalid Content-Length: {length}")
    assert is_empty(glacier, vault)


def test_no_length(server, glacier, vault):
    headers = {**upload_headers(b"data"), "transfer-encoding": "chunked"}
    request = Request(
        server, "POST", f"/-/vaults/{vault}/archives", headers=headers, body=b"data", service="glacier"
    ).sign()
    request.body = b"4\r\ndata\r\n0\r\n\r\n"
    expect(request.send(), 400, MISSING)
    assert is_empty(glacier, vault)


def test_cut_short(server, glacier, vault):
    data = os.urandom(100_000)
    request = Request(
        server, "POST", f"/-/vaults/{vault}/archives", headers=upload_headers(data), body=data, service="glacier"
    ).sign()
    request.headers["content-length"] = str(len(data))
    request.body = data[:50_000]
    try:
        assert request.send(hang_up=True).status in (400, 408)
    except ConnectionError:
        pass
    assert is_empty(glacier, vault)


@pytest.mark.parametrize("description", ["x" * 1024, '<m><v>4</v></m> "quoted" \\ back, comma ~', "  leading"])
def test_descriptions(glacier, vault, description):
    """Kept to the byte, but for leading spaces; seen again in the output of a retrieval job."""
    archive = glacier.upload_archive(vaultName=vault, archiveDescription=description, body=b"x")["archiveId"]
    job = glacier.initiate_job(vaultName=vault, jobParameters={"Type": "archive-retrieval", "ArchiveId": archive})[
        "jobId"
    ]
    assert glacier.get_job_output(vaultName=vault, jobId=job)["archiveDescription"] == description.lstrip()


@pytest.mark.parametrize("description", ["x" * 1025, "tab\there"])
def test_bad_descriptions(server, glacier, vault, description):
    answer = post(server, vault, b"data", upload_headers(b"data", x_amz_archive_description=description))
    expect(answer, 400, INVALID)
    assert is_empty(glacier, vault)


def test_no_vault(server, glacier):
    expect(
        post(server, "none", b"data", upload_headers(b"data")),
        404,
        "ResourceNotFoundException",
        "Vault not found for ARN: ",
    )


def test_delete(glacier, vault, name):
    archive = glacier.upload_archive(vaultName=vault, body=b"x")["archiveId"]
    glacier.create_vault(vaultName=f"{name}-other")
    with refused(400, INVALID) as caught:
        glacier.delete_archive(vaultName=f"{name}-other", archiveId=archive)
    assert caught.value.response["Error"]["Message"].startswith("Invalid vault name: arn:")
    assert not is_empty(glacier, vault)
    for _ in range(2):
        assert glacier.delete_archive(vaultName=vault, archiveId=archive)["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert is_empty(glacier, vault)


@pytest.mark.parametrize("archive", ["A" * 138, "short"])
def test_delete_of_what_never_was(glacier, vault, archive):
    with refused(404, "ResourceNotFoundException") as caught:
        glacier.delete_archive(vaultName=vault, archiveId=archive)
    assert caught.value.response["Error"]["Message"] == f"The archive ID was not found: {archive}"
