"""Users, groups, roles, policies and sessions, by boto3 and the AWS CLI: made, read back, allowed exactly what a policy says, refused the rest."""

import json
import time

import pytest

from checks import refused_with
from server import ACCESS_KEY, ACCOUNT


def allow(action, resource="*", **more):
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": resource, **more}]})


def trust(principal, action="sts:AssumeRole", **more):
    statement = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": action, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def as_session(server, service, credentials):
    names = ("AccessKeyId", "SecretAccessKey", "SessionToken")
    return server.client_of(service, *(credentials[name] for name in names))


@pytest.fixture(scope="module")
def iam(server):
    return server.client("iam")


@pytest.fixture(scope="module")
def sts(server):
    return server.client("sts")


@pytest.fixture
def user(server, iam, name):
    """A new user: its name, and a way to have clients that sign as it."""
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    return name, lambda service: server.client_of(service, key["AccessKeyId"], key["SecretAccessKey"])


def test_a_new_user_may_nothing_and_then_what_its_policy_says(iam, user):
    name, client = user
    arn = f"arn:aws:iam::{ACCOUNT}:user/{name}"
    assert client("sts").get_caller_identity()["Arn"] == arn
    own = client("iam")
    error = refused_with("AccessDenied", own.list_users)
    assert f"User: {arn} is not authorized to perform: iam:ListUsers" in error["Error"]["Message"]
    refused_with("AccessDenied", own.get_user)
    refused_with("AccessDenied", own.get_user, UserName="nobody-here")
    iam.put_user_policy(UserName=name, PolicyName="own", PolicyDocument=allow("iam:GetUser", f"arn:aws:iam::{ACCOUNT}:user/${{aws:username}}"))
    assert own.get_user()["User"]["UserName"] == name
    refused_with("AccessDenied", own.get_user, UserName="nobody-here")
    refused_with("AccessDenied", own.list_users)
    # Until their doors ask policies, nobody but root is let into S3 and Glacier.
    refused_with("AccessDenied", client("s3").list_buckets)
    iam.put_user_policy(UserName=name, PolicyName="deny", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "iam:*", "Resource": "*"}}))
    refused_with("AccessDenied", own.get_user)


