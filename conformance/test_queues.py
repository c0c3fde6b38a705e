"""SQS by boto3 and the AWS CLI: queues made and changed, messages sent, received, deleted, waited for, given up on; and nothing lost."""

import json
import re
import threading
import time

import pytest
from botocore.config import Config

from checks import refused
from server import ACCESS_KEY, ACCOUNT, REGION, SECRET_KEY, Server

NO_QUEUE = "AWS.SimpleQueueService.NonExistentQueue"


@pytest.fixture
def queue(sqs, name):
    return sqs.create_queue(QueueName=name)["QueueUrl"]


def attributes(sqs, queue, *names):
    return sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=list(names or ["All"]))["Attributes"]


def receive(sqs, queue, **more):
    return sqs.receive_message(QueueUrl=queue, **more).get("Messages", [])


def test_a_queue_is_made_found_listed_and_deleted(server, sqs, name):
    url = sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "5"}, tags={"team": "red"})["QueueUrl"]
    assert url == f"{server.endpoint}/{ACCOUNT}/{name}"
    assert sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "5"})["QueueUrl"] == url
    with refused(400, "QueueAlreadyExists"):
        sqs.create_queue(QueueName=name, Attributes={"VisibilityTimeout": "6"})
    assert sqs.get_queue_url(QueueName=name)["QueueUrl"] == url
    assert sqs.get_queue_url(QueueName=name, QueueOwnerAWSAccountId=ACCOUNT)["QueueUrl"] == url
    assert url in sqs.list_queues(QueueNamePrefix=name)["QueueUrls"]
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"team": "red"}
    got = attributes(sqs, url)
    assert (got["VisibilityTimeout"], got["QueueArn"]) == ("5", f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}")
    assert (got["MessageRetentionPeriod"], got["MaximumMessageSize"]) == ("345600", "1048576")
    sqs.delete_queue(QueueUrl=url)
    with refused(400, NO_QUEUE):
        sqs.get_queue_url(QueueName=name)
    with pytest.raises(sqs.exceptions.QueueDoesNotExist):
        sqs.send_message(QueueUrl=url, MessageBody="x")


def test_pages_of_queues(sqs, name):
    made = sorted(sqs.create_queue(QueueName=f"{name}-{number}")["QueueUrl"] for number in range(5))
    pages = sqs.get_paginator("list_queues").paginate(QueueNamePrefix=name, PaginationConfig={"PageSize": 2})
    assert [url for page in pages for url in page["QueueUrls"]] == made


def test_a_message_comes_as_it_was_sent(sqs, queue):
    # botocore checks the MD5 of the body itself.
    body = "aZ09 <>&\"' ü漢😀\t\n"
    values = {
        "text": {"DataType": "String", "StringValue": "ü"},
        "number": {"DataType": "Number.int", "StringValue": "-17"},
        "bytes": {"DataType": "Binary", "BinaryValue": b"\x00\xff"},
    }
    sent = sqs.send_message(
        QueueUrl=queue, MessageBody=body, MessageAttributes=values, MessageGroupId="g",
        MessageSystemAttributes={"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1-5759e988"}},
    )  # fmt: skip
    [got] = receive(sqs, queue, MessageAttributeNames=["All"], MessageSystemAttributeNames=["All"])
    assert (got["Body"], got["MessageAttributes"], got["MessageId"]) == (body, values, sent["MessageId"])
    assert got["MD5OfBody"] == sent["MD5OfMessageBody"]
    assert got["MD5OfMessageAttributes"] == sent["MD5OfMessageAttributes"]
    told = got["Attributes"]
    assert (told["SenderId"], told["ApproximateReceiveCount"]) == (ACCOUNT, "1")
    assert (told["MessageGroupId"], told["AWSTraceHeader"]) == ("g", "Root=1-5759e988")
    assert abs(int(told["SentTimestamp"]) / 1000 - time.time()) < 60
    assert int(told["ApproximateFirstReceiveTimestamp"]) >= int(told["SentTimestamp"])


