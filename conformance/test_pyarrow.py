"""PyArrow's S3FileSystem with its default settings: files, folders, streams, and partitioned tables of Parquet written and read by parts."""

import os

import pyarrow
import pyarrow.dataset
import pyarrow.fs
import pyarrow.parquet
import pytest

from checks import keys_of
from server import ACCESS_KEY, REGION, SECRET_KEY

MIB = 1 << 20


@pytest.fixture(scope="module")
def filesystem(server):
    return pyarrow.fs.S3FileSystem(
        access_key=ACCESS_KEY, secret_key=SECRET_KEY, region=REGION, endpoint_override=server.authority, scheme="http",
        allow_bucket_creation=True, allow_bucket_deletion=True,
    )  # fmt: skip


def kind(filesystem, path):
    return filesystem.get_file_info(path).type.name


def test_files_and_folders(filesystem, s3, name):
    filesystem.create_dir(name)
    filesystem.create_dir(f"{name}/a/b")
    assert kind(filesystem, f"{name}/a/b") == "Directory" and kind(filesystem, f"{name}/none") == "NotFound"
    bodies = {"a/small ö": os.urandom(1000), "a/b/large": os.urandom(23 * MIB + 7), "a/b/empty": b""}
    for key, body in bodies.items():
        # In parts of its own size, the last of them open until the stream is closed.
        with filesystem.open_output_stream(f"{name}/{key}", metadata={"Content-Type": "text/x"}) as stream:
            stream.write(body)
    assert s3.head_object(Bucket=name, Key="a/b/large")["ContentType"] == "text/x"
    for key, body in bodies.items():
        info = filesystem.get_file_info(f"{name}/{key}")
        assert (info.type.name, info.size) == ("File", len(body))
        with filesystem.open_input_stream(f"{name}/{key}") as stream:
            assert stream.read() == body
    with filesystem.open_input_file(f"{name}/a/b/large") as file:
        assert file.read_at(5, MIB) == bodies["a/b/large"][MIB : MIB + 5]
        file.seek(-7, 2)
        assert file.read() == bodies["a/b/large"][-7:]
    selector = pyarrow.fs.FileSelector(name, recursive=True)
    found = {info.path.removeprefix(f"{name}/"): info.type.name for info in filesystem.get_file_info(selector)}
    assert found == {"a": "Directory", "a/b": "Directory", **dict.fromkeys(bodies, "File")}

    filesystem.copy_file(f"{name}/a/b/large", f"{name}/c/copied")
    filesystem.move(f"{name}/c/copied", f"{name}/c/moved")
    assert kind(filesystem, f"{name}/c/copied") == "NotFound"
    with filesystem.open_input_stream(f"{name}/c/moved") as stream:
        assert stream.read() == bodies["a/b/large"]
    filesystem.delete_file(f"{name}/a/small ö")
    filesystem.delete_dir_contents(f"{name}/a")
    assert [key for key in keys_of(s3, name) if not key.endswith("/")] == ["c/moved"]
    with pytest.raises(FileNotFoundError):
        filesystem.open_input_stream(f"{name}/a/b/large")
    filesystem.delete_dir(f"{name}/c")
    filesystem.delete_dir(name)
    assert kind(filesystem, name) == "NotFound"


def test_a_partitioned_table(filesystem, bucket):
    rows = 30_000
    table = pyarrow.table({"year": [2020 + row % 3 for row in range(rows)], "row": range(rows), "text": [f"text {row}" for row in range(rows)]})
    write = {"format": "parquet", "partitioning": ["year"], "partitioning_flavor": "hive"}
    base = f"{bucket}/table"
    pyarrow.dataset.write_dataset(table, base, filesystem=filesystem, **write)
    dataset = pyarrow.dataset.dataset(base, filesystem=filesystem, format="parquet", partitioning="hive")
    assert len(dataset.files) == 3 and dataset.count_rows() == rows
    some = dataset.to_table(columns=["row"], filter=pyarrow.dataset.field("year") == 2021)
    assert sorted(some["row"].to_pylist()) == list(range(1, rows, 3))
    whole = dataset.to_table().sort_by("row").select(["year", "row", "text"])
    assert whole.to_pydict() == table.to_pydict()
    # Written again in place of what was there; nothing of the old is left.
    pyarrow.dataset.write_dataset(table.slice(0, 3), base, filesystem=filesystem, existing_data_behavior="delete_matching", **write)
    again = pyarrow.dataset.dataset(base, filesystem=filesystem, format="parquet", partitioning="hive")
    assert sorted(again.to_table()["row"].to_pylist()) == [0, 1, 2]
    one = pyarrow.parquet.read_table(again.files[0], filesystem=filesystem)
    assert one.num_rows == 1
