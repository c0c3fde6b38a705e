"""SNS by boto3 and the AWS CLI: topics, subscriptions of queues and endpoints, what is published and to whom it comes."""

import http.server
import json
import queue as queues
import threading
import urllib.request

import pytest

from checks import refused
from server import ACCOUNT, REGION, Server


@pytest.fixture
def topic(sns, name):
    return sns.create_topic(Name=name)["TopicArn"]


def queue_for(sqs, name, topic):
    """A queue that takes what the topic sends, as the SDKs' helpers make one: its URL and ARN."""
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {
        "Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": arn,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }  # fmt: skip
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    return url, arn


def bodies(sqs, url, wait=5, **more):
    """All that comes to a queue until nothing comes."""
    got = []
    while messages := sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1 if got else wait, **more
    ).get("Messages", []):
        got += messages
    return got


def test_a_topic_is_made_described_listed_and_deleted(sns, name):
    arn = sns.create_topic(Name=name, Attributes={"DisplayName": "d"}, Tags=[{"Key": "team", "Value": "red"}])["TopicArn"]
    assert arn == f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}"
    assert sns.create_topic(Name=name)["TopicArn"] == arn
    with refused(400, "InvalidParameter"):
        sns.create_topic(Name=name, Attributes={"DisplayName": "other"})
    got = sns.get_topic_attributes(TopicArn=arn)["Attributes"]
    assert (got["DisplayName"], got["Owner"], got["SubscriptionsConfirmed"]) == ("d", ACCOUNT, "0")
    assert json.loads(got["Policy"])["Statement"][0]["Resource"] == arn
    sns.set_topic_attributes(TopicArn=arn, AttributeName="DisplayName", AttributeValue="e")
    assert sns.get_topic_attributes(TopicArn=arn)["Attributes"]["DisplayName"] == "e"
    assert sns.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "team", "Value": "red"}]
    sns.tag_resource(ResourceArn=arn, Tags=[{"Key": "a", "Value": "1"}])
    sns.untag_resource(ResourceArn=arn, TagKeys=["team"])
    assert sns.list_tags_for_resource(ResourceArn=arn)["Tags"] == [{"Key": "a", "Value": "1"}]
    pages = sns.get_paginator("list_topics").paginate()
    assert {"TopicArn": arn} in [topic for page in pages for topic in page["Topics"]]
    sns.delete_topic(TopicArn=arn)
    sns.delete_topic(TopicArn=arn)
    with refused(404, "NotFound"):
        sns.publish(TopicArn=arn, Message="m")


def test_what_is_published_comes_to_a_queue_in_its_envelope(sns, sqs, topic, name):
    url, arn = queue_for(sqs, name, topic)
    subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)["SubscriptionArn"]
    assert subscription.startswith(f"{topic}:")
    assert sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)["SubscriptionArn"] == subscription
    values = {"colour": {"DataType": "String", "StringValue": "red"}}
    sent = sns.publish(TopicArn=topic, Subject="s", Message='say "hi"\nü', MessageAttributes=values)["MessageId"]
    [got] = bodies(sqs, url)
    told = json.loads(got["Body"])
    assert (told["Type"], told["MessageId"], told["TopicArn"]) == ("Notification", sent, topic)
    assert (told["Subject"], told["Message"]) == ("s", 'say "hi"\nü')
    assert told["MessageAttributes"] == {"colour": {"Type": "String", "Value": "red"}}
    # Nothing here could sign as Amazon does, so nothing looks as if it had.
    assert "Signature" not in told
    assert [it["SubscriptionArn"] for it in sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]] == [subscription]
    everywhere = [it for page in sns.get_paginator("list_subscriptions").paginate() for it in page["Subscriptions"]]
    assert subscription in [it["SubscriptionArn"] for it in everywhere]
    sns.unsubscribe(SubscriptionArn=subscription)
    sns.publish(TopicArn=topic, Message="to nobody")
    assert bodies(sqs, url, wait=1) == []


