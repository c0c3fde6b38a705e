"""Jobs of vaults told to topics: the calls that `ArchiveTransferManager.download` of the SDKs makes, and a vault's own configuration."""

import json

import pytest

from checks import refused
from server import ACCOUNT, REGION
from test_topics import bodies, queue_for
from treehash import tree

INVALID = "InvalidParameterValueException"
DATA = b"seven years" * 100


@pytest.fixture
def vault(glacier, name):
    glacier.create_vault(vaultName=name)
    return name


def upload(glacier, vault):
    return glacier.upload_archive(vaultName=vault, body=DATA)["archiveId"]


def test_the_download_of_the_transfer_managers(glacier, sns, sqs, vault, name):
    """As Java's does it: topic, queue, a policy for everyone from this topic, subscription, job, message, output, and all away again."""
    archive = upload(glacier, vault)
    topic = sns.create_topic(Name=f"glacier-archive-transfer-{name}")["TopicArn"]
    url = sqs.create_queue(QueueName=f"glacier-archive-transfer-{name}")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    statement = {
        "Sid": "1", "Effect": "Allow", "Principal": {"AWS": "*"}, "Action": ["sqs:SendMessage"], "Resource": [arn],
        "Condition": {"ArnLike": {"aws:SourceArn": [topic]}},
    }  # fmt: skip
    policy = json.dumps({"Version": "2012-10-17", "Id": "1", "Statement": [statement]})
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    parameters = {"Type": "archive-retrieval", "ArchiveId": archive, "SNSTopic": topic, "Description": "d"}
    job = glacier.initiate_job(vaultName=vault, jobParameters=parameters)["jobId"]
    [message] = bodies(sqs, url)
    told = json.loads(json.loads(message["Body"])["Message"])
    assert (told["JobId"], told["StatusCode"], told["StatusMessage"]) == (job, "Succeeded", "Succeeded")
    described = glacier.describe_job(vaultName=vault, jobId=job)
    described.pop("ResponseMetadata")
    assert {member: value for member, value in told.items() if value is not None} == described
    assert described["SNSTopic"] == topic
    out = glacier.get_job_output(vaultName=vault, jobId=job)
    assert out["body"].read() == DATA and out["checksum"] == tree(DATA)
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    sqs.delete_queue(QueueUrl=url)
    sns.delete_topic(TopicArn=topic)


def test_a_configured_topic_is_told_of_what_it_wants(glacier, sns, sqs, vault, name):
    archive = upload(glacier, vault)
    topic = sns.create_topic(Name=name)["TopicArn"]
    url, arn = queue_for(sqs, name, topic)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    with refused(404, "ResourceNotFoundException"):
        glacier.get_vault_notifications(vaultName=vault)
    config = {"SNSTopic": topic, "Events": ["InventoryRetrievalCompleted"]}
    done = glacier.set_vault_notifications(vaultName=vault, vaultNotificationConfig=config)
    assert done["ResponseMetadata"]["HTTPStatusCode"] == 204
    assert glacier.get_vault_notifications(vaultName=vault)["vaultNotificationConfig"] == config
    glacier.initiate_job(vaultName=vault, jobParameters={"Type": "archive-retrieval", "ArchiveId": archive})
    job = glacier.initiate_job(vaultName=vault, jobParameters={"Type": "inventory-retrieval"})["jobId"]
    [message] = bodies(sqs, url)
    told = json.loads(json.loads(message["Body"])["Message"])
    assert (told["JobId"], told["Action"]) == (job, "InventoryRetrieval")
    glacier.delete_vault_notifications(vaultName=vault)
    glacier.delete_vault_notifications(vaultName=vault)
    glacier.initiate_job(vaultName=vault, jobParameters={"Type": "inventory-retrieval"})
    assert bodies(sqs, url, wait=1) == []


def test_a_topic_that_is_gone_fails_no_job(glacier, sns, vault, name):
    topic = sns.create_topic(Name=name)["TopicArn"]
    config = {"SNSTopic": topic, "Events": ["ArchiveRetrievalCompleted", "InventoryRetrievalCompleted"]}
    glacier.set_vault_notifications(vaultName=vault, vaultNotificationConfig=config)
    sns.delete_topic(TopicArn=topic)
    job = glacier.initiate_job(vaultName=vault, jobParameters={"Type": "inventory-retrieval"})["jobId"]
    assert glacier.describe_job(vaultName=vault, jobId=job)["StatusCode"] == "Succeeded"


def test_what_could_not_be_told_is_refused(glacier, vault):
    def begin(topic):
        glacier.initiate_job(vaultName=vault, jobParameters={"Type": "inventory-retrieval", "SNSTopic": topic})

    for topic in (
        "nonsense",
        f"arn:aws:sns:eu-west-1:{ACCOUNT}:t",
        f"arn:aws:sns:{REGION}:{ACCOUNT}:not-there",
        f"arn:aws:sns:{REGION}:111122223333:elsewhere",
        f"arn:aws:sqs:{REGION}:{ACCOUNT}:t",
    ):
        with refused(400, INVALID):
            begin(topic)
    good = f"arn:aws:sns:{REGION}:{ACCOUNT}:t"
    for config, code in (
        ({"SNSTopic": "nonsense", "Events": ["ArchiveRetrievalCompleted"]}, INVALID),
        ({"SNSTopic": good, "Events": ["Nonsense"]}, INVALID),
        ({"SNSTopic": good, "Events": []}, "MissingParameterValueException"),
        ({"Events": ["ArchiveRetrievalCompleted"]}, "MissingParameterValueException"),
    ):
        with refused(400, code):
            glacier.set_vault_notifications(vaultName=vault, vaultNotificationConfig=config)
    with refused(404, "ResourceNotFoundException"):
        glacier.set_vault_notifications(
            vaultName="not-there", vaultNotificationConfig={"SNSTopic": good, "Events": ["ArchiveRetrievalCompleted"]}
        )


def test_a_delayed_job_is_told_of_after_a_kill(binary, tmp_path):
    from server import Server

    own = Server(binary, tmp_path / "data", args=["--inventory-delay", "3s"]).start()
    sns, sqs, glacier = own.client("sns"), own.client("sqs"), own.client("glacier")
    topic = sns.create_topic(Name="t")["TopicArn"]
    _, arn = queue_for(sqs, "q", topic)
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    glacier.create_vault(vaultName="v")
    parameters = {"Type": "inventory-retrieval", "SNSTopic": topic}
    job = glacier.initiate_job(vaultName="v", jobParameters=parameters)["jobId"]
    own.kill()
    own.start()
    sqs = own.client("sqs")
    got = bodies(sqs, sqs.get_queue_url(QueueName="q")["QueueUrl"], wait=15)
    assert [json.loads(json.loads(message["Body"])["Message"])["JobId"] for message in got] == [job]
    own.stop()
    own.fsck()
