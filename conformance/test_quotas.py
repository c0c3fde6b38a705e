"""Quotas that the operator sets by `coldkeep quota`, as S3 and Glacier clients meet them."""

import json
import os
import subprocess

import pytest

from checks import refused_with
from server import ACCESS_KEY, ACCOUNT, REGION, SECRET_KEY


@pytest.fixture
def quota(binary, server, tmp_path):
    """Runs `coldkeep quota`: gives the JSON that it prints."""

    def run(*words):
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("COLDKEEP_", "AWS_"))}
        keys = {"COLDKEEP_ROOT_ACCESS_KEY": ACCESS_KEY, "COLDKEEP_ROOT_SECRET_KEY": SECRET_KEY}
        done = subprocess.run(
            [binary, "quota", *map(str, words), "--endpoint", server.endpoint, "--json"],
            env={**clean, **keys}, cwd=tmp_path, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, f"{words}\n{done.stdout}\n{done.stderr}"
        return json.loads(done.stdout)

    return run


def test_a_full_bucket_refuses_what_adds(s3, bucket, quota, aws):
    s3.put_object(Bucket=bucket, Key="a", Body=b"x" * 600)
    quota("set", "--bucket", bucket, "--hard", 1000, "--soft", 500)
    refused_with("QuotaExceeded", s3.put_object, Bucket=bucket, Key="b", Body=b"x" * 401)
    source = {"Bucket": bucket, "Key": "a"}
    refused_with("QuotaExceeded", s3.copy_object, Bucket=bucket, Key="b", CopySource=source)
    upload = s3.create_multipart_upload(Bucket=bucket, Key="u")["UploadId"]
    part = dict(Bucket=bucket, Key="u", UploadId=upload, PartNumber=1)
    refused_with("QuotaExceeded", s3.upload_part, **part, Body=b"x" * 401)
    refused_with("QuotaExceeded", s3.upload_part_copy, **part, CopySource=source)
    etag = s3.upload_part(**part, Body=b"x" * 400)["ETag"]
    s3.put_object(Bucket=bucket, Key="c", Body=b"x")
    parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    complete = dict(Bucket=bucket, Key="u", UploadId=upload, MultipartUpload=parts)
    refused_with("QuotaExceeded", s3.complete_multipart_upload, **complete)
    s3.delete_object(Bucket=bucket, Key="c")
    s3.complete_multipart_upload(**complete)
    (shown,) = [one for one in quota("show")["quotas"] if one["of"] == f"bucket/{bucket}"]
    assert (shown["usedBytes"], shown["usedObjects"], shown["hardBytes"], shown["softBytes"]) == (1000, 2, 1000, 500)
    assert "QuotaExceeded" in aws("s3", "cp", __file__, f"s3://{bucket}/d", check=False).stderr
    quota("clear", "--bucket", bucket)
    aws("s3", "cp", __file__, f"s3://{bucket}/d")


def test_a_full_vault_refuses_archives(glacier, vault, quota):
    quota("set", "--vault", f"{ACCOUNT}/{REGION}/{vault}", "--hard-objects", 1)
    glacier.upload_archive(vaultName=vault, body=b"x")
    refused_with("LimitExceededException", glacier.upload_archive, vaultName=vault, body=b"x")
