"""SelectObjectContent, with boto3, whose parser of event streams proves every frame."""

import bz2
import gzip
import json
import random

import pytest
from checks import refused

ROWS = "".join(f"{number},name {number},{number % 7}\n" for number in range(20_000))


def ask(s3, bucket, key, sql, given=None, made=None, **more):
    given = given or {"CSV": {}}
    answer = s3.select_object_content(
        Bucket=bucket,
        Key=key,
        Expression=sql,
        ExpressionType="SQL",
        InputSerialization=given,
        OutputSerialization=made or {"CSV": {}},
        **more,
    )
    return list(answer["Payload"])


def records(events):
    assert "Stats" in events[-2] and events[-1] == {"End": {}}
    return b"".join(event["Records"]["Payload"] for event in events if "Records" in event).decode()


@pytest.mark.parametrize("pack", ["NONE", "GZIP", "BZIP2"])
def test_rows(s3, bucket, pack):
    packed = {"NONE": bytes, "GZIP": gzip.compress, "BZIP2": bz2.compress}[pack](ROWS.encode())
    s3.put_object(Bucket=bucket, Key="k", Body=packed)
    given = {"CSV": {}, "CompressionType": pack}
    events = ask(s3, bucket, "k", "SELECT * FROM S3Object", given)
    assert records(events) == ROWS
    assert events[-2]["Stats"]["Details"] == {
        "BytesScanned": len(packed),
        "BytesProcessed": len(ROWS),
        "BytesReturned": len(ROWS),
    }
    counted = ask(s3, bucket, "k", "SELECT COUNT(*), SUM(_1), MAX(_1) FROM S3Object s WHERE s._3 = 3", given)
    wanted = range(3, 20_000, 7)
    assert records(counted) == f"{len(wanted)},{sum(wanted)},{max(wanted)}\n"


def test_names_and_objects(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"Id;City\n1;Bern\n2;'a;b'\n")
    given = {"CSV": {"FileHeaderInfo": "USE", "FieldDelimiter": ";", "QuoteCharacter": "'"}}
    events = ask(s3, bucket, "k", "SELECT s.city, CAST(s.id AS INT) AS n FROM S3Object s", given, {"JSON": {}})
    assert [json.loads(line) for line in records(events).splitlines()] == [
        {"city": "Bern", "n": 1},
        {"city": "a;b", "n": 2},
    ]


def test_documents_and_lines(s3, bucket):
    s3.put_object(Bucket=bucket, Key="d", Body=json.dumps({"rules": [{"id": 1, "x": [1.5]}, {"id": 2}]}))
    given = {"JSON": {"Type": "DOCUMENT"}}
    events = ask(s3, bucket, "d", "SELECT r.id, r.x[0] FROM S3Object[*].rules[*] r", given, {"JSON": {}})
    assert records(events) == '{"id":1,"_2":1.5}\n{"id":2}\n'
    s3.put_object(Bucket=bucket, Key="l", Body=b'{"a":1}\n{"a":2}\n')
    assert records(ask(s3, bucket, "l", "SELECT * FROM S3Object s WHERE s.a > 1", {"JSON": {"Type": "LINES"}})) == "2\n"


def test_scan_ranges_meet(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=ROWS.encode())
    cuts = sorted(random.Random(1).sample(range(1, len(ROWS)), 5))
    ends = [0, *cuts, len(ROWS)]
    parts = [
        records(ask(s3, bucket, "k", "SELECT * FROM S3Object", ScanRange={"Start": start, "End": end - 1}))
        for start, end in zip(ends, ends[1:], strict=False)
    ]
    assert "".join(parts) == ROWS
    last = ask(s3, bucket, "k", "SELECT * FROM S3Object", ScanRange={"End": 20})
    assert records(last) == "19999,name 19999,0\n"


def test_progress(s3, bucket):
    body = ROWS.encode() * 12
    s3.put_object(Bucket=bucket, Key="k", Body=body)
    events = ask(s3, bucket, "k", "SELECT * FROM S3Object", RequestProgress={"Enabled": True})
    told = [event["Progress"]["Details"]["BytesScanned"] for event in events if "Progress" in event]
    assert told == sorted(told) and told[-1] == len(body) and records(events).encode() == body


def test_what_is_wrong(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"a,b\n1,2\nx,3\n")
    for code, sql, given in [
        ("ParseUnexpectedToken", "SELECT * FROM S3Object WHERE", None),
        ("UnsupportedFunction", "SELECT SQRT(_1) FROM S3Object", None),
        ("InvalidFileHeaderInfo", "SELECT * FROM S3Object", {"CSV": {"FileHeaderInfo": "MAYBE"}}),
        ("ObjectSerializationConflict", "SELECT * FROM S3Object", {"CSV": {}, "JSON": {"Type": "LINES"}}),
    ]:
        with refused(400, code):
            ask(s3, bucket, "k", sql, given)
    with refused(404, "NoSuchKey"):
        ask(s3, bucket, "none", "SELECT * FROM S3Object")
    # What only the data shows comes in the stream, after what was answered before it.
    with pytest.raises(Exception, match="CastFailed"):
        ask(s3, bucket, "k", "SELECT CAST(_1 AS INT) FROM S3Object WHERE _2 <> 'b'")


def test_encrypted_by_a_clients_key(own_server):
    s3, bucket = own_server(args=["--allow-sse-c-over-http"]).start().client("s3"), "bkt"
    s3.create_bucket(Bucket=bucket)
    key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}
    s3.put_object(Bucket=bucket, Key="k", Body=b"1,2\n", **key)
    assert records(ask(s3, bucket, "k", "SELECT _2 FROM S3Object", **key)) == "2\n"
    with refused(400, "InvalidRequest"):
        ask(s3, bucket, "k", "SELECT _2 FROM S3Object")


def test_a_reader_that_goes_away(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=ROWS.encode() * 20)
    answer = s3.select_object_content(
        Bucket=bucket,
        Key="k",
        Expression="SELECT * FROM S3Object",
        ExpressionType="SQL",
        InputSerialization={"CSV": {}},
        OutputSerialization={"CSV": {}},
    )
    assert next(iter(answer["Payload"]))["Records"]["Payload"]
    answer["Payload"].close()
    assert records(ask(s3, bucket, "k", "SELECT COUNT(*) FROM S3Object")) == "400000\n"


def test_archived_objects_are_refused(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"1,2\n", StorageClass="GLACIER")
    with refused(403, "InvalidObjectState"):
        ask(s3, bucket, "k", "SELECT * FROM S3Object")
