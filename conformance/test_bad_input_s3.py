"""Bad input at the S3 door: each line answers Amazon's code and leaves nothing behind, neither object nor part.

Wrong checksums of every kind are in test_checksums.py, presigned links in test_presigned.py.
"""

import datetime
import os
import socket

import pytest

from checks import assert_bucket_is_empty
from checksums import checksum
from raw import (
    SIGNED_CHUNKS,
    SIGNED_CHUNKS_TRAILER,
    UNSIGNED_CHUNKS_TRAILER,
    Request,
    call,
    quote,
    read_answer,
    streaming,
)

DATA = os.urandom(200_000)


@pytest.fixture(params=["object", "part"])
def target(request, s3, bucket):
    """Where the bad upload goes: path and query. Whatever was sent, nothing of it may be found afterwards."""
    if request.param == "object":
        yield f"/{bucket}/k", ""
        assert_bucket_is_empty(s3, bucket)
    else:
        upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
        yield f"/{bucket}/k", f"partNumber=1&uploadId={upload}"
        assert "Parts" not in s3.list_parts(Bucket=bucket, Key="k", UploadId=upload)


def expect(answer, status, *codes):
    assert answer.status == status and answer.code in codes, (answer.status, answer.code, answer.message)


def put(server, target, headers=None, body=DATA, **settings):
    return Request(server, "PUT", *target, headers or {}, body, **settings)


def minutes_ago(minutes):
    return datetime.datetime.now(datetime.UTC) - datetime.timedelta(minutes=minutes)


def test_wrong_secret(server, target):
    expect(put(server, target, secret_key="wrong").sign().send(), 403, "SignatureDoesNotMatch")


def test_unknown_key(server, target):
    expect(put(server, target, access_key="AKIDNOBODYKNOWS00000").sign().send(), 403, "InvalidAccessKeyId")


@pytest.mark.parametrize("minutes", [16, -16, 60 * 24 * 400])
def test_skewed_clock(server, target, minutes):
    expect(put(server, target, when=minutes_ago(minutes)).sign().send(), 403, "RequestTimeTooSkewed")


def test_scope_of_another_day(server, target):
    request = put(server, target, {"x-amz-date": minutes_ago(-1).strftime("%Y%m%dT%H%M%SZ")}, when=minutes_ago(60 * 48))
    answer = request.sign().send()
    assert answer.status in (400, 403) and answer.code in ("SignatureDoesNotMatch", "AuthorizationHeaderMalformed")


@pytest.mark.parametrize(
    "spoil",
    [
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 Credential=x",
        "AWS4-HMAC-SHA256 Credential=a/b/c/s3/aws4_request, SignedHeaders=, Signature=",
    ],
)
def test_malformed_authorization(server, target, spoil):
    request = put(server, target).sign()
    request.headers["authorization"] = spoil
    answer = request.send()
    assert answer.status in (400, 403) and answer.code in (
        "AuthorizationHeaderMalformed",
        "AccessDenied",
        "InvalidArgument",
    )


def test_changed_after_signing(server, target):
    request = put(server, target, {"content-type": "text/a"}).sign()
    request.headers["content-type"] = "text/b"
    expect(request.send(), 403, "SignatureDoesNotMatch")


def test_amz_header_added_after_signing(server, target):
    request = put(server, target).sign()
    request.headers["x-amz-meta-added"] = "1"
    expect(request.send(), 403, "AccessDenied")


def test_changed_body(server, target):
    request = put(server, target).sign()
    request.body = DATA[:-1] + bytes([DATA[-1] ^ 1])
    expect(request.send(), 400, "XAmzContentSHA256Mismatch")


def test_session_token_nobody_gave_out(server, target):
    expect(put(server, target, {"x-amz-security-token": "forged"}).sign().send(), 400, "InvalidToken")


@pytest.mark.parametrize("value", ["short", "STREAMING-NOTHING", "g" * 64])
def test_malformed_payload_hash(server, target, value):
    expect(put(server, target, payload=value).sign().send(), 400, "InvalidArgument")


