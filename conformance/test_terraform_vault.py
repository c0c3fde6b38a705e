"""The calls that Terraform's AWS provider makes for `aws_glacier_vault` and `aws_glacier_vault_lock`, by boto3: create, read back and
read again (a plan without drift), update, delete. What is not set is 404, which the provider takes for absent."""

import json

from checks import refused, refused_with
from server import ACCOUNT, REGION
from test_terraform_shape import Resource

NOT_FOUND = "ResourceNotFoundException"


def arn(name):
    return f"arn:aws:glacier:{REGION}:{ACCOUNT}:vaults/{name}"


def policy(effect, actions, name, **more):
    statement = {"Sid": "tf", "Effect": effect, "Principal": "*", "Action": actions, "Resource": arn(name), **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def test_aws_glacier_vault(glacier, sns, name):
    glacier.create_vault(vaultName=name)
    plain = Resource(lambda: glacier.describe_vault(vaultName=name), lambda: glacier.list_tags_for_vault(vaultName=name))
    described, tags = plain.planned()
    assert (described["VaultARN"], tags["Tags"]) == (arn(name), {})
    refused_with(NOT_FOUND, glacier.get_vault_access_policy, vaultName=name)
    refused_with(NOT_FOUND, glacier.get_vault_notifications, vaultName=name)

    topic = sns.create_topic(Name=name)["TopicArn"]
    wanted = {"SNSTopic": topic, "Events": ["ArchiveRetrievalCompleted", "InventoryRetrievalCompleted"]}
    allow = policy("Allow", ["glacier:InitiateJob", "glacier:GetJobOutput"], name)
    glacier.add_tags_to_vault(vaultName=name, Tags={"Test": "MyArchive", "Empty": ""})
    glacier.set_vault_access_policy(vaultName=name, policy={"Policy": allow})
    glacier.set_vault_notifications(vaultName=name, vaultNotificationConfig=wanted)
    whole = Resource(
        *plain.reads,
        lambda: glacier.get_vault_access_policy(vaultName=name),
        lambda: glacier.get_vault_notifications(vaultName=name),
    )
    _, tags, kept, told = whole.planned()
    assert tags["Tags"] == {"Test": "MyArchive", "Empty": ""}
    assert json.loads(kept["policy"]["Policy"]) == json.loads(allow)
    config = told["vaultNotificationConfig"]
    assert config["SNSTopic"] == topic and sorted(config["Events"]) == wanted["Events"]

    # An update removes what is gone before it adds what is new.
    glacier.remove_tags_from_vault(vaultName=name, TagKeys=["Empty", "Test"])
    glacier.add_tags_to_vault(vaultName=name, Tags={"Test": "other"})
    assert whole.planned()[1]["Tags"] == {"Test": "other"}
    glacier.delete_vault_access_policy(vaultName=name)
    glacier.delete_vault_notifications(vaultName=name)
    refused_with(NOT_FOUND, glacier.get_vault_access_policy, vaultName=name)
    refused_with(NOT_FOUND, glacier.get_vault_notifications, vaultName=name)
    glacier.delete_vault(vaultName=name)
    refused_with(NOT_FOUND, glacier.describe_vault, vaultName=name)
    sns.delete_topic(TopicArn=topic)


def test_aws_glacier_vault_lock(glacier, vault):
    young = {"NumericLessThanEquals": {"glacier:ArchiveAgeInDays": "365"}}
    deny = policy("Deny", "glacier:DeleteArchive", vault, Condition=young)
    lock = Resource(lambda: glacier.get_vault_lock(vaultName=vault))
    refused_with(NOT_FOUND, glacier.get_vault_lock, vaultName=vault)
    # complete_lock = false: it stays in progress, and destroying it aborts it.
    glacier.initiate_vault_lock(vaultName=vault, policy={"Policy": deny})
    [read] = lock.planned()
    assert read["State"] == "InProgress" and json.loads(read["Policy"]) == json.loads(deny)
    glacier.abort_vault_lock(vaultName=vault)
    refused_with(NOT_FOUND, glacier.get_vault_lock, vaultName=vault)
    # complete_lock = true: for good.
    begun = glacier.initiate_vault_lock(vaultName=vault, policy={"Policy": deny})["lockId"]
    glacier.complete_vault_lock(vaultName=vault, lockId=begun)
    [read] = lock.planned()
    assert read["State"] == "Locked" and json.loads(read["Policy"]) == json.loads(deny)
    with refused(403, "AccessDeniedException"):  # AbortVaultLock's page: "If the vault lock is in the Locked state"
        glacier.abort_vault_lock(vaultName=vault)
    archive = glacier.upload_archive(vaultName=vault, body=b"kept")["archiveId"]
    refused_with("AccessDeniedException", glacier.delete_archive, vaultName=vault, archiveId=archive)
