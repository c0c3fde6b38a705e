"""Intelligent-Tiering: configured by boto3; what nobody reads is archived, and what is restored stays."""

import time

import pytest
from botocore.exceptions import ClientError

from checks import refused
from test_events import configure, open_queue, told
from test_inventory import configuration as inventory
from test_inventory import let_deliver, manifests, report
from test_restore import wait_until

# 90 days are a few seconds then.
DAY = ["--lifecycle-day", "50ms", "--retrieval-standard", "1s", "--retrieval-bulk", "1h"]
BYTES = 128 << 10
ARCHIVE = [{"AccessTier": "ARCHIVE_ACCESS", "Days": 90}]


def put(s3, key, size=BYTES, bucket="bkt"):
    s3.put_object(Bucket=bucket, Key=key, Body=b"x" * size, StorageClass="INTELLIGENT_TIERING")


def tier(s3, key):
    return s3.head_object(Bucket="bkt", Key=key).get("ArchiveStatus")


def configure_tiering(s3, id="all", status="Enabled", tierings=ARCHIVE, bucket="bkt", **more):
    document = {"Id": id, "Status": status, "Tierings": tierings, **more}
    s3.put_bucket_intelligent_tiering_configuration(Bucket=bucket, Id=id, IntelligentTieringConfiguration=document)
    return document


def test_configurations_are_kept_as_they_are_put(s3, bucket):
    two = [{"AccessTier": "DEEP_ARCHIVE_ACCESS", "Days": 180}, *ARCHIVE]
    both = {"And": {"Prefix": "logs/", "Tags": [{"Key": "a", "Value": "b"}]}}
    kept = [
        configure_tiering(s3, "all", tierings=two, bucket=bucket),
        configure_tiering(s3, "both", "Disabled", bucket=bucket, Filter=both),
        configure_tiering(s3, "prefix", bucket=bucket, Filter={"Prefix": "a"}),
        configure_tiering(s3, "tag", bucket=bucket, Filter={"Tag": {"Key": "a", "Value": "b"}}),
    ]
    listed = s3.list_bucket_intelligent_tiering_configurations(Bucket=bucket)
    assert listed["IntelligentTieringConfigurationList"] == kept
    got = s3.get_bucket_intelligent_tiering_configuration(Bucket=bucket, Id="both")
    assert got["IntelligentTieringConfiguration"] == kept[1]
    s3.delete_bucket_intelligent_tiering_configuration(Bucket=bucket, Id="both")
    with refused(404, "NoSuchConfiguration"):
        s3.get_bucket_intelligent_tiering_configuration(Bucket=bucket, Id="both")
    for number in range(4, 202):
        configure_tiering(s3, f"t{number:03}", bucket=bucket)
    first = s3.list_bucket_intelligent_tiering_configurations(Bucket=bucket)
    token = first["NextContinuationToken"]
    second = s3.list_bucket_intelligent_tiering_configurations(Bucket=bucket, ContinuationToken=token)
    pages = [len(page["IntelligentTieringConfigurationList"]) for page in (first, second)]
    assert (pages, first["IsTruncated"], second["IsTruncated"]) == ([100, 100], True, True)


@pytest.mark.parametrize(
    "tierings",
    [
        [{"AccessTier": "ARCHIVE_ACCESS", "Days": 89}],
        [{"AccessTier": "DEEP_ARCHIVE_ACCESS", "Days": 179}],
        [{"AccessTier": "ARCHIVE_ACCESS", "Days": 731}],
    ],
)
def test_days_have_limits(s3, bucket, tierings):
    with refused(400, "InvalidArgument"):
        configure_tiering(s3, tierings=tierings, bucket=bucket)


