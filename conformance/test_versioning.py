"""Versioning: what boto3 and the AWS CLI see of versions, null versions and delete markers."""

import json

import pytest

from checks import keys_of, read, refused

FIVE_MIB = 5 * 1024 * 1024


def enable(s3, bucket, status="Enabled"):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})
    assert s3.get_bucket_versioning(Bucket=bucket)["Status"] == status


@pytest.fixture
def versioned(s3, bucket):
    assert "Status" not in s3.get_bucket_versioning(Bucket=bucket)
    enable(s3, bucket)
    return bucket


def put(s3, bucket, key, body, **more):
    return s3.put_object(Bucket=bucket, Key=key, Body=body, **more).get("VersionId")


def versions(s3, bucket, **more):
    """All versions and delete markers, as (key, id, latest, marker), in the order of their dates within a key."""
    rows = []
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, **more):
        for kind, marker in (("Versions", False), ("DeleteMarkers", True)):
            rows += [(row["Key"], row["VersionId"], row["IsLatest"], marker) for row in page.get(kind, [])]
    return rows


def empty(s3, bucket):
    rows = versions(s3, bucket)
    if rows:
        named = [{"Key": key, "VersionId": version} for key, version, _, _ in rows]
        assert "Errors" not in s3.delete_objects(Bucket=bucket, Delete={"Objects": named})
    assert versions(s3, bucket) == []


def test_each_write_is_a_version(s3, versioned):
    ids = [put(s3, versioned, "k", body) for body in (b"1", b"22", b"333")]
    assert len(set(ids)) == 3 and all(ids)
    for version, body in zip(ids, (b"1", b"22", b"333"), strict=True):
        assert read(s3, versioned, "k", VersionId=version) == body
        head = s3.head_object(Bucket=versioned, Key="k", VersionId=version)
        assert (head["VersionId"], head["ContentLength"]) == (version, len(body))
        got = s3.get_object_attributes(
            Bucket=versioned, Key="k", VersionId=version, ObjectAttributes=["ObjectSize"]
        )  # fmt: skip
        assert (got["VersionId"], got["ObjectSize"]) == (version, len(body))
    assert s3.get_object(Bucket=versioned, Key="k")["VersionId"] == ids[2]
    assert [row[1] for row in versions(s3, versioned)] == ids[::-1]
    s3.delete_object(Bucket=versioned, Key="k", VersionId=ids[2])
    assert read(s3, versioned, "k") == b"22"
    s3.delete_object(Bucket=versioned, Key="k", VersionId=ids[0])
    assert versions(s3, versioned) == [("k", ids[1], True, False)]


def test_delete_markers(s3, versioned):
    first = put(s3, versioned, "k", b"x")
    marker = s3.delete_object(Bucket=versioned, Key="k")
    assert marker["DeleteMarker"] is True
    with refused(404, "NoSuchKey") as caught:
        s3.get_object(Bucket=versioned, Key="k")
    headers = caught.value.response["ResponseMetadata"]["HTTPHeaders"]
    assert (headers["x-amz-delete-marker"], headers["x-amz-version-id"]) == ("true", marker["VersionId"])
    with refused(405, "MethodNotAllowed") as caught:
        s3.get_object(Bucket=versioned, Key="k", VersionId=marker["VersionId"])
    headers = caught.value.response["ResponseMetadata"]["HTTPHeaders"]
    assert headers["x-amz-delete-marker"] == "true" and headers["last-modified"] and headers["allow"] == "DELETE"
    with refused(404):
        s3.head_object(Bucket=versioned, Key="k")
    assert keys_of(s3, versioned) == []
    with refused(409, "BucketNotEmpty"):
        s3.delete_bucket(Bucket=versioned)
    undone = s3.delete_object(Bucket=versioned, Key="k", VersionId=marker["VersionId"])
    assert undone["DeleteMarker"] is True
    assert read(s3, versioned, "k") == b"x"
    for _ in range(2):
        s3.delete_object(Bucket=versioned, Key="k", VersionId=first)
    s3.delete_bucket(Bucket=versioned)


def test_null_versions(s3, bucket):
    put(s3, bucket, "k", b"before")
    enable(s3, bucket)
    second = put(s3, bucket, "k", b"second")
    assert read(s3, bucket, "k", VersionId="null") == b"before"
    enable(s3, bucket, "Suspended")
    assert put(s3, bucket, "k", b"after") is None
    assert s3.head_object(Bucket=bucket, Key="k")["VersionId"] == "null"
    assert read(s3, bucket, "k", VersionId="null") == b"after"
    assert [row[1] for row in versions(s3, bucket)] == ["null", second]
    marker = s3.delete_object(Bucket=bucket, Key="k")
    assert (marker["VersionId"], marker["DeleteMarker"]) == ("null", True)
    assert sorted(versions(s3, bucket)) == sorted([("k", "null", True, True), ("k", second, False, False)])
    s3.delete_object(Bucket=bucket, Key="k", VersionId="null")
    assert read(s3, bucket, "k") == b"second"
    empty(s3, bucket)


