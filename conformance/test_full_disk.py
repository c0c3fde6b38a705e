"""A full disk is an event, not a trap: uploads are refused before their body, DELETE and abort still work."""

import os
import subprocess

import pytest
from botocore.exceptions import ClientError

from checks import keys_of, read
from raw import UNSIGNED, Request
from treehash import MIB, VaultUpload, upload_headers

SIZE_MIB = 512


@pytest.fixture
def small_disk(tmp_path):
    """A file system of its own, in memory."""
    where = tmp_path / "disk"
    where.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MIB}m", "tmpfs", where], capture_output=True, text=True
    )
    if mounted.returncode != 0:
        pytest.skip(f"mounting a small disk was refused: {mounted.stderr.strip()}")
    yield where
    subprocess.run(["umount", "--lazy", where], check=True)


def fill(where):
    """Takes every byte that is left."""
    filler = open(where / "filler", "wb", buffering=0)
    piece = bytes(MIB)
    while piece:
        try:
            filler.write(piece)
        except OSError:
            piece = piece[: len(piece) // 2]
    filler.close()
    return where / "filler"


def assert_full(answer):
    assert answer.status in (500, 503, 507), answer
    assert answer.code and "InternalError" not in answer.code, answer


def test_full_disk(own_server, small_disk):
    server = own_server(data=small_disk / "data").start()
    s3, glacier = server.client("s3"), server.client("glacier")
    s3.create_bucket(Bucket="bbb")
    glacier.create_vault(vaultName="v")
    data = os.urandom(6 * MIB)
    for number in range(8):
        s3.put_object(Bucket="bbb", Key=f"kept-{number}", Body=data)
    uploads = []
    for number in range(3):
        where = {"Bucket": "bbb", "Key": f"open-{number}"}
        where["UploadId"] = s3.create_multipart_upload(**where)["UploadId"]
        uploads.append((where, s3.upload_part(**where, PartNumber=1, Body=data)["ETag"]))
    archive = glacier.upload_archive(vaultName="v", body=data)["archiveId"]
    vault_upload = VaultUpload(glacier, "v")
    vault_upload.send(0, data[:MIB])

    filler = fill(small_disk)
    headers = {"expect": "100-continue", "content-length": str(len(data))}
    upload = uploads[0][0]["UploadId"]
    for request in (
        Request(server, "PUT", "/bbb/refused", "", headers, data, payload=UNSIGNED),
        Request(server, "PUT", "/bbb/open-0", f"partNumber=2&uploadId={upload}", headers, data, payload=UNSIGNED),
        Request(
            server, "POST", "/-/vaults/v/archives", "", {**headers, **upload_headers(data)}, data, service="glacier"
        ),
    ):
        request.sign()
        with request.connect() as connection:
            connection.sendall(request.head_bytes())
            assert not connection.recv(12).startswith(b"HTTP/1.1 100"), f"{request.path} was invited to send its body"
        assert_full(request.send())
    assert "refused" not in keys_of(s3, "bbb")

    for key in ("kept-0", "kept-1"):
        s3.delete_object(Bucket="bbb", Key=key)
    s3.delete_objects(Bucket="bbb", Delete={"Objects": [{"Key": "kept-2"}]})
    s3.abort_multipart_upload(**uploads[1][0])
    vault_upload.abort()
    glacier.delete_archive(vaultName="v", archiveId=archive)
    assert keys_of(s3, "bbb") == [f"kept-{number}" for number in range(3, 8)]
    for number in range(3, 8):
        assert read(s3, "bbb", f"kept-{number}") == data

    filler.unlink()
    s3.put_object(Bucket="bbb", Key="again", Body=data)
    where, tag = uploads[0]
    s3.complete_multipart_upload(**where, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": tag}]})
    assert read(s3, "bbb", "open-0") == read(s3, "bbb", "again") == data
    with pytest.raises(ClientError):
        s3.list_parts(**uploads[1][0])
    server.stop()
    server.fsck()
