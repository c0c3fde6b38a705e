"""Browser uploads: forms whose policies boto3 signs, encoded by urllib3 and by hand, and what becomes of spoilt ones."""

import hashlib
import urllib.parse

import pytest
from botocore.config import Config
from urllib3.filepost import encode_multipart_formdata

from checks import assert_bucket_is_empty, keys_of, read
from checksums import etag
from raw import Request

BOUNDARY = "limit"


def presigned(client, bucket, key, fields=None, conditions=None, seconds=60):
    return client.generate_presigned_post(bucket, key, fields, conditions, seconds)["fields"]


def send(server, bucket, fields, file=b"data", name="cat.png", **more):
    body, kind = encode_multipart_formdata([*fields.items(), ("file", (name, file))])
    return Request(server, "POST", f"/{bucket}", "", {"content-type": kind}, body).send(**more)


def by_hand(fields, file, end=f"\r\n--{BOUNDARY}--\r\n"):
    """A form as bytes, up to any end."""
    parts = [f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items()]
    head = f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="f"\r\n\r\n'
    return "".join([*parts, head]).encode() + file + end.encode()


@pytest.fixture(params=["s3v4", "s3"])
def signer(server, request):
    return server.client("s3", config=Config(signature_version=request.param))


def test_a_file_lands_under_its_own_name(server, signer, s3, bucket):
    fields = {"Content-Type": "image/png", "x-amz-meta-who": "ann"}
    conditions = [["starts-with", "$Content-Type", "image/"], {"x-amz-meta-who": "ann"}]
    fields = presigned(signer, bucket, "ann/${filename}", fields, conditions)
    answer = send(server, bucket, fields, b"a picture", "katze ä.png")
    assert (answer.status, answer.body, answer.headers["etag"]) == (204, b"", etag(b"a picture"))
    found = s3.get_object(Bucket=bucket, Key="ann/katze ä.png")
    assert (found["Body"].read(), found["ContentType"]) == (b"a picture", "image/png")
    assert found["Metadata"] == {"who": "ann"}


def test_large_files_are_streamed(server, signer, s3, bucket):
    data = bytes(range(256)) * 4096 * 24 + b"\r\n--" + b"\r\n" * 1000
    fields = presigned(signer, bucket, "k", None, [["content-length-range", len(data), len(data)]])
    answer = send(server, bucket, fields, data)
    assert (answer.status, answer.headers["etag"]) == (204, etag(data))
    assert hashlib.sha256(read(s3, bucket, "k")).digest() == hashlib.sha256(data).digest()


def test_what_the_browser_is_told(server, signer, bucket):
    created = {"success_action_status": "201"}
    answer = send(server, bucket, presigned(signer, bucket, "a b", created, [created]))
    assert answer.status == 201 and b"<Key>a b</Key>" in answer.body and f"/{bucket}/a%20b".encode() in answer.body
    page = {"success_action_redirect": "http://example.com/done?a=b"}
    answer = send(server, bucket, presigned(signer, bucket, "k", page, [page]))
    assert answer.status == 303
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(answer.headers["location"]).query)
    assert query == {"a": ["b"], "bucket": [bucket], "key": ["k"], "etag": [etag(b"data")]}


def test_what_the_policy_does_not_allow_leaves_nothing(server, signer, s3, bucket, name):
    control = {"Cache-Control": "no-store"}
    fields = presigned(signer, bucket, "k", control, [control, ["content-length-range", 2, 4]])
    another = f"{name}-2"
    s3.create_bucket(Bucket=another)
    for spoilt, file, expected in [
        ({"key": "other"}, b"data", (403, "AccessDenied")),
        ({"Cache-Control": "public"}, b"data", (403, "AccessDenied")),
        ({"acl": "public-read"}, b"data", (403, "AccessDenied")),
        ({"x-amz-meta-a": "b"}, b"data", (403, "AccessDenied")),
        ({"policy": fields["policy"][:-4] + "AAAA"}, b"data", (403, "SignatureDoesNotMatch")),
        ({}, b"1", (400, "EntityTooSmall")),
        ({}, b"12345", (400, "EntityTooLarge")),
        ({}, b"12345" * 100_000, (400, "EntityTooLarge")),
    ]:
        answer = send(server, bucket, {**fields, **spoilt}, file)
        assert (answer.status, answer.code) == expected, spoilt
    assert send(server, another, fields).code == "AccessDenied"
    assert send(server, bucket, presigned(signer, bucket, "k", seconds=-5)).code == "AccessDenied"
    for one in (bucket, another):
        assert_bucket_is_empty(s3, one)
    assert send(server, bucket, {**fields, "x-ignore-me": "x"}).status == 204


def test_a_form_that_is_cut_leaves_nothing(server, signer, s3, bucket):
    fields = presigned(signer, bucket, "k")
    headers = {"content-type": f"multipart/form-data; boundary={BOUNDARY}"}
    data = b"x" * 300_000
    whole = by_hand(fields, data)
    for body in (by_hand(fields, data, ""), by_hand(fields, data, f"\r\n--{BOUNDARY}"), whole[:50], b""):
        answer = Request(server, "POST", f"/{bucket}", "", headers, body).send()
        assert (answer.status, answer.code) == (400, "MalformedPOSTRequest")
    # Fewer bytes than were declared.
    short = Request(server, "POST", f"/{bucket}", "", {**headers, "content-length": str(len(whole))}, whole[:-1])
    assert (answer := short.send(hang_up=True)).status == 400, answer
    assert_bucket_is_empty(s3, bucket)
    assert Request(server, "POST", f"/{bucket}", "", headers, whole).send().status == 204


def test_who_has_no_key_is_refused_before_the_file(server, s3, bucket):
    """Nothing of the file has to be sent for that, however long it says it is."""
    headers = {"content-type": f"multipart/form-data; boundary={BOUNDARY}", "content-length": str(4 << 30)}
    body = by_hand({"key": "k"}, b"", "")
    answer = Request(server, "POST", f"/{bucket}", "", headers, body).send()
    assert (answer.status, answer.code) == (403, "AccessDenied")
    answer = Request(server, "POST", f"/{bucket}", "", headers, by_hand({"key": "k", "a": "x" * 30_000}, b"", "")).send()
    assert (answer.status, answer.code) == (400, "MaxPostPreDataLengthExceededError")
    assert_bucket_is_empty(s3, bucket)


def test_temporary_keys_come_with_their_token(server, s3, bucket):
    session = server.client("sts").get_session_token()["Credentials"]
    given = {"aws_access_key_id": session["AccessKeyId"], "aws_secret_access_key": session["SecretAccessKey"]}
    for version in ("s3v4", "s3"):
        config = Config(signature_version=version)
        signer = server.client("s3", config=config, aws_session_token=session["SessionToken"], **given)
        fields = presigned(signer, bucket, f"k-{version}")
        assert send(server, bucket, fields).status == 204
        assert send(server, bucket, {**fields, "x-amz-security-token": "x"}).code in ("InvalidToken", "InvalidAccessKeyId")
    assert keys_of(s3, bucket) == ["k-s3", "k-s3v4"]


def test_the_access_log_names_the_object(own_server):
    server = own_server(["--access-log", "stdout"]).start()
    s3 = server.client("s3")
    s3.create_bucket(Bucket="forms")
    assert send(server, "forms", presigned(s3, "forms", "a/${filename}"), name="b\x1b.png").status == 204
    server.stop()
    lines = [line for line in server.log_path.read_text().splitlines() if '"PostObject"' in line]
    assert len(lines) == 1 and r'"key":"a/b\u001b.png"' in lines[0] and '"status":204' in lines[0]
