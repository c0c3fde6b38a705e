"""AssumeRoleWithWebIdentity by boto3, with an identity provider that the test brings: its keys change, its tokens are good or not."""

import json
import pathlib
import subprocess
import sys
import time

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from checks import refused_with
from issuer import Elliptic, Issuer, Rsa
from server import ACCOUNT, REGION
from test_identities import allow, as_session

ROLE = f"arn:aws:iam::{ACCOUNT}:role/web"


class World:
    """A server, its provider, and the role that trusts it."""

    def __init__(self, server):
        self.server, self.issuer = server, Issuer()
        self.iam = server.client("iam")
        self.sts = boto3.client(
            "sts", endpoint_url=server.endpoint, region_name=REGION,
            config=Config(signature_version=UNSIGNED, retries={"max_attempts": 0}),
        )  # fmt: skip
        made = self.iam.create_open_id_connect_provider(Url=self.issuer.url, ClientIDList=["client"])
        self.arn = made["OpenIDConnectProviderArn"]
        self.iam.create_role(RoleName="web", AssumeRolePolicyDocument=self.trust())
        self.iam.put_role_policy(RoleName="web", PolicyName="p", PolicyDocument=allow("s3:*", f"arn:aws:s3:::home-${{{self.issuer.name}:sub}}*"))

    def trust(self, actions=("sts:AssumeRoleWithWebIdentity",), **conditions):
        conditions = conditions or {"StringEquals": {f"{self.issuer.name}:aud": "client"}}
        statement = {"Effect": "Allow", "Principal": {"Federated": self.arn}, "Action": list(actions), "Condition": conditions}
        return json.dumps({"Version": "2012-10-17", "Statement": statement})

    def assume(self, token=None, **more):
        return self.sts.assume_role_with_web_identity(RoleArn=ROLE, RoleSessionName="ci", WebIdentityToken=token or self.issuer.token(), **more)

    def refused(self, code, token, **more):
        error = refused_with(code, self.assume, token=token, **more)
        assert error["ResponseMetadata"]["HTTPStatusCode"] == (403 if code == "AccessDenied" else 400)
        return error["Error"]["Message"]


@pytest.fixture
def world(own_server):
    world = World(own_server(["--oidc-http", "loopback"]).start())
    yield world
    world.issuer.close()
    world.server.stop()
    world.server.fsck()


def test_a_token_has_a_session_that_may_what_the_role_may(world):
    assumed = world.assume(DurationSeconds=900)
    assert assumed["SubjectFromWebIdentityToken"] == "me" and assumed["Audience"] == "client"
    assert assumed["Provider"] == world.issuer.url
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/web/ci"
    assert assumed["AssumedRoleUser"]["Arn"] == arn
    session = as_session(world.server, "sts", assumed["Credentials"])
    assert session.get_caller_identity()["Arn"] == arn
    # The role's policy lets everybody into a bucket of their own.
    s3 = as_session(world.server, "s3", assumed["Credentials"])
    s3.create_bucket(Bucket="home-me")
    s3.put_object(Bucket="home-me", Key="k", Body=b"mine")
    refused_with("AccessDenied", s3.create_bucket, Bucket="home-you")
    other = as_session(world.server, "s3", world.assume(world.issuer.token(sub="you"))["Credentials"])
    refused_with("AccessDenied", other.get_object, Bucket="home-me", Key="k")
    other.create_bucket(Bucket="home-you")