def test_no_payload_hash(server, target):
    answer = put(server, target, send_payload_hash=False).sign().send()
    expect(answer, 400, "MissingSecurityHeader", "InvalidRequest")


def test_fewer_bytes_than_declared(server, target):
    request = put(server, target, {"content-length": str(len(DATA))}).sign()
    request.body = DATA[:1000]
    expect(request.send(hang_up=True), 400, "IncompleteBody")


def test_no_length(server, target):
    request = put(server, target).sign()
    head = request.head_bytes().replace(f"content-length: {len(DATA)}\r\n".encode(), b"")
    with request.connect() as connection:
        connection.sendall(head)
        expect(read_answer(connection, "PUT"), 411, "MissingContentLength")


@pytest.mark.parametrize("length", [5 * 2**30 + 1, 2**63])
def test_too_large(server, target, length):
    """Refused by the declared length, before the body."""
    request = put(server, target, {"content-length": str(length), "expect": "100-continue"}, b"").sign()
    expect(request.send(), 400, "EntityTooLarge")


@pytest.mark.parametrize("length", ["-1", "x", "1, 2", "18446744073709551616"])
def test_length_that_is_no_length(server, target, length):
    answer = (
        put(server, target, {"content-length": length}, b"")
        .sign(signed=["host", "x-amz-date", "x-amz-content-sha256"])
        .send()
    )
    assert 400 <= answer.status < 500


CHUNKED = [SIGNED_CHUNKS, SIGNED_CHUNKS_TRAILER, UNSIGNED_CHUNKS_TRAILER]
TRAILED = CHUNKED[1:]


def stream(server, target, mode, **more):
    path, query = target
    trailers = () if mode == SIGNED_CHUNKS else [("x-amz-checksum-sha256", checksum("SHA256", DATA))]
    return streaming(server, path, DATA, mode, query=query, **{"trailers": trailers, **more})


@pytest.mark.parametrize("mode", CHUNKED)
@pytest.mark.parametrize("size", [8192, 65536])
def test_the_chunked_forms_themselves_work(server, s3, bucket, mode, size):
    assert stream(server, (f"/{bucket}/k", ""), mode, size=size).send().status == 200
    assert s3.get_object(Bucket=bucket, Key="k")["Body"].read() == DATA


@pytest.mark.parametrize("mode", CHUNKED)
@pytest.mark.parametrize("declared", [len(DATA) - 1, len(DATA) + 1, 0])
def test_wrong_decoded_length(server, target, mode, declared):
    answer = stream(server, target, mode, headers={"x-amz-decoded-content-length": str(declared)}).send()
    expect(answer, 400, "IncompleteBody")


@pytest.mark.parametrize("mode", CHUNKED)
@pytest.mark.parametrize("declared", ["x", -1, ""])
def test_decoded_length_that_is_no_number(server, target, mode, declared):
    answer = stream(server, target, mode, headers={"x-amz-decoded-content-length": str(declared)}).send()
    expect(answer, 411, "MissingContentLength")


@pytest.mark.parametrize("mode", CHUNKED)
def test_no_decoded_length(server, target, mode):
    request = stream(server, target, mode)
    del request.headers["x-amz-decoded-content-length"]
    answer = request.send()
    assert answer.status in (400, 403, 411)


@pytest.mark.parametrize("mode", CHUNKED)
def test_cut_in_a_chunk(server, target, mode):
    request = stream(server, target, mode)
    request.headers["content-length"] = str(len(request.body))
    request.body = request.body[:150_000]
    expect(request.send(hang_up=True), 400, "IncompleteBody")


@pytest.mark.parametrize("mode", CHUNKED)
def test_no_final_chunk(server, target, mode):
    request = stream(server, target, mode)
    end = request.body.rindex(b"\r\n0\r\n" if mode == UNSIGNED_CHUNKS_TRAILER else b"\r\n0;chunk-signature=")
    request.body = request.body[: end + 2]
    expect(request.send(), 400, "IncompleteBody", "InvalidRequest")