def test_the_digest_of_attributes_is_amazons(sqs, queue):
    # From the SQS developer guide's algorithm, worked out by hand: name, type and value with their lengths, by name.
    import hashlib
    import struct

    def part(data):
        return struct.pack(">I", len(data)) + data

    plain = part(b"a") + part(b"String") + b"\x01" + part(b"x") + part(b"b") + part(b"Binary") + b"\x02" + part(b"\x00")
    values = {
        "b": {"DataType": "Binary", "BinaryValue": b"\x00"},
        "a": {"DataType": "String", "StringValue": "x"},
        "other": {"DataType": "String", "StringValue": "y"},
    }
    sqs.send_message(QueueUrl=queue, MessageBody="m", MessageAttributes=values)
    # Of those only that are asked for.
    [got] = receive(sqs, queue, MessageAttributeNames=["a.*", "b"])
    assert got["MD5OfMessageAttributes"] == hashlib.md5(plain).hexdigest()
    assert sorted(got["MessageAttributes"]) == ["a", "b"]
    assert "Attributes" not in got


def test_a_received_message_is_hidden_until_its_time(sqs, queue):
    sqs.send_message(QueueUrl=queue, MessageBody="m")
    [first] = receive(sqs, queue, VisibilityTimeout=1)
    assert receive(sqs, queue) == []
    counts = attributes(sqs, queue, "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")
    assert counts == {"ApproximateNumberOfMessages": "0", "ApproximateNumberOfMessagesNotVisible": "1"}
    [again] = receive(sqs, queue, WaitTimeSeconds=5, MessageSystemAttributeNames=["ApproximateReceiveCount"])
    assert (again["MessageId"], again["Attributes"]["ApproximateReceiveCount"]) == (first["MessageId"], "2")
    # An old receipt deletes nothing that somebody else has now, which is no error.
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=first["ReceiptHandle"])
    sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=again["ReceiptHandle"], VisibilityTimeout=0)
    [third] = receive(sqs, queue)
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=third["ReceiptHandle"])
    sqs.delete_message(QueueUrl=queue, ReceiptHandle=third["ReceiptHandle"])
    with refused(400, "InvalidParameterValue", "Message does not exist or is not available for visibility timeout change."):
        sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=third["ReceiptHandle"], VisibilityTimeout=1)
    with refused(400, "ReceiptHandleIsInvalid"):
        sqs.delete_message(QueueUrl=queue, ReceiptHandle="nonsense")


def test_who_waits_gets_a_message_as_it_comes(sqs, queue):
    got = []
    waiting = threading.Thread(target=lambda: got.extend(receive(sqs, queue, WaitTimeSeconds=20)))
    waiting.start()
    time.sleep(0.5)
    sqs.send_message(QueueUrl=queue, MessageBody="now")
    waiting.join(10)
    assert [message["Body"] for message in got] == ["now"]


def test_a_delayed_message_comes_later(sqs, queue):
    sqs.send_message(QueueUrl=queue, MessageBody="later", DelaySeconds=1)
    assert receive(sqs, queue) == []
    assert attributes(sqs, queue)["ApproximateNumberOfMessagesDelayed"] == "1"
    assert [message["Body"] for message in receive(sqs, queue, WaitTimeSeconds=5)] == ["later"]


def test_batches_answer_for_each(sqs, queue):
    entries = [{"Id": str(number), "MessageBody": f"m{number}"} for number in range(9)]
    sent = sqs.send_message_batch(QueueUrl=queue, Entries=[*entries, {"Id": "bad", "MessageBody": "\u0001"}])
    assert [entry["Id"] for entry in sent["Successful"]] == [str(number) for number in range(9)]
    [failed] = sent["Failed"]
    assert (failed["Id"], failed["Code"], failed["SenderFault"]) == ("bad", "InvalidMessageContents", True)
    got = []
    while len(got) < 9:
        more = receive(sqs, queue, MaxNumberOfMessages=10, WaitTimeSeconds=2)
        assert more
        got += more
    assert sorted(message["Body"] for message in got) == [f"m{number}" for number in range(9)]
    shown = [
        {"Id": str(at), "ReceiptHandle": message["ReceiptHandle"], "VisibilityTimeout": 60}
        for at, message in enumerate(got)
    ]
    assert len(sqs.change_message_visibility_batch(QueueUrl=queue, Entries=shown)["Successful"]) == 9
    settled = [{"Id": entry["Id"], "ReceiptHandle": entry["ReceiptHandle"]} for entry in shown]
    deleted = sqs.delete_message_batch(QueueUrl=queue, Entries=[*settled, {"Id": "bad", "ReceiptHandle": "x"}])
    assert len(deleted["Successful"]) == 9 and deleted["Failed"][0]["Code"] == "ReceiptHandleIsInvalid"
    for wrong, code in (
        ([], "AWS.SimpleQueueService.EmptyBatchRequest"),
        ([entries[0], entries[0]], "AWS.SimpleQueueService.BatchEntryIdsNotDistinct"),
        ([{"Id": "a b", "MessageBody": "m"}], "AWS.SimpleQueueService.InvalidBatchEntryId"),
        ([{"Id": str(at), "MessageBody": "m"} for at in range(11)], "AWS.SimpleQueueService.TooManyEntriesInBatchRequest"),
    ):
        with refused(400, code):
            sqs.send_message_batch(QueueUrl=queue, Entries=wrong)