def test_raw_delivery_filters_and_texts_by_protocol(sns, sqs, topic, name):
    raw, raw_arn = queue_for(sqs, f"{name}-raw", topic)
    red, red_arn = queue_for(sqs, f"{name}-red", topic)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=raw_arn, Attributes={"RawMessageDelivery": "true"})
    filtered = sns.subscribe(
        TopicArn=topic, Protocol="sqs", Endpoint=red_arn,
        Attributes={"FilterPolicy": json.dumps({"colour": ["red"]}), "RawMessageDelivery": "true"},
    )["SubscriptionArn"]  # fmt: skip
    for colour in ("red", "blue"):
        values = {"colour": {"DataType": "String", "StringValue": colour}}
        sns.publish(TopicArn=topic, Message=colour, MessageAttributes=values)
    texts = json.dumps({"default": "for all", "sqs": "for queues", "http": "for endpoints"})
    sns.publish(TopicArn=topic, Message=texts, MessageStructure="json")
    got = bodies(sqs, raw, MessageAttributeNames=["All"])
    assert sorted(message["Body"] for message in got) == ["blue", "for queues", "red"]
    coloured = [message for message in got if message["Body"] == "red"]
    assert coloured[0]["MessageAttributes"]["colour"] == {"DataType": "String", "StringValue": "red"}
    assert [message["Body"] for message in bodies(sqs, red)] == ["red"]
    got = sns.get_subscription_attributes(SubscriptionArn=filtered)["Attributes"]
    assert (got["RawMessageDelivery"], got["PendingConfirmation"]) == ("true", "false")
    sns.set_subscription_attributes(SubscriptionArn=filtered, AttributeName="FilterPolicy", AttributeValue="{}")
    assert "FilterPolicy" not in sns.get_subscription_attributes(SubscriptionArn=filtered)["Attributes"]
    with refused(400, "InvalidParameter"):
        sns.set_subscription_attributes(SubscriptionArn=filtered, AttributeName="FilterPolicy", AttributeValue="[1]")


def test_a_queue_that_does_not_let_the_topic_gets_nothing_but_the_dead_letters_do(sns, sqs, topic, name):
    closed = sqs.create_queue(QueueName=f"{name}-closed")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=closed, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    dead, dead_arn = queue_for(sqs, f"{name}-dead", topic)
    redrive = json.dumps({"deadLetterTargetArn": dead_arn})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RedrivePolicy": redrive})
    sns.publish(TopicArn=topic, Message="m")
    [got] = bodies(sqs, dead)
    assert json.loads(got["Body"])["Message"] == "m"
    assert bodies(sqs, closed, wait=0) == []


def test_batches_and_what_is_wrong(sns, sqs, topic, name):
    url, arn = queue_for(sqs, name, topic)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    entries = [{"Id": str(number), "Message": f"m{number}"} for number in range(10)]
    assert len(sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)["Successful"]) == 10
    assert sorted(message["Body"] for message in bodies(sqs, url)) == [f"m{number}" for number in range(10)]
    with refused(400, "BatchEntryIdsNotDistinct"):
        sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=[entries[0], entries[0]])
    for wrong in (
        {"Message": ""},
        {"Message": "x" * ((256 << 10) + 1)},
        {"Message": "m", "Subject": "a\nb"},
        {"Message": "{}", "MessageStructure": "json"},
    ):
        with refused(400, "InvalidParameter"):
            sns.publish(TopicArn=topic, **wrong)
    with refused(501, "NotImplemented"):
        sns.publish(PhoneNumber="+15550100", TopicArn=topic, Message="m")
    with refused(501, "NotImplemented"):
        sns.subscribe(TopicArn=topic, Protocol="email", Endpoint="a@example.com")
    with refused(501, "NotImplemented"):
        sns.create_topic(Name=f"{name}.fifo", Attributes={"FifoTopic": "true"})
    with refused(501, "NotImplemented"):
        sns.list_phone_numbers_opted_out()
    # An address of the server's own network is not asked unless the operator says so.
    with refused(400, "InvalidParameter"):
        sns.subscribe(TopicArn=topic, Protocol="http", Endpoint="http://169.254.169.254/latest")