def test_tokens_that_are_not_good(world):
    now = int(time.time())
    issuer = world.issuer
    assert "Token expired" in world.refused("ExpiredTokenException", issuer.token(exp=now - 1))
    assert world.refused("InvalidIdentityToken", issuer.token(aud="another")) == "Incorrect token audience"
    assert "No OpenIDConnect provider found in your account" in world.refused("InvalidIdentityToken", issuer.token(iss="https://evil.example"))
    assert "not a valid JWT" in world.refused("InvalidIdentityToken", "opaque-access-token")
    for claims in ({"sub": None}, {"exp": None}, {"iat": None}, {"nbf": now + 3600}):
        world.refused("InvalidIdentityToken", issuer.token(**claims))
    thief = Elliptic(issuer.keys[-1].name)
    world.refused("InvalidIdentityToken", issuer.token(key=thief))
    assert issuer.asked == ["/realm/.well-known/openid-configuration", "/realm/keys"], "keys are fetched once"
    error = refused_with("AccessDenied", world.sts.assume_role_with_web_identity, RoleArn=ROLE + "x", RoleSessionName="ci", WebIdentityToken=issuer.token())
    assert error["Error"]["Message"] == "Not authorized to perform sts:AssumeRoleWithWebIdentity"
    # Nobody else is let in without a key.
    assert refused_with("MissingAuthenticationToken", world.sts.get_caller_identity)


def test_a_provider_changes_its_keys(world):
    world.assume()
    old, new = world.issuer.keys[0], Elliptic("second")
    world.issuer.keys = [new]
    # The server asks again when a token names a key it does not know, though not more often than each ten seconds.
    deadline = time.monotonic() + 30
    while True:
        try:
            world.assume()
            break
        except ClientError as error:
            assert error.response["Error"]["Code"] == "InvalidIdentityToken" and time.monotonic() < deadline
            time.sleep(0.5)
    assert len(world.issuer.asked) == 4
    world.refused("InvalidIdentityToken", world.issuer.token(key=old))


@pytest.mark.long
def test_keys_of_rsa(world):
    world.issuer.keys = [Rsa("rsa")]
    world.assume()


def test_trust_policies_ask_what_tokens_say(world):
    name, issuer = world.issuer.name, world.issuer
    world.iam.update_assume_role_policy(RoleName="web", PolicyDocument=world.trust(StringLike={f"{name}:sub": "repo:ours/*"}))
    world.assume(issuer.token(sub="repo:ours/a"))
    world.refused("AccessDenied", issuer.token(sub="repo:theirs/a"))
    world.iam.update_assume_role_policy(RoleName="web", PolicyDocument=world.trust(**{"ForAnyValue:StringEquals": {f"{name}:amr": "mfa"}}))
    world.assume(issuer.token(amr=["pwd", "mfa"]))
    world.refused("AccessDenied", issuer.token(amr=["pwd"]))
    # Tags and a source identity that the provider gives need their own permissions.
    tagged = {"https://aws.amazon.com/tags": {"principal_tags": {"team": ["a"]}}, "https://aws.amazon.com/source_identity": "ann"}
    equals = {"StringEquals": {f"{name}:aud": "client"}}
    world.iam.update_assume_role_policy(RoleName="web", PolicyDocument=world.trust(**equals))
    world.refused("AccessDenied", issuer.token(**tagged))
    actions = ("sts:AssumeRoleWithWebIdentity", "sts:TagSession", "sts:SetSourceIdentity")
    world.iam.update_assume_role_policy(RoleName="web", PolicyDocument=world.trust(actions, **equals))
    assumed = world.assume(issuer.token(**tagged))
    assert assumed["SourceIdentity"] == "ann"
    condition = {"StringEquals": {"aws:PrincipalTag/team": "a", "aws:SourceIdentity": "ann", "aws:FederatedProvider": world.arn}}
    world.iam.put_role_policy(RoleName="web", PolicyName="t", PolicyDocument=allow("iam:ListUsers", Condition=condition))
    as_session(world.server, "iam", assumed["Credentials"]).list_users()
    refused_with("AccessDenied", as_session(world.server, "iam", world.assume()["Credentials"]).list_users)


