"""The calls that Terraform's AWS provider makes, by boto3: create, read back, read again (a plan without drift), update, import by name,
delete. A resource is read by its name or ARN alone, so that what is read is what an import would have.
"""

import json

import pytest
from botocore.exceptions import ClientError

from checks import refused_with
from server import ACCOUNT
from test_identities import allow, trust


@pytest.fixture(scope="module")
def iam(server):
    return server.client("iam")


def without_metadata(answer):
    return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


class Resource:
    """How one kind of resource is read by its id; every read must be as the one before until something is changed."""

    def __init__(self, *reads):
        self.reads = reads

    def read(self):
        return [without_metadata(read()) for read in self.reads]

    def planned(self):
        """What two plans after each other read: no drift."""
        first = self.read()
        assert self.read() == first
        return first


def tags(**pairs):
    return [{"Key": key, "Value": value} for key, value in sorted(pairs.items())]


def test_aws_iam_user_with_policy_and_key(iam, name):
    path = "/terraform/"
    made = iam.create_user(UserName=name, Path=path, Tags=tags(a="1", b="2"))["User"]
    user = Resource(lambda: iam.get_user(UserName=name))
    [read] = user.planned()
    assert read["User"] == made and read["User"]["Tags"] == tags(a="1", b="2")
    # Tags that change: those that go, then those that come.
    iam.untag_user(UserName=name, TagKeys=["a"])
    iam.tag_user(UserName=name, Tags=tags(b="3", c="4"))
    assert user.planned()[0]["User"]["Tags"] == tags(b="3", c="4")
    # aws_iam_user_policy, and its update in place.
    inline = Resource(lambda: iam.get_user_policy(UserName=name, PolicyName="p"))
    for document in (allow("s3:GetObject"), allow("s3:PutObject", "arn:aws:s3:::b/*")):
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document)
        assert inline.planned()[0]["PolicyDocument"] == json.loads(document)
    # aws_iam_user_policy_attachment.
    arn = "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess"
    iam.attach_user_policy(UserName=name, PolicyArn=arn)
    attached = Resource(lambda: iam.list_attached_user_policies(UserName=name))
    assert [one["PolicyArn"] for one in attached.planned()[0]["AttachedPolicies"]] == [arn]
    # aws_iam_access_key.
    key = iam.create_access_key(UserName=name)["AccessKey"]
    keys = Resource(lambda: iam.list_access_keys(UserName=name))
    assert [one["AccessKeyId"] for one in keys.planned()[0]["AccessKeyMetadata"]] == [key["AccessKeyId"]]
    iam.update_access_key(UserName=name, AccessKeyId=key["AccessKeyId"], Status="Inactive")
    assert keys.planned()[0]["AccessKeyMetadata"][0]["Status"] == "Inactive"
    # aws_iam_user_group_membership.
    iam.create_group(GroupName=name)
    iam.add_user_to_group(UserName=name, GroupName=name)
    groups = Resource(lambda: iam.list_groups_for_user(UserName=name))
    assert [one["GroupName"] for one in groups.planned()[0]["Groups"]] == [name]
    # A new name and path in place; what hangs on the user stays.
    iam.update_user(UserName=name, NewUserName=name + "-new", NewPath="/")
    renamed = Resource(lambda: iam.get_user(UserName=name + "-new")).planned()[0]["User"]
    assert renamed["UserId"] == made["UserId"] and renamed["Path"] == "/"
    name += "-new"
    assert [one["PolicyArn"] for one in attached_policies(iam, name)] == [arn]
    # The order in which it is destroyed, with force_destroy.
    refused_with("DeleteConflict", iam.delete_user, UserName=name)
    for group in iam.list_groups_for_user(UserName=name)["Groups"]:
        iam.remove_user_from_group(UserName=name, GroupName=group["GroupName"])
    iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    assert iam.list_ssh_public_keys(UserName=name)["SSHPublicKeys"] == []
    assert iam.list_virtual_mfa_devices(AssignmentStatus="Assigned")["VirtualMFADevices"] == []
    assert iam.list_mfa_devices(UserName=name)["MFADevices"] == []
    refused_with("NoSuchEntity", iam.delete_login_profile, UserName=name)
    assert iam.list_signing_certificates(UserName=name)["Certificates"] == []
    assert iam.list_service_specific_credentials(UserName=name)["ServiceSpecificCredentials"] == []
    iam.delete_user_policy(UserName=name, PolicyName="p")
    iam.detach_user_policy(UserName=name, PolicyArn=arn)
    iam.delete_user(UserName=name)
    # What is gone is planned anew, by this error and no other.
    for read in (iam.get_user, iam.list_access_keys, iam.list_attached_user_policies, iam.list_groups_for_user):
        refused_with("NoSuchEntity", read, UserName=name)
    refused_with("NoSuchEntity", iam.get_user_policy, UserName=name, PolicyName="p")