def test_what_is_wrong_is_told_in_amazons_words(sns, topic, name):
    no_elements = "An ARN must have at least 6 elements, not"
    entry = {"Id": "1", "Message": "m"}
    text = lambda value, kind="String", field="StringValue": {"DataType": kind, field: value}
    prefixes = "has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String."
    wrong = [
        ("publish", {"TopicArn": ""}, f"TopicArn Reason: {no_elements} 1"),
        ("publish", {"TopicArn": "arn:aws"}, f"TopicArn Reason: {no_elements} 2"),
        ("publish", {"TopicArn": topic.replace(REGION, "ap-south-1")}, "Invalid parameter: TopicArn"),
        ("publish", {"TargetArn": f"{topic}:endpoint/APNS/a/b"}, "No endpoint found for the target arn specified"),
        ("publish", {"TopicArn": topic, "MessageDeduplicationId": "d"}, "not valid for this topic type"),
        ("subscribe", {"Protocol": "pigeon", "Endpoint": "e"}, "Amazon SNS does not support this protocol string: pigeon"),
        ("unsubscribe", {"SubscriptionArn": "no"}, f"SubscriptionArn Reason: {no_elements} 1"),
        ("unsubscribe", {"SubscriptionArn": topic}, "Invalid parameter: SubscriptionId"),
        ("confirm_subscription", {"TopicArn": f"{topic}-not", "Token": "a" * 64}, "Invalid parameter: Token"),
        ("tag_resource", {"Tags": [{"Key": "k", "Value": "v"}] * 2}, "Duplicated keys are not allowed."),
        ("add_permission", {"Label": "l", "ActionName": ["Fly"]}, "Policy statement action out of service scope!"),
    ]
    defaults = {
        "publish": {"Message": "m"}, "subscribe": {"TopicArn": topic}, "tag_resource": {"ResourceArn": topic},
        "add_permission": {"TopicArn": topic, "AWSAccountId": [ACCOUNT]},
    }  # fmt: skip
    for call, given, words in wrong:
        with refused(400, "InvalidParameter", words):
            getattr(sns, call)(**defaults.get(call, {}), **given)
    for values, words in (
        ({"a": text("x", "Strings")}, prefixes),
        ({"a": text("x", "String.")}, prefixes),
        ({"a": {"DataType": "String"}}, "must contain non-empty message attribute value for message attribute type 'String'."),
        ({"a": text("x", "Binary")}, "with type 'Binary' must use field 'Binary'."),
        ({"a": text(b"x", "Number", "BinaryValue")}, "with type 'Number' must use field 'String'."),
        ({"a^": text("x")}, "Invalid non-alphanumeric character '#x5E' was found in the message attribute name."),
        ({".a": text("x")}, "Invalid message attribute name starting with character '.' was found."),
        ({"a" * 257: text("x")}, "Length of message attribute name must be less than 256 bytes."),
    ):
        with refused(400, "ParameterValueInvalid", words):
            sns.publish(TopicArn=topic, Message="m", MessageAttributes=values)
    for entries, code, words in (
        ([entry | {"Id": "a.b"}], "InvalidBatchEntryId", "contains an impermissible character: a.b"),
        ([entry | {"Id": "a" * 81}], "InvalidBatchEntryId", "is too long: aaa"),
        ([entry | {"Id": str(number)} for number in range(11)], "TooManyEntriesInBatchRequest", "than permissible."),
        ([entry | {"Message": "x" * (200 << 10), "Id": i} for i in "ab"], "BatchRequestTooLong", "more than the limit."),
    ):
        with refused(400, code, words):
            sns.publish_batch(TopicArn=topic, PublishBatchRequestEntries=entries)


