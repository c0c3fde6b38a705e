"""The parameters of CreateMultipartUpload, in the order of Amazon's page: what each does to the object after CompleteMultipartUpload.

Each test shows an effect, not only that what was said is told again; a parameter that has no meaning here yet is refused by its name. The
last test holds the table against the SDK's model: none is left out, none is made up.
"""

import base64
import datetime
import hashlib
import json
import os
import subprocess
import urllib.error
import urllib.request
import zlib

import pytest

import checksums
from checks import read, refused
from server import ACCESS_KEY, ACCOUNT, SECRET_KEY, Server

MIB = 1 << 20
SECRET = b"what no file of the data folder may show, whoever looks for it. " * 400
UNTIL = datetime.datetime(2040, 1, 1, tzinfo=datetime.timezone.utc)
EVERYBODY = "uri=http://acs.amazonaws.com/groups/global/AllUsers"
SHOWN = []


def shows(*parameters):
    """What the test below is about."""
    SHOWN.extend(parameters)
    return lambda test: test


@pytest.fixture(scope="module")
def server(binary, tmp_path_factory):
    """A server that takes clients' keys although it has no TLS."""
    folder = tmp_path_factory.mktemp("parameters")
    server = Server(binary, folder / "data", args=["--allow-sse-c-over-http"]).start()
    yield server
    server.stop()
    server.fsck()


@pytest.fixture(scope="module")
def s3(server):
    return server.client("s3")


@pytest.fixture(scope="module")
def kms(server):
    return server.client("kms")


@pytest.fixture(scope="module")
def stranger(server, binary):
    """An S3 client of the root of another account."""
    words = [binary, "account", "create", "others", "--email", "others@example.com", "--endpoint", server.endpoint, "--json"]
    keys = {"COLDKEEP_ROOT_ACCESS_KEY": ACCESS_KEY, "COLDKEEP_ROOT_SECRET_KEY": SECRET_KEY}
    done = subprocess.run(words, env=os.environ | keys, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    key = json.loads(done.stdout)["key"]
    return server.client_of("s3", key["accessKeyId"], key["secretAccessKey"])


@pytest.fixture
def with_acls(s3, name):
    """A bucket whose objects have ACLs, and where they may let in everybody."""
    s3.create_bucket(Bucket=name, ObjectOwnership="ObjectWriter")
    s3.delete_public_access_block(Bucket=name)
    return name


@pytest.fixture
def locked(s3, name):
    s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    return name


def made(s3, bucket, key="k", bodies=(b"data",), every=None, **parameters):
    """An object made of parts under these parameters; `every` is said with each part and with Complete too. What Complete answers."""
    every = every or {}
    at = {"Bucket": bucket, "Key": key}
    at["UploadId"] = s3.create_multipart_upload(**at, **parameters, **every)["UploadId"]
    parts = []
    for number, body in enumerate(bodies, 1):
        part = s3.upload_part(**at, PartNumber=number, Body=body, **every)
        told = {name: value for name, value in part.items() if name == "ETag" or name.startswith("Checksum")}
        parts.append({"PartNumber": number, **told} if "ChecksumAlgorithm" in parameters else {"PartNumber": number, "ETag": part["ETag"]})
    return s3.complete_multipart_upload(**at, MultipartUpload={"Parts": parts}, **every)


def anonymous(server, path, method="GET", headers=None):
    """What somebody gets who signs nothing: the status, the headers and the body."""
    asked = urllib.request.Request(f"{server.endpoint}/{path}", method=method, headers=headers or {})
    try:
        with urllib.request.urlopen(asked) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read()


def shown_to_browsers(s3, bucket, header, value, **parameters):
    """The header is in the answers to whoever has a link to the object, whole or in part, and goes to copies."""
    made(s3, bucket, **parameters)
    s3.copy_object(Bucket=bucket, Key="c", CopySource={"Bucket": bucket, "Key": "k"})
    for key, more, status in [("k", {}, 200), ("k", {"Range": "bytes=0-1"}, 206), ("c", {}, 200)]:
        link = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key})
        with urllib.request.urlopen(urllib.request.Request(link, headers=more)) as answer:
            assert (answer.status, answer.headers[header]) == (status, value)


def plain_files(server, secret=SECRET[:64]):
    return [path for path in server.data.rglob("*") if path.is_file() and secret in path.read_bytes()]


# ------------------------------------------------------------------------------------------------------- where, for whom, and as what