def test_the_largest_message(sqs, queue):
    body = "ü" * (1 << 19)
    sqs.send_message(QueueUrl=queue, MessageBody=body)
    assert receive(sqs, queue)[0]["Body"] == body
    with refused(400, "InvalidParameterValue"):
        sqs.send_message(QueueUrl=queue, MessageBody=body + "x")


def test_what_is_received_too_often_goes_to_the_dead_letters(sqs, queue, name):
    dead = sqs.create_queue(QueueName=f"{name}-dead")["QueueUrl"]
    arn = attributes(sqs, dead)["QueueArn"]
    policy = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2})
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": policy})
    assert json.loads(attributes(sqs, queue)["RedrivePolicy"]) == json.loads(policy)
    assert sqs.list_dead_letter_source_queues(QueueUrl=dead)["queueUrls"] == [queue]
    sent = sqs.send_message(QueueUrl=queue, MessageBody="poison")
    for _ in range(2):
        assert len(receive(sqs, queue, VisibilityTimeout=0)) == 1
    assert receive(sqs, queue) == []
    [got] = receive(sqs, dead, MessageSystemAttributeNames=["All"])
    assert (got["Body"], got["MessageId"]) == ("poison", sent["MessageId"])
    assert got["Attributes"]["DeadLetterQueueSourceArn"] == attributes(sqs, queue)["QueueArn"]
    with refused(400, "InvalidParameterValue"):
        missing = json.dumps({"deadLetterTargetArn": arn + "-not", "maxReceiveCount": 2})
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"RedrivePolicy": missing})


def test_purging(sqs, queue):
    for number in range(3):
        sqs.send_message(QueueUrl=queue, MessageBody=str(number))
    sqs.purge_queue(QueueUrl=queue)
    assert receive(sqs, queue) == []
    with refused(403, "AWS.SimpleQueueService.PurgeQueueInProgress"):
        sqs.purge_queue(QueueUrl=queue)
    sqs.send_message(QueueUrl=queue, MessageBody="new")
    assert [message["Body"] for message in receive(sqs, queue)] == ["new"]


def test_tags_and_permissions(sqs, queue):
    sqs.tag_queue(QueueUrl=queue, Tags={"a": "1", "b": "2"})
    sqs.untag_queue(QueueUrl=queue, TagKeys=["a"])
    assert sqs.list_queue_tags(QueueUrl=queue)["Tags"] == {"b": "2"}
    sqs.add_permission(QueueUrl=queue, Label="l", AWSAccountIds=["111122223333"], Actions=["SendMessage"])
    [statement] = json.loads(attributes(sqs, queue)["Policy"])["Statement"]
    assert (statement["Sid"], statement["Action"]) == ("l", "SQS:SendMessage")
    assert statement["Principal"] == {"AWS": "arn:aws:iam::111122223333:root"}
    document = json.loads(attributes(sqs, queue)["Policy"])
    arn = attributes(sqs, queue)["QueueArn"]
    assert (document["Version"], document["Id"]) == ("2008-10-17", f"{arn}/SQSDefaultPolicy")
    sqs.remove_permission(QueueUrl=queue, Label="l")
    assert "Policy" not in attributes(sqs, queue)
    with refused(400, "InvalidParameterValue"):
        sqs.remove_permission(QueueUrl=queue, Label="l")