def test_what_is_repeated_is_no_error(sns, sqs, topic, name):
    _, arn = queue_for(sqs, name, topic)
    subscribe = lambda **values: sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, **values)["SubscriptionArn"]
    subscription = subscribe(Attributes={"RawMessageDelivery": "True"})
    for values in ({}, {"FilterPolicyScope": "MessageAttributes"}, {"RawMessageDelivery": "true"}):
        assert subscribe(Attributes=values) == subscription
    with refused(400, "InvalidParameter", "Attributes Reason: Subscription already exists with different attributes"):
        subscribe(Attributes={"RawMessageDelivery": "false"})
    with refused(400, "InvalidParameter", r"RawMessageDelivery: Invalid value [no]. Must be true or false."):
        sns.set_subscription_attributes(
            SubscriptionArn=subscription, AttributeName="RawMessageDelivery", AttributeValue="no"
        )
    got = sns.get_subscription_attributes(SubscriptionArn=subscription)["Attributes"]
    assert got["ConfirmationWasAuthenticated"] == "true"
    for _ in range(2):
        sns.unsubscribe(SubscriptionArn=subscription)
    tags = [{"Key": key, "Value": "1"} for key in "ab"]
    assert sns.list_tags_for_resource(ResourceArn=topic)["Tags"] == []
    tagged = sns.create_topic(Name=f"{name}-tagged", Tags=tags)["TopicArn"]
    for some in ([], tags[:1], tags):
        assert sns.create_topic(Name=f"{name}-tagged", Tags=some)["TopicArn"] == tagged
    with refused(400, "InvalidParameter", "Tags Reason: Topic already exists with different tags"):
        sns.create_topic(Name=f"{name}-tagged", Tags=[*tags, {"Key": "c", "Value": "1"}])


def test_filters_of_what_nests(sns, sqs, topic, name):
    url, arn = queue_for(sqs, name, topic)
    subscription = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    put = lambda policy, attribute="FilterPolicy": sns.set_subscription_attributes(
        SubscriptionArn=subscription["SubscriptionArn"], AttributeName=attribute, AttributeValue=policy
    )
    nested = json.dumps({"object": {"nested.test": [{"cidr": "10.0.0.0/24"}]}})
    with refused(400, "InvalidParameter", "Filter policy scope MessageAttributes does not support nested filter policy"):
        put(nested)
    put("MessageBody", "FilterPolicyScope")
    put(nested)
    with refused(400, "InvalidParameter", "does not support nested filter policy"):
        put("MessageAttributes", "FilterPolicyScope")
    for policy, words in (
        ({"key": [str(number) for number in range(151)]}, "FilterPolicy: Filter policy is too complex"),
        ({f"key{number}": ["v"] for number in range(6)}, "FilterPolicy: Filter policy can not have more than 5 keys"),
        ({"key": []}, "FilterPolicy: Empty arrays are not allowed"),
        ({"key": [{"suffix": 1}]}, "FilterPolicy: suffix match pattern must be a string"),
        ({"key": [{"numeric": [">", 3, "<", 1]}]}, "FilterPolicy: Bottom must be less than top"),
        ({"key": [{"fly": 1}]}, "FilterPolicy: Unrecognized match type fly"),
    ):
        with refused(400, "InvalidParameter", words):
            put(json.dumps(policy))
    wanted = [{"object": {"nested": {"test": "10.0.0.7"}}}, {"object.nested.test": "10.0.0.8"}]
    for message in [{"object": {"nested": {"test": "10.0.1.7"}}}, *wanted]:
        sns.publish(TopicArn=topic, Message=json.dumps(message))
    got = [json.loads(message["Body"]) for message in bodies(sqs, url)]
    assert sorted(map(str, got)) == sorted(map(str, wanted))


def test_queues_are_told_the_group_of_a_message(sns, sqs, topic, name):
    url, arn = queue_for(sqs, name, topic)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    sns.publish(TopicArn=topic, Message="m", MessageGroupId="g-1")
    [got] = bodies(sqs, url, AttributeNames=["MessageGroupId"])
    assert got["Attributes"] == {"MessageGroupId": "g-1"}


def test_permissions_of_a_topic(sns, topic):
    sns.add_permission(TopicArn=topic, Label="l", AWSAccountId=["111122223333"], ActionName=["Publish"])
    statements = json.loads(sns.get_topic_attributes(TopicArn=topic)["Attributes"]["Policy"])["Statement"]
    assert [statement["Sid"] for statement in statements] == ["__default_statement_ID", "l"]
    assert statements[1]["Action"] == "SNS:Publish"
    with refused(400, "InvalidParameter", "Statement already exists"):
        sns.add_permission(TopicArn=topic, Label="l", AWSAccountId=["111122223333"], ActionName=["Publish"])
    sns.remove_permission(TopicArn=topic, Label="l")
    with refused(400, "InvalidParameter"):
        sns.remove_permission(TopicArn=topic, Label="l")


