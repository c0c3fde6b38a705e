"""What test_s3fs.py has s3fs do, in the environment that has it: python s3fs_work.py ENDPOINT BUCKET FOLDER.

Keys come from the environment, as botocore reads them; nothing else is set.
"""

import os
import pathlib
import sys
import urllib.request

import fsspec
import s3fs
from fsspec.generic import rsync

MIB = 1 << 20


def files(filesystem, bucket):
    """Bytes as files: written, appended to, read in the middle, touched, copied, moved, found, removed."""
    bodies = {"a/small ö": os.urandom(1000), "a/b/large": os.urandom(6 * MIB + 7), "a/b/empty": b""}
    for key, body in bodies.items():
        with filesystem.open(f"{bucket}/{key}", "wb", block_size=5 * MIB) as file:
            file.write(body)
    for key, body in bodies.items():
        assert filesystem.cat(f"{bucket}/{key}") == body
        assert filesystem.info(f"{bucket}/{key}")["size"] == len(body)
    with filesystem.open(f"{bucket}/a/b/large", "rb") as file:
        file.seek(5 * MIB)
        assert file.read(10) == bodies["a/b/large"][5 * MIB : 5 * MIB + 10]
    assert filesystem.cat_file(f"{bucket}/a/b/large", start=-3) == bodies["a/b/large"][-3:]
    with filesystem.open(f"{bucket}/a/small ö", "ab") as file:
        file.write(b"more")
    assert filesystem.cat(f"{bucket}/a/small ö") == bodies["a/small ö"] + b"more"
    # What is appended to a large one is a part behind those that are copied.
    with filesystem.open(f"{bucket}/a/b/large", "ab", block_size=5 * MIB) as file:
        file.write(b"x" * (5 * MIB + 1))
    assert filesystem.cat(f"{bucket}/a/b/large") == bodies["a/b/large"] + b"x" * (5 * MIB + 1)

    assert filesystem.ls(f"{bucket}/a", detail=False) == [f"{bucket}/a/b", f"{bucket}/a/small ö"]
    assert filesystem.glob(f"{bucket}/**/l*") == [f"{bucket}/a/b/large"]
    assert filesystem.isdir(f"{bucket}/a") and filesystem.isfile(f"{bucket}/a/b/empty")
    filesystem.copy(f"{bucket}/a", f"{bucket}/c", recursive=True)
    filesystem.mv(f"{bucket}/c/small ö", f"{bucket}/c/moved")
    filesystem.invalidate_cache()
    assert sorted(filesystem.find(bucket)) == [f"{bucket}/{key}" for key in ["a/b/empty", "a/b/large", "a/small ö", "c/b/empty", "c/b/large", "c/moved"]]
    assert filesystem.checksum(f"{bucket}/c/moved") and filesystem.modified(f"{bucket}/c/moved")
    filesystem.setxattr(f"{bucket}/c/moved", colour="blue")
    assert filesystem.getxattr(f"{bucket}/c/moved", "colour") == "blue"
    filesystem.put_tags(f"{bucket}/c/moved", {"a": "1"})
    assert filesystem.get_tags(f"{bucket}/c/moved") == {"a": "1"}
    with urllib.request.urlopen(filesystem.sign(f"{bucket}/c/moved")) as answer:
        assert answer.read() == bodies["a/small ö"] + b"more"
    filesystem.rm(f"{bucket}/a", recursive=True)
    filesystem.rm(f"{bucket}/c", recursive=True)
    assert filesystem.find(bucket) == []


def trees(filesystem, bucket, folder):
    """A folder is sent and fetched; a second sync moves nothing."""
    tree, back = folder / "tree", folder / "back"
    for number in range(12):
        inner = tree / f"d{number % 3}" / "ö + x"
        inner.mkdir(parents=True, exist_ok=True)
        (inner / f"f{number}").write_bytes(os.urandom(number * 777))

    def synced():
        rsync(f"file://{tree}", f"s3://{bucket}/t")
        filesystem.invalidate_cache()
        return {path: info["LastModified"] for path, info in filesystem.find(f"{bucket}/t", detail=True).items()}

    first = synced()
    assert len(first) == 12
    assert synced() == first
    filesystem.get(f"{bucket}/t", str(back), recursive=True)
    sent = {path.relative_to(tree): path.read_bytes() for path in tree.rglob("*") if path.is_file()}
    assert sent == {path.relative_to(back): path.read_bytes() for path in back.rglob("*") if path.is_file()}


def main():
    endpoint, bucket, folder = sys.argv[1:]
    fsspec.config.conf["s3"] = {"endpoint_url": endpoint}
    filesystem = s3fs.S3FileSystem()
    filesystem.mkdir(bucket)
    files(filesystem, bucket)
    trees(filesystem, bucket, pathlib.Path(folder))
    filesystem.rm(bucket, recursive=True)
    assert not filesystem.exists(bucket)


main()
