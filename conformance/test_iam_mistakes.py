"""Mistakes of people and tools with IAM: each has Amazon's error, and changes nothing."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest

from checks import refused_with
from server import ACCOUNT
from test_identities import allow, as_session, trust

QUOTA = 5000


@pytest.fixture(scope="module")
def iam(server):
    return server.client("iam")


@pytest.fixture
def user(iam, name):
    iam.create_user(UserName=name)
    return name


def test_policies_that_are_not_there(iam, user):
    attach = dict(UserName=user)
    error = refused_with("ValidationError", iam.attach_user_policy, **attach, PolicyArn="a-name-and-no-arn-of-one")
    assert error["Error"]["Message"] == "Invalid ARN:  Could not be parsed!"
    missing = f"arn:aws:iam::{ACCOUNT}:policy/not-here"
    error = refused_with("NoSuchEntity", iam.attach_user_policy, **attach, PolicyArn=missing)
    assert error["Error"]["Message"] == f"Policy {missing} does not exist or is not attachable."
    for call in (iam.get_policy, iam.delete_policy):
        assert refused_with("NoSuchEntity", call, PolicyArn=missing)["Error"]["Message"] == f"Policy {missing} was not found."


def test_documents_that_are_no_policies(iam, user):
    put = dict(UserName=user, PolicyName="p")
    good = json.loads(allow("s3:GetObject"))

    def with_statement(**more):
        return json.dumps({**good, "Statement": [{**good["Statement"][0], **more}]})

    for document in (
        "{",
        "null",
        "policy",
        '{"Version":"2012-10-17","Statement":[]}',
        '{"Version":"2012-10-18","Statement":[]}',
        json.dumps({**good, "Staement": []}),
        with_statement(Effect="allow"),
        with_statement(Action=[]),
        with_statement(Action="GetObject"),
        with_statement(Resource="photos"),
        with_statement(Principal="*"),
        with_statement(Condition={"StringEqual": {"aws:username": "x"}}),
        with_statement(Condition={"StringEquals": {"aws:usrname": "x"}}),
        with_statement(Condition={"IpAddress": {"aws:SourceIp": "300.0.0.1"}}),
        with_statement(Sid="not a sid"),
        "[" * 5000 + "]" * 5000,
    ):
        refused_with("MalformedPolicyDocument", iam.put_user_policy, **put, PolicyDocument=document)
        refused_with("MalformedPolicyDocument", iam.create_policy, PolicyName=user, PolicyDocument=document)
    assert iam.list_user_policies(UserName=user)["PolicyNames"] == []
    # An action that no service has is no mistake of form; it allows nothing, as at Amazon.
    iam.put_user_policy(**put, PolicyDocument=allow("s3:GetObjekt"))
    for document in (allow("sts:AssumeRole"), trust("nobody"), trust(f"arn:aws:iam::{ACCOUNT}:role/"), trust("*", action="s3:GetObject")):
        refused_with("MalformedPolicyDocument", iam.create_role, RoleName=user, AssumeRolePolicyDocument=document)
    refused_with("NoSuchEntity", iam.get_role, RoleName=user)


def test_documents_that_are_too_large(iam, user):
    huge = allow("s3:GetObject", ["arn:aws:s3:::" + "x" * 60] * 1000)
    refused_with("LimitExceeded", iam.put_user_policy, UserName=user, PolicyName="p", PolicyDocument=huge)
    refused_with("LimitExceeded", iam.create_policy, PolicyName=user, PolicyDocument=huge)
    trusted = trust([f"arn:aws:iam::{ACCOUNT}:root"] * 80)
    refused_with("LimitExceeded", iam.create_role, RoleName=user, AssumeRolePolicyDocument=trusted)
    # White space does not count.
    iam.put_user_policy(UserName=user, PolicyName="p", PolicyDocument=allow("s3:GetObject").replace(" ", " " * 1000))
    # What is larger than any policy may be is refused before it is looked at.
    refused_with("ValidationError", iam.put_user_policy, UserName=user, PolicyName="q", PolicyDocument=" " * 131_073)
    # The policies of one user count together.
    half = allow("s3:GetObject", ["arn:aws:s3:::" + "x" * 60] * 15)
    iam.put_user_policy(UserName=user, PolicyName="p", PolicyDocument=half)
    refused_with("LimitExceeded", iam.put_user_policy, UserName=user, PolicyName="q", PolicyDocument=half)
    assert iam.list_user_policies(UserName=user)["PolicyNames"] == ["p"]


def test_groups_hold_users_and_nothing_else(iam, user):
    groups = [f"{user}-{number}" for number in range(11)]
    for group in groups:
        iam.create_group(GroupName=group)
    # A group in a group, or in itself, would be a cycle: it is no user.
    for member in (groups[0], groups[1]):
        refused_with("NoSuchEntity", iam.add_user_to_group, GroupName=groups[0], UserName=member)
    for group in groups[:10]:
        iam.add_user_to_group(GroupName=group, UserName=user)
        iam.add_user_to_group(GroupName=group, UserName=user)
    refused_with("LimitExceeded", iam.add_user_to_group, GroupName=groups[10], UserName=user)
    assert len(iam.list_groups_for_user(UserName=user)["Groups"]) == 10
    refused_with("DeleteConflict", iam.delete_user, UserName=user)
    refused_with("MalformedPolicyDocument", iam.create_role, RoleName=user, AssumeRolePolicyDocument=trust(f"arn:aws:iam::{ACCOUNT}:group/{groups[0]}"))


def test_roles_that_trust_each_other_are_no_mistake(server, iam, user):
    key = iam.create_access_key(UserName=user)["AccessKey"]
    one, two = f"{user}-one", f"{user}-two"
    for name in (one, two):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(f"arn:aws:iam::{ACCOUNT}:user/{user}"))
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=allow("sts:AssumeRole"))
    arn = "arn:aws:iam::{}:role/{}".format
    for name, other in ((one, two), (two, one)):
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust([arn(ACCOUNT, other), f"arn:aws:iam::{ACCOUNT}:user/{user}"]))
    sts = server.client_of("sts", key["AccessKeyId"], key["SecretAccessKey"])
    for name in (one, two, one, two):
        sts = as_session(server, "sts", sts.assume_role(RoleArn=arn(ACCOUNT, name), RoleSessionName="round")["Credentials"])
    assert sts.get_caller_identity()["Arn"].endswith(f"assumed-role/{two}/round")


def test_names_paths_tags_and_pages(iam, user):
    for name in ("", "a" * 65, "a b", "a/b", "ä", "a:b"):
        if name:
            refused_with("ValidationError", iam.create_user, UserName=name)
        refused_with("ValidationError", iam.create_group, GroupName=name * 2 or "a/b")
    for path in ("no", "/no", "no/", "/n o/", "/" + "x" * 512 + "/"):
        refused_with("ValidationError", iam.create_user, UserName="never", Path=path)
    refused_with("ValidationError", iam.tag_user, UserName=user, Tags=[{"Key": "aws:x", "Value": ""}])
    refused_with("InvalidInput", iam.tag_user, UserName=user, Tags=[{"Key": "k", "Value": ""}, {"Key": "K", "Value": ""}])
    for start in (0, 25):
        iam.tag_user(UserName=user, Tags=[{"Key": f"k{number}", "Value": ""} for number in range(start, start + 25)])
    refused_with("LimitExceeded", iam.tag_user, UserName=user, Tags=[{"Key": "one-more", "Value": ""}])
    assert len(iam.list_user_tags(UserName=user)["Tags"]) == 50
    refused_with("ValidationError", iam.list_users, Marker="never given", MaxItems=1001)
    refused_with("NoSuchEntity", iam.get_user, UserName="never")
    refused_with("NoSuchEntity", iam.get_login_profile, UserName=user)
    refused_with("NoSuchEntity", iam.delete_login_profile, UserName=user)
    assert iam.list_virtual_mfa_devices()["VirtualMFADevices"] == []


@pytest.mark.long
def test_an_account_is_full_at_its_quota_and_lists_all_by_pages(own_server):
    """Ten thousand users are asked for; an account has five thousand, and the rest is told so."""
    server = own_server().start()
    iam = server.client("iam")
    clients = [server.client("iam") for _ in range(8)]
    names = [f"user-{number:05}" for number in range(QUOTA)]

    def make(worker):
        for name in names[worker :: len(clients)]:
            clients[worker].create_user(UserName=name)

    with ThreadPoolExecutor(len(clients)) as pool:
        list(pool.map(make, range(len(clients))))
    for number in range(QUOTA, 2 * QUOTA, 500):
        error = refused_with("LimitExceeded", iam.create_user, UserName=f"user-{number:05}")
        assert error["Error"]["Message"] == f"Cannot exceed quota for UsersPerAccount: {QUOTA}"
    for size, pages in ((1000, 5), (999, 6)):
        found = list(iam.get_paginator("list_users").paginate(PaginationConfig={"PageSize": size}))
        assert len(found) == pages
        assert [one["UserName"] for page in found for one in page["Users"]] == names
    assert len(iam.list_users()["Users"]) == 100
    iam.delete_user(UserName=names[7])
    iam.create_user(UserName=f"user-{QUOTA:05}")
    refused_with("LimitExceeded", iam.create_user, UserName=names[7])
    server.stop()
    server.fsck()
