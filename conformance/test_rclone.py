"""rclone from Debian: copy, check, sync twice."""

import os
import subprocess

import pytest

from checks import keys_of
from server import ACCESS_KEY, REGION, SECRET_KEY

MIB = 1 << 20


@pytest.fixture
def rclone(optional, server, tmp_path):
    program = optional("rclone")
    config = tmp_path / "rclone.conf"
    config.write_text(
        f"[ck]\ntype = s3\nprovider = Other\naccess_key_id = {ACCESS_KEY}\nsecret_access_key = {SECRET_KEY}\n"
        f"endpoint = {server.endpoint}\nregion = {REGION}\n"
    )

    def run(*words):
        done = subprocess.run([program, "--config", config, *map(str, words)], capture_output=True, text=True)
        assert done.returncode == 0, f"rclone {' '.join(map(str, words))}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    return run


@pytest.fixture
def tree(tmp_path):
    folder = tmp_path / "tree"
    for number in range(40):
        inner = folder / f"d{number % 5}" / "ö + x"
        inner.mkdir(parents=True, exist_ok=True)
        (inner / f"f{number}").write_bytes(os.urandom(number * 777))
    (folder / "large").write_bytes(os.urandom(21 * MIB + 3))
    return folder


@pytest.mark.timeout(300)
def test_copy_check_sync(rclone, tree, s3, bucket, tmp_path):
    chunked = ["--s3-upload-cutoff", "5M", "--s3-chunk-size", "5M"]
    rclone("copy", tree, f"ck:{bucket}/t", *chunked)
    assert len(keys_of(s3, bucket)) == 41
    assert "0 differences found" in rclone("check", tree, f"ck:{bucket}/t")
    assert "0 differences found" in rclone("check", "--download", tree, f"ck:{bucket}/t")
    before = {item["Key"]: item["LastModified"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]}
    rclone("sync", tree, f"ck:{bucket}/t", *chunked)
    assert before == {item["Key"]: item["LastModified"] for item in s3.list_objects_v2(Bucket=bucket)["Contents"]}
    rclone("sync", f"ck:{bucket}/t", tmp_path / "back")
    assert "0 differences found" in rclone("check", tree, tmp_path / "back")
    rclone("moveto", f"ck:{bucket}/t/large", f"ck:{bucket}/t/moved")
    rclone("purge", f"ck:{bucket}/t")
    assert keys_of(s3, bucket) == []


@pytest.mark.timeout(300)
def test_encryption_by_the_clients_own_key(optional, own_server, tmp_path):
    """SSE-C over parts and whole: written, copied within, read back; without the key nothing comes."""
    program = optional("rclone")
    # rclone sends no key over plain HTTP, whatever the server takes.
    server = own_server(args=["--tls", "auto"]).start()
    common = (
        f"type = s3\nprovider = Other\naccess_key_id = {ACCESS_KEY}\nsecret_access_key = {SECRET_KEY}\n"
        f"endpoint = https://{server.authority}\nregion = {REGION}\n"
    )
    config = tmp_path / "rclone.conf"
    config.write_text(
        f"[own]\n{common}sse_customer_algorithm = AES256\nsse_customer_key = {'k' * 32}\n\n[none]\n{common}"
    )

    def run(*words):
        command = [program, "--config", config, "--ca-cert", server.data / "tls" / "ca.pem", "--retries", "1"]
        command += map(str, words)
        return subprocess.run(command, capture_output=True, text=True)

    assert run("mkdir", "own:bkt").returncode == 0
    for name, size in [("small", 1000), ("large", 11 * MIB + 3)]:
        (tmp_path / name).write_bytes(os.urandom(size))
        steps = [
            ("copyto", tmp_path / name, f"own:bkt/{name}", "--s3-upload-cutoff", "5M", "--s3-chunk-size", "5M"),
            ("copyto", f"own:bkt/{name}", f"own:bkt/{name}-again"),
            ("copyto", f"own:bkt/{name}-again", tmp_path / f"{name}-back"),
        ]
        for step in steps:
            done = run(*step)
            assert done.returncode == 0, f"{step}\n{done.stderr}"
        assert (tmp_path / f"{name}-back").read_bytes() == (tmp_path / name).read_bytes()
        run("copyto", f"none:bkt/{name}", tmp_path / "nothing")
        assert not (tmp_path / "nothing").is_file()
