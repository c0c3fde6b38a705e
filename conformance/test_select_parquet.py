"""SelectObjectContent over files of Parquet that PyArrow writes, with boto3: what is answered is what PyArrow reads."""

import datetime as dt
import decimal
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from botocore.exceptions import ClientError
from checks import refused
from test_select import ask, records

PARQUET = {"Parquet": {}}
START = dt.datetime(2024, 2, 29, 12, tzinfo=dt.UTC)
LARGE = 5 << 20


@pytest.fixture(autouse=True)
def built_with_parquet(s3, bucket):
    s3.put_object(Bucket=bucket, Key="none", Body=b"")
    try:
        ask(s3, bucket, "none", "SELECT * FROM S3Object", PARQUET)
    except ClientError as error:
        # With the feature it is no file of Parquet.
        if error.response["Error"]["Code"] == "NotImplemented":
            assert "built without its feature `parquet`" in error.response["Error"]["Message"]
            pytest.skip("this binary was built without the feature `parquet`")


def table(count):
    numbers = range(count)
    return pa.table(
        {
            "id": pa.array(numbers, pa.int64()),
            "name": pa.array([None if number % 9 == 0 else f"name {number % 31}" for number in numbers]),
            "price": pa.array([decimal.Decimal(number) / 100 for number in numbers], pa.decimal128(12, 2)),
            "at": pa.array([START + dt.timedelta(seconds=number) for number in numbers], pa.timestamp("ms", "UTC")),
            "tags": pa.array([[f"t{tag}" for tag in range(number % 4)] for number in numbers], pa.list_(pa.string())),
            "where": pa.array([{"city": f"c{number % 5}", "zip": number} for number in numbers]),
        }
    )


def put(s3, bucket, content, key="k", how=None, **write):
    buffer = io.BytesIO()
    pq.write_table(content, buffer, **write)
    body = buffer.getvalue()
    s3.put_object(Bucket=bucket, Key=key, Body=body, **(how or {}))
    return body


def objects(events):
    return [json.loads(line, parse_float=decimal.Decimal) for line in records(events).splitlines()]


def read(content):
    rows = content.to_pylist()
    for row in rows:
        row["at"] = row["at"].strftime("%Y-%m-%dT%H:%M:%S.000Z")
    return rows


@pytest.mark.parametrize("version", ["1.0", "2.0"])
@pytest.mark.parametrize("dictionary", [True, False])
@pytest.mark.parametrize("codec", ["none", "snappy", "gzip"])
def test_what_pyarrow_reads(s3, bucket, codec, dictionary, version):
    content = table(3_000)
    how = {"compression": codec, "use_dictionary": dictionary, "data_page_version": version}
    body = put(s3, bucket, content, row_group_size=1_100, data_page_size=2_000, **how)
    events = ask(s3, bucket, "k", "SELECT * FROM S3Object", PARQUET, {"JSON": {}})
    assert objects(events) == read(content)
    stats = events[-2]["Stats"]["Details"]
    assert len(body) // 2 < stats["BytesScanned"] < 2 * len(body) + (64 << 10)
    assert stats["BytesReturned"] == len(records(events).encode())
    sql = "SELECT s.id, s.tags[1], s.\"where\".city FROM S3Object s WHERE s.price >= 25.5 AND s.name LIKE '%7' LIMIT 5"
    picked = [row for row in read(content) if row["id"] >= 2550 and (row["name"] or "").endswith("7")][:5]
    wanted = [f"{row['id']},{row['tags'][1] if len(row['tags']) > 1 else ''},{row['where']['city']}" for row in picked]
    assert records(ask(s3, bucket, "k", sql, PARQUET)).splitlines() == wanted and len(wanted) == 5


def test_encodings_of_newer_writers(s3, bucket):
    content = table(2_000)
    encoding = {
        "id": "DELTA_BINARY_PACKED",
        "name": "DELTA_BYTE_ARRAY",
        "price": "BYTE_STREAM_SPLIT",
        "at": "DELTA_BINARY_PACKED",
        "tags.list.element": "DELTA_LENGTH_BYTE_ARRAY",
    }
    put(s3, bucket, content, use_dictionary=False, column_encoding=encoding, data_page_version="2.0")
    assert objects(ask(s3, bucket, "k", "SELECT * FROM S3Object", PARQUET, {"JSON": {}})) == read(content)


