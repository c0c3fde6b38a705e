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


def wait_until(holds, seconds=90):
    """A clock is trusted once it was watched for a while, so what is due goes a little later."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come to pass"
        time.sleep(0.2)


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
        ({"Transitions": [{"Days": 1, "StorageClass": "GLACIER"}]}, "NotImplemented"),
        ({"NoncurrentVersionExpiration": {"NoncurrentDays": 0}}, "InvalidArgument"),
        ({"Expiration": {"Days": 0}}, "InvalidArgument"),
        ({"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 0}}, "InvalidArgument"),
        ({"ID": "a" * 256, "Expiration": {"Days": 1}}, "InvalidArgument"),
        ({"Status": "enabled", "Expiration": {"Days": 1}}, "MalformedXML"),
        ({}, "InvalidRequest"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_what_means_nothing_or_cannot_be_done_is_refused(s3, bucket, broken, code):
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