@pytest.mark.parametrize("mode", CHUNKED)
@pytest.mark.parametrize("size_line", [b"zz", b"-5", b"", b"ffffffffffffffffff", b"1" * 5000])
def test_malformed_chunk_size(server, target, mode, size_line):
    request = stream(server, target, mode)
    request.body = size_line + request.body[len(b"10000") :]
    answer = request.send()
    assert 400 <= answer.status < 500 and answer.code, answer


@pytest.mark.parametrize("mode", CHUNKED)
def test_chunks_below_8_kib(server, target, mode):
    """"The chunk size must be at least 8 KB. [...] This chunk size applies to all chunks except the last one." (sigv4-streaming)"""
    answer = stream(server, target, mode, size=8191).send()
    expect(answer, 403, "InvalidChunkSizeError")
    assert "<Chunk>2</Chunk><BadChunkSize>8191</BadChunkSize>" in answer.body.decode()


@pytest.mark.parametrize("mode", CHUNKED[:2])
@pytest.mark.parametrize("which", ["first", "last"])
def test_bad_chunk_signature(server, target, mode, which):
    request = stream(server, target, mode)
    mark = b"chunk-signature="
    at = (request.body.index(mark) if which == "first" else request.body.rindex(mark)) + len(mark)
    request.body = request.body[:at] + b"0" * 64 + request.body[at + 64 :]
    expect(request.send(), 403, "SignatureDoesNotMatch")


@pytest.mark.parametrize("mode", CHUNKED[:2])
def test_changed_chunk(server, target, mode):
    request = stream(server, target, mode)
    at = request.body.index(b"\r\n") + 10
    request.body = request.body[:at] + bytes([request.body[at] ^ 1]) + request.body[at + 1 :]
    expect(request.send(), 403, "SignatureDoesNotMatch")


def test_bad_trailer_signature(server, target):
    request = stream(server, target, SIGNED_CHUNKS_TRAILER)
    at = request.body.index(b"x-amz-trailer-signature:") + len(b"x-amz-trailer-signature:")
    request.body = request.body[:at] + b"0" * 64 + request.body[at + 64 :]
    expect(request.send(), 403, "SignatureDoesNotMatch")


TRAILERS = {
    "none": b"",
    "another": b"x-amz-checksum-sha1:2jmj7l5rSw0yVb/vlWAYkK/YBwk=\r\n",
    "no colon": b"x-amz-checksum-sha256\r\n",
    "endless": b"x-amz-checksum-sha256:" + b"A" * 100_000 + b"\r\n",
}


@pytest.mark.parametrize("lines", TRAILERS.values(), ids=TRAILERS)
@pytest.mark.parametrize("mode", TRAILED)
def test_missing_and_malformed_trailers(server, target, mode, lines):
    answer = stream(server, target, mode, trailer_lines=lines).send()
    assert answer.status in (400, 403) and answer.code in (
        "MalformedTrailerError", "InvalidRequest", "IncompleteBody", "SignatureDoesNotMatch",
    ), answer  # fmt: skip


def test_trailer_that_was_not_declared(server, target):
    request = stream(server, target, UNSIGNED_CHUNKS_TRAILER, headers={"x-amz-trailer": "x-amz-checksum-crc32"})
    expect(request.send(), 400, "MalformedTrailerError", "InvalidRequest")


def test_unsigned_trailer_mode_needs_a_trailer(server, target):
    path, query = target
    answer = streaming(
        server, path, DATA, UNSIGNED_CHUNKS_TRAILER, query=query, headers={"x-amz-trailer": "x-amz-nonsense"}
    ).send()
    assert answer.status == 400, answer


@pytest.mark.parametrize("key", ["k" * 1025, "ä" * 513])
def test_key_too_long(server, s3, bucket, key):
    expect(call(server, "PUT", f"/{bucket}/{quote(key)}", body=b"x"), 400, "KeyTooLongError")
    expect(call(server, "POST", f"/{bucket}/{quote(key)}", "uploads="), 400, "KeyTooLongError")
    assert_bucket_is_empty(s3, bucket)


