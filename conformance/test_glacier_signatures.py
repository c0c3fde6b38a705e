"""Who calls: the two shapes of signature in the guide, the version header, account ids, and everything that is wrong with them."""

import datetime

import pytest

from checks import refused
from raw import Request, call
from server import ACCOUNT
from treehash import upload_headers

WRONG = "The request signature we calculated does not match the signature you provided."


def expect(answer, status, code, message=""):
    assert (answer.status, answer.code) == (status, code) and answer.message.startswith(message), answer
    assert answer.headers["content-type"] == "application/json" and b'"type":"Client"' in answer.body.replace(b" ", b"")


def request(server, method="GET", path="/-/vaults", **settings):
    return Request(server, method, path, service="glacier", **settings)


def test_the_first_shape(server, name):
    """No body, no x-amz-content-sha256: host;x-amz-date;x-amz-glacier-version."""
    made = request(server, "PUT", f"/-/vaults/{name}", send_payload_hash=False).sign()
    assert made.signed == "host;x-amz-date;x-amz-glacier-version"
    assert made.send().status == 201


def test_the_second_shape(server, vault):
    """With a body and its hash: host;x-amz-content-sha256;x-amz-date;x-amz-glacier-version."""
    body = b"Welcome to Amazon Glacier."
    made = request(server, "POST", f"/-/vaults/{vault}/archives", headers=upload_headers(body), body=body)
    made.sign(signed=["host", "x-amz-content-sha256", "x-amz-date", "x-amz-glacier-version"])
    assert made.send().status == 201


def test_the_vectors_of_the_guide_are_too_old(server):
    """Right signatures, but of 2012: refused for their date only, and whether they are right cannot be told from outside."""
    when = datetime.datetime(2012, 5, 25, 0, 24, 53, tzinfo=datetime.UTC)
    expect(request(server, "PUT", "/-/vaults/examplevault", when=when).sign().send(), 403, "InvalidSignatureException")


def test_a_foreign_host_name(server, vault):
    """Some clients connect here and still sign the host of the real service."""
    answer = (
        request(server, path=f"/-/vaults/{vault}", headers={"host": "glacier.us-east-1.amazonaws.com"}).sign().send()
    )
    assert answer.status == 200


def test_spaces_in_headers(server, vault):
    headers = upload_headers(b"x", x_amz_archive_description="two  spaces")
    assert (
        call(server, "POST", f"/-/vaults/{vault}/archives", headers=headers, body=b"x", service="glacier").status == 201
    )


def test_version_header(server):
    made = request(server, headers={"x-amz-glacier-version": "2012-06-01"}).sign(signed=["host", "x-amz-date"])
    assert made.send().status == 200
    del made.headers["x-amz-glacier-version"]
    expect(made.send(), 400, "MissingParameterValueException", "Required parameter missing: API version")
    expect(
        request(server, headers={"x-amz-glacier-version": "2011-01-01"}).sign().send(),
        400,
        "InvalidParameterValueException",
    )


def test_wrong_secret(server):
    expect(request(server, secret_key="wrong").sign().send(), 403, "InvalidSignatureException", WRONG)


def test_changed_after_signing(server, glacier, vault):
    made = request(server, "DELETE", f"/-/vaults/{vault}").sign()
    made.path = f"/{ACCOUNT}/vaults/{vault}"
    expect(made.send(), 403, "InvalidSignatureException", WRONG)
    assert glacier.describe_vault(vaultName=vault)


def test_unknown_key(server):
    expect(request(server, access_key="AKIDNOBODYKNOWS00000").sign().send(), 400, "UnrecognizedClientException")


def test_token_nobody_gave_out(server):
    expect(
        request(server, headers={"x-amz-security-token": "forged"}).sign().send(), 400, "UnrecognizedClientException"
    )


def test_no_credentials(server):
    answer = request(server, headers={"x-amz-glacier-version": "2012-06-01"}).send()
    expect(answer, 400, "MissingAuthenticationTokenException")


@pytest.mark.parametrize("minutes", [-20, 20])
def test_skewed_clock(server, minutes):
    when = datetime.datetime.now(datetime.UTC) + datetime.timedelta(minutes=minutes)
    expect(request(server, when=when).sign().send(), 403, "InvalidSignatureException")


def test_own_account_number(server, glacier, vault):
    assert glacier.describe_vault(accountId=ACCOUNT, vaultName=vault)["VaultName"] == vault


@pytest.mark.parametrize("account", ["999999999999", "asdf", "abcmnoxyz"])
def test_foreign_accounts(glacier, vault, account):
    with refused(403, "AccessDeniedException") as caught:
        glacier.describe_vault(accountId=account, vaultName=vault)
    assert caught.value.response["Error"]["Message"] == f"Access denied for account ID: {account}"
    with refused(403, "AccessDeniedException"):
        glacier.list_vaults(accountId=account)


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/-/nothing"), ("PATCH", "/-/vaults/v"), ("GET", "/-/vaults/v/archives")]
)
def test_unknown_routes(server, method, path):
    expect(request(server, method, path).sign().send(), 404, "UnknownOperationException")


def test_the_doors_share_no_names(server, glacier, s3, name):
    """A bucket and a vault of one name are two things, chosen by the service in the signature's scope."""
    s3.create_bucket(Bucket=name)
    glacier.create_vault(vaultName=name)
    glacier.delete_vault(vaultName=name)
    s3.head_bucket(Bucket=name)
