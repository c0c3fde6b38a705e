"""Vaults' access policies, locks and tags, by boto3 and the AWS CLI: set, in force, read back."""

import json

import pytest

from checks import refused
from server import ACCOUNT
from test_access import client, eventually, user  # noqa: F401


def arn(vault):
    return f"arn:aws:glacier:us-east-1:{ACCOUNT}:vaults/{vault}"


def policy(effect, actions, vault, principal="*", **condition):
    statement = {"Effect": effect, "Principal": {"AWS": principal}, "Action": actions, "Resource": arn(vault)}
    return json.dumps({"Version": "2012-10-17", "Statement": [{**statement, **({"Condition": condition} if condition else {})}]})


def test_a_policy_lets_a_user_in_and_a_deny_binds_the_root(glacier, vault, user, server):  # noqa: F811
    key = client(server, "iam").create_access_key(UserName=user.arn.rsplit("/")[-1])["AccessKey"]
    as_user = client(server, "glacier", key["AccessKeyId"], key["SecretAccessKey"])
    eventually(client(server, "sts", key["AccessKeyId"], key["SecretAccessKey"]).get_caller_identity)
    with refused(403, "AccessDeniedException"):
        as_user.describe_vault(vaultName=vault)
    with refused(404, "ResourceNotFoundException"):
        glacier.get_vault_access_policy(vaultName=vault)
    put = policy("Allow", ["glacier:DescribeVault", "glacier:UploadArchive"], vault, user.arn)
    glacier.set_vault_access_policy(vaultName=vault, policy={"Policy": put})
    assert glacier.get_vault_access_policy(vaultName=vault)["policy"]["Policy"] == put
    assert as_user.describe_vault(vaultName=vault)["VaultARN"] == arn(vault)
    archive = as_user.upload_archive(vaultName=vault, body=b"by a user")["archiveId"]
    with refused(403, "AccessDeniedException"):
        as_user.delete_archive(vaultName=vault, archiveId=archive)
    glacier.set_vault_access_policy(vaultName=vault, policy={"Policy": policy("Deny", "glacier:DeleteArchive", vault)})
    with refused(403, "AccessDeniedException"):
        glacier.delete_archive(vaultName=vault, archiveId=archive)
    glacier.delete_vault_access_policy(vaultName=vault)
    glacier.delete_archive(vaultName=vault, archiveId=archive)
    client(server, "iam").delete_access_key(UserName=user.arn.rsplit("/")[-1], AccessKeyId=key["AccessKeyId"])


def test_a_lock_is_in_force_from_its_beginning_and_for_ever_once_completed(glacier, vault, aws):
    archive = glacier.upload_archive(vaultName=vault, body=b"kept")["archiveId"]
    deny = policy("Deny", "glacier:DeleteArchive", vault, NumericLessThan={"glacier:ArchiveAgeInDays": "365"})
    begun = aws("glacier", "initiate-vault-lock", "--account-id", "-", "--vault-name", vault, "--policy",
                json.dumps({"Policy": deny}))  # fmt: skip
    lock = json.loads(begun.stdout)["lockId"]
    shown = glacier.get_vault_lock(vaultName=vault)
    assert (shown["State"], shown["Policy"]) == ("InProgress", deny)
    with refused(403, "AccessDeniedException"):
        glacier.delete_archive(vaultName=vault, archiveId=archive)
    with refused(400, "InvalidParameterValueException"):
        glacier.complete_vault_lock(vaultName=vault, lockId="x" * 24)
    for _ in range(2):
        glacier.complete_vault_lock(vaultName=vault, lockId=lock)
    assert glacier.get_vault_lock(vaultName=vault)["State"] == "Locked"
    for refuse in (
        lambda: glacier.abort_vault_lock(vaultName=vault),
        lambda: glacier.initiate_vault_lock(vaultName=vault, policy={"Policy": deny}),
        lambda: glacier.delete_archive(vaultName=vault, archiveId=archive),
    ):
        with refused(403, "AccessDeniedException"):
            refuse()


def test_tags(glacier, vault):
    glacier.add_tags_to_vault(vaultName=vault, Tags={"team": "films", "Größe": "x y"})
    glacier.add_tags_to_vault(vaultName=vault, Tags={"team": "photos"})
    assert glacier.list_tags_for_vault(vaultName=vault)["Tags"] == {"team": "photos", "Größe": "x y"}
    glacier.remove_tags_from_vault(vaultName=vault, TagKeys=["team", "none"])
    assert glacier.list_tags_for_vault(vaultName=vault)["Tags"] == {"Größe": "x y"}
    with refused(400, "InvalidParameterValueException"):
        glacier.add_tags_to_vault(vaultName=vault, Tags={"aws:x": "y"})


@pytest.mark.parametrize("put", ["no JSON", "{}", '{"Policy":"{}"}'])
def test_a_policy_that_cannot_be_honoured_is_refused(glacier, vault, put):
    with refused(400, "InvalidParameterValueException"):
        glacier.set_vault_access_policy(vaultName=vault, policy={"Policy": put})
    with refused(400, "InvalidParameterValueException") as caught:
        glacier.initiate_vault_lock(vaultName=vault, policy={"Policy": put})
    message = caught.value.response["Error"]["Message"]
    assert message.startswith("The specified vault lock policy is invalid. Provide a valid policy.")