def test_an_old_version_is_restored_by_a_copy(s3, versioned):
    first = put(s3, versioned, "k", b"old", Metadata={"a": "b"})
    put(s3, versioned, "k", b"new")
    source = {"Bucket": versioned, "Key": "k", "VersionId": first}
    copied = s3.copy_object(Bucket=versioned, Key="k", CopySource=source)
    assert copied["CopySourceVersionId"] == first and copied["VersionId"] not in (first, None)
    got = s3.get_object(Bucket=versioned, Key="k")
    assert (got["Body"].read(), got["Metadata"]) == (b"old", {"a": "b"})
    marker = s3.delete_object(Bucket=versioned, Key="k")["VersionId"]
    with refused(400, "InvalidRequest"):
        s3.copy_object(Bucket=versioned, Key="c", CopySource={**source, "VersionId": marker})
    with refused(404, "NoSuchVersion"):
        s3.copy_object(Bucket=versioned, Key="c", CopySource={**source, "VersionId": "0" * 32})


def test_an_upload_knows_its_version(s3, versioned):
    """The version is told from the beginning on, and so is its place: see docs/decisions/0022-versions.md."""
    made = s3.create_multipart_upload(Bucket=versioned, Key="k")
    place = {"Bucket": versioned, "Key": "k", "UploadId": made["UploadId"]}
    headers = [made["ResponseMetadata"]["HTTPHeaders"]["x-amz-version-id"]]
    part = s3.upload_part(**place, PartNumber=1, Body=b"p" * FIVE_MIB)
    put(s3, versioned, "source", b"s" * 10)
    copied = s3.upload_part_copy(**place, PartNumber=2, CopySource=f"{versioned}/source")
    listed = s3.list_parts(**place)
    for answer in (part, copied, listed):
        headers.append(answer["ResponseMetadata"]["HTTPHeaders"]["x-amz-version-id"])
    between = put(s3, versioned, "k", b"between")
    named = [{"PartNumber": 1, "ETag": part["ETag"]}, {"PartNumber": 2, "ETag": copied["CopyPartResult"]["ETag"]}]
    done = s3.complete_multipart_upload(**place, MultipartUpload={"Parts": named})
    headers.append(done["VersionId"])
    assert len(set(headers)) == 1
    assert s3.head_object(Bucket=versioned, Key="k")["VersionId"] == between
    assert [row[1] for row in versions(s3, versioned, Prefix="k")] == [between, done["VersionId"]]
    assert s3.head_object(Bucket=versioned, Key="k", VersionId=done["VersionId"])["ContentLength"] == FIVE_MIB + 10


def test_pages_of_versions(s3, versioned):
    wanted = []
    for key in ("a", "b/1", "b/2", "c"):
        ids = [put(s3, versioned, key, body) for body in (b"1", b"2", b"3")]
        wanted += [(key, version) for version in ids[::-1]]
    for size in (1, 2, 5, 1000):
        got = [(row[0], row[1]) for row in versions(s3, versioned, PaginationConfig={"PageSize": size})]
        assert got == wanted, size
    page = s3.list_object_versions(Bucket=versioned, Delimiter="/", MaxKeys=5)
    assert [item["Prefix"] for item in page["CommonPrefixes"]] == ["b/"]
    assert (page["IsTruncated"], page["NextKeyMarker"], page["NextVersionIdMarker"]) == (True, "c", wanted[9][1])
    rest = s3.list_object_versions(
        Bucket=versioned, Delimiter="/", KeyMarker="c", VersionIdMarker=page["NextVersionIdMarker"]
    )  # fmt: skip
    assert [row["VersionId"] for row in rest["Versions"]] == [version for _, version in wanted[10:]]


def test_emptying_a_bucket_page_by_page(s3, versioned):
    for number in range(12):
        put(s3, versioned, f"k{number % 3}", b"x")
        s3.delete_object(Bucket=versioned, Key=f"k{number % 4}")
    enable(s3, versioned, "Suspended")
    put(s3, versioned, "k0", b"null")
    markers = {}
    while True:
        page = s3.list_object_versions(Bucket=versioned, MaxKeys=3, **markers)
        rows = page.get("Versions", []) + page.get("DeleteMarkers", [])
        named = [{"Key": row["Key"], "VersionId": row["VersionId"]} for row in rows]
        got = s3.delete_objects(Bucket=versioned, Delete={"Objects": named})
        assert len(got["Deleted"]) == len(rows) and "Errors" not in got
        if not page["IsTruncated"]:
            break
        markers = {"KeyMarker": page["NextKeyMarker"], "VersionIdMarker": page.get("NextVersionIdMarker", "")}
    assert versions(s3, versioned) == []
    s3.delete_bucket(Bucket=versioned)