def test_what_nobody_reads_is_archived_over_a_kill(own_server):
    server = own_server(DAY).start()
    s3, sqs = server.client("s3"), server.client("sqs")
    s3.create_bucket(Bucket="bkt")
    url, arn = open_queue(sqs, "queue", "bkt")
    events = ["s3:IntelligentTiering", "s3:ObjectRestore:*"]
    configure(s3, "bkt", {"QueueConfigurations": [{"Id": "all", "QueueArn": arn, "Events": events}]})
    configure_tiering(s3)
    for key in ("unread", "read", "copied"):
        put(s3, key)
    put(s3, "small", BYTES - 1)

    def look():
        """Reads go on meanwhile."""
        assert s3.get_object(Bucket="bkt", Key="read", Range="bytes=5-9")["Body"].read() == b"xxxxx"
        s3.copy_object(Bucket="bkt", Key="copy", CopySource={"Bucket": "bkt", "Key": "copied"})

    def is_archived():
        look()
        return tier(s3, "unread") == "ARCHIVE_ACCESS"

    until = time.monotonic() + 2
    while time.monotonic() < until:
        look()
        assert tier(s3, "unread") is None
    # What was read last counts, though the server is killed right after it.
    server.kill()
    server.start()
    s3, sqs = server.client("s3"), server.client("sqs")
    wait_until(is_archived)
    assert [tier(s3, key) for key in ("read", "copied", "small")] == [None] * 3
    with pytest.raises(ClientError) as error:
        s3.get_object(Bucket="bkt", Key="unread")
    told_of = error.value.response["Error"]
    assert (told_of["Code"], told_of["StorageClass"], told_of["AccessTier"]) == (
        "InvalidObjectState", "INTELLIGENT_TIERING", "ARCHIVE_ACCESS",
    )  # fmt: skip
    with refused(403, "InvalidObjectState"):
        s3.copy_object(Bucket="bkt", Key="c", CopySource={"Bucket": "bkt", "Key": "unread"})
    upload = s3.create_multipart_upload(Bucket="bkt", Key="parts")["UploadId"]
    with refused(403, "InvalidObjectState"):
        s3.upload_part_copy(
            Bucket="bkt", Key="parts", UploadId=upload, PartNumber=1, CopySource={"Bucket": "bkt", "Key": "unread"}
        )
    # So that it stays read for the rest of the test once it is back.
    s3.delete_bucket_intelligent_tiering_configuration(Bucket="bkt", Id="all")

    def restore(**request):
        return s3.restore_object(Bucket="bkt", Key="unread", RestoreRequest=request)

    with refused(400, "InvalidArgument"):
        restore(Days=1)
    assert restore(GlacierJobParameters={"Tier": "Bulk"})["ResponseMetadata"]["HTTPStatusCode"] == 202
    head = s3.head_object(Bucket="bkt", Key="unread")
    assert (head["ArchiveStatus"], head["Restore"]) == ("ARCHIVE_ACCESS", 'ongoing-request="true"')
    restore(GlacierJobParameters={"Tier": "Standard"})
    wait_until(lambda: tier(s3, "unread") is None)
    head = s3.head_object(Bucket="bkt", Key="unread")
    assert ("Restore" not in head, head["StorageClass"]) == (True, "INTELLIGENT_TIERING")
    assert len(s3.get_object(Bucket="bkt", Key="unread")["Body"].read()) == BYTES
    came = told(sqs, url, 3)
    assert [event["eventName"] for event in came] == [
        "IntelligentTiering", "ObjectRestore:Post", "ObjectRestore:Completed",
    ]  # fmt: skip
    assert came[0]["intelligentTieringEventData"] == {"destinationAccessTier": "ARCHIVE_ACCESS"}
    assert {event["s3"]["object"]["key"] for event in came} == {"unread"}
    server.stop()
    server.fsck()


def test_an_inventory_tells_the_tier(own_server):
    server = own_server(["--lifecycle-day", "20ms"]).start()
    s3 = server.client("s3")
    for name in ("bkt", "dst"):
        s3.create_bucket(Bucket=name)
    configure_tiering(s3, tierings=[{"AccessTier": "DEEP_ARCHIVE_ACCESS", "Days": 180}])
    put(s3, "large")
    put(s3, "small", 10)
    wait_until(lambda: tier(s3, "large") == "DEEP_ARCHIVE_ACCESS")
    let_deliver(s3, "bkt", "dst")
    fields = ("IntelligentTieringAccessTier",)
    s3.put_bucket_inventory_configuration(
        Bucket="bkt", Id="all", InventoryConfiguration=inventory("dst", fields=fields)
    )
    key = manifests(s3, "dst")[0]
    s3.delete_bucket_inventory_configuration(Bucket="bkt", Id="all")
    rows = report(s3, "dst", key)[1]
    assert [(row["Key"], row["IntelligentTieringAccessTier"]) for row in rows] == [
        ("large", "DEEP_ARCHIVE"), ("small", "FREQUENT"),
    ]  # fmt: skip
    server.stop()
    server.fsck()