def test_users_are_made_read_changed_and_deleted(iam, name):
    made = iam.create_user(UserName=name, Path="/team/a/", Tags=[{"Key": "k", "Value": "v"}])["User"]
    assert made["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/team/a/{name}"
    assert made["UserId"].startswith("AIDA") and len(made["UserId"]) == 21
    assert iam.get_user(UserName=name)["User"]["Tags"] == [{"Key": "k", "Value": "v"}]
    refused_with("EntityAlreadyExists", iam.create_user, UserName=name.upper())
    refused_with("NoSuchEntity", iam.get_user, UserName=name + "x")
    refused_with("ValidationError", iam.create_user, UserName="a b")
    iam.tag_user(UserName=name, Tags=[{"Key": "K", "Value": "w"}])
    assert iam.list_user_tags(UserName=name)["Tags"] == [{"Key": "K", "Value": "w"}]
    iam.untag_user(UserName=name, TagKeys=["k"])
    assert iam.list_user_tags(UserName=name)["Tags"] == []
    iam.update_user(UserName=name, NewUserName=name + "2", NewPath="/b/")
    assert iam.get_user(UserName=name + "2")["User"]["UserId"] == made["UserId"]
    refused_with("NoSuchEntity", iam.get_user, UserName=name)
    assert [one["UserName"] for one in iam.list_users(PathPrefix="/b/")["Users"]] == [name + "2"]
    iam.delete_user(UserName=name + "2")
    refused_with("NoSuchEntity", iam.delete_user, UserName=name + "2")


def test_root_makes_and_rests_keys_of_its_own(server, iam):
    rows = {row["AccessKeyId"]: row["Status"] for row in iam.list_access_keys()["AccessKeyMetadata"]}
    assert rows == {ACCESS_KEY: "Active"}, "the key of the settings"
    made, other = (iam.create_access_key()["AccessKey"] for _ in range(2))
    refused_with("LimitExceeded", iam.create_access_key)
    own = server.client_of("sts", made["AccessKeyId"], made["SecretAccessKey"])
    assert own.get_caller_identity()["Arn"] == f"arn:aws:iam::{ACCOUNT}:root"
    iam.update_access_key(AccessKeyId=made["AccessKeyId"], Status="Inactive")
    refused_with("InvalidClientTokenId", own.get_caller_identity)
    for call in (iam.delete_access_key, lambda **key: iam.update_access_key(Status="Inactive", **key)):
        refused_with("UnmodifiableEntity", call, AccessKeyId=ACCESS_KEY)
        refused_with("NoSuchEntity", call, AccessKeyId="AKIAIOSFODNN7EXAMPLE")
    for key in (made, other):
        iam.delete_access_key(AccessKeyId=key["AccessKeyId"])
    assert [row["AccessKeyId"] for row in iam.list_access_keys()["AccessKeyMetadata"]] == [ACCESS_KEY]


def test_listings_have_pages(iam, name):
    for number in range(7):
        iam.create_user(UserName=f"{name}-{number}", Path=f"/{name}/")
    pages = list(iam.get_paginator("list_users").paginate(PathPrefix=f"/{name}/", PaginationConfig={"PageSize": 3}))
    assert [len(page["Users"]) for page in pages] == [3, 3, 1]
    assert [one["UserName"] for page in pages for one in page["Users"]] == [f"{name}-{number}" for number in range(7)]


def test_keys_are_two_and_may_rest(server, iam, user):
    name, client = user
    [first] = iam.list_access_keys(UserName=name)["AccessKeyMetadata"]
    second = iam.create_access_key(UserName=name)["AccessKey"]
    refused_with("LimitExceeded", iam.create_access_key, UserName=name)
    client("sts").get_caller_identity()
    iam.update_access_key(UserName=name, AccessKeyId=first["AccessKeyId"], Status="Inactive")
    refused_with("InvalidClientTokenId", client("sts").get_caller_identity)
    refused_with("InvalidAccessKeyId", client("s3").list_buckets)
    refused_with("InvalidClientTokenId", server.client_of("sts", "AKIAIOSFODNN7EXAMPLE", "x").get_caller_identity)
    server.client_of("sts", second["AccessKeyId"], second["SecretAccessKey"]).get_caller_identity()
    assert "LastUsedDate" in iam.get_access_key_last_used(AccessKeyId=second["AccessKeyId"])["AccessKeyLastUsed"]
    refused_with("DeleteConflict", iam.delete_user, UserName=name)
    for key in (first, second):
        iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    refused_with("NoSuchEntity", iam.delete_access_key, UserName=name, AccessKeyId=second["AccessKeyId"])
    iam.delete_user(UserName=name)


def test_policies_have_versions_and_cannot_go_while_they_are_used(iam, user):
    name, client = user
    made = iam.create_policy(PolicyName=name, PolicyDocument=allow("iam:ListUsers"), Description="d")["Policy"]
    assert "Description" not in made and iam.get_policy(PolicyArn=made["Arn"])["Policy"]["Description"] == "d"
    arn = made["Arn"]
    assert arn == f"arn:aws:iam::{ACCOUNT}:policy/{name}" and made["DefaultVersionId"] == "v1"
    iam.attach_user_policy(UserName=name, PolicyArn=arn)
    client("iam").list_users()
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=allow("iam:ListRoles"), SetAsDefault=True)
    refused_with("AccessDenied", client("iam").list_users)
    client("iam").list_roles()
    assert iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]["Document"] == json.loads(allow("iam:ListUsers"))
    for _ in range(3):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=allow("iam:ListUsers"))
    refused_with("LimitExceeded", iam.create_policy_version, PolicyArn=arn, PolicyDocument=allow("iam:ListUsers"))
    refused_with("DeleteConflict", iam.delete_policy_version, PolicyArn=arn, VersionId="v2")
    refused_with("DeleteConflict", iam.delete_policy, PolicyArn=arn)
    assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 1
    assert [one["UserName"] for one in iam.list_entities_for_policy(PolicyArn=arn)["PolicyUsers"]] == [name]
    assert iam.list_attached_user_policies(UserName=name)["AttachedPolicies"] == [{"PolicyName": name, "PolicyArn": arn}]
    iam.detach_user_policy(UserName=name, PolicyArn=arn)
    refused_with("NoSuchEntity", iam.detach_user_policy, UserName=name, PolicyArn=arn)
    refused_with("DeleteConflict", iam.delete_policy, PolicyArn=arn)
    for version in ("v1", "v3", "v4", "v5"):
        iam.delete_policy_version(PolicyArn=arn, VersionId=version)
    iam.delete_policy(PolicyArn=arn)
    refused_with("NoSuchEntity", iam.get_policy, PolicyArn=arn)


