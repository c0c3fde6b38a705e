"""Encryption by the server's keys and by the client's: boto3 and the AWS CLI, the default of buckets, copies, and what lies on the disk."""

import base64
import contextlib
import hashlib
import os

import pytest
from botocore.exceptions import BotoCoreError, ClientError

import treehash
from checks import refused
from checksums import etag, multipart_etag

MIB = 1 << 20
PARTS = [os.urandom(5 * MIB), os.urandom(5 * MIB + 1), os.urandom(100_000)]
SECRET = b"what nobody may find in the data folder, whoever looks for it. " * 200
ROOT_KEY = "5c" * 32


def customer(byte, prefix=""):
    """A client's key, as boto3 takes it: it encodes the key and adds the MD5 by itself."""
    return {f"{prefix}SSECustomerAlgorithm": "AES256", f"{prefix}SSECustomerKey": bytes([byte]) * 32}


@pytest.fixture
def secure(own_server):
    """A server with a root key of its own, that takes clients' keys although it has no TLS."""
    return own_server(args=["--allow-sse-c-over-http"], env={"COLDKEEP_ROOT_KEY": ROOT_KEY}).start()


@pytest.fixture
def client(secure):
    client = secure.client("s3")
    client.create_bucket(Bucket="bkt")
    return client


def upload(client, key, parts, begin=None, each=None):
    """An object of parts."""
    begun = client.create_multipart_upload(Bucket="bkt", Key=key, **(begin or {}))
    where = {"Bucket": "bkt", "Key": key, "UploadId": begun["UploadId"]}
    done = [client.upload_part(**where, PartNumber=n, Body=part, **(each or {})) for n, part in enumerate(parts, 1)]
    named = [{"PartNumber": n, "ETag": part["ETag"]} for n, part in enumerate(done, 1)]
    return client.complete_multipart_upload(**where, MultipartUpload={"Parts": named}, **(each or {})), done


def test_a_bucket_encrypts_by_default_where_the_root_key_is_from_outside(client):
    rule = client.get_bucket_encryption(Bucket="bkt")["ServerSideEncryptionConfiguration"]["Rules"][0]
    assert rule["ApplyServerSideEncryptionByDefault"] == {"SSEAlgorithm": "AES256"}
    put = client.put_object(Bucket="bkt", Key="k", Body=PARTS[2])
    assert (put["ServerSideEncryption"], put["ETag"]) == ("AES256", etag(PARTS[2]))
    got = client.get_object(Bucket="bkt", Key="k")
    assert got["ServerSideEncryption"] == "AES256" and got["Body"].read() == PARTS[2]
    done, parts = upload(client, "m", PARTS)
    assert done["ServerSideEncryption"] == "AES256" and all(p["ServerSideEncryption"] == "AES256" for p in parts)
    assert done["ETag"] == multipart_etag(PARTS)
    assert client.get_object(Bucket="bkt", Key="m")["Body"].read() == b"".join(PARTS)


