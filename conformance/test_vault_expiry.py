"""Archives that expire by tags of their vault, set by the AWS CLI, with a day of two seconds; and a key that may add and never delete."""

import json
import re

from checks import refused_with
from test_access import eventually
from test_accounts import Keys, coldkeep  # noqa: F401
from test_glacier_policies import policy
from test_lifecycle import DAY, wait_until

RULE = "coldkeep.expire-after-days=1,coldkeep.keep-last=2"


def add_tags(aws, vault, tags):
    return aws("glacier", "add-tags-to-vault", "--account-id", "-", "--vault-name", vault, "--tags", tags, check=False)


def test_the_old_go_the_last_stay_and_a_lock_holds_them_all(own_server, aws_of):
    server = own_server(DAY).start()
    glacier, aws = server.client("glacier"), aws_of(server)

    def archives(vault):
        return glacier.describe_vault(vaultName=vault)["NumberOfArchives"]

    def fill(vault):
        glacier.create_vault(vaultName=vault)
        for at in range(5):
            glacier.upload_archive(vaultName=vault, body=b"x" * (10_000 + at))

    for vault in ("open", "locked"):
        fill(vault)
    lock = policy("Deny", "glacier:DeleteArchive", "locked", NumericLessThan={"glacier:ArchiveAgeInDays": "365"})
    begun = glacier.initiate_vault_lock(vaultName="locked", policy={"Policy": lock})
    glacier.complete_vault_lock(vaultName="locked", lockId=begun["lockId"])
    wrong = add_tags(aws, "open", "coldkeep.expire-after-days=never")
    assert wrong.returncode != 0 and "coldkeep.keep-last from 1 to 1000000000" in wrong.stderr
    for vault in ("open", "locked"):
        assert add_tags(aws, vault, RULE).returncode == 0
    server.kill()
    server.start()
    glacier = server.client("glacier")
    wait_until(lambda: archives("open") == 2)
    assert archives("locked") == 5
    # Counted since the start: these three, and those of the first vault if their time came after it.
    fill("later")
    assert add_tags(aws, "later", RULE).returncode == 0
    wait_until(lambda: archives("later") == 2)
    wait_until(lambda: 3 <= int(re.search(r"coldkeep_expired_archives_total (\d+)", server.admin("/metrics")[1])[1]) <= 6)
    server.stop()
    server.fsck()


def test_a_key_that_may_add_cannot_delete_nor_have_deleted(coldkeep, server, glacier, vault, name):  # noqa: F811
    made = coldkeep("user", "create", name, "--vault", vault, "--access", "add")
    user = Keys(server, made).client("glacier")
    archive = user.upload_archive(vaultName=vault, body=b"kept")["archiveId"]
    upload = user.initiate_multipart_upload(vaultName=vault, partSize=str(1 << 20))["uploadId"]
    assert user.list_parts(vaultName=vault, uploadId=upload)["Parts"] == []
    user.abort_multipart_upload(vaultName=vault, uploadId=upload)
    job = user.initiate_job(vaultName=vault, jobParameters={"Type": "archive-retrieval", "ArchiveId": archive})["jobId"]
    wait_until(lambda: user.describe_job(vaultName=vault, jobId=job)["Completed"])
    assert user.get_job_output(vaultName=vault, jobId=job)["body"].read() == b"kept"
    refused_with("AccessDeniedException", user.delete_archive, vaultName=vault, archiveId=archive)
    tags = {"coldkeep.expire-after-days": "1"}
    refused_with("AccessDeniedException", user.add_tags_to_vault, vaultName=vault, Tags=tags)
    # Nor if it may tag.
    allow = {"Effect": "Allow", "Action": "glacier:*TagsToVault", "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    server.client("iam").put_user_policy(UserName=name, PolicyName="tags", PolicyDocument=document)
    eventually(lambda: user.add_tags_to_vault(vaultName=vault, Tags={"color": "red"}))
    refused_with("AccessDeniedException", user.add_tags_to_vault, vaultName=vault, Tags=tags)
    glacier.add_tags_to_vault(vaultName=vault, Tags=tags)
    coldkeep("user", "delete", name)