def test_what_is_wrong_is_refused_by_its_code(sqs, queue, name):
    for values, code in (
        ({"VisibilityTimeout": "43201"}, "InvalidAttributeValue"),
        ({"Nonsense": "1"}, "InvalidAttributeName"),
        ({"Policy": "{}"}, "InvalidAttributeValue"),
        ({"KmsMasterKeyId": "alias/aws/sqs"}, "AWS.SimpleQueueService.UnsupportedOperation"),
    ):
        with refused(400, code):
            sqs.set_queue_attributes(QueueUrl=queue, Attributes=values)
    with refused(400, "AWS.SimpleQueueService.UnsupportedOperation"):
        sqs.create_queue(QueueName=f"{name}.fifo", Attributes={"FifoQueue": "true"})
    with refused(400, "InvalidParameterValue"):
        sqs.create_queue(QueueName="a.b")
    with refused(400, "InvalidParameterValue"):
        sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=11)
    with refused(400, "InvalidParameterValue"):
        sqs.send_message(QueueUrl=queue, MessageBody="m", MessageDeduplicationId="d")
    with refused(501, "NotImplemented"):
        sqs.start_message_move_task(SourceArn=attributes(sqs, queue)["QueueArn"])


def test_what_is_wrong_is_told_in_amazons_words(sqs, queue, name):
    said = lambda error: error.value.response["Error"]["Message"]
    sqs.create_queue(QueueName=f"{name}-other", Attributes={"DelaySeconds": "1"})
    with pytest.raises(sqs.exceptions.QueueNameExists) as error:
        sqs.create_queue(QueueName=f"{name}-other", Attributes={"DelaySeconds": "2"})
    assert said(error).startswith("A queue already exists with the same name and a different value for attribute Delay")
    for call, entry in (
        (sqs.send_message_batch, "SendMessageBatchRequestEntry"),
        (sqs.delete_message_batch, "DeleteMessageBatchRequestEntry"),
        (sqs.change_message_visibility_batch, "ChangeMessageVisibilityBatchRequestEntry"),
    ):
        with pytest.raises(sqs.exceptions.EmptyBatchRequest) as error:
            call(QueueUrl=queue, Entries=[])
        assert said(error) == f"There should be at least one {entry} in the request."
    with pytest.raises(sqs.exceptions.BatchRequestTooLong) as error:
        sqs.send_message_batch(QueueUrl=queue, Entries=[{"Id": "a", "MessageBody": "b" * ((1 << 20) + 1)}])
    assert said(error) == "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes."
    with pytest.raises(sqs.exceptions.ReceiptHandleIsInvalid) as error:
        sqs.delete_message(QueueUrl=queue, ReceiptHandle="garbage")
    assert said(error) == 'The input receipt handle "garbage" is not a valid receipt handle.'
    for value, words in (
        ("", "Message (user) attribute 'n' must contain a non-empty value of type 'String'."),
        ("\b", "The message attribute 'n' has the invalid binary character '#x8' in its value."),
    ):
        with refused(400, "InvalidParameterValue", words):
            sqs.send_message(
                QueueUrl=queue, MessageBody="m", MessageAttributes={"n": {"DataType": "String", "StringValue": value}}
            )
    for values, words in (
        ({"FifoQueue": "false"}, "Unknown Attribute FifoQueue."),
        ({"DeduplicationScope": "queue"}, "You can specify the DeduplicationScope only when FifoQueue is set to true."),
    ):
        with refused(400, "InvalidAttributeName", words):
            sqs.set_queue_attributes(QueueUrl=queue, Attributes=values)


def test_the_header_of_a_trace_is_an_attribute(sqs, queue):
    trace = "Root=1-3152b799-8954dae64eda91bc9a23a7e8;Parent=7fa8c0f79203be72;Sampled=1"
    add = lambda request, **_: request.headers.add_header("X-Amzn-Trace-Id", trace)
    sqs.meta.events.register("before-sign.sqs.SendMessage", add)
    try:
        sent = sqs.send_message(QueueUrl=queue, MessageBody="m")
    finally:
        sqs.meta.events.unregister("before-sign.sqs.SendMessage", add)
    assert "MD5OfMessageSystemAttributes" not in sent
    [message] = receive(sqs, queue, WaitTimeSeconds=2, MessageSystemAttributeNames=["AWSTraceHeader"])
    assert message["Attributes"] == {"AWSTraceHeader": trace}