def test_batches(s3, versioned):
    first = put(s3, versioned, "k", b"x")
    got = s3.delete_objects(Bucket=versioned, Delete={"Objects": [{"Key": "k"}, {"Key": "k", "VersionId": first}]})
    marker, version = got["Deleted"]
    assert marker["DeleteMarker"] is True and marker["DeleteMarkerVersionId"] and "VersionId" not in marker
    assert version == {"Key": "k", "VersionId": first}
    got = s3.delete_objects(
        Bucket=versioned, Delete={"Objects": [{"Key": "k", "VersionId": marker["DeleteMarkerVersionId"]}]}
    )  # fmt: skip
    assert got["Deleted"][0]["DeleteMarker"] is True
    assert versions(s3, versioned) == []


def test_conditions(s3, versioned):
    first = s3.put_object(Bucket=versioned, Key="k", Body=b"1")
    s3.put_object(Bucket=versioned, Key="k", Body=b"2", IfMatch=first["ETag"])
    with refused(412, "PreconditionFailed"):
        s3.put_object(Bucket=versioned, Key="k", Body=b"3", IfMatch=first["ETag"])
    with refused(412, "PreconditionFailed"):
        s3.delete_object(Bucket=versioned, Key="k", IfMatch=first["ETag"])
    s3.delete_object(Bucket=versioned, Key="k")
    with refused(404, "NoSuchKey"):
        s3.put_object(Bucket=versioned, Key="k", Body=b"3", IfMatch=first["ETag"])
    s3.put_object(Bucket=versioned, Key="k", Body=b"3", IfNoneMatch="*")


def test_acls_and_tags_are_each_versions_own(s3, versioned):
    first = put(s3, versioned, "k", b"1", Tagging="a=1")
    second = put(s3, versioned, "k", b"2")
    tags = {"TagSet": [{"Key": "b", "Value": "2"}]}
    assert s3.put_object_tagging(Bucket=versioned, Key="k", VersionId=first, Tagging=tags)["VersionId"] == first
    assert s3.get_object_tagging(Bucket=versioned, Key="k", VersionId=first)["TagSet"] == tags["TagSet"]
    got = s3.get_object_tagging(Bucket=versioned, Key="k")
    assert (got["TagSet"], got["VersionId"]) == ([], second)
    assert s3.get_object_acl(Bucket=versioned, Key="k", VersionId=first)["Grants"]
    with refused(404, "NoSuchVersion"):
        s3.get_object_acl(Bucket=versioned, Key="k", VersionId="0" * 32)


@pytest.mark.parametrize(
    ("configuration", "status", "code"),
    [
        ({"Status": "Paused"}, 400, "MalformedXML"),
        ({}, 400, "IllegalVersioningConfigurationException"),
        ({"Status": "Enabled", "MFADelete": "Enabled"}, 501, "NotImplemented"),
    ],
)
def test_what_is_refused(s3, bucket, configuration, status, code):
    with refused(status, code):
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=configuration)
    assert "Status" not in s3.get_bucket_versioning(Bucket=bucket)


def test_with_the_cli(aws, s3, bucket, tmp_path):
    aws("s3api", "put-bucket-versioning", "--bucket", bucket, "--versioning-configuration", "Status=Enabled")
    file = tmp_path / "file"
    for body in ("one", "two"):
        file.write_text(body)
        aws("s3", "cp", file, f"s3://{bucket}/k")
    aws("s3", "rm", f"s3://{bucket}/k")
    listed = json.loads(aws("s3api", "list-object-versions", "--bucket", bucket).stdout)
    assert [row["Size"] for row in listed["Versions"]] == [3, 3] and len(listed["DeleteMarkers"]) == 1
    old = listed["Versions"][-1]["VersionId"]
    aws("s3api", "get-object", "--bucket", bucket, "--key", "k", "--version-id", old, tmp_path / "got")
    assert (tmp_path / "got").read_text() == "one"
    empty(s3, bucket)


def test_versions_outlive_a_kill(own_server):
    server = own_server().start()
    s3 = server.client("s3")
    s3.create_bucket(Bucket="kept")
    enable(s3, "kept")
    ids = [put(s3, "kept", "k", bytes([number]) * 20_000) for number in range(3)]
    marker = s3.delete_object(Bucket="kept", Key="k")["VersionId"]
    server.kill()
    server.start()
    s3 = server.client("s3")
    assert {row[1] for row in versions(s3, "kept")} == {*ids, marker}
    s3.delete_object(Bucket="kept", Key="k", VersionId=marker)
    assert read(s3, "kept", "k") == bytes([2]) * 20_000
    server.stop()
    server.fsck()
