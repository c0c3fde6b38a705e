"""The AWS CLI with large things: automatic multipart of 1 GiB, and sync, which moves nothing the second time."""

import hashlib
import os

import pytest

MIB = 1 << 20


def make_file(path, size):
    """Bytes that differ in every MiB, without drawing each of them."""
    block = os.urandom(MIB - 8)
    with open(path, "wb") as file:
        for number in range(size // MIB):
            file.write(number.to_bytes(8, "big") + block)
        file.write(block[: size % MIB])


def digest(path):
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "blake2b").hexdigest()


@pytest.mark.long
@pytest.mark.timeout(600)
def test_one_gibibyte(aws, s3, bucket, tmp_path):
    make_file(tmp_path / "large", 1024 * MIB + 12_345)
    before = digest(tmp_path / "large")
    aws("s3", "cp", "large", f"s3://{bucket}/large", "--no-progress")
    head = s3.head_object(Bucket=bucket, Key="large")
    assert head["ContentLength"] == 1024 * MIB + 12_345
    assert head["ETag"].endswith('-129"')  # parts of 8 MiB
    (tmp_path / "large").unlink()
    aws("s3", "cp", f"s3://{bucket}/large", "back", "--no-progress")
    assert digest(tmp_path / "back") == before
    assert "Uploads" not in s3.list_multipart_uploads(Bucket=bucket)
    (tmp_path / "back").unlink()
    # Within the server, by UploadPartCopy.
    aws("s3", "cp", f"s3://{bucket}/large", f"s3://{bucket}/copy", "--no-progress")
    assert s3.head_object(Bucket=bucket, Key="copy")["ContentLength"] == 1024 * MIB + 12_345
    aws("s3", "rm", f"s3://{bucket}", "--recursive")


@pytest.mark.timeout(300)
def test_sync_twice(aws, s3, bucket, tmp_path):
    tree = tmp_path / "tree"
    for number in range(60):
        folder = tree / f"folder {number % 7}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"fïle+{number}.bin").write_bytes(os.urandom(number * 1000))
    make_file(tree / "large.bin", 30 * MIB + 5)
    # The second that an object shows is whole, as at Amazon: what is sent in the second of its making looks newer than the object.
    for path in tree.rglob("*.bin"):
        os.utime(path, (path.stat().st_atime, path.stat().st_mtime - 2))
    first = aws("s3", "sync", tree, f"s3://{bucket}/t", "--no-progress").stdout
    assert first.count("upload:") == 61
    assert aws("s3", "sync", tree, f"s3://{bucket}/t", "--no-progress").stdout == ""
    back = tmp_path / "back"
    assert aws("s3", "sync", f"s3://{bucket}/t", back, "--no-progress").stdout.count("download:") == 61
    assert aws("s3", "sync", f"s3://{bucket}/t", back, "--no-progress").stdout == ""
    for path in tree.rglob("*.bin"):
        assert digest(path) == digest(back / path.relative_to(tree))
    (tree / "large.bin").unlink()
    assert "delete:" in aws("s3", "sync", tree, f"s3://{bucket}/t", "--delete").stdout
    assert aws("s3", "ls", f"s3://{bucket}/t/").stdout.count("PRE") == 7


def test_stream(aws, s3, bucket, tmp_path):
    (tmp_path / "file").write_bytes(os.urandom(100_000))
    aws("s3", "mb", f"s3://{bucket}-2")
    aws("s3", "cp", "file", f"s3://{bucket}-2/file")
    aws("s3", "mv", f"s3://{bucket}-2/file", f"s3://{bucket}/moved")
    assert s3.get_object(Bucket=bucket, Key="moved")["Body"].read() == (tmp_path / "file").read_bytes()
    aws("s3", "rb", f"s3://{bucket}-2")
    link = aws("s3", "presign", f"s3://{bucket}/moved").stdout.strip()
    assert link.startswith("http://")