def attached_policies(iam, name):
    return iam.list_attached_user_policies(UserName=name)["AttachedPolicies"]


def test_aws_iam_group(iam, name):
    made = iam.create_group(GroupName=name, Path="/x/")["Group"]
    iam.create_user(UserName=name)
    group = Resource(lambda: iam.get_group(GroupName=name))
    assert group.planned()[0]["Group"] == made
    iam.add_user_to_group(GroupName=name, UserName=name)
    assert [one["UserName"] for one in group.planned()[0]["Users"]] == [name]
    iam.put_group_policy(GroupName=name, PolicyName="p", PolicyDocument=allow("s3:*"))
    policy = Resource(lambda: iam.get_group_policy(GroupName=name, PolicyName="p"))
    assert policy.planned()[0]["PolicyDocument"] == json.loads(allow("s3:*"))
    arn = "arn:aws:iam::aws:policy/AmazonS3FullAccess"
    iam.attach_group_policy(GroupName=name, PolicyArn=arn)
    attached = Resource(lambda: iam.list_attached_group_policies(GroupName=name))
    assert [one["PolicyArn"] for one in attached.planned()[0]["AttachedPolicies"]] == [arn]
    iam.detach_group_policy(GroupName=name, PolicyArn=arn)
    iam.delete_group_policy(GroupName=name, PolicyName="p")
    iam.remove_user_from_group(GroupName=name, UserName=name)
    iam.delete_group(GroupName=name)
    refused_with("NoSuchEntity", iam.get_group, GroupName=name)
    refused_with("NoSuchEntity", iam.get_group_policy, GroupName=name, PolicyName="p")


def test_aws_iam_policy(iam, name):
    made = iam.create_policy(PolicyName=name, Path="/x/", Description="d", PolicyDocument=allow("s3:GetObject"), Tags=tags(a="1"))["Policy"]
    arn = made["Arn"]
    assert arn == f"arn:aws:iam::{ACCOUNT}:policy/x/{name}"

    def version():
        return iam.get_policy_version(PolicyArn=arn, VersionId=iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"])

    policy = Resource(lambda: iam.get_policy(PolicyArn=arn), version)
    read, document = policy.planned()
    # CreatePolicy does not tell the description.
    assert read["Policy"] == {**made, "Description": "d"} and read["Policy"]["Tags"] == tags(a="1")
    assert document["PolicyVersion"]["Document"] == json.loads(allow("s3:GetObject"))
    # An update is a new default version, and the oldest goes when there are five.
    for number in range(6):
        versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
        if len(versions) == 5:
            oldest = min((one for one in versions if not one["IsDefaultVersion"]), key=lambda one: int(one["VersionId"][1:]))
            iam.delete_policy_version(PolicyArn=arn, VersionId=oldest["VersionId"])
        new = allow("s3:PutObject", f"arn:aws:s3:::b/{number}")
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=new, SetAsDefault=True)
        assert policy.planned()[1]["PolicyVersion"]["Document"] == json.loads(new)
    for one in iam.list_policy_versions(PolicyArn=arn)["Versions"]:
        if not one["IsDefaultVersion"]:
            iam.delete_policy_version(PolicyArn=arn, VersionId=one["VersionId"])
    iam.delete_policy(PolicyArn=arn)
    refused_with("NoSuchEntity", iam.get_policy, PolicyArn=arn)