@shows("ACL")
def test_acl_lets_everybody_read(server, s3, with_acls):
    made(s3, with_acls, "open", ACL="public-read")
    made(s3, with_acls, "closed", ACL="private")
    assert anonymous(server, f"{with_acls}/open")[::2] == (200, b"data")
    assert anonymous(server, f"{with_acls}/closed")[0] == 403


@shows("Bucket")
def test_bucket_is_where_the_object_is(s3, bucket, with_acls):
    made(s3, bucket)
    assert read(s3, bucket, "k") == b"data"
    with refused(404, "NoSuchBucket"):
        s3.create_multipart_upload(Bucket=bucket + "-none", Key="k")


@shows("CacheControl")
def test_cache_control(s3, bucket):
    shown_to_browsers(s3, bucket, "Cache-Control", "max-age=60, private", CacheControl="max-age=60, private")


@shows("ContentDisposition")
def test_content_disposition(s3, bucket):
    value = 'attachment; filename="a b.txt"'
    shown_to_browsers(s3, bucket, "Content-Disposition", value, ContentDisposition=value)


@shows("ContentEncoding")
def test_content_encoding(s3, bucket):
    shown_to_browsers(s3, bucket, "Content-Encoding", "zstd", ContentEncoding="zstd")


@shows("ContentLanguage")
def test_content_language(s3, bucket):
    shown_to_browsers(s3, bucket, "Content-Language", "de, en", ContentLanguage="de, en")


@shows("ContentType")
def test_content_type(s3, bucket):
    shown_to_browsers(s3, bucket, "Content-Type", "image/x-odd; a=b", ContentType="image/x-odd; a=b")


@shows("Expires")
def test_expires(s3, bucket):
    shown_to_browsers(s3, bucket, "Expires", "Sun, 01 Jan 2040 00:00:00 GMT", Expires=UNTIL)


@shows("GrantFullControl", "GrantRead", "GrantReadACP", "GrantWriteACP")
@pytest.mark.parametrize(
    "parameter, rights",
    [("GrantFullControl", "read acl set"), ("GrantRead", "read"), ("GrantReadACP", "acl"), ("GrantWriteACP", "set")],
)
def test_grants_let_in_to_what_they_say(server, s3, with_acls, parameter, rights):
    made(s3, with_acls, **{parameter: EVERYBODY})
    asked = {
        "read": anonymous(server, f"{with_acls}/k")[0],
        "acl": anonymous(server, f"{with_acls}/k?acl")[0],
        "set": anonymous(server, f"{with_acls}/k?acl", "PUT", {"x-amz-acl": "private"})[0],
    }
    assert asked == {right: 200 if right in rights.split() else 403 for right in asked}


@shows("Key")
def test_key_is_the_objects_whatever_it_is(s3, bucket):
    for key in ["a/b//c", "ä ö+%2F?&=", "k" * 1024]:
        made(s3, bucket, key)
        assert read(s3, bucket, key) == b"data"
    with refused(400, "KeyTooLongError"):
        s3.create_multipart_upload(Bucket=bucket, Key="k" * 1025)


@shows("Metadata")
def test_metadata_comes_with_the_object_and_its_copies(s3, bucket):
    made(s3, bucket, Metadata={"colour": "dark green", "Who": "somebody"})
    s3.copy_object(Bucket=bucket, Key="c", CopySource={"Bucket": bucket, "Key": "k"})
    for key in ["k", "c"]:
        assert s3.get_object(Bucket=bucket, Key=key)["Metadata"] == {"colour": "dark green", "who": "somebody"}


# ------------------------------------------------------------------------------------------------------- how it lies, and under which key


@shows("ServerSideEncryption")
def test_server_side_encryption_leaves_nothing_readable_on_the_disk(server, s3, bucket):
    made(s3, bucket, bodies=[SECRET], ServerSideEncryption="AES256")
    assert read(s3, bucket, "k") == SECRET
    assert plain_files(server) == []
    # What is not encrypted is found, so that the search can find something.
    other = SECRET.replace(b"what", b"that")
    made(s3, bucket, "plain", bodies=[other])
    assert plain_files(server, other[:64]) != []
    for service in ("aws:fsx", "aws:backup"):
        with refused(501, "NotImplemented"):
            s3.create_multipart_upload(Bucket=bucket, Key="k", ServerSideEncryption=service)


