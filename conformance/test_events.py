"""Event notifications by boto3: buckets that tell queues and topics, and a server that is killed before it has told."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError

from checks import refused
from server import ACCOUNT
from test_topics import bodies, queue_for

MIB = 1 << 20


def open_queue(sqs, name, bucket):
    """A queue that takes what the bucket tells, as the user guide's example has it: its URL and ARN."""
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {
        "Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "SQS:SendMessage", "Resource": arn,
        "Condition": {
            "ArnLike": {"aws:SourceArn": f"arn:aws:s3:*:*:{bucket}"}, "StringEquals": {"aws:SourceAccount": ACCOUNT},
        },
    }  # fmt: skip
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return url, arn


def configure(s3, bucket, rules, **more):
    s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration=rules, **more)


def told(sqs, url, count, of=lambda body: body, seconds=20):
    """So many events of a queue, in the order of their sequencers, without test events."""
    events, until = [], time.monotonic() + seconds
    while len(events) < count and time.monotonic() < until:
        for message in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1).get("Messages", []):
            sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            events += json.loads(of(message["Body"])).get("Records", [])
    return sorted(events, key=lambda event: event["s3"]["object"]["sequencer"])


def names(events):
    return [(event["eventName"], event["s3"]["object"]["key"]) for event in events]


def test_a_bucket_tells_a_queue_what_happens(s3, sqs, bucket, name):
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    url, arn = open_queue(sqs, name, bucket)
    events = ["s3:ObjectCreated:*", "s3:ObjectRemoved:*", "s3:ObjectTagging:*", "s3:ObjectAcl:Put", "s3:ObjectAnnotation:*"]
    rule = {
        "Id": "all", "QueueArn": arn, "Events": events,
        "Filter": {"Key": {"FilterRules": [{"Name": "Prefix", "Value": "in/"}]}},
    }  # fmt: skip
    configure(s3, bucket, {"QueueConfigurations": [rule]})
    assert s3.get_bucket_notification_configuration(Bucket=bucket)["QueueConfigurations"] == [rule]
    [test] = bodies(sqs, url)
    test = json.loads(test["Body"])
    assert (test["Event"], test["Bucket"], test["Service"]) == ("s3:TestEvent", bucket, "Amazon S3")

    put = s3.put_object(Bucket=bucket, Key="in/a b", Body=b"hello")
    s3.put_object(Bucket=bucket, Key="out", Body=b"hello")
    s3.copy_object(Bucket=bucket, Key="in/copy", CopySource={"Bucket": bucket, "Key": "in/a b"})
    upload = s3.create_multipart_upload(Bucket=bucket, Key="in/multi")["UploadId"]
    etag = s3.upload_part(Bucket=bucket, Key="in/multi", UploadId=upload, PartNumber=1, Body=b"p" * MIB)["ETag"]
    parts = {"Parts": [{"PartNumber": 1, "ETag": etag}]}
    done = s3.complete_multipart_upload(Bucket=bucket, Key="in/multi", UploadId=upload, MultipartUpload=parts)
    s3.put_object_tagging(Bucket=bucket, Key="in/multi", Tagging={"TagSet": [{"Key": "a", "Value": "b"}]})
    s3.delete_object_tagging(Bucket=bucket, Key="in/multi")
    for _ in range(2):
        # An ACL that is there already is no event.
        s3.put_object_acl(Bucket=bucket, Key="in/multi", ACL="private")
    s3.put_object_annotation(Bucket=bucket, Key="in/multi", AnnotationName="a", AnnotationPayload=b"text")
    for _ in range(2):
        s3.delete_object_annotation(Bucket=bucket, Key="in/multi", AnnotationName="a")
    marker = s3.delete_object(Bucket=bucket, Key="in/copy")["VersionId"]
    s3.delete_object(Bucket=bucket, Key="in/copy", VersionId=marker)

    events = told(sqs, url, 10)
    assert names(events) == [
        ("ObjectCreated:Put", "in/a+b"), ("ObjectCreated:Copy", "in/copy"),
        ("ObjectCreated:CompleteMultipartUpload", "in/multi"), ("ObjectTagging:Put", "in/multi"),
        ("ObjectTagging:Delete", "in/multi"), ("ObjectAcl:Put", "in/multi"), ("ObjectAnnotation:Put", "in/multi"),
        ("ObjectAnnotation:Delete", "in/multi"), ("ObjectRemoved:DeleteMarkerCreated", "in/copy"),
        ("ObjectRemoved:Delete", "in/copy"),
    ]  # fmt: skip
    first, multi, hidden, gone = events[0], events[2], events[8], events[9]
    assert first["s3"]["object"]["size"] == 5 and first["s3"]["object"]["eTag"] == put["ETag"].strip('"')
    assert first["s3"]["object"]["versionId"] == put["VersionId"]
    assert first["responseElements"]["x-amz-request-id"] == put["ResponseMetadata"]["RequestId"]
    assert first["userIdentity"]["principalId"] == f"AWS:{ACCOUNT}"
    assert (first["s3"]["configurationId"], first["s3"]["bucket"]["name"]) == ("all", bucket)
    assert (multi["s3"]["object"]["eTag"], multi["s3"]["object"]["size"]) == (done["ETag"].strip('"'), MIB)
    assert hidden["s3"]["object"]["versionId"] == gone["s3"]["object"]["versionId"] == marker

    configure(s3, bucket, {})
    s3.put_object(Bucket=bucket, Key="in/later", Body=b"x")
    assert "QueueConfigurations" not in s3.get_bucket_notification_configuration(Bucket=bucket)
    assert bodies(sqs, url, wait=1) == []


