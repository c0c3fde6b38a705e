"""Presigned URLs, used without any SDK."""

import datetime
import hashlib
import hmac
import http.client
import re
from urllib.parse import urlsplit

import pytest
from botocore.auth import S3SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials

from checks import keys_of, read
from checksums import etag
from raw import mac, quote, read_answer
from server import ACCESS_KEY, REGION, SECRET_KEY


@pytest.fixture(scope="module")
def signer(server):
    return server.client("s3", config=Config(signature_version="s3v4"))


def fetch(url, method="GET", body=None, headers=None):
    split = urlsplit(url)
    connection = http.client.HTTPConnection(split.hostname, split.port, timeout=30)
    connection.request(method, f"{split.path}?{split.query}", body, headers or {})
    answer = read_answer(connection.sock, method)
    connection.close()
    return answer


def presign(signer, operation, seconds=60, **params):
    return signer.generate_presigned_url(operation, Params=params, ExpiresIn=seconds)


def test_get_and_head(signer, s3, bucket):
    s3.put_object(Bucket=bucket, Key="a b+ä", Body=b"data")
    answer = fetch(presign(signer, "get_object", Bucket=bucket, Key="a b+ä"))
    assert (answer.status, answer.body) == (200, b"data")
    assert fetch(presign(signer, "head_object", Bucket=bucket, Key="a b+ä"), "HEAD").status == 200
    answer = fetch(presign(signer, "get_object", Bucket=bucket, Key="a b+ä"), headers={"Range": "bytes=1-2"})
    assert (answer.status, answer.body) == (206, b"at")


def test_overrides_in_the_link(signer, s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"data")
    url = presign(signer, "get_object", Bucket=bucket, Key="k", ResponseContentDisposition='attachment; filename="x y"')
    assert fetch(url).headers["content-disposition"] == 'attachment; filename="x y"'


def test_put(signer, s3, bucket):
    answer = fetch(presign(signer, "put_object", Bucket=bucket, Key="k"), "PUT", b"data")
    assert (answer.status, answer.headers["etag"]) == (200, etag(b"data"))
    assert read(s3, bucket, "k") == b"data"


def signed(method, url, **query):
    request = AWSRequest(method=method, url=url, params=query, data=b"")
    S3SigV4QueryAuth(Credentials(ACCESS_KEY, SECRET_KEY), "s3", REGION).add_auth(request)
    return request.url


def test_conditions_in_the_link(server, bucket):
    """Amazon reads those of a write from the query too."""

    def put(**query):
        return fetch(signed("PUT", f"{server.endpoint}/{bucket}/k", **query), "PUT", b"x").status

    assert put(**{"If-None-Match": "*"}) == 200
    assert put(**{"If-None-Match": "*"}) == 412
    assert put(**{"If-Match": etag(b"other")}) == 412
    assert put(**{"If-Match": etag(b"x")}) == 200


def test_a_hash_of_the_body_that_is_not_signed_counts_for_nothing(signer, s3, bucket):
    url = presign(signer, "put_object", Bucket=bucket, Key="k")
    for sent in ["UNSIGNED-PAYLOAD", "0" * 64]:
        assert fetch(url, "PUT", b"data", {"x-amz-content-sha256": sent}).status == 200
    answer = fetch(url, "PUT", b"data", {"x-amz-content-sha256": "0" * 64, "x-amz-meta-a": "b"})
    assert answer.status == 403 and b"<HeadersNotSigned>x-amz-meta-a</HeadersNotSigned>" in answer.body
    assert read(s3, bucket, "k") == b"data"


def test_upload_part(signer, s3, bucket):
    where = {"Bucket": bucket, "Key": "k"}
    where["UploadId"] = s3.create_multipart_upload(**where)["UploadId"]
    answer = fetch(presign(signer, "upload_part", **where, PartNumber=1), "PUT", b"data")
    assert (answer.status, answer.headers["etag"]) == (200, etag(b"data"))
    s3.complete_multipart_upload(
        **where, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": answer.headers["etag"]}]}
    )
    assert read(s3, bucket, "k") == b"data"