@pytest.mark.parametrize("key", ["a%00b", "%00", "%FF%FE", "a%C3", "%ED%A0%80", "%zz", "%"])
def test_keys_that_are_no_text(server, s3, bucket, key):
    for method, query, body in (("PUT", "", b"x"), ("POST", "uploads=", b""), ("GET", "", b"")):
        answer = call(server, method, f"/{bucket}/{key}", query, body=body)
        assert answer.status == 400 and answer.code in ("InvalidURI", "InvalidArgument", "InvalidRequest"), answer
    assert_bucket_is_empty(s3, bucket)


@pytest.mark.parametrize("number", ["0", "10001", "-1", "x", "", "1.5", "99999999999999999999"])
def test_part_numbers(server, s3, bucket, number):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    answer = call(server, "PUT", f"/{bucket}/k", f"partNumber={number}&uploadId={upload}", body=b"x")
    expect(answer, 400, "InvalidArgument")
    assert "Parts" not in s3.list_parts(Bucket=bucket, Key="k", UploadId=upload)


LAUGHS = (
    "<!DOCTYPE lolz [<!ENTITY a0 'lol'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 10))
    + "]><CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>&a9;</ETag></Part></CompleteMultipartUpload>"
).encode()
PART = b"<Part><PartNumber>%d</PartNumber><ETag>x</ETag></Part>"
XML = {
    "empty": b"",
    "no xml": b"{}",
    "cut": b"<CompleteMultipartUpload><Part>",
    "another root": b"<Delete/>",
    "no number": b"<CompleteMultipartUpload><Part><ETag>x</ETag></Part></CompleteMultipartUpload>",
    "number is text": b"<CompleteMultipartUpload><Part><PartNumber>x</PartNumber><ETag>x</ETag></Part></CompleteMultipartUpload>",
    "no UTF-8": b"<CompleteMultipartUpload>\xff\xfe</CompleteMultipartUpload>",
    "entities": LAUGHS,
    "outside entity": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><CompleteMultipartUpload><Part>'
    b"<PartNumber>1</PartNumber><ETag>&e;</ETag></Part></CompleteMultipartUpload>",
    "deep": b"<a>" * 100_000,
    "10,001 parts": b"<CompleteMultipartUpload>"
    + b"".join(PART % n for n in range(1, 10_002))
    + b"</CompleteMultipartUpload>",
    "enormous": b"<CompleteMultipartUpload>" + b" " * (32 << 20) + b"</CompleteMultipartUpload>",
}


@pytest.mark.parametrize("body", XML.values(), ids=XML)
def test_malformed_and_enormous_xml(server, s3, bucket, body):
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="k", UploadId=upload, PartNumber=1, Body=b"kept")
    answer = call(server, "POST", f"/{bucket}/k", f"uploadId={upload}", body=body)
    expect(answer, 400, "MalformedXML", "MaxMessageLengthExceeded", "EntityTooLarge", "InvalidRequest")
    assert b"root:" not in answer.body
    assert "Contents" not in s3.list_objects_v2(Bucket=bucket)
    [kept] = s3.list_parts(Bucket=bucket, Key="k", UploadId=upload)["Parts"]
    assert kept["ETag"] == part["ETag"]


def test_refused_before_the_body(server, target):
    """With Expect: 100-continue a refusal comes instead of the invitation to send."""
    request = put(
        server, target, {"expect": "100-continue", "content-length": "1000000"}, b"", secret_key="wrong"
    ).sign()
    with request.connect() as connection:
        connection.sendall(request.head_bytes())
        start = connection.recv(12, socket.MSG_WAITALL)
        assert start == b"HTTP/1.1 403"