def test_aws_iam_role_and_provider(iam, name):
    url = f"https://{name}.example/realm"
    arn = iam.create_open_id_connect_provider(Url=url, ClientIDList=["sts.amazonaws.com"], ThumbprintList=["a" * 40], Tags=tags(a="1"))["OpenIDConnectProviderArn"]
    provider = Resource(lambda: iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn))
    [read] = provider.planned()
    assert read["Url"] == url.removeprefix("https://") and read["Tags"] == tags(a="1") and read["ThumbprintList"] == ["a" * 40]
    trusted = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Federated": arn}, "Action": "sts:AssumeRoleWithWebIdentity", "Condition": {"StringEquals": {f"{name}.example/realm:aud": "sts.amazonaws.com"}}}]}
    made = iam.create_role(RoleName=name, Path="/x/", Description="d", MaxSessionDuration=7200, AssumeRolePolicyDocument=json.dumps(trusted), Tags=tags(a="1"))["Role"]
    role = Resource(
        lambda: iam.get_role(RoleName=name),
        lambda: iam.list_role_policies(RoleName=name),
        lambda: iam.list_attached_role_policies(RoleName=name),
    )
    read, inline, attached = role.planned()
    assert read["Role"] == {**made, "RoleLastUsed": {}} and read["Role"]["AssumeRolePolicyDocument"] == trusted
    assert inline["PolicyNames"] == [] and attached["AttachedPolicies"] == []
    iam.update_role(RoleName=name, Description="e", MaxSessionDuration=3600)
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust(f"arn:aws:iam::{ACCOUNT}:root"))
    iam.put_role_permissions_boundary(RoleName=name, PermissionsBoundary="arn:aws:iam::aws:policy/AmazonS3FullAccess")
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=allow("s3:*"))
    iam.attach_role_policy(RoleName=name, PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
    read, inline, attached = role.planned()
    assert (read["Role"]["Description"], read["Role"]["MaxSessionDuration"]) == ("e", 3600)
    assert read["Role"]["AssumeRolePolicyDocument"] == json.loads(trust(f"arn:aws:iam::{ACCOUNT}:root"))
    assert read["Role"]["PermissionsBoundary"]["PermissionsBoundaryArn"].endswith("AmazonS3FullAccess")
    assert inline["PolicyNames"] == ["p"] and len(attached["AttachedPolicies"]) == 1
    assert iam.get_role_policy(RoleName=name, PolicyName="p")["PolicyDocument"] == json.loads(allow("s3:*"))
    iam.delete_role_permissions_boundary(RoleName=name)
    assert iam.list_instance_profiles_for_role(RoleName=name)["InstanceProfiles"] == []
    iam.delete_role_policy(RoleName=name, PolicyName="p")
    iam.detach_role_policy(RoleName=name, PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
    iam.delete_role(RoleName=name)
    refused_with("NoSuchEntity", iam.get_role, RoleName=name)
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    refused_with("NoSuchEntity", iam.get_open_id_connect_provider, OpenIDConnectProviderArn=arn)


# What a bucket answers of which nothing was said: the error, or a part of the answer.
UNSET = {
    "get_bucket_policy": "NoSuchBucketPolicy",
    "get_bucket_policy_status": "NoSuchBucketPolicy",
    "get_bucket_cors": "NoSuchCORSConfiguration",
    "get_bucket_website": "NoSuchWebsiteConfiguration",
    "get_bucket_lifecycle_configuration": "NoSuchLifecycleConfiguration",
    "get_bucket_replication": "ReplicationConfigurationNotFoundError",
    "get_bucket_tagging": "NoSuchTagSet",
    "get_object_lock_configuration": "ObjectLockConfigurationNotFoundError",
    "get_bucket_versioning": {},
    "get_bucket_accelerate_configuration": {},
    "get_bucket_logging": {},
    "get_bucket_notification_configuration": {},
    "get_bucket_location": {"LocationConstraint": None},
    "get_bucket_request_payment": {"Payer": "BucketOwner"},
    "get_bucket_ownership_controls": {"OwnershipControls": {"Rules": [{"ObjectOwnership": "BucketOwnerEnforced"}]}},
    "get_public_access_block": {"PublicAccessBlockConfiguration": dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)},
    "list_bucket_analytics_configurations": {"IsTruncated": False},
    "list_bucket_intelligent_tiering_configurations": {"IsTruncated": False},
    "list_bucket_inventory_configurations": {"IsTruncated": False},
    "list_bucket_metrics_configurations": {"IsTruncated": False},
}
# Of many of a kind, one by its id.
NO_SUCH = ("get_bucket_analytics_configuration", "get_bucket_intelligent_tiering_configuration", "get_bucket_inventory_configuration", "get_bucket_metrics_configuration")


@pytest.mark.parametrize("operation", UNSET)
def test_aws_s3_bucket_reads_what_is_unset(s3, bucket, operation):
    expected, read = UNSET[operation], getattr(s3, operation)
    if isinstance(expected, str):
        refused_with(expected, read, Bucket=bucket)
    else:
        answer = without_metadata(read(Bucket=bucket))
        assert {**answer, **expected} == answer and (expected or not answer), answer
        assert without_metadata(read(Bucket=bucket)) == answer


@pytest.mark.parametrize("operation", NO_SUCH)
def test_aws_s3_bucket_has_no_such_configuration(s3, bucket, operation):
    refused_with("NoSuchConfiguration", getattr(s3, operation), Bucket=bucket, Id="x")


def test_aws_s3_bucket_encryption(s3, bucket):
    """Amazon says AES256 of every bucket since 2023; who does not encrypt must not say so, and the provider takes either."""
    try:
        [rule] = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]
        assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ServerSideEncryptionConfigurationNotFoundError"


