"""Writes the files of this folder with PyArrow (conformance/requirements.txt): python crates/select/tests/queries/parquet/make.py"""

import datetime as dt
import decimal
import pathlib
import uuid

import pyarrow as pa
import pyarrow.parquet as pq

HERE = pathlib.Path(__file__).parent
UTC = dt.UTC
DAY = dt.datetime(2024, 2, 29, 13, 14, 15, 123456)

TYPES = {
    "bool": (pa.bool_(), [True, None, False]),
    "i8": (pa.int8(), [-128, None, 127]),
    "i16": (pa.int16(), [-32768, None, 32767]),
    "i32": (pa.int32(), [-(2**31), None, 2**31 - 1]),
    "i64": (pa.int64(), [-(2**63), None, 2**63 - 1]),
    "u8": (pa.uint8(), [0, None, 255]),
    "u32": (pa.uint32(), [0, None, 2**32 - 1]),
    "u64": (pa.uint64(), [0, None, 2**64 - 1]),
    "half": (pa.float16(), [1.5, None, -0.25]),
    "single": (pa.float32(), [0.1, None, -2.0]),
    "double": (pa.float64(), [0.1, None, float("nan")]),
    "small": (pa.decimal128(7, 2), [decimal.Decimal("12.50"), None, decimal.Decimal("-0.01")]),
    "large": (pa.decimal128(38, 0), [decimal.Decimal("-123"), None, decimal.Decimal(10**37)]),
    "text": (pa.string(), ["Zürich, \"x\"", None, ""]),
    "bytes": (pa.binary(), [b"ab", None, b""]),
    "fixed": (pa.binary(3), [b"abc", None, b"xyz"]),
    "uuid": (pa.uuid(), [uuid.UUID(int=1).bytes, None, uuid.UUID(int=2**128 - 1).bytes]),
    "day": (pa.date32(), [dt.date(1970, 1, 1), None, dt.date(1, 1, 1)]),
    "milli": (pa.timestamp("ms", "UTC"), [DAY.replace(tzinfo=UTC), None, dt.datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)]),
    "micro": (pa.timestamp("us"), [DAY, None, dt.datetime(1, 1, 1)]),
    "nano": (pa.timestamp("ns", "UTC"), [1, None, -1]),
    "time": (pa.time32("ms"), [dt.time(1, 2, 3, 4000), None, dt.time(23, 59, 59)]),
    "micros": (pa.time64("us"), [dt.time(1, 2, 3, 4), None, dt.time(0)]),
    "none": (pa.null(), [None, None, None]),
}

POINT = pa.struct([("x", pa.int32()), ("name", pa.string())])
NESTED = {
    "id": (pa.int32(), [1, 2, 3, 4]),
    "tags": (pa.list_(pa.string()), [["a", None, "c"], [], None, ["d"]]),
    "at": (POINT, [{"x": 1, "name": "one"}, {"x": None, "name": "two"}, None, {"x": 4, "name": None}]),
    "path": (pa.list_(POINT), [[{"x": 1, "name": "p"}, {"x": 2, "name": None}], None, [], [None]]),
    "grid": (pa.list_(pa.list_(pa.int64())), [[[1, 2], []], [None, [3]], [], None]),
    "map": (pa.map_(pa.string(), pa.int32()), [[("k", 1), ("l", None)], [], None, [("m", 2)]]),
}


def table(columns):
    return pa.table({name: pa.array(values, kind) for name, (kind, values) in columns.items()})


def rows(count):
    return pa.table(
        {
            "number": pa.array(range(count), pa.int64()),
            "name": pa.array([f"name {number % 17}" for number in range(count)]),
            "ratio": pa.array([number / 8 for number in range(count)]),
            "odd": pa.array([None if number % 5 == 0 else number % 2 == 1 for number in range(count)]),
            "parts": pa.array([list(range(number % 4)) for number in range(count)], pa.list_(pa.int32())),
        }
    )


def write(name, content, **how):
    how = {"data_page_size": 200, "write_batch_size": 16, "row_group_size": 150, "store_schema": False, **how}
    pq.write_table(content, HERE / f"{name}.parquet", **how)


write("types", table(TYPES), compression="none")
write("int96", table({"at": (pa.timestamp("ns"), [1, None, -1])}), compression="none", use_deprecated_int96_timestamps=True)
write("nested", table(NESTED), compression="snappy")
write("plain", rows(400), compression="none", use_dictionary=False, data_page_version="1.0")
write("snappy", rows(400), compression="snappy", data_page_version="2.0")
write("gzip", rows(400), compression="gzip", data_page_version="1.0")
delta = {"number": "DELTA_BINARY_PACKED", "name": "DELTA_BYTE_ARRAY", "ratio": "BYTE_STREAM_SPLIT", "odd": "RLE"}
write("delta", rows(400), compression="gzip", data_page_version="2.0", use_dictionary=False, column_encoding=delta)
lengths = {"number": "BYTE_STREAM_SPLIT", "name": "DELTA_LENGTH_BYTE_ARRAY", "parts.list.element": "DELTA_BINARY_PACKED"}
write("lengths", rows(400), compression="snappy", use_dictionary=False, column_encoding=lengths)
write("zstd", rows(20), compression="zstd")
write("names", pa.table({"a": [1], "A": [2], "b": [3]}), compression="none")
write("constant", pa.table({"a": pa.array([7] * 600_000, pa.int8())}), row_group_size=600_000, data_page_size=1 << 20)