def test_a_batch_comes_in_its_order(sqs, queue):
    entries = [{"Id": str(number), "MessageBody": str(number)} for number in range(10)]
    sqs.send_message_batch(QueueUrl=queue, Entries=entries)
    got = receive(sqs, queue, WaitTimeSeconds=2, MaxNumberOfMessages=10)
    assert [message["Body"] for message in got] == [entry["MessageBody"] for entry in entries]


def test_a_queue_is_found_by_its_name_alone(sqs, queue, name):
    sqs.send_message(
        QueueUrl=name, MessageBody="m", MessageAttributes={"a": {"DataType": "String", "StringValue": "x"}}
    )
    [message] = receive(sqs, name, WaitTimeSeconds=2, MessageAttributeNames=["*"])
    assert (message["Body"], list(message["MessageAttributes"])) == ("m", ["a"])
    with refused(400, NO_QUEUE):
        sqs.send_message(QueueUrl="http://nowhere-at-all", MessageBody="m")


def test_the_command_line(server, aws, name):
    def run(*words):
        # For this service the CLI does not read the endpoint from its environment.
        return aws("--endpoint-url", server.endpoint, "sqs", *words).stdout

    url = json.loads(run("create-queue", "--queue-name", name))["QueueUrl"]
    run("send-message", "--queue-url", url, "--message-body", "by hand")
    [got] = json.loads(run("receive-message", "--queue-url", url, "--attribute-names", "All"))["Messages"]
    assert got["Body"] == "by hand"
    run("delete-message", "--queue-url", url, "--receipt-handle", got["ReceiptHandle"])
    run("delete-queue", "--queue-url", url)