@shows("StorageClass")
def test_storage_class_decides_whether_it_is_read_at_once(s3, bucket):
    for storage in ["STANDARD_IA", "GLACIER_IR", "GLACIER", "DEEP_ARCHIVE"]:
        made(s3, bucket, storage, StorageClass=storage)
        assert s3.head_object(Bucket=bucket, Key=storage)["StorageClass"] == storage
    listed = {row["Key"]: row["StorageClass"] for row in s3.list_objects_v2(Bucket=bucket)["Contents"]}
    assert all(key == storage for key, storage in listed.items())
    assert read(s3, bucket, "STANDARD_IA") == read(s3, bucket, "GLACIER_IR") == b"data"
    for storage in ["GLACIER", "DEEP_ARCHIVE"]:
        with refused(403, "InvalidObjectState"):
            s3.get_object(Bucket=bucket, Key=storage)


@shows("WebsiteRedirectLocation")
def test_website_redirect_location_is_kept_with_the_object_alone(s3, bucket):
    made(s3, bucket, WebsiteRedirectLocation="/elsewhere")
    assert s3.get_object(Bucket=bucket, Key="k")["WebsiteRedirectLocation"] == "/elsewhere"
    # "The value is unique to each object and is not copied when using the x-amz-metadata-directive": API_CopyObject.
    s3.copy_object(Bucket=bucket, Key="c", CopySource={"Bucket": bucket, "Key": "k"})
    assert "WebsiteRedirectLocation" not in s3.head_object(Bucket=bucket, Key="c")


def customer(byte):
    key = bytes([byte]) * 32
    return {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": key}


@shows("SSECustomerAlgorithm")
def test_sse_customer_algorithm_has_the_object_under_the_clients_key(s3, bucket):
    made(s3, bucket, every=customer(1))
    with refused(400, "InvalidRequest"):
        s3.get_object(Bucket=bucket, Key="k")
    with refused(400, "InvalidEncryptionAlgorithmError"):
        s3.create_multipart_upload(Bucket=bucket, Key="k", **customer(1) | {"SSECustomerAlgorithm": "AES128"})


@shows("SSECustomerKey")
def test_sse_customer_key_opens_it_and_no_other(server, s3, bucket):
    key = bytes(range(7, 39))
    made(s3, bucket, bodies=[SECRET], every=customer(1) | {"SSECustomerKey": key})
    assert read(s3, bucket, "k", **customer(1) | {"SSECustomerKey": key}) == SECRET
    with refused(403, "AccessDenied"):
        s3.get_object(Bucket=bucket, Key="k", **customer(2))
    assert plain_files(server) == plain_files(server, key) == plain_files(server, base64.b64encode(key)) == []


@shows("SSECustomerKeyMD5")
def test_sse_customer_key_md5_guards_against_a_key_that_came_wrong(s3, bucket):
    right, wrong = (base64.b64encode(hashlib.md5(bytes([byte]) * 32).digest()).decode() for byte in (1, 2))
    # Where it is said, the SDK takes the key as it goes over the wire.
    clients = customer(1) | {"SSECustomerKey": base64.b64encode(bytes([1]) * 32).decode()}
    with refused(400, "InvalidArgument"):
        s3.create_multipart_upload(Bucket=bucket, Key="k", **clients, SSECustomerKeyMD5=wrong)
    made(s3, bucket, every=clients | {"SSECustomerKeyMD5": right})
    assert read(s3, bucket, "k", **customer(1)) == b"data"


@shows("SSEKMSKeyId")
def test_sse_kms_key_id_is_the_key_whose_state_decides(s3, kms, bucket):
    mine, other = (kms.create_key()["KeyMetadata"]["KeyId"] for _ in range(2))
    made(s3, bucket, ServerSideEncryption="aws:kms", SSEKMSKeyId=mine)
    kms.disable_key(KeyId=other)
    assert read(s3, bucket, "k") == b"data"
    kms.disable_key(KeyId=mine)
    with refused(400, "KMS.DisabledException"):
        s3.get_object(Bucket=bucket, Key="k")
    kms.enable_key(KeyId=mine)
    assert read(s3, bucket, "k") == b"data"


def reader(server, name, condition):
    """An S3 client of a user who may use keys of KMS where the condition holds, and everything in S3."""
    iam = server.client("iam")
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    statements = [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
        {"Effect": "Allow", "Action": "kms:*", "Resource": "*", "Condition": {"StringEquals": condition}},
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=policy)
    return server.client_of("s3", key["AccessKeyId"], key["SecretAccessKey"])


@shows("SSEKMSEncryptionContext")
def test_sse_kms_encryption_context_is_what_policies_of_keys_see(server, s3, kms, bucket, name):
    # The policy of S3's own key lets in the whole account; that of another leaves it to the callers' policies.
    key = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms.create_key()["KeyMetadata"]["KeyId"]}
    for team in ["red", "blue"]:
        context = base64.b64encode(json.dumps({"team": team}).encode()).decode()
        made(s3, bucket, team, **key, SSEKMSEncryptionContext=context)
    red = reader(server, name, {"kms:EncryptionContext:team": "red"})
    assert read(red, bucket, "red") == b"data"
    with refused(403, "AccessDenied"):
        red.get_object(Bucket=bucket, Key="blue")