def test_only_named_columns_are_read(s3, bucket):
    blob = pa.array([f"{number:0200d}" for number in range(40_000)])
    content = pa.table({"id": pa.array(range(40_000)), "large": blob, "small": pa.array([1, 2] * 20_000, pa.int8())})
    body = put(s3, bucket, content, row_group_size=10_000, use_dictionary=["small"], compression="none")
    assert len(body) > LARGE

    def scanned(sql):
        events = ask(s3, bucket, "k", sql, PARQUET)
        return records(events).strip(), events[-2]["Stats"]["Details"]["BytesScanned"]

    counted, footer = scanned("SELECT COUNT(*) FROM S3Object")
    assert counted == "40000" and footer == 64 << 10
    summed, small = scanned("SELECT SUM(small) FROM S3Object")
    assert summed == "60000" and footer < small < footer + (40 << 10)
    assert scanned("SELECT MAX(large) FROM S3Object")[1] > LARGE
    # Ranges that lie end to end: each row group belongs to where it begins.
    cut = len(body) // 3
    parts = [
        int(records(ask(s3, bucket, "k", "SELECT COUNT(*) FROM S3Object", PARQUET, ScanRange=part)))
        for part in ({"Start": 0, "End": cut - 1}, {"Start": cut, "End": len(body)})
    ]
    assert sum(parts) == 40_000 and set(parts) == {20_000}


def test_in_parts_and_sealed(s3, bucket):
    content = table(30_000)
    buffer = io.BytesIO()
    pq.write_table(content.append_column("pad", pa.array([f"{n:0250d}" for n in range(30_000)])), buffer, use_dictionary=False)
    body = buffer.getvalue()
    for how in ({}, {"ServerSideEncryption": "AES256"}, {"ServerSideEncryption": "aws:kms"}):
        upload = s3.create_multipart_upload(Bucket=bucket, Key="k", **how)["UploadId"]
        named = {"Bucket": bucket, "Key": "k", "UploadId": upload}
        parts = [
            {"PartNumber": number, "ETag": s3.upload_part(**named, PartNumber=number, Body=body[at : at + LARGE])["ETag"]}
            for number, at in enumerate(range(0, len(body), LARGE), 1)
        ]
        s3.complete_multipart_upload(**named, MultipartUpload={"Parts": parts})
        events = ask(s3, bucket, "k", "SELECT id, pad FROM S3Object s WHERE s.\"where\".zip > 29990", PARQUET)
        assert records(events).splitlines() == [f"{n},{n:0250d}" for n in range(29_991, 30_000)]


def test_compressed_whole_is_refused(s3, bucket):
    put(s3, bucket, table(10))
    with refused(400, "InvalidCompressionFormat"):
        ask(s3, bucket, "k", "SELECT * FROM S3Object", {**PARQUET, "CompressionType": "GZIP"})
    with refused(400, "InvalidKeyPath"):
        ask(s3, bucket, "k", "SELECT * FROM S3Object[*].tags", PARQUET)


def test_what_is_wrong_comes_in_the_stream(s3, bucket):
    def fails(code, sql="SELECT * FROM S3Object"):
        with pytest.raises(Exception, match=code):
            ask(s3, bucket, "k", sql, PARQUET)

    s3.put_object(Bucket=bucket, Key="k", Body=b"a,b\n1,2\n" * 10)
    fails("ParquetParsingError")
    body = put(s3, bucket, table(1_000))
    fails("EvaluatorBindingDoesNotExist", "SELECT nothing FROM S3Object")
    s3.put_object(Bucket=bucket, Key="k", Body=body[:-200] + body[-8:])
    fails("ParquetParsingError")
    middle = len(body) // 3
    s3.put_object(Bucket=bucket, Key="k", Body=body[:middle] + bytes(2_000) + body[middle + 2_000 :])
    fails("ParquetParsingError")
    put(s3, bucket, table(10), compression="zstd")
    fails("ParquetUnsupportedCompressionCodec")
    put(s3, bucket, pa.table({"a": pa.array([b"\xff\xfe"])}))
    fails("InvalidTextEncoding")
    put(s3, bucket, pa.table({"a": ["x" * (1 << 20)]}))
    fails("OverMaxRecordSize")
    # Nobody holds a page of 20 MB for one query.
    put(s3, bucket, pa.table({"a": ["x" * 1_000_000] * 20}), data_page_size=1 << 30, use_dictionary=False)
    fails("OverMaxParquetBlockSize")


def test_encrypted_by_a_clients_key(own_server):
    s3, bucket, content = own_server(args=["--allow-sse-c-over-http"]).start().client("s3"), "bkt", table(3_000)
    s3.create_bucket(Bucket=bucket)
    key = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}
    put(s3, bucket, content, how=key)
    assert objects(ask(s3, bucket, "k", "SELECT * FROM S3Object", PARQUET, {"JSON": {}}, **key)) == read(content)
    with refused(400, "InvalidRequest"):
        ask(s3, bucket, "k", "SELECT * FROM S3Object", PARQUET)