def test_wrong_policies_are_refused_and_amazons_are_there(iam, user):
    name, client = user
    for document in ("{", "[]", '{"Version":"2012-10-17"}', allow("nothing"), allow("s3:GetObject").replace("Allow", "Maybe")):
        refused_with("MalformedPolicyDocument", iam.put_user_policy, UserName=name, PolicyName="p", PolicyDocument=document)
    refused_with("LimitExceeded", iam.put_user_policy, UserName=name, PolicyName="p", PolicyDocument=allow("s3:GetObject", ["arn:aws:s3:::" + "x" * 60] * 40))
    refused_with("LimitExceeded", iam.create_policy, PolicyName=name, PolicyDocument=allow("s3:GetObject", ["arn:aws:s3:::" + "x" * 60] * 90))
    refused_with("NoSuchEntity", iam.get_user_policy, UserName=name, PolicyName="p")
    amazons = [one["PolicyName"] for one in iam.list_policies(Scope="AWS")["Policies"]]
    assert {"AmazonS3FullAccess", "AmazonS3ReadOnlyAccess", "AmazonGlacierFullAccess", "AdministratorAccess"} <= set(amazons)
    read_only = "arn:aws:iam::aws:policy/IAMReadOnlyAccess"
    refused_with("AccessDenied", iam.delete_policy, PolicyArn=read_only)
    iam.attach_user_policy(UserName=name, PolicyArn=read_only)
    client("iam").list_users()
    refused_with("AccessDenied", client("iam").create_user, UserName=name + "x")
    iam.put_user_permissions_boundary(UserName=name, PermissionsBoundary="arn:aws:iam::aws:policy/AmazonS3FullAccess")
    refused_with("AccessDenied", client("iam").list_users)
    iam.delete_user_permissions_boundary(UserName=name)
    client("iam").list_users()


def test_groups_give_their_policies_to_who_is_in_them(iam, user):
    name, client = user
    iam.create_group(GroupName=name)
    iam.put_group_policy(GroupName=name, PolicyName="p", PolicyDocument=allow("iam:ListUsers"))
    iam.add_user_to_group(GroupName=name, UserName=name)
    client("iam").list_users()
    assert [one["UserName"] for one in iam.get_group(GroupName=name)["Users"]] == [name]
    assert [one["GroupName"] for one in iam.list_groups_for_user(UserName=name)["Groups"]] == [name]
    iam.update_group(GroupName=name, NewGroupName=name + "2")
    client("iam").list_users()
    refused_with("DeleteConflict", iam.delete_group, GroupName=name + "2")
    iam.remove_user_from_group(GroupName=name + "2", UserName=name)
    refused_with("AccessDenied", client("iam").list_users)
    refused_with("DeleteConflict", iam.delete_group, GroupName=name + "2")
    iam.delete_group_policy(GroupName=name + "2", PolicyName="p")
    iam.delete_group(GroupName=name + "2")