@shows("BucketKeyEnabled")
def test_bucket_key_enabled_has_the_context_name_the_bucket(server, s3, kms, bucket, name):
    key = {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": kms.create_key()["KeyMetadata"]["KeyId"]}
    made(s3, bucket, "of-bucket", **key, BucketKeyEnabled=True)
    made(s3, bucket, "of-object", **key, BucketKeyEnabled=False)
    whole = reader(server, name, {"kms:EncryptionContext:aws:s3:arn": f"arn:aws:s3:::{bucket}"})
    assert read(whole, bucket, "of-bucket") == b"data"
    with refused(403, "AccessDenied"):
        whole.get_object(Bucket=bucket, Key="of-object")
    assert s3.head_object(Bucket=bucket, Key="of-bucket")["BucketKeyEnabled"] is True


# ------------------------------------------------------------------------------------------------------- who pays, what it is called, how long it stays


@shows("RequestPayer")
def test_request_payer_is_asked_of_whoever_is_not_the_owner(s3, bucket, stranger):
    everybody = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "s3:*", "Resource": f"arn:aws:s3:::{bucket}/*"}
    s3.delete_public_access_block(Bucket=bucket)
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [everybody]}))
    s3.put_bucket_request_payment(Bucket=bucket, RequestPaymentConfiguration={"Payer": "Requester"})
    with refused(403, "AccessDenied"):
        stranger.create_multipart_upload(Bucket=bucket, Key="k")
    assert made(stranger, bucket, every={"RequestPayer": "requester"})["RequestCharged"] == "requester"
    assert made(s3, bucket, "own").get("RequestCharged") is None
    assert read(s3, bucket, "k") == b"data"


@shows("Tagging")
def test_tagging_tags_the_object_and_policies_see_it(server, s3, bucket, name):
    made(s3, bucket, "red", Tagging="team=red&a%20b=c")
    made(s3, bucket, "blue", Tagging="team=blue")
    tags = s3.get_object_tagging(Bucket=bucket, Key="red")["TagSet"]
    assert {tag["Key"]: tag["Value"] for tag in tags} == {"team": "red", "a b": "c"}
    assert s3.head_object(Bucket=bucket, Key="red")["TagCount"] == 2
    denied = {"Effect": "Deny", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:user/{name}"}, "Action": "s3:GetObject",
              "Resource": f"arn:aws:s3:::{bucket}/*", "Condition": {"StringEquals": {"s3:ExistingObjectTag/team": "red"}}}  # fmt: skip
    somebody = reader(server, name, {})
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": [denied]}))
    assert read(somebody, bucket, "blue") == b"data"
    with refused(403, "AccessDenied"):
        somebody.get_object(Bucket=bucket, Key="red")


@shows("ObjectLockMode")
def test_object_lock_mode_says_who_may_still_delete(s3, locked):
    for mode in ["GOVERNANCE", "COMPLIANCE"]:
        version = made(s3, locked, mode, ObjectLockMode=mode, ObjectLockRetainUntilDate=UNTIL)["VersionId"]
        at = {"Bucket": locked, "Key": mode, "VersionId": version}
        with refused(403, "AccessDenied"):
            s3.delete_object(**at)
        if mode == "GOVERNANCE":
            s3.delete_object(**at, BypassGovernanceRetention=True)
        else:
            with refused(403, "AccessDenied"):
                s3.delete_object(**at, BypassGovernanceRetention=True)


@shows("ObjectLockRetainUntilDate")
def test_object_lock_retain_until_date_can_be_put_off_and_not_brought_near(s3, locked):
    version = made(s3, locked, ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=UNTIL)["VersionId"]
    at = {"Bucket": locked, "Key": "k", "VersionId": version}
    for year, may in [(2039, False), (2041, True), (2040, False)]:
        retention = {"Mode": "COMPLIANCE", "RetainUntilDate": UNTIL.replace(year=year)}
        if may:
            s3.put_object_retention(**at, Retention=retention)
        else:
            with refused(403, "AccessDenied"):
                s3.put_object_retention(**at, Retention=retention)
    with refused(400, "InvalidArgument"):
        past = UNTIL.replace(year=2020)
        s3.create_multipart_upload(Bucket=locked, Key="k", ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=past)