def test_nobody_gets_what_another_has(sqs, queue):
    for at in range(0, 200, 10):
        sqs.send_message_batch(
            QueueUrl=queue, Entries=[{"Id": str(number), "MessageBody": str(at + number)} for number in range(10)]
        )
    got, lock = [], threading.Lock()

    def consume():
        while messages := receive(sqs, queue, MaxNumberOfMessages=7, VisibilityTimeout=120):
            with lock:
                got.extend(message["Body"] for message in messages)
            for message in messages:
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])

    threads = [threading.Thread(target=consume) for _ in range(8)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert sorted(got, key=int) == [str(number) for number in range(200)]


def test_nothing_acknowledged_is_lost_by_a_kill(binary, tmp_path):
    """Senders and receivers at work while the server is killed, again and again: what was acknowledged is there or was deleted."""
    server = Server(binary, tmp_path / "data").start()
    queue = server.client("sqs").create_queue(QueueName="q", Attributes={"VisibilityTimeout": "1"})["QueueUrl"]
    sent, asked, gone = set(), set(), set()
    for turn in range(3):
        stop = threading.Event()
        sqs = server.client("sqs", config=Config(retries={"max_attempts": 0}, read_timeout=5))

        def send(who, turn=turn, sqs=sqs, stop=stop):
            number = 0
            while not stop.is_set():
                body = f"{turn}-{who}-{number}"
                try:
                    sqs.send_message(QueueUrl=queue, MessageBody=body)
                    sent.add(body)
                except Exception:  # the server is gone
                    return
                number += 1

        def settle(sqs=sqs, stop=stop):
            while not stop.is_set():
                try:
                    for message in receive(sqs, queue, MaxNumberOfMessages=3, WaitTimeSeconds=1):
                        asked.add(message["Body"])
                        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
                        gone.add(message["Body"])
                except Exception:  # the server is gone
                    return

        threads = [threading.Thread(target=send, args=(who,)) for who in range(2)] + [threading.Thread(target=settle)]
        [thread.start() for thread in threads]
        time.sleep(1.5)
        server.kill()
        stop.set()
        [thread.join() for thread in threads]
        server.fsck()
        server.start()
        queue = server.client("sqs").get_queue_url(QueueName="q")["QueueUrl"]
    sqs, left, quiet = server.client("sqs"), set(), 0
    while quiet < 2:
        messages = receive(sqs, queue, MaxNumberOfMessages=10, WaitTimeSeconds=2, VisibilityTimeout=600)
        left |= {message["Body"] for message in messages}
        quiet = 0 if messages else quiet + 1
    server.stop()
    server.fsck()
    assert len(sent) > 20 and gone
    assert sent <= left | asked, sorted(sent - left - asked)[:10]
    # A delete may have been done whose answer the kill took: one at most each time.
    assert len(sent - left - gone) <= 3
    # What was deleted, and told so, is not given again.
    assert not gone & left


def form(server, path="/", **parameters):
    """A request in the protocol of SDKs from before 2024, signed: the status and the document."""
    import urllib.error
    import urllib.parse
    import urllib.request
    from xml.etree import ElementTree

    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    body = urllib.parse.urlencode({"Version": "2012-11-05", **parameters})
    request = AWSRequest(
        "POST", server.endpoint + path, data=body, headers={"content-type": "application/x-www-form-urlencoded"}
    )
    SigV4Auth(Credentials(ACCESS_KEY, SECRET_KEY), "sqs", REGION).add_auth(request)
    sent = urllib.request.Request(request.url, data=body.encode(), headers=dict(request.headers), method="POST")
    try:
        with urllib.request.urlopen(sent, timeout=30) as answer:
            status, text = answer.status, answer.read()
    except urllib.error.HTTPError as error:
        status, text = error.code, error.read()
    return status, ElementTree.fromstring(re.sub(rb' xmlns="[^"]+"', b"", text, count=1))


def test_the_protocol_of_older_sdks(server, name):
    _, made = form(server, Action="CreateQueue", QueueName=name, **{
        "Attribute.1.Name": "VisibilityTimeout", "Attribute.1.Value": "7", "Tag.1.Key": "k", "Tag.1.Value": "v",
    })  # fmt: skip
    url = made.findtext("CreateQueueResult/QueueUrl")
    assert url.endswith(f"/{ACCOUNT}/{name}")
    _, got = form(server, Action="GetQueueAttributes", QueueUrl=url, **{"AttributeName.1": "VisibilityTimeout"})
    assert got.findtext("GetQueueAttributesResult/Attribute/Value") == "7"
    _, tags = form(server, Action="ListQueueTags", QueueUrl=url)
    assert tags.findtext("ListQueueTagsResult/Tag/Key") == "k"
    # As those SDKs do it: to the queue's own path.
    _, sent = form(server, f"/{ACCOUNT}/{name}", Action="SendMessage", MessageBody="a <b> & ü\r\n", **{
        "MessageAttribute.1.Name": "n", "MessageAttribute.1.Value.DataType": "Number",
        "MessageAttribute.1.Value.StringValue": "7",
    })  # fmt: skip
    assert len(sent.findtext("SendMessageResult/MD5OfMessageAttributes")) == 32
    _, got = form(server, Action="ReceiveMessage", QueueUrl=url, WaitTimeSeconds="1", **{"MessageAttributeName.1": "All"})
    [message] = got.findall("ReceiveMessageResult/Message")
    assert message.findtext("Body") == "a <b> & ü\r\n"
    assert message.findtext("MessageAttribute/Value/StringValue") == "7"
    status, done = form(server, Action="DeleteMessage", QueueUrl=url, ReceiptHandle=message.findtext("ReceiptHandle"))
    assert status == 200 and done.findtext("ResponseMetadata/RequestId")
    status, refusal = form(server, Action="GetQueueUrl", QueueName=f"{name}-not")
    assert (status, refusal.findtext("Error/Code"), refusal.findtext("Error/Type")) == (
        400, "AWS.SimpleQueueService.NonExistentQueue", "Sender",
    )  # fmt: skip
    assert refusal.findtext("Error/Message") == "The specified queue does not exist for this wsdl version."
    assert refusal.findtext("Error/Detail") == ""
    _, refusal = form(server, Action="Dance")
    assert refusal.findtext("Error/Code") == "InvalidAction"
    assert refusal.findtext("Error/Message") == "The action Dance is not valid for this endpoint."
    # As those SDKs send a list that has nothing in it.
    assert form(server, Action="ReceiveMessage", QueueUrl=url, AttributeNames="", MessageAttributeNames="")[0] == 200
    _, refusal = form(server, Action="SendMessageBatch", QueueUrl=url, Entries="")
    assert refusal.findtext("Error/Code") == "AWS.SimpleQueueService.EmptyBatchRequest"
