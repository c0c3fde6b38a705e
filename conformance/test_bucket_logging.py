"""Access logs of buckets: configured by boto3, delivered by the server as objects."""

import json
import time

from checks import refused

PERIOD = ["--bucket-log-period", "200ms"]


def log_to(s3, source, target, prefix, **more):
    """Lets the service deliver, and has it deliver."""
    statement = {
        "Effect": "Allow", "Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": "s3:PutObject",
        "Resource": f"arn:aws:s3:::{target}/{prefix}*",
        "Condition": {"ArnLike": {"aws:SourceArn": f"arn:aws:s3:::{source}"}},
    }  # fmt: skip
    s3.put_bucket_policy(Bucket=target, Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]}))
    enabled = {"TargetBucket": target, "TargetPrefix": prefix, **more}
    s3.put_bucket_logging(Bucket=source, BucketLoggingStatus={"LoggingEnabled": enabled})
    return enabled


def logged(s3, target, wanted, seconds=20):
    """All log objects, once they have as many lines as wanted."""
    until = time.monotonic() + seconds
    while True:
        rows = s3.list_objects_v2(Bucket=target).get("Contents", [])
        text = "".join(s3.get_object(Bucket=target, Key=row["Key"])["Body"].read().decode() for row in rows)
        if text.count("\n") >= wanted or time.monotonic() > until:
            return [row["Key"] for row in rows], text.splitlines()
        time.sleep(0.1)


def test_where_logs_go_is_kept(s3, bucket, name):
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=bucket)
    target = f"{name}-logs"
    s3.create_bucket(Bucket=target)
    for wrong in ("none-of-this-name", target):
        with refused(400, "InvalidTargetBucketForLogging"):
            enabled = {"TargetBucket": wrong, "TargetPrefix": ""}
            s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={"LoggingEnabled": enabled})
    by = {"PartitionedPrefix": {"PartitionDateSource": "DeliveryTime"}}
    for more in ({}, {"TargetObjectKeyFormat": by}, {"TargetObjectKeyFormat": {"SimplePrefix": {}}}):
        enabled = log_to(s3, bucket, target, "logs/", **more)
        told = s3.get_bucket_logging(Bucket=bucket)["LoggingEnabled"]
        assert {name: part for name, part in told.items() if part != []} == enabled
    s3.put_bucket_logging(Bucket=bucket, BucketLoggingStatus={})
    assert "LoggingEnabled" not in s3.get_bucket_logging(Bucket=bucket)


def test_logs_are_delivered_while_it_serves_and_when_it_stops(own_server):
    server = own_server(PERIOD).start()
    s3 = server.client("s3")
    for one in ("source", "logs"):
        s3.create_bucket(Bucket=one)
    log_to(s3, "source", "logs", "of/")
    s3.put_object(Bucket="source", Key="a b", Body=b"body")
    s3.get_object(Bucket="source", Key="a b")["Body"].read()
    with refused(404, "NoSuchKey"):
        s3.get_object(Bucket="source", Key="none")
    keys, lines = logged(s3, "logs", 3)
    assert all(key.startswith("of/20") for key in keys)
    operations = [line.split('"')[0].split()[-2] for line in lines]
    assert operations == ["REST.PUT.OBJECT", "REST.GET.OBJECT", "REST.GET.OBJECT"], lines
    assert [line.split('" ')[1].split()[:2] for line in lines] == [["200", "-"], ["200", "-"], ["404", "NoSuchKey"]]
    assert all("a%20b" in line for line in lines[:2]) and "REST.GET.OBJECT none " in lines[2]
    # What waits when the server stops is delivered by then.
    s3.head_bucket(Bucket="source")
    server.stop()
    server.start()
    s3 = server.client("s3")
    assert any("REST.HEAD.BUCKET" in line for line in logged(s3, "logs", 4)[1])
    server.stop()


def test_a_bucket_that_logs_to_itself_does_not_run_away(own_server):
    server = own_server(PERIOD).start()
    s3 = server.client("s3")
    s3.create_bucket(Bucket="both")
    log_to(s3, "both", "both", "log/")
    s3.put_object(Bucket="both", Key="k", Body=b"")
    time.sleep(1)
    assert len(s3.list_objects_v2(Bucket="both")["Contents"]) == 2
    server.stop()