def test_aws_s3_bucket(s3, name):
    s3.create_bucket(Bucket=name)
    bucket = Resource(
        lambda: s3.get_bucket_location(Bucket=name),
        lambda: s3.get_bucket_acl(Bucket=name),
        lambda: s3.get_bucket_ownership_controls(Bucket=name),
        lambda: s3.get_public_access_block(Bucket=name),
    )
    s3.head_bucket(Bucket=name)
    _, acl, *_ = bucket.planned()
    assert [grant["Permission"] for grant in acl["Grants"]] == ["FULL_CONTROL"]
    block = dict(BlockPublicAcls=True, IgnorePublicAcls=True, BlockPublicPolicy=False, RestrictPublicBuckets=False)
    s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=block)
    assert bucket.planned()[3]["PublicAccessBlockConfiguration"] == block
    s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]})
    assert bucket.planned()[2]["OwnershipControls"]["Rules"] == [{"ObjectOwnership": "BucketOwnerPreferred"}]
    # aws_s3_bucket_policy: as it was written.
    policy = Resource(lambda: s3.get_bucket_policy(Bucket=name))
    for action in ("s3:GetObject", ["s3:GetObject", "s3:PutObject"]):
        statement = {"Sid": "a", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": action, "Resource": f"arn:aws:s3:::{name}/*"}
        document = {"Version": "2012-10-17", "Statement": [statement]}
        s3.put_bucket_policy(Bucket=name, Policy=json.dumps(document))
        assert json.loads(policy.planned()[0]["Policy"]) == document
    s3.delete_bucket_policy(Bucket=name)
    refused_with("NoSuchBucketPolicy", s3.get_bucket_policy, Bucket=name)
    # aws_s3_object: found by its head.
    s3.put_object(Bucket=name, Key="a", Body=b"x")
    assert s3.get_object_tagging(Bucket=name, Key="a")["TagSet"] == []
    head = Resource(lambda: s3.head_object(Bucket=name, Key="a"))
    assert head.planned()[0]["ContentLength"] == 1
    refused_with("BucketNotEmpty", s3.delete_bucket, Bucket=name)
    s3.delete_object(Bucket=name, Key="a")
    s3.delete_bucket(Bucket=name)
    refused_with("404", s3.head_bucket, Bucket=name)
    for operation in ("get_bucket_acl", "get_bucket_policy", "get_bucket_cors", "get_bucket_versioning", "get_public_access_block"):
        refused_with("NoSuchBucket", getattr(s3, operation), Bucket=name)