def test_a_bucket_tells_a_topic_and_that_its_queues(s3, sns, sqs, bucket, name):
    topic = sns.create_topic(Name=name)["TopicArn"]
    url, arn = queue_for(sqs, name, topic)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    rule = {"TopicArn": topic, "Events": ["s3:ObjectCreated:Put"]}
    configure(s3, bucket, {"TopicConfigurations": [rule]}, SkipDestinationValidation=True)
    [kept] = s3.get_bucket_notification_configuration(Bucket=bucket)["TopicConfigurations"]
    assert kept["Id"] and kept["TopicArn"] == topic
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    [message] = bodies(sqs, url)
    envelope = json.loads(message["Body"])
    assert (envelope["TopicArn"], envelope["Subject"]) == (topic, "Amazon S3 Notification")
    assert names(json.loads(envelope["Message"])["Records"]) == [("ObjectCreated:Put", "k")]


def test_a_destination_must_be_there_and_take_it(s3, sqs, bucket, name):
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    for queue in (arn, f"{arn}-none"):
        with refused(400, "InvalidArgument"):
            configure(s3, bucket, {"QueueConfigurations": [{"QueueArn": queue, "Events": ["s3:ObjectCreated:*"]}]})
    function = {"LambdaFunctionArn": f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:f", "Events": ["s3:ObjectCreated:*"]}
    with refused(501, "NotImplemented"):
        configure(s3, bucket, {"LambdaFunctionConfigurations": [function]})
    with refused(501, "NotImplemented"):
        configure(s3, bucket, {"EventBridgeConfiguration": {}})
    assert "QueueConfigurations" not in s3.get_bucket_notification_configuration(Bucket=bucket)


@pytest.mark.timeout(120)
def test_killed_at_any_time_it_tells_of_all_that_was_acknowledged(own_server):
    server = own_server().start()
    config = Config(read_timeout=20, max_pool_connections=8, retries={"total_max_attempts": 1})
    s3, sqs = server.client("s3", config=config), server.client("sqs")
    s3.create_bucket(Bucket="told")
    url, arn = open_queue(sqs, "told", "told")
    configure(s3, "told", {"QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]})
    acknowledged = []

    def write(writer, round):
        for number in range(10_000):
            key = f"{round}-{writer}-{number}"
            try:
                s3.put_object(Bucket="told", Key=key, Body=b"x")
            except BotoCoreError:  # the server was killed
                return
            acknowledged.append(key)

    for round in range(3):
        with ThreadPoolExecutor(4) as pool:
            for writer in range(4):
                pool.submit(write, writer, round)
            killer = threading.Timer(0.4, server.kill)
            killer.start()
        killer.join()
        server.start()
    assert len(acknowledged) > 20
    seen, until = set(), time.monotonic() + 60
    while not seen.issuperset(acknowledged) and time.monotonic() < until:
        seen |= {event["s3"]["object"]["key"] for event in told(sqs, url, 10, seconds=1)}
    assert set(acknowledged) - seen == set()
    there = set()
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket="told"):
        there |= {entry["Key"] for entry in page.get("Contents", [])}
    assert seen <= there, "an event of something that did not happen"
    server.stop()
    server.fsck()