def test_invited_to_send_the_body(server, s3, bucket):
    request = put(server, (f"/{bucket}/k", ""), {"expect": "100-continue"}).sign()
    with request.connect() as connection:
        connection.sendall(request.head_bytes())
        invitation = b""
        while not invitation.endswith(b"\r\n\r\n"):
            invitation += connection.recv(1)
        assert invitation.startswith(b"HTTP/1.1 100 ")
        connection.sendall(DATA)
        assert read_answer(connection, "PUT").status == 200


def test_upload_to_nowhere_is_refused_before_the_body(server, bucket):
    for path, query, code in (
        (f"/{bucket}/k", "partNumber=1&uploadId=unknown", "NoSuchUpload"),
        ("/no-such-bucket-here/k", "", "NoSuchBucket"),
    ):
        request = put(server, (path, query), {"expect": "100-continue", "content-length": "1000000"}, b"",
                      payload="UNSIGNED-PAYLOAD").sign()  # fmt: skip
        with request.connect() as connection:
            connection.sendall(request.head_bytes())
            expect(read_answer(connection, "PUT"), 404, code)


GARBAGE = [
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    b"GET\r\n\r\n",
    b"\0" * 100,
    b"GET / HTTP/9.9\r\n\r\n",
    b"A" * 200_000,
]


@pytest.mark.parametrize("sent", GARBAGE, ids=range(len(GARBAGE)))
def test_what_is_no_http(server, s3, sent):
    with Request(server, "GET", "/").connect() as connection:
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            got = connection.recv(100)
        except OSError:
            got = b""
    assert not got or got.startswith((b"HTTP/1.1 4", b"HTTP/1.0 4", b"HTTP/1.1 5"))
    s3.list_buckets()


def test_too_many_headers(server):
    request = Request(server, "GET", "/", headers={f"x-h{n}": "v" * 100 for n in range(2000)}).sign()
    try:
        assert 400 <= request.send().status < 500
    except ConnectionError:
        pass


@pytest.mark.parametrize("query", ["tagging", "versioning", "cors", "lifecycle", "encryption", "delete"])
def test_no_document(server, bucket, query):
    answer = call(server, "POST" if query == "delete" else "PUT", f"/{bucket}", query)
    expect(answer, 400, "MissingRequestBodyError")


def test_algorithm_that_there_is_not(server, target):
    answer = put(server, target, {"x-amz-checksum-crc31": "AAAAAA=="}).sign().send()
    expect(answer, 400, "InvalidRequest")


def test_md5_that_is_none_is_told(server, target):
    answer = put(server, target, {"content-md5": "no md5"}).sign().send()
    expect(answer, 400, "InvalidDigest")
    assert b"<Content-MD5>no md5</Content-MD5>" in answer.body


def test_md5_of_another_document_is_told(server, bucket):
    answer = call(server, "PUT", f"/{bucket}", "tagging", {"content-md5": "1B2M2Y8AsgTpgAmY7PhCfg=="}, b"<Tagging/>")
    expect(answer, 400, "BadDigest")
    assert b"<ExpectedDigest>1B2M2Y8AsgTpgAmY7PhCfg==</ExpectedDigest>" in answer.body


@pytest.mark.parametrize("number", [-3, 0, 10001])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_part_number_of_nothing(server, bucket, method, number):
    assert call(server, method, f"/{bucket}/missing", f"partNumber={number}").status == 400


@pytest.mark.parametrize(
    "source, what",
    [
        ("bucket", "object key"),
        ("bucket/", "object key"),
        ("/bucket/", "object key"),
        ("192.168.1.1/k", "bucket name"),
        ("a&b/k", "bucket name"),
        ("/", "bucket name"),
        ("bucket/%ZZ", "encoding"),
        ("bucket/%A", "encoding"),
        ("%", "encoding"),
    ],
)
def test_copy_source_that_names_nothing(server, bucket, source, what):
    answer = call(server, "PUT", f"/{bucket}/k", "", {"x-amz-copy-source": source})
    expect(answer, 400, "InvalidArgument")
    assert answer.message == f"Invalid copy source {what}"
