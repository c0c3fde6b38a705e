"""Tags of objects and buckets; website redirects; storage classes."""

import json

import pytest

from checks import refused


def tag_set(tags):
    return [{"Key": key, "Value": value} for key, value in tags]


def tags_of(s3, bucket, key, **more):
    return [(tag["Key"], tag["Value"]) for tag in s3.get_object_tagging(Bucket=bucket, Key=key, **more)["TagSet"]]


def test_tags_of_an_object(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", Tagging="color=blue&with%20space=%2B&bare")
    assert tags_of(s3, bucket, "k") == [("bare", ""), ("color", "blue"), ("with space", "+")]
    assert s3.head_object(Bucket=bucket, Key="k")["TagCount"] == 3
    assert s3.get_object(Bucket=bucket, Key="k")["TagCount"] == 3
    s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": tag_set([("ä", "ö")])})
    assert tags_of(s3, bucket, "k") == [("ä", "ö")]
    s3.delete_object_tagging(Bucket=bucket, Key="k")
    assert tags_of(s3, bucket, "k") == []
    assert "TagCount" not in s3.head_object(Bucket=bucket, Key="k")
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", Tagging="a=1")
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert tags_of(s3, bucket, "k") == []
    with refused(404, "NoSuchKey"):
        s3.get_object_tagging(Bucket=bucket, Key="none")


LIMITS = [
    [(str(number), "") for number in range(11)],
    [("k" * 129, "v")],
    [("k", "v" * 257)],
    [("k", "1"), ("k", "2")],
    [("aws:k", "v")],
    [("k", "<")],
]


@pytest.mark.parametrize("tags", LIMITS, ids=["eleven", "key", "value", "twice", "aws:", "letter"])
def test_limits(s3, bucket, tags):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", Tagging="kept=1")
    with refused(400, "InvalidTag"):
        s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": tag_set(tags)})
    assert tags_of(s3, bucket, "k") == [("kept", "1")]


def test_the_most_that_fits(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    most = [(str(number) * 128, "v" * 256) for number in range(10)]
    s3.put_object_tagging(Bucket=bucket, Key="k", Tagging={"TagSet": tag_set(most)})
    assert tags_of(s3, bucket, "k") == most


@pytest.mark.parametrize("header", ["a=1&a=2", "a=%zz", "a=%ff"])
def test_headers_that_are_no_form(s3, bucket, header):
    with refused(400, "InvalidArgument"):
        s3.put_object(Bucket=bucket, Key="k", Body=b"x", Tagging=header)


def test_copies(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", Tagging="a=1")
    source = {"Bucket": bucket, "Key": "k"}
    s3.copy_object(Bucket=bucket, Key="c", CopySource=source)
    assert tags_of(s3, bucket, "c") == [("a", "1")]
    s3.copy_object(Bucket=bucket, Key="c", CopySource=source, MetadataDirective="REPLACE")
    assert tags_of(s3, bucket, "c") == [("a", "1")]
    s3.copy_object(Bucket=bucket, Key="c", CopySource=source, TaggingDirective="REPLACE", Tagging="b=2")
    assert tags_of(s3, bucket, "c") == [("b", "2")]
    s3.copy_object(Bucket=bucket, Key="c", CopySource=source, TaggingDirective="REPLACE")
    assert tags_of(s3, bucket, "c") == []


def test_uploads(s3, bucket):
    """Each parameter that Create takes has its effect after Complete."""
    made = s3.create_multipart_upload(
        Bucket=bucket, Key="k", Tagging="a=1", StorageClass="GLACIER_IR", WebsiteRedirectLocation="/there"
    )  # fmt: skip
    place = {"Bucket": bucket, "Key": "k", "UploadId": made["UploadId"]}
    part = s3.upload_part(**place, PartNumber=1, Body=b"x")
    assert s3.list_parts(**place)["StorageClass"] == "GLACIER_IR"
    assert s3.list_multipart_uploads(Bucket=bucket)["Uploads"][0]["StorageClass"] == "GLACIER_IR"
    named = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    s3.complete_multipart_upload(**place, MultipartUpload=named)
    head = s3.head_object(Bucket=bucket, Key="k")
    assert (head["StorageClass"], head["WebsiteRedirectLocation"], head["TagCount"]) == ("GLACIER_IR", "/there", 1)
    assert tags_of(s3, bucket, "k") == [("a", "1")]


CLASSES = ["REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER_IR"]


@pytest.mark.parametrize("storage", CLASSES)
def test_classes_that_are_read_at_once(s3, bucket, storage):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x", StorageClass=storage)
    got = s3.get_object(Bucket=bucket, Key="k")
    assert (got["Body"].read(), got["StorageClass"]) == (b"x", storage)
    assert s3.list_objects_v2(Bucket=bucket)["Contents"][0]["StorageClass"] == storage
    s3.copy_object(Bucket=bucket, Key="k", CopySource={"Bucket": bucket, "Key": "k"}, StorageClass="STANDARD")
    assert "StorageClass" not in s3.head_object(Bucket=bucket, Key="k")


@pytest.mark.parametrize("storage", ["SNOW", "EXPRESS_ONEZONE", "FSX_OPENZFS"])
def test_classes_that_cannot_be_had_are_refused(s3, bucket, storage):
    with refused(501, "NotImplemented"):
        s3.put_object(Bucket=bucket, Key="k", Body=b"x", StorageClass=storage)


def test_redirects(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"", WebsiteRedirectLocation="https://example.com/x")
    assert s3.head_object(Bucket=bucket, Key="k")["WebsiteRedirectLocation"] == "https://example.com/x"
    s3.copy_object(Bucket=bucket, Key="c", CopySource={"Bucket": bucket, "Key": "k"})
    assert "WebsiteRedirectLocation" not in s3.head_object(Bucket=bucket, Key="c")
    with refused(400, "InvalidRedirectLocation"):
        s3.put_object(Bucket=bucket, Key="k", Body=b"", WebsiteRedirectLocation="elsewhere")


def test_tags_of_a_bucket(s3, bucket, name):
    with refused(404, "NoSuchTagSet"):
        s3.get_bucket_tagging(Bucket=bucket)
    tags = tag_set([("team", "cold"), ("stage", "test")])
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tags})
    assert sorted(tag["Key"] for tag in s3.get_bucket_tagging(Bucket=bucket)["TagSet"]) == ["stage", "team"]
    with refused(400, "InvalidTag"):
        s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tag_set([("a", "1"), ("a", "2")])})
    s3.delete_bucket_tagging(Bucket=bucket)
    with refused(404, "NoSuchTagSet"):
        s3.get_bucket_tagging(Bucket=bucket)
    s3.create_bucket(Bucket=f"{name}-tagged", CreateBucketConfiguration={"Tags": tags[:1]})
    assert s3.get_bucket_tagging(Bucket=f"{name}-tagged")["TagSet"] == tags[:1]


def test_with_the_cli(aws, bucket, tmp_path):
    file = tmp_path / "file"
    file.write_text("x")
    aws("s3", "cp", file, f"s3://{bucket}/k", "--storage-class", "STANDARD_IA", "--website-redirect", "/x")
    tagging = json.dumps({"TagSet": tag_set([("a", "1")])})
    aws("s3api", "put-object-tagging", "--bucket", bucket, "--key", "k", "--tagging", tagging)
    aws("s3", "cp", f"s3://{bucket}/k", f"s3://{bucket}/c")
    got = json.loads(aws("s3api", "get-object-tagging", "--bucket", bucket, "--key", "c").stdout)
    assert got["TagSet"] == tag_set([("a", "1")])
    head = json.loads(aws("s3api", "head-object", "--bucket", bucket, "--key", "k").stdout)
    assert (head["StorageClass"], head["WebsiteRedirectLocation"]) == ("STANDARD_IA", "/x")