class Endpoint(http.server.BaseHTTPRequestHandler):
    """Takes notifications, after refusing as many as `refusals` says."""

    got, refusals = queues.Queue(), 0

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        if Endpoint.refusals > 0:
            Endpoint.refusals -= 1
            self.send_response(503)
        else:
            Endpoint.got.put((dict(self.headers), body))
            self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        pass


def test_an_endpoint_confirms_and_is_told(binary, tmp_path):
    own = Server(binary, tmp_path / "data", args=["--sns-endpoints", "any"]).start()
    listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{listener.server_port}/hook"
    sns = own.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    assert sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=url)["SubscriptionArn"] == "pending confirmation"
    headers, body = Endpoint.got.get(timeout=10)
    asked = json.loads(body)
    assert (asked["Type"], headers["x-amz-sns-message-type"]) == ("SubscriptionConfirmation",) * 2
    assert asked["TopicArn"] == headers["x-amz-sns-topic-arn"] == topic
    # What is not confirmed is told nothing.
    sns.publish(TopicArn=topic, Message="too early")
    with refused(400, "InvalidParameter"):
        sns.confirm_subscription(TopicArn=topic, Token="0" * 64)
    with urllib.request.urlopen(asked["SubscribeURL"], timeout=10) as answer:
        assert b"<SubscriptionArn>" in answer.read()
    sns.publish(TopicArn=topic, Message="hello", Subject="s")
    headers, body = Endpoint.got.get(timeout=10)
    told = json.loads(body)
    assert (told["Type"], told["Message"], told["Subject"]) == ("Notification", "hello", "s")
    assert headers["x-amz-sns-message-type"] == "Notification"
    [subscription] = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert headers["x-amz-sns-subscription-arn"] == subscription["SubscriptionArn"]
    # The link ends it, without a signature.
    with urllib.request.urlopen(told["UnsubscribeURL"], timeout=10) as answer:
        assert answer.status == 200
    assert sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] == []
    listener.shutdown()
    own.stop()
    own.fsck()


def test_an_endpoint_that_cannot_now_is_asked_again(binary, tmp_path):
    """After a pause of twenty seconds, which a restart does not forget."""
    own = Server(binary, tmp_path / "data", args=["--sns-endpoints", "any"]).start()
    listener = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    Endpoint.refusals = 1
    sns = own.client("sns")
    topic = sns.create_topic(Name="t")["TopicArn"]
    sns.subscribe(TopicArn=topic, Protocol="http", Endpoint=f"http://127.0.0.1:{listener.server_port}/")
    with pytest.raises(queues.Empty):
        Endpoint.got.get(timeout=5)
    assert Endpoint.refusals == 0
    own.kill()
    own.start()
    _, body = Endpoint.got.get(timeout=40)
    assert json.loads(body)["Type"] == "SubscriptionConfirmation"
    listener.shutdown()
    own.stop()


def test_what_was_published_comes_after_a_kill(binary, tmp_path):
    own = Server(binary, tmp_path / "data").start()
    sns, sqs = own.client("sns"), own.client("sqs")
    topic = sns.create_topic(Name="t")["TopicArn"]
    _, arn = queue_for(sqs, "q", topic)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes={"RawMessageDelivery": "true"})
    for number in range(20):
        sns.publish(TopicArn=topic, Message=str(number))
    own.kill()
    own.fsck()
    own.start()
    sqs = own.client("sqs")
    got = bodies(sqs, sqs.get_queue_url(QueueName="q")["QueueUrl"])
    assert {message["Body"] for message in got} == {str(number) for number in range(20)}
    own.stop()
    own.fsck()


def test_the_command_line(aws, name):
    arn = json.loads(aws("sns", "create-topic", "--name", name).stdout)["TopicArn"]
    assert json.loads(aws("sns", "publish", "--topic-arn", arn, "--message", "m").stdout)["MessageId"]
    aws("sns", "delete-topic", "--topic-arn", arn)