def test_roles_are_assumed_by_whom_they_trust(server, iam, sts, user):
    name, client = user
    arn = f"arn:aws:iam::{ACCOUNT}:role/{name}"
    refused_with("MalformedPolicyDocument", iam.create_role, RoleName=name, AssumeRolePolicyDocument=trust(f"arn:aws:iam::{ACCOUNT}:user/nobody-here"))
    role = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust(f"arn:aws:iam::{ACCOUNT}:root"))["Role"]
    assert role["Arn"] == arn and role["RoleId"].startswith("AROA") and "MaxSessionDuration" not in role
    told = iam.get_role(RoleName=name)["Role"]
    assert (told["MaxSessionDuration"], told["RoleLastUsed"]) == (3600, {})
    assert role["AssumeRolePolicyDocument"] == json.loads(trust(f"arn:aws:iam::{ACCOUNT}:root"))
    iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=allow(["iam:ListUsers", "iam:ListRoles"]))
    assume = dict(RoleArn=arn, RoleSessionName="ci")
    # The account is trusted, and leaves it to its own policies.
    refused_with("AccessDenied", client("sts").assume_role, **assume)
    refused_with("AccessDenied", client("sts").assume_role, **{**assume, "RoleArn": arn + "x"})
    refused_with("AccessDenied", sts.assume_role, **assume)
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=allow("sts:AssumeRole", arn))
    assumed = client("sts").assume_role(**assume)
    assert assumed["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/ci"
    session = as_session(server, "sts", assumed["Credentials"])
    identity = session.get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/{name}/ci" and identity["UserId"] == role["RoleId"] + ":ci"
    as_session(server, "iam", assumed["Credentials"]).list_users()
    refused_with("AccessDenied", as_session(server, "iam", assumed["Credentials"]).list_groups)
    # A session's policy narrows.
    narrowed = client("sts").assume_role(**assume, Policy=allow(["iam:ListUsers", "iam:ListGroups"]))["Credentials"]
    as_session(server, "iam", narrowed).list_users()
    refused_with("AccessDenied", as_session(server, "iam", narrowed).list_roles)
    refused_with("AccessDenied", as_session(server, "iam", narrowed).list_groups)
    # Tokens belong to their keys.
    wrong = {**assumed["Credentials"], "SessionToken": narrowed["SessionToken"]}
    refused_with("InvalidClientTokenId", as_session(server, "sts", wrong).get_caller_identity)
    refused_with("ValidationError", client("sts").assume_role, **assume, DurationSeconds=3601)
    # Who is named needs no policy of its own.
    iam.delete_user_policy(UserName=name, PolicyName="p")
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=trust(f"arn:aws:iam::{ACCOUNT}:user/{name}", Condition={"StringEquals": {"sts:ExternalId": "42"}}))
    refused_with("AccessDenied", client("sts").assume_role, **assume)
    client("sts").assume_role(**assume, ExternalId="42")
    # Revoked by the time at which tokens were given out.
    revoke = {"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*", "Condition": {"DateLessThan": {"aws:TokenIssueTime": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 60))}}}}
    iam.put_role_policy(RoleName=name, PolicyName="revoke", PolicyDocument=json.dumps(revoke))
    refused_with("AccessDenied", as_session(server, "iam", assumed["Credentials"]).list_users)
    for policy in ("p", "revoke"):
        iam.delete_role_policy(RoleName=name, PolicyName=policy)
    iam.delete_role(RoleName=name)
    refused_with("InvalidClientTokenId", as_session(server, "sts", assumed["Credentials"]).get_caller_identity)


def test_session_and_federation_tokens(server, iam, sts, user):
    name, client = user
    session = client("sts").get_session_token()["Credentials"]
    assert as_session(server, "sts", session).get_caller_identity()["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/{name}"
    refused_with("AccessDenied", as_session(server, "sts", session).get_session_token)
    refused_with("InvalidClientTokenId", as_session(server, "iam", session).get_user)
    refused_with("AccessDenied", client("sts").get_federation_token, Name="bob")
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=allow("sts:GetFederationToken"))
    federated = client("sts").get_federation_token(Name="bob", Policy=allow("s3:GetObject"))
    assert federated["FederatedUser"]["FederatedUserId"] == f"{ACCOUNT}:bob"
    identity = as_session(server, "sts", federated["Credentials"]).get_caller_identity()
    assert identity["Arn"] == f"arn:aws:sts::{ACCOUNT}:federated-user/bob"
    assert sts.get_access_key_info(AccessKeyId=iam.list_access_keys(UserName=name)["AccessKeyMetadata"][0]["AccessKeyId"])["Account"] == ACCOUNT
    # A user's session in S3: known, and without a policy refused.
    refused_with("AccessDenied", as_session(server, "s3", session).list_buckets)
    refused_with("InvalidToken", as_session(server, "s3", {**session, "SessionToken": "AAAA"}).list_buckets)


def test_the_account(iam):
    summary = iam.get_account_summary()["SummaryMap"]
    assert summary["AccessKeysPerUserQuota"] == 2 and summary["Users"] > 0
    iam.create_account_alias(AccountAlias="cold-store")
    assert iam.list_account_aliases()["AccountAliases"] == ["cold-store"]
    iam.delete_account_alias(AccountAlias="cold-store")
    refused_with("NoSuchEntity", iam.delete_account_alias, AccountAlias="cold-store")
    assert iam.get_user()["User"]["Arn"] == f"arn:aws:iam::{ACCOUNT}:root"
    refused_with("NotImplemented", iam.create_saml_provider, SAMLMetadataDocument="x" * 1000, Name="p")