@shows("ObjectLockLegalHoldStatus")
def test_object_lock_legal_hold_status_keeps_it_until_it_is_lifted(s3, locked):
    version = made(s3, locked, ObjectLockLegalHoldStatus="ON")["VersionId"]
    at = {"Bucket": locked, "Key": "k", "VersionId": version}
    with refused(403, "AccessDenied"):
        s3.delete_object(**at)
    s3.put_object_legal_hold(**at, LegalHold={"Status": "OFF"})
    s3.delete_object(**at)


@shows("ObjectLockEventHold", "ObjectLockEventHoldDurationDays", "ObjectLockEventHoldDurationYears")
@pytest.mark.parametrize("duration, days", [({"Days": 30}, [30]), ({"Years": 1}, [365, 366])])
def test_object_lock_event_hold_keeps_it_until_its_release_and_for_its_duration_from_then_on(s3, locked, duration, days):
    [(unit, number)] = duration.items()
    hold = {"ObjectLockEventHold": "ON", f"ObjectLockEventHoldDuration{unit}": number}
    version = made(s3, locked, ObjectLockMode="GOVERNANCE", **hold)["VersionId"]
    at = {"Bucket": locked, "Key": "k", "VersionId": version}
    with refused(403, "AccessDenied"):
        s3.delete_object(**at)
    s3.put_object_retention(**at, Retention={"EventHold": "OFF"})
    kept = s3.get_object_retention(**at)["Retention"]
    left = kept["RetainUntilDate"] - datetime.datetime.now(datetime.timezone.utc)
    assert kept["EventHold"] == "OFF" and round(left / datetime.timedelta(days=1)) in days
    with refused(403, "AccessDenied"):
        s3.delete_object(**at)


# ------------------------------------------------------------------------------------------------------- whose it must be, and that it came whole


@shows("ExpectedBucketOwner")
def test_expected_bucket_owner_guards_against_anothers_bucket(s3, bucket):
    with refused(403, "AccessDenied"):
        s3.create_multipart_upload(Bucket=bucket, Key="k", ExpectedBucketOwner="999999999999")
    made(s3, bucket, every={"ExpectedBucketOwner": ACCOUNT})
    assert read(s3, bucket, "k") == b"data"


BODIES = [bytes(5 * MIB), b"the last part"]


@shows("ChecksumAlgorithm")
@pytest.mark.parametrize("algorithm", checksums.ALL)
def test_checksum_algorithm_is_what_parts_and_object_are_held_against(s3, bucket, algorithm):
    at = {"Bucket": bucket, "Key": "k"}
    at["UploadId"] = s3.create_multipart_upload(**at, ChecksumAlgorithm=algorithm)["UploadId"]
    member, parts = checksums.member(algorithm), []
    with refused(400, "BadDigest"):
        s3.upload_part(**at, PartNumber=1, Body=BODIES[0], **{member: checksums.checksum(algorithm, b"other")})
    for number, body in enumerate(BODIES, 1):
        of = {member: checksums.checksum(algorithm, body)}
        parts.append({"PartNumber": number, "ETag": s3.upload_part(**at, PartNumber=number, Body=body, **of)["ETag"], **of})
    s3.complete_multipart_upload(**at, MultipartUpload={"Parts": parts})
    head = s3.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
    whole = algorithm == "CRC64NVME"
    expected = checksums.checksum(algorithm, b"".join(BODIES)) if whole else checksums.composite(algorithm, BODIES)
    assert (head[member], head["ChecksumType"]) == (expected, "FULL_OBJECT" if whole else "COMPOSITE")


@shows("ChecksumType")
def test_checksum_type_says_what_the_objects_checksum_is_of(s3, bucket):
    expected = {
        "FULL_OBJECT": base64.b64encode(zlib.crc32(b"".join(BODIES)).to_bytes(4, "big")).decode(),
        "COMPOSITE": checksums.composite("CRC32", BODIES),
    }
    for kind, value in expected.items():
        made(s3, bucket, kind, BODIES, ChecksumAlgorithm="CRC32", ChecksumType=kind)
        head = s3.head_object(Bucket=bucket, Key=kind, ChecksumMode="ENABLED")
        assert (head["ChecksumCRC32"], head["ChecksumType"]) == (value, kind)
    with refused(400, "InvalidRequest"):
        s3.create_multipart_upload(Bucket=bucket, Key="k", ChecksumAlgorithm="SHA256", ChecksumType="FULL_OBJECT")


def test_every_parameter_of_the_model_is_here_in_its_order(s3):
    model = s3.meta.service_model.operation_model("CreateMultipartUpload").input_shape
    assert SHOWN == list(model.members)