def test_without_such_a_key_nothing_is_encrypted_unasked(s3, bucket):
    with refused(404, "ServerSideEncryptionConfigurationNotFoundError"):
        s3.get_bucket_encryption(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert "ServerSideEncryption" not in s3.head_object(Bucket=bucket, Key="k")
    rules = [{"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}]
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})
    assert s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"] == rules
    assert s3.put_object(Bucket=bucket, Key="k", Body=b"x")["ServerSideEncryption"] == "AES256"
    s3.delete_bucket_encryption(Bucket=bucket)
    assert "ServerSideEncryption" not in s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    with refused(400, "InvalidRequest"):
        s3.put_object(Bucket=bucket, Key="k", Body=b"x", **customer(1))


def test_a_client_keeps_the_key(client):
    own, other = customer(1), customer(2)
    for key, body in [("small", PARTS[2][:100]), ("large", PARTS[2])]:
        put = client.put_object(Bucket="bkt", Key=key, Body=body, **own)
        assert put["SSECustomerAlgorithm"] == "AES256" and put["ETag"] != etag(body)
        assert put["SSECustomerKeyMD5"] == base64.b64encode(hashlib.md5(b"\x01" * 32).digest()).decode()
        assert "ServerSideEncryption" not in put
        got = client.get_object(Bucket="bkt", Key=key, **own)
        assert got["Body"].read() == body and got["SSECustomerAlgorithm"] == "AES256"
        assert client.head_object(Bucket="bkt", Key=key, **own)["ContentLength"] == len(body)
        with refused(400, "InvalidRequest"):
            client.get_object(Bucket="bkt", Key=key)
        with refused(400):
            client.head_object(Bucket="bkt", Key=key)
        with refused(403, "AccessDenied"):
            client.get_object(Bucket="bkt", Key=key, **other)


def test_multipart_under_a_clients_key(client):
    own = customer(1)
    done, parts = upload(client, "m", PARTS, own, own)
    assert len({part["ETag"] for part in parts}) == 3 and done["ETag"] != multipart_etag(PARTS)
    whole = b"".join(PARTS)
    assert client.get_object(Bucket="bkt", Key="m", **own)["Body"].read() == whole
    for first, last in [(0, 0), (65_519, 65_520), (5 * MIB - 1, 5 * MIB), (1, len(whole) - 2), (10 * MIB, 10 * MIB + 9)]:
        got = client.get_object(Bucket="bkt", Key="m", Range=f"bytes={first}-{last}", **own)
        assert got["Body"].read() == whole[first : last + 1], (first, last)
    second = client.get_object(Bucket="bkt", Key="m", PartNumber=2, **own)
    assert (second["PartsCount"], second["Body"].read()) == (3, PARTS[1])
    begun = client.create_multipart_upload(Bucket="bkt", Key="n", ChecksumAlgorithm="CRC32", **own)
    where = {"Bucket": "bkt", "Key": "n", "UploadId": begun["UploadId"], "PartNumber": 1}
    for keys in [{}, customer(2)]:
        with refused(400, "InvalidRequest"):
            client.upload_part(**where, Body=b"x", **keys)
    part = client.upload_part(**where, Body=b"x", **own)
    del where["PartNumber"]
    # Where a checksum was chosen at the beginning, Amazon wants the key for Complete too.
    named = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"], "ChecksumCRC32": part["ChecksumCRC32"]}]}
    for keys in [{}, customer(2)]:
        with refused(400, "InvalidRequest"):
            client.complete_multipart_upload(**where, MultipartUpload=named, **keys)
    client.complete_multipart_upload(**where, MultipartUpload=named, **own)


@pytest.mark.parametrize("source", [{}, {"ServerSideEncryption": "AES256"}, customer(1)], ids=["plain", "AES256", "client"])
@pytest.mark.parametrize("target", [{}, {"ServerSideEncryption": "AES256"}, customer(2)], ids=["plain", "AES256", "client"])
def test_copies_between_all_of_them(client, source, target):
    client.put_bucket_encryption(Bucket="bkt", ServerSideEncryptionConfiguration={"Rules": [{"BucketKeyEnabled": False}]})
    read_source = source if "SSECustomerKey" in source else {}
    read_target = target if "SSECustomerKey" in target else {}
    from_source = {f"CopySource{name}": value for name, value in read_source.items()}
    for body in [b"small", PARTS[2], PARTS[0]]:
        client.put_object(Bucket="bkt", Key="from", Body=body, **source)
        copied = client.copy_object(Bucket="bkt", Key="to", CopySource="bkt/from", **from_source, **target)
        assert copied.get("SSECustomerAlgorithm") == read_target.get("SSECustomerAlgorithm")
        assert client.get_object(Bucket="bkt", Key="to", **read_target)["Body"].read() == body
        begun = client.create_multipart_upload(Bucket="bkt", Key="parts", **target)
        where = {"Bucket": "bkt", "Key": "parts", "UploadId": begun["UploadId"]}
        part = client.upload_part_copy(**where, PartNumber=1, CopySource="bkt/from", **from_source, **read_target)
        named = [{"PartNumber": 1, "ETag": part["CopyPartResult"]["ETag"]}]
        client.complete_multipart_upload(**where, MultipartUpload={"Parts": named}, **read_target)
        client.delete_object(Bucket="bkt", Key="from")
        assert client.get_object(Bucket="bkt", Key="parts", **read_target)["Body"].read() == body
        if from_source:
            client.put_object(Bucket="bkt", Key="from", Body=body, **source)
            with refused(400, "InvalidRequest"):
                client.copy_object(Bucket="bkt", Key="to", CopySource="bkt/from", **target)


def test_nothing_readable_lies_in_the_data_folder_and_a_restart_reads_it(secure, client):
    own = customer(0x9D)
    client.put_object(Bucket="bkt", Key="server", Body=SECRET)
    client.put_object(Bucket="bkt", Key="small", Body=SECRET[:100])
    client.put_object(Bucket="bkt", Key="client", Body=SECRET, **own)
    upload(client, "parts", [SECRET * 420, SECRET], own, own)
    client.copy_object(Bucket="bkt", Key="copy", CopySource="bkt/client",
                       **{f"CopySource{name}": value for name, value in own.items()})  # fmt: skip
    secure.stop()
    keys = [own["SSECustomerKey"], base64.b64encode(own["SSECustomerKey"]), ROOT_KEY.encode(), bytes.fromhex(ROOT_KEY)]
    for path in [path for path in secure.data.rglob("*") if path.is_file()] + [secure.log_path]:
        held = path.read_bytes()
        assert SECRET[:32] not in held, f"plaintext in {path}"
        assert not [key for key in keys if key in held], f"a key in {path}"
    secure.fsck()
    secure.start()
    client = secure.client("s3")
    assert client.get_object(Bucket="bkt", Key="copy")["Body"].read() == SECRET
    assert client.get_object(Bucket="bkt", Key="parts", **own)["Body"].read() == SECRET * 421


def test_a_blob_that_was_tampered_with_is_not_given_out(secure, client):
    """Half of another blob in its place: neither its checksums nor the tags of its frames fit."""
    client.put_object(Bucket="bkt", Key="k", Body=PARTS[0])
    client.put_object(Bucket="bkt", Key="other", Body=PARTS[0])
    secure.stop()
    blobs = sorted((path for path in (secure.data / "blobs").rglob("*") if path.is_file()), key=lambda p: p.stat().st_size)
    one, other = blobs[-2:]
    assert min(one.stat().st_size, other.stat().st_size) > 5 * MIB, "two blobs are found"
    held = one.read_bytes()
    middle = len(held) // 2
    one.write_bytes(held[:middle] + other.read_bytes()[middle:])
    secure.start()
    client = secure.client("s3")
    given = {"k": None, "other": None}
    for key in given:
        # The connection breaks where the first wrong frame is, or the request is refused.
        with contextlib.suppress(ClientError, BotoCoreError):
            given[key] = client.get_object(Bucket="bkt", Key=key)["Body"].read()
    assert sorted(given.values(), key=bool) == [None, PARTS[0]]


def test_the_aws_cli_uploads_and_reads_under_its_own_key(secure, client, aws_of, tmp_path):
    aws = aws_of(secure)
    (tmp_path / "key").write_bytes(b"\x07" * 32)
    (tmp_path / "file").write_bytes(PARTS[0] + PARTS[1])
    own = ["--sse-c", "AES256", "--sse-c-key", f"fileb://{tmp_path / 'key'}"]
    aws("s3", "cp", "file", "s3://bkt/file", *own)
    aws("s3", "cp", "s3://bkt/file", "back", *own)
    assert (tmp_path / "back").read_bytes() == PARTS[0] + PARTS[1]
    aws("s3", "cp", "file", "s3://bkt/sealed", "--sse", "AES256")
    assert client.head_object(Bucket="bkt", Key="sealed")["ServerSideEncryption"] == "AES256"
    assert aws("s3", "cp", "s3://bkt/file", "none", check=False).returncode != 0


def test_archives_are_sealed_where_the_operator_encrypts(secure, tmp_path):
    vaults = secure.client("glacier")
    vaults.create_vault(vaultName="v")
    small = vaults.upload_archive(vaultName="v", body=SECRET[:1000])["archiveId"]
    large = SECRET * 200
    parts = treehash.VaultUpload(vaults, "v")
    parts.send_all(large)
    done = parts.complete(large)
    for archive, body in [(small, SECRET[:1000]), (done["archiveId"], large)]:
        asked = {"Type": "archive-retrieval", "ArchiveId": archive}
        job = vaults.initiate_job(vaultName="v", jobParameters=asked)["jobId"]
        got = vaults.get_job_output(vaultName="v", jobId=job)
        assert got["body"].read() == body
        part = vaults.get_job_output(vaultName="v", jobId=job, range="bytes=100-899")
        assert part["body"].read() == body[100:900]
    secure.stop()
    for path in [path for path in secure.data.rglob("*") if path.is_file()]:
        assert SECRET[:32] not in path.read_bytes(), f"plaintext in {path}"
    secure.fsck()