def test_the_command_line(aws, name):
    assert ACCOUNT in aws("sts", "get-caller-identity").stdout
    aws("iam", "create-user", "--user-name", name)
    aws("iam", "attach-user-policy", "--user-name", name, "--policy-arn", "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess")
    assert "AmazonS3ReadOnlyAccess" in aws("iam", "list-attached-user-policies", "--user-name", name).stdout
    assert "SecretAccessKey" in aws("iam", "create-access-key", "--user-name", name).stdout
    assert "DeleteConflict" in aws("iam", "delete-user", "--user-name", name, check=False).stderr


def test_users_outlive_a_restart_and_need_the_root_key(own_server):
    server = own_server().start()
    iam = server.client("iam")
    iam.create_user(UserName="ann")
    key = iam.create_access_key(UserName="ann")["AccessKey"]
    server.kill()
    server.start()
    identity = server.client_of("sts", key["AccessKeyId"], key["SecretAccessKey"]).get_caller_identity()
    assert identity["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/ann"
    server.stop()
    server.fsck()
    root = server.data / "root.toml"
    text = root.read_text()
    assert key["SecretAccessKey"] not in text
    lines = [line for line in text.splitlines() if not line.startswith(("root_key", "check"))]
    root.write_text("\n".join(lines) + "\n")
    server.spawn()
    assert server.process.wait(30) != 0
    assert "the root key" in server.log_path.read_text() and "is missing" in server.log_path.read_text()
    root.write_text(text)
    server.start()
    server.client_of("sts", key["AccessKeyId"], key["SecretAccessKey"]).get_caller_identity()


def test_simulations_say_what_would_be_and_why(iam, user):
    name, _ = user
    iam.put_user_policy(UserName=name, PolicyName="read", PolicyDocument=allow("s3:GetObject", "arn:aws:s3:::photos/*"))
    arn = f"arn:aws:iam::{ACCOUNT}:user/{name}"

    def decisions(**more):
        asked = dict(PolicySourceArn=arn, ActionNames=["s3:GetObject", "s3:PutObject"], ResourceArns=["arn:aws:s3:::photos/a"])
        results = iam.simulate_principal_policy(**asked, **more)["EvaluationResults"]
        return [one["EvalDecision"] for one in results], results

    found, results = decisions()
    assert found == ["allowed", "implicitDeny"]
    assert [one["SourcePolicyId"] for one in results[0]["MatchedStatements"]] == ["read"]
    deny = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "s3:*", "Resource": "*", "Condition": {"IpAddress": {"aws:SourceIp": "10.0.0.0/8"}}}})
    found, results = decisions(PolicyInputList=[deny])
    assert found == ["allowed", "implicitDeny"] and results[0]["MissingContextValues"] == ["aws:SourceIp"]
    address = [{"ContextKeyName": "aws:SourceIp", "ContextKeyValues": ["10.1.2.3"], "ContextKeyType": "ip"}]
    assert decisions(PolicyInputList=[deny], ContextEntries=address)[0] == ["explicitDeny", "explicitDeny"]
    assert decisions(PermissionsBoundaryPolicyInputList=[allow("iam:*")])[0] == ["implicitDeny", "implicitDeny"]
    custom = iam.simulate_custom_policy(PolicyInputList=[allow("s3:*")], ActionNames=["s3:GetObject"])["EvaluationResults"]
    assert custom[0]["EvalDecision"] == "allowed"


def test_everything_about_the_account(iam, user):
    name, _ = user
    iam.attach_user_policy(UserName=name, PolicyArn="arn:aws:iam::aws:policy/IAMReadOnlyAccess")
    pages = iam.get_paginator("get_account_authorization_details").paginate(PaginationConfig={"PageSize": 2})
    pages = list(pages)
    users = [one for page in pages for one in page["UserDetailList"]]
    assert len(pages) > 1 and len({one["UserName"] for one in users}) == len(users) == len(iam.list_users(MaxItems=1000)["Users"])
    [mine] = [one for one in users if one["UserName"] == name]
    assert mine["AttachedManagedPolicies"][0]["PolicyName"] == "IAMReadOnlyAccess"
    assert "IAMReadOnlyAccess" in [one["PolicyName"] for page in pages for one in page["Policies"]]
    assert iam.generate_credential_report()["State"] == "COMPLETE"
    lines = iam.get_credential_report()["Content"].decode().splitlines()
    [line] = [line for line in lines if line.startswith(name + ",")]
    assert len(line.split(",")) == len(lines[0].split(",")) == 22 and ",true," in line