def test_signed_headers_are_required(signer, s3, bucket):
    url = presign(signer, "put_object", Bucket=bucket, Key="k", ContentType="text/x")
    for headers in ({}, {"Content-Type": "text/y"}):
        assert fetch(url, "PUT", b"data", headers).code == "SignatureDoesNotMatch"
    assert keys_of(s3, bucket) == []
    assert fetch(url, "PUT", b"data", {"Content-Type": "text/x"}).status == 200


def test_unsigned_amz_headers_are_refused(signer, s3, bucket):
    """Else whoever holds the link could give the object metadata that the signer never saw."""
    answer = fetch(presign(signer, "put_object", Bucket=bucket, Key="k"), "PUT", b"data", {"x-amz-meta-a": "b"})
    assert (answer.status, answer.code) == (403, "AccessDenied")
    assert keys_of(s3, bucket) == []


TAMPERINGS = [
    ("path", lambda url: url.replace("/secret?", "/other?")),
    ("query", lambda url: url + "&response-content-type=text/html"),
    ("signature", lambda url: re.sub("Signature=....", "Signature=0000", url)),
    ("expiry", lambda url: url.replace("X-Amz-Expires=60", "X-Amz-Expires=600")),
    ("key", lambda url: url.replace("AKIDCONFORMANCE00001", "AKIDCONFORMANCE00002")),
]


@pytest.mark.parametrize("tamper", [tamper for _, tamper in TAMPERINGS], ids=[name for name, _ in TAMPERINGS])
def test_tampered(signer, s3, bucket, tamper):
    s3.put_object(Bucket=bucket, Key="secret", Body=b"data")
    url = presign(signer, "get_object", Bucket=bucket, Key="secret")
    assert fetch(url).status == 200 and tamper(url) != url
    answer = fetch(tamper(url))
    assert (answer.status, answer.code) in ((403, "SignatureDoesNotMatch"), (403, "InvalidAccessKeyId"))
    assert b"data" not in answer.body


def test_another_method(signer, s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"data")
    assert fetch(presign(signer, "get_object", Bucket=bucket, Key="k"), "DELETE").code == "SignatureDoesNotMatch"
    assert keys_of(s3, bucket) == ["k"]


def presign_at(server, when, seconds, bucket):
    """A link made at another time, signed by hand."""
    stamp = when.strftime("%Y%m%dT%H%M%SZ")
    scope = f"{stamp[:8]}/{REGION}/s3/aws4_request"
    query = "&".join([
        "X-Amz-Algorithm=AWS4-HMAC-SHA256", f"X-Amz-Credential={quote(f'{ACCESS_KEY}/{scope}')}", f"X-Amz-Date={stamp}",
        f"X-Amz-Expires={seconds}", "X-Amz-SignedHeaders=host",
    ])  # fmt: skip
    canonical = f"GET\n/{bucket}/k\n{query}\nhost:{server.authority}\n\nhost\nUNSIGNED-PAYLOAD"
    text = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = mac(mac(mac(mac(f"AWS4{SECRET_KEY}".encode(), stamp[:8]), REGION), "s3"), "aws4_request")
    signature = hmac.new(key, text.encode(), hashlib.sha256).hexdigest()
    return f"{server.endpoint}/{bucket}/k?{query}&X-Amz-Signature={signature}"


@pytest.mark.parametrize(
    ("minutes_ago", "seconds", "status", "code"),
    [
        (0, 60, 200, None),
        (50, 3600, 200, None),
        (0, 604_800, 200, None),
        (2, 60, 403, "AccessDenied"),
        (60 * 24 * 8, 604_800, 403, "AccessDenied"),
        (-60, 60, 403, "AccessDenied"),
        (0, 604_801, 400, "AuthorizationQueryParametersError"),
        (0, 0, 400, "AuthorizationQueryParametersError"),
        (0, -5, 400, "AuthorizationQueryParametersError"),
        (0, "x", 400, "AuthorizationQueryParametersError"),
    ],
)
def test_expiry(server, s3, bucket, minutes_ago, seconds, status, code):
    s3.put_object(Bucket=bucket, Key="k", Body=b"data")
    when = datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=minutes_ago)
    answer = fetch(presign_at(server, when, seconds, bucket))
    if status == 400 and seconds == 0:
        assert answer.status in (400, 403)
    else:
        assert (answer.status, answer.code) == (status, code)
