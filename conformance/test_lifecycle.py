"""Lifecycle with real clients: rules read back as they were put, and what they cover goes, with a day of two seconds."""

import datetime
import time

import pytest

DAY = ["--lifecycle-day", "2s"]


def rule(name, prefix, **actions):
    return {"ID": name, "Filter": {"Prefix": prefix}, "Status": "Enabled", **actions}


def put(s3, bucket, *rules):
    return s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": list(rules)})


def keys(s3, bucket):
    return [row["Key"] for row in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def wait_until(holds, seconds=90, pause=0.2):
    """A clock is trusted once it was watched for a while, so what is due goes a little later."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(pause)


def test_rules_read_back_as_they_were_put(s3, bucket):
    rules = [
        rule("all", "", Expiration={"Days": 30}, AbortIncompleteMultipartUpload={"DaysAfterInitiation": 7}),
        rule("date", "d/", Expiration={"Date": datetime.datetime(2040, 1, 1, tzinfo=datetime.timezone.utc)}),
        {
            "ID": "sizes",
            "Filter": {"And": {"Prefix": "s/", "ObjectSizeGreaterThan": 10, "ObjectSizeLessThan": 2000}},
            "Status": "Disabled",
            "Expiration": {"Days": 1},
        },
        {
            "ID": "classes",
            "Filter": {"And": {"Prefix": "c/", "Tags": [{"Key": "k", "Value": "v"}]}},
            "Status": "Enabled",
            "Expiration": {"Days": 200},
            "Transitions": [
                {"Days": 30, "StorageClass": "STANDARD_IA"},
                {"Days": 60, "StorageClass": "GLACIER"},
                {"Days": 150, "StorageClass": "DEEP_ARCHIVE"},
            ],
            "NoncurrentVersionTransitions": [
                {"NoncurrentDays": 0, "NewerNoncurrentVersions": 2, "StorageClass": "GLACIER_IR"}
            ],
            "NoncurrentVersionExpiration": {"NoncurrentDays": 9, "NewerNoncurrentVersions": 5},
        },
        rule("markers", "m/", Expiration={"ExpiredObjectDeleteMarker": True}),
        {
            "ID": "tag",
            "Filter": {"Tag": {"Key": "k", "Value": "v"}},
            "Status": "Enabled",
            "Transitions": [
                {
                    "Date": datetime.datetime(2040, 1, 1, tzinfo=datetime.timezone.utc),
                    "StorageClass": "INTELLIGENT_TIERING",
                }
            ],
        },
    ]
    put(s3, bucket, *rules)
    answer = s3.get_bucket_lifecycle_configuration(Bucket=bucket)
    for got, sent in zip(answer["Rules"], rules, strict=True):
        assert got == sent
    assert answer["TransitionDefaultMinimumObjectSize"] == "all_storage_classes_128K"
    s3.delete_bucket_lifecycle(Bucket=bucket)
    with pytest.raises(s3.exceptions.ClientError) as caught:
        s3.get_bucket_lifecycle_configuration(Bucket=bucket)
    assert caught.value.response["Error"]["Code"] == "NoSuchLifecycleConfiguration"


def test_dates_are_told_and_round_to_midnight(s3, bucket):
    put(s3, bucket, rule("a rule", "e/", Expiration={"Days": 2}, AbortIncompleteMultipartUpload={"DaysAfterInitiation": 1}))
    now = datetime.datetime.now(datetime.timezone.utc)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    expected = (midnight + datetime.timedelta(days=3)).strftime("%a, %d %b %Y %H:%M:%S GMT")
    told = f'expiry-date="{expected}", rule-id="a%20rule"'
    assert s3.put_object(Bucket=bucket, Key="e/k", Body=b"x")["Expiration"] == told
    assert s3.head_object(Bucket=bucket, Key="e/k")["Expiration"] == told
    assert s3.get_object(Bucket=bucket, Key="e/k")["Expiration"] == told
    assert "Expiration" not in s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    upload = s3.create_multipart_upload(Bucket=bucket, Key="e/parts")
    assert (upload["AbortDate"], upload["AbortRuleId"]) == (midnight + datetime.timedelta(days=2), "a rule")
    listed = s3.list_parts(Bucket=bucket, Key="e/parts", UploadId=upload["UploadId"])
    assert (listed["AbortDate"], listed["AbortRuleId"]) == (upload["AbortDate"], "a rule")
    part = s3.upload_part(Bucket=bucket, Key="e/parts", UploadId=upload["UploadId"], PartNumber=1, Body=b"x")
    done = s3.complete_multipart_upload(
        Bucket=bucket, Key="e/parts", UploadId=upload["UploadId"],
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]},
    )  # fmt: skip
    assert done["Expiration"] == told


@pytest.mark.parametrize(
    ("broken", "code"),
    [
        ({"Transitions": [{"Days": 29, "StorageClass": "STANDARD_IA"}]}, "InvalidArgument"),
        ({"Transitions": [{"Days": 1, "StorageClass": "STANDARD"}]}, "InvalidArgument"),
        ({"Transitions": [{"Days": 9, "StorageClass": "GLACIER"}], "Expiration": {"Days": 9}}, "InvalidArgument"),
        ({"NoncurrentVersionExpiration": {"NoncurrentDays": 0}}, "InvalidArgument"),
        ({"Expiration": {"Days": 0}}, "InvalidArgument"),
        ({"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 0}}, "InvalidArgument"),
        ({"ID": "a" * 256, "Expiration": {"Days": 1}}, "InvalidArgument"),
        ({"Status": "enabled", "Expiration": {"Days": 1}}, "MalformedXML"),
        ({}, "InvalidRequest"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_means_nothing_is_refused(s3, bucket, broken, code):
    put(s3, bucket, rule("kept", "", Expiration={"Days": 30}))
    with pytest.raises(s3.exceptions.ClientError) as caught:
        put(s3, bucket, {**rule("r", "a/"), **broken})
    assert caught.value.response["Error"]["Code"] == code
    assert [row["ID"] for row in s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]] == ["kept"]


def test_what_is_due_goes_and_a_restart_in_between_loses_nothing(own_server):
    server = own_server(DAY).start()
    s3 = server.client("s3")
    s3.create_bucket(Bucket="bkt")
    for key in ("old/a", "old/b", "kept"):
        s3.put_object(Bucket="bkt", Key=key, Body=b"x")
    upload = s3.create_multipart_upload(Bucket="bkt", Key="old/parts")["UploadId"]
    s3.upload_part(Bucket="bkt", Key="old/parts", UploadId=upload, PartNumber=1, Body=b"x" * 100_000)
    open_upload = s3.create_multipart_upload(Bucket="bkt", Key="kept")["UploadId"]
    put(s3, "bkt", rule("old", "old/", Expiration={"Days": 1}, AbortIncompleteMultipartUpload={"DaysAfterInitiation": 1}))
    server.kill()
    server.start()
    s3 = server.client("s3")
    s3.put_object(Bucket="bkt", Key="old/c", Body=b"x")
    wait_until(lambda: keys(s3, "bkt") == ["kept"])

    def uploads():
        return [row["UploadId"] for row in s3.list_multipart_uploads(Bucket="bkt").get("Uploads", [])]

    wait_until(lambda: uploads() == [open_upload])
    put(s3, "bkt", rule("old", "old/", Expiration={"Days": 100_000}))
    s3.put_object(Bucket="bkt", Key="old/d", Body=b"x")
    time.sleep(5)
    assert keys(s3, "bkt") == ["kept", "old/d"]
    server.stop()
    server.fsck()


def test_classes_versions_and_tags(own_server):
    """What is ruled goes to its class, noncurrent versions go, and so does a delete marker that nothing is below."""
    server = own_server(DAY).start()
    s3 = server.client("s3")
    s3.create_bucket(Bucket="bkt")
    s3.put_bucket_versioning(Bucket="bkt", VersioningConfiguration={"Status": "Enabled"})
    cold = {"ID": "cold", "Status": "Enabled", "Transitions": [{"Days": 0, "StorageClass": "GLACIER_IR"}]}
    cold["Filter"] = {"And": {"Prefix": "c/", "ObjectSizeGreaterThan": 0}}
    warm = {"ID": "warm", "Status": "Enabled", "Transitions": [{"Days": 0, "StorageClass": "GLACIER"}]}
    warm["Filter"] = {"And": {"Prefix": "w/", "ObjectSizeGreaterThan": 0, "Tags": [{"Key": "archive", "Value": "yes"}]}}
    put(
        s3,
        "bkt",
        cold,
        warm,
        rule("old", "v/", NoncurrentVersionExpiration={"NoncurrentDays": 1}, Expiration={"ExpiredObjectDeleteMarker": True}),
    )
    made = s3.put_object(Bucket="bkt", Key="c/k", Body=b"cold")
    before = s3.head_object(Bucket="bkt", Key="c/k")
    s3.put_object(Bucket="bkt", Key="c/small", Body=b"")
    s3.put_object(Bucket="bkt", Key="w/tagged", Body=b"x", Tagging="archive=yes")
    s3.put_object(Bucket="bkt", Key="w/later", Body=b"x")
    for _ in range(20):
        s3.put_object(Bucket="bkt", Key="v/k", Body=b"x")
    s3.put_object(Bucket="bkt", Key="v/gone", Body=b"x")
    s3.delete_object(Bucket="bkt", Key="v/gone")

    def versions(key):
        rows = s3.list_object_versions(Bucket="bkt", Prefix=key)
        return len(rows.get("Versions", [])), len(rows.get("DeleteMarkers", []))

    def classes(prefix):
        return {row["Key"]: row["StorageClass"] for row in s3.list_objects_v2(Bucket="bkt", Prefix=prefix)["Contents"]}

    wait_until(lambda: classes("c/") == {"c/k": "GLACIER_IR", "c/small": "STANDARD"})
    after = s3.head_object(Bucket="bkt", Key="c/k")
    assert (after["StorageClass"], after["ETag"], after["VersionId"]) == ("GLACIER_IR", made["ETag"], made["VersionId"])
    assert after["LastModified"] == before["LastModified"]
    assert s3.get_object(Bucket="bkt", Key="c/k")["Body"].read() == b"cold"
    wait_until(lambda: classes("w/") == {"w/tagged": "GLACIER", "w/later": "STANDARD"})
    with pytest.raises(s3.exceptions.ClientError) as caught:
        s3.get_object(Bucket="bkt", Key="w/tagged")
    assert caught.value.response["Error"]["Code"] == "InvalidObjectState"
    server.kill()
    server.start()
    s3 = server.client("s3")
    s3.put_object_tagging(Bucket="bkt", Key="w/later", Tagging={"TagSet": [{"Key": "archive", "Value": "yes"}]})
    wait_until(lambda: versions("v/k") == (1, 0) and versions("v/gone") == (0, 0))
    wait_until(lambda: classes("w/") == {"w/tagged": "GLACIER", "w/later": "GLACIER"})
    server.stop()
    server.fsck()