@pytest.mark.parametrize("what", ["redirect", "down", "huge", "another's", "closed"])
def test_providers_that_do_not_answer_as_they_must(world, what):
    path, other = "/realm/.well-known/openid-configuration", Issuer()
    answers = {
        "redirect": (302, {"Location": f"{other.url}/.well-known/openid-configuration"}, b""),
        "down": (503, {}, b""),
        "huge": (200, {}, b" " * (300 << 10)),
        "another's": (200, {}, json.dumps({"issuer": other.url, "jwks_uri": other.url + "/keys"}).encode()),
    }
    if what == "closed":
        world.issuer.close()
    else:
        world.issuer.answer[path] = answers[what]
    code = "IDPCommunicationError" if what in ("down", "closed") else "InvalidIdentityToken"
    for _ in range(3):
        world.refused(code, world.issuer.token())
    assert world.issuer.asked == ([] if what == "closed" else [path]), "it is asked once, and then rests"
    assert other.asked == [], "nobody is followed elsewhere"
    other.close()


def test_providers_are_made_read_and_changed(world):
    iam, arn = world.iam, world.arn
    got = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    assert got["Url"] == world.issuer.name and got["ClientIDList"] == ["client"] and got["ThumbprintList"] == []
    assert iam.list_open_id_connect_providers()["OpenIDConnectProviderList"] == [{"Arn": arn}]
    refused_with("EntityAlreadyExists", iam.create_open_id_connect_provider, Url=world.issuer.url)
    refused_with("ValidationError", iam.create_open_id_connect_provider, Url="http://a.example")
    iam.add_client_id_to_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="two")
    iam.tag_open_id_connect_provider(OpenIDConnectProviderArn=arn, Tags=[{"Key": "k", "Value": "v"}])
    assert iam.list_open_id_connect_provider_tags(OpenIDConnectProviderArn=arn)["Tags"] == [{"Key": "k", "Value": "v"}]
    iam.update_open_id_connect_provider_thumbprint(OpenIDConnectProviderArn=arn, ThumbprintList=["A" * 40])
    assert iam.get_open_id_connect_provider(OpenIDConnectProviderArn=arn)["ThumbprintList"] == ["a" * 40]
    assert iam.get_account_summary()["SummaryMap"]["Providers"] == 1
    iam.update_assume_role_policy(RoleName="web", PolicyDocument=world.trust(StringLike={f"{world.issuer.name}:sub": "*"}))
    world.assume(world.issuer.token(aud="two"))
    iam.remove_client_id_from_open_id_connect_provider(OpenIDConnectProviderArn=arn, ClientID="two")
    world.refused("InvalidIdentityToken", world.issuer.token(aud="two"))
    session = world.assume()["Credentials"]
    iam.delete_open_id_connect_provider(OpenIDConnectProviderArn=arn)
    refused_with("NoSuchEntity", iam.get_open_id_connect_provider, OpenIDConnectProviderArn=arn)
    world.refused("InvalidIdentityToken", world.issuer.token())
    # Sessions that it vouched for end when they end, as at Amazon.
    as_session(world.server, "sts", session).get_caller_identity()


def test_the_command_line_finds_its_own_way(world, tmp_path):
    """A pod or a CI job: no key, a file with a token, and the name of a role."""
    world.iam.put_role_policy(RoleName="web", PolicyName="all", PolicyDocument=allow("s3:*"))
    token = tmp_path / "token"
    token.write_text(world.issuer.token())
    env = world.server.cli_environment(tmp_path)
    del env["AWS_ACCESS_KEY_ID"], env["AWS_SECRET_ACCESS_KEY"]
    env.update(AWS_ROLE_ARN=ROLE, AWS_WEB_IDENTITY_TOKEN_FILE=str(token), AWS_ROLE_SESSION_NAME="pod")

    def aws(*words):
        program = pathlib.Path(sys.executable).with_name("aws")
        done = subprocess.run([sys.executable, program, *words], env=env, cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    assert json.loads(aws("sts", "get-caller-identity", "--output", "json"))["Arn"].endswith(":assumed-role/web/pod")
    aws("s3", "mb", "s3://pods")
    aws("s3", "cp", str(token), "s3://pods/token")
    assert "token" in aws("s3", "ls", "s3://pods")


def test_plain_http_is_for_tests_only(own_server):
    server = own_server().start()
    refused_with("ValidationError", server.client("iam").create_open_id_connect_provider, Url="http://127.0.0.1:80")
    server.stop()
