"""Inventories: configured by boto3, delivered by the server as objects, read as Amazon documents them."""

import csv
import gzip
import hashlib
import io
import json
import time

from checks import keys_of, read, refused
from server import ACCOUNT

DAY = ["--lifecycle-day", "2s"]


def configuration(target, fields=("Size", "ETag"), versions="Current", enabled=True, **destination):
    to = {"Bucket": f"arn:aws:s3:::{target}", "Format": "CSV", "AccountId": ACCOUNT, "Prefix": "to", **destination}
    return {
        "Id": "all", "IsEnabled": enabled, "Destination": {"S3BucketDestination": to},
        "IncludedObjectVersions": versions, "OptionalFields": list(fields), "Schedule": {"Frequency": "Daily"},
    }  # fmt: skip


def statement(source, action, resource):
    conditions = {"ArnLike": {"aws:SourceArn": f"arn:aws:s3:::{source}"}, "StringEquals": {"aws:SourceAccount": ACCOUNT}}
    service = {"Service": "s3.amazonaws.com"}
    return {"Effect": "Allow", "Principal": service, "Action": action, "Resource": resource, "Condition": conditions}


def let_deliver(s3, source, target):
    policy = {"Version": "2012-10-17", "Statement": [statement(source, "s3:PutObject", f"arn:aws:s3:::{target}/*")]}
    s3.put_bucket_policy(Bucket=target, Policy=json.dumps(policy))


def manifests(s3, target, number=1, seconds=60):
    """The keys of manifests, once there are so many whose report is whole."""
    until = time.monotonic() + seconds
    while True:
        whole = [key for key in keys_of(s3, target) if key.endswith("/manifest.checksum")]
        if len(whole) >= number:
            return [key.replace(".checksum", ".json") for key in whole]
        assert time.monotonic() < until, keys_of(s3, target)
        time.sleep(0.1)


def report(s3, target, key):
    """What a manifest says, and all rows, with every MD5 proven."""
    text = read(s3, target, key)
    checksum = read(s3, target, key.replace(".json", ".checksum")).decode()
    manifest, rows = json.loads(text), []
    if checksum != hashlib.md5(text).hexdigest():
        # With days of seconds, another report took its place between the two.
        return report(s3, target, key)
    for file in manifest["files"]:
        data = read(s3, target, file["key"])
        assert (file["size"], file["MD5checksum"]) == (len(data), hashlib.md5(data).hexdigest())
        rows += csv.reader(io.StringIO(gzip.decompress(data).decode()))
    names = manifest["fileSchema"].split(", ")
    return manifest, [dict(zip(names, row, strict=True)) for row in rows]


def test_configurations_are_kept(s3, bucket, name):
    target = f"{name}-to"
    s3.create_bucket(Bucket=target)
    one = dict(Bucket=bucket, Id="all")
    with refused(404, "NoSuchConfiguration"):
        s3.get_bucket_inventory_configuration(**one)
    kept = configuration(target, enabled=False, Encryption={"SSES3": {}}) | {"Filter": {"Prefix": "a/"}}
    s3.put_bucket_inventory_configuration(**one, InventoryConfiguration=kept)
    assert s3.get_bucket_inventory_configuration(**one)["InventoryConfiguration"] == kept
    assert s3.list_bucket_inventory_configurations(Bucket=bucket)["InventoryConfigurationList"] == [kept]
    with refused(400, "InvalidS3DestinationBucket"):
        none = configuration("none-of-this-name")
        s3.put_bucket_inventory_configuration(**one, InventoryConfiguration=none)
    s3.delete_bucket_inventory_configuration(**one)
    with refused(404, "NoSuchConfiguration"):
        s3.delete_bucket_inventory_configuration(**one)


def test_all_versions_are_reported_also_after_a_kill(own_server):
    server = own_server(DAY).start()
    s3 = server.client("s3")
    for one in ("source", "dest", "none-here"):
        s3.create_bucket(Bucket=one)
    let_deliver(s3, "source", "dest")
    let_deliver(s3, "source", "none-here")
    s3.put_object(Bucket="source", Key="plain \"ü", Body=b"plain", StorageClass="STANDARD_IA")
    s3.put_bucket_versioning(Bucket="source", VersioningConfiguration={"Status": "Enabled"})
    ids = [s3.put_object(Bucket="source", Key="k", Body=b"x" * size)["VersionId"] for size in (1, 2)]
    ids.append(s3.delete_object(Bucket="source", Key="k")["VersionId"])
    off = configuration("none-here", enabled=False) | {"Id": "off"}
    s3.put_bucket_inventory_configuration(Bucket="source", Id="off", InventoryConfiguration=off)
    fields = ("Size", "LastModifiedDate", "ETag", "StorageClass", "EncryptionStatus", "ObjectOwner")
    every = configuration("dest", fields, "All")
    s3.put_bucket_inventory_configuration(Bucket="source", Id="all", InventoryConfiguration=every)
    server.kill()
    server.start()
    s3 = server.client("s3")
    manifest, rows = report(s3, "dest", manifests(s3, "dest")[0])
    assert manifest["sourceBucket"] == "source" and manifest["fileFormat"] == "CSV"
    assert [(row["Key"], row["VersionId"]) for row in rows] == [
        ("k", ids[2]), ("k", ids[1]), ("k", ids[0]), ("plain%20%22%C3%BC", "null"),
    ]  # fmt: skip
    assert [row["Size"] for row in rows] == ["", "2", "1", "5"]
    assert [row["IsDeleteMarker"] for row in rows] == ["true", "false", "false", "false"]
    assert rows[3]["ETag"] == hashlib.md5(b"plain").hexdigest() and rows[3]["StorageClass"] == "STANDARD_IA"
    assert rows[3]["ObjectOwner"] == s3.list_buckets()["Owner"]["ID"]
    assert keys_of(s3, "none-here") == []
    server.stop()


def test_a_report_is_encrypted_by_a_key_that_lets_it(own_server):
    server = own_server(DAY).start()
    s3, kms = server.client("s3"), server.client("kms")
    for one in ("source", "dest"):
        s3.create_bucket(Bucket=one)
    let_deliver(s3, "source", "dest")
    s3.put_object(Bucket="source", Key="k", Body=b"x")
    root = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:*", "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [root, statement("source", "kms:GenerateDataKey", "*")]}
    key = kms.create_key()["KeyMetadata"]
    closed = configuration("dest", Prefix="closed", Encryption={"SSEKMS": {"KeyId": key["Arn"]}}) | {"Id": "closed"}
    s3.put_bucket_inventory_configuration(Bucket="source", Id="closed", InventoryConfiguration=closed)
    let = kms.create_key(Policy=json.dumps(policy))["KeyMetadata"]["Arn"]
    opened = configuration("dest", Encryption={"SSEKMS": {"KeyId": let}})
    s3.put_bucket_inventory_configuration(Bucket="source", Id="all", InventoryConfiguration=opened)
    at = manifests(s3, "dest")[0]
    manifest, rows = report(s3, "dest", at)
    assert [row["Key"] for row in rows] == ["k"]
    head = s3.head_object(Bucket="dest", Key=manifest["files"][0]["key"])
    assert (head["ServerSideEncryption"], head["SSEKMSKeyId"]) == ("aws:kms", let)
    # The other key's policy does not know the service.
    assert all(key.startswith("to/") for key in keys_of(s3, "dest"))
    server.stop()
