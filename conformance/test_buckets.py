"""Buckets: create, head, location, list, delete."""

import pytest
from botocore.exceptions import ClientError

from checks import refused
from raw import call


def test_life_of_a_bucket(s3, name):
    made = s3.create_bucket(Bucket=name)
    assert made["Location"] == f"/{name}"
    assert s3.head_bucket(Bucket=name)["BucketRegion"] == "us-east-1"
    assert s3.get_bucket_location(Bucket=name)["LocationConstraint"] is None
    assert name in [bucket["Name"] for bucket in s3.list_buckets()["Buckets"]]
    s3.delete_bucket(Bucket=name)
    with refused(404):
        s3.head_bucket(Bucket=name)
    with refused(404, "NoSuchBucket"):
        s3.delete_bucket(Bucket=name)


def test_waiters(s3, name):
    s3.create_bucket(Bucket=name)
    s3.get_waiter("bucket_exists").wait(Bucket=name)
    s3.delete_bucket(Bucket=name)
    s3.get_waiter("bucket_not_exists").wait(Bucket=name)


def test_creating_again_in_us_east_1_succeeds(s3, bucket):
    s3.put_object(Bucket=bucket, Key="kept", Body=b"1")
    s3.create_bucket(Bucket=bucket)
    assert s3.get_object(Bucket=bucket, Key="kept")["Body"].read() == b"1"


@pytest.mark.parametrize("region", ["eu-central-1", "ap-southeast-2"])
def test_any_region(server, name, region):
    s3 = server.session().client("s3", endpoint_url=server.endpoint, region_name=region)
    made = s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})
    assert made["Location"].endswith(f"/{name}")
    assert s3.get_bucket_location(Bucket=name)["LocationConstraint"] == region
    s3.put_object(Bucket=name, Key="k", Body=b"x")
    with refused(409, "BucketAlreadyOwnedByYou"):
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": region})


def test_a_bucket_with_objects_stays(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    with refused(409, "BucketNotEmpty"):
        s3.delete_bucket(Bucket=bucket)
    s3.delete_object(Bucket=bucket, Key="k")
    s3.delete_bucket(Bucket=bucket)


def test_open_uploads_do_not_keep_a_bucket(s3, bucket):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    s3.upload_part(Bucket=bucket, Key="k", UploadId=upload, PartNumber=1, Body=b"x" * 100_000)
    s3.delete_bucket(Bucket=bucket)
    s3.create_bucket(Bucket=bucket)
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)
    with refused(404, "NoSuchUpload"):
        s3.list_parts(Bucket=bucket, Key="k", UploadId=upload)


@pytest.mark.parametrize(
    "bad", ["ab", "UPPER-case", "under_score", "a..b", "-leading", "trailing-", "192.168.5.4", "x" * 64, "xn--puny"]
)
def test_bad_names(server, bad):
    answer = call(server, "PUT", f"/{bad}")
    assert (answer.status, answer.code) == (400, "InvalidBucketName")


def test_listing_in_pages(own_server):
    s3 = own_server().start().client("s3")
    names = sorted(f"page-{number:02}" for number in range(25)) + ["zz-other"]
    for bucket in names:
        s3.create_bucket(Bucket=bucket)
    answer = s3.list_buckets()
    assert [bucket["Name"] for bucket in answer["Buckets"]] == names
    assert answer["Owner"]["ID"]
    for size in (1, 7, 25, 1000):
        pages = s3.get_paginator("list_buckets").paginate(PaginationConfig={"PageSize": size})
        assert [bucket["Name"] for page in pages for bucket in page["Buckets"]] == names
    assert [bucket["Name"] for bucket in s3.list_buckets(Prefix="page-1")["Buckets"]] == names[10:20]


@pytest.mark.parametrize(
    "operation", ["list_objects", "list_objects_v2", "list_multipart_uploads", "get_bucket_location"]
)
def test_no_such_bucket(s3, operation):
    with refused(404, "NoSuchBucket"):
        getattr(s3, operation)(Bucket="no-such-bucket-here")


def test_no_such_bucket_for_objects(s3):
    with refused(404, "NoSuchBucket"):
        s3.put_object(Bucket="no-such-bucket-here", Key="k", Body=b"x")
    with refused(404, "NoSuchBucket"):
        s3.get_object(Bucket="no-such-bucket-here", Key="k")
    with pytest.raises(ClientError):
        s3.head_object(Bucket="no-such-bucket-here", Key="k")


def test_expected_owner(s3, bucket):
    s3.head_bucket(Bucket=bucket, ExpectedBucketOwner="123456789012")
    with refused(403, "AccessDenied"):
        s3.list_objects_v2(Bucket=bucket, ExpectedBucketOwner="999999999999")
