"""`coldkeep serve` itself: first start, health, metrics, restart, graceful stop, TLS, fsck."""

import functools
import os
import pty
import re
import shutil
import signal
import ssl
import subprocess
import sys
import threading
import time
import urllib.request
from unicodedata import category

import boto3
import pytest

from checks import keys_of, read
from raw import UNSIGNED, Request, call, read_answer
from server import ACCESS_KEY
from treehash import MIB, VaultUpload

NO_KEYS = {"COLDKEEP_ROOT_ACCESS_KEY": None, "COLDKEEP_ROOT_SECRET_KEY": None, "COLDKEEP_ACCOUNT_ID": None}


def shown_keys(text):
    return [re.search(rf"{name}[ =]+\"?([A-Za-z0-9/+=]+)", text).group(1) for name in ("access key", "secret key")]


def test_first_start_makes_keys_and_says_where_they_are(own_server):
    """Standard output is a file here, as the logs of containers are: the secret is not in it."""
    server = own_server(env=NO_KEYS).start()
    greeting = server.log_path.read_text()
    assert server.endpoint in greeting and f"show-keys --data {server.data}" in greeting
    command = [server.binary, "show-keys", "--data", str(server.data)]
    access, secret = shown_keys(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert access != ACCESS_KEY and len(secret) >= 40
    assert access in greeting and secret not in greeting
    session = boto3.Session(aws_access_key_id=access, aws_secret_access_key=secret, region_name="us-east-1")
    session.client("s3", endpoint_url=server.endpoint).create_bucket(Bucket="first")
    server.stop()
    server.start()
    assert secret not in server.log_path.read_text()
    session.client("s3", endpoint_url=server.endpoint).head_bucket(Bucket="first")
    session.client("glacier", endpoint_url=server.endpoint).create_vault(vaultName="first")


@pytest.mark.parametrize("tls", [[], ["--tls", "auto"]], ids=["plain", "tls"])
def test_a_terminal_is_shown_the_keys_once_and_lines_that_work(own_server, tmp_path, tls):
    """What is printed is pasted as it stands, into a shell and into Python; the links that come out are fetched."""
    server = own_server(args=tls, env=NO_KEYS, data=tmp_path / "my data")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        server.command(), stdin=subprocess.DEVNULL, stdout=theirs, stderr=subprocess.DEVNULL, env=server.environment()
    )
    os.close(theirs)
    try:
        text = ""
        while "generate_presigned_url" not in text or not text.endswith("\n\n"):
            text += os.read(ours, 4096).decode().replace("\r\n", "\n")
        access, secret = shown_keys(text)
        assert len(access) == 20 and len(secret) == 40
        shell, python = text.split("AWS CLI:\n", 1)[1].split("Python:\n")
        tools = f"{os.path.dirname(sys.executable)}:{os.environ['PATH']}"
        env = {"HOME": str(tmp_path), "PATH": tools, "AWS_EC2_METADATA_DISABLED": "true"}
        run = functools.partial(subprocess.run, cwd=tmp_path, env=env, check=True, capture_output=True, text=True)
        said = run(["sh", "-e"], input=shell).stdout
        assert "archiveId" in said
        # As a terminal gives it to Python, which then shows the value of the last line.
        shown = run([sys.executable, "-i"], input=python).stdout
        links = re.findall(r"https?://[^\s']+", said)[-1:] + re.findall(r"https?://[^\s']+", shown)
        assert len(links) == 2
        trust = ssl.create_default_context(cafile=server.data / "tls" / "ca.pem") if tls else None
        for link in links:
            assert urllib.request.urlopen(link, context=trust).read() == b"hello\n"
    finally:
        process.terminate()
        process.wait(10)
        os.close(ours)


@pytest.mark.parametrize("log_format", ["text", "json"])
def test_what_clients_send_cannot_act_in_the_log(own_server, log_format):
    access_log = ["--access-log", "stdout", "--log-format", log_format]
    server = own_server(access_log).start()
    for path in ["/bkt/k%0a2026-01-01T00:00:00Z%20ERROR%20forged%0d%1b%5b2J%c2%9b31m%e2%80%ae", "/bkt/%ff%0aforged"]:
        assert Request(server, "GET", path, headers={"user-agent": "a\tb\xe9"}).send().status in (400, 404)
    server.stop()
    text = server.log_path.read_bytes().decode()
    assert "forged" in text and "NoSuchBucket" in text
    assert not [character for character in text if character != "\n" and (category(character) in ("Cc", "Cf"))]
    assert not [line for line in text.split("\n") if line.startswith(("forged", "2026-01-01T00:00:00Z"))]


def test_ready_soon(own_server):
    server = own_server().start()
    # 200 ms on a quiet machine (`cargo xtask bench`); here other tests run beside.
    assert server.ready_after < 2
    assert server.admin("/health/live")[0] == server.admin("/health/ready")[0] == 200


def test_metrics(server, s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    status, text = server.admin("/metrics")
    assert status == 200
    assert "# TYPE coldkeep_" in text and "PutObject" in text


def test_a_browser_gets_one_line(server):
    headers = {"accept": "text/html,application/xhtml+xml", "user-agent": "Mozilla/5.0"}
    answer = Request(server, "GET", "/", headers=headers).send()
    assert "Coldkeep" in answer.body.decode() and answer.body.decode().strip().count("\n") == 0
    assert "location" not in answer.headers and answer.status in (200, 403)


def test_a_restart_changes_nothing(own_server):
    server = own_server().start()
    s3, glacier = server.client("s3"), server.client("glacier")
    s3.create_bucket(Bucket="bbb")
    glacier.create_vault(vaultName="v")
    s3.put_object(Bucket="bbb", Key="small", Body=b"x", Metadata={"a": "b"})
    s3.put_object(Bucket="bbb", Key="large", Body=bytes(9 * MIB))
    where = {"Bucket": "bbb", "Key": "mp"}
    where["UploadId"] = s3.create_multipart_upload(**where)["UploadId"]
    named = [{"PartNumber": 1, "ETag": s3.upload_part(**where, PartNumber=1, Body=bytes(5 * MIB))["ETag"]}]
    upload = VaultUpload(glacier, "v")
    upload.send(0, bytes(MIB))
    archive = glacier.upload_archive(vaultName="v", body=b"data")["archiveId"]
    job = glacier.initiate_job(vaultName="v", jobParameters={"Type": "archive-retrieval", "ArchiveId": archive})[
        "jobId"
    ]

    server.stop()
    server.fsck()
    server.start()

    assert s3.head_object(Bucket="bbb", Key="small")["Metadata"] == {"a": "b"}
    assert read(s3, "bbb", "large") == bytes(9 * MIB)
    named.append({"PartNumber": 2, "ETag": s3.upload_part(**where, PartNumber=2, Body=b"end")["ETag"]})
    s3.complete_multipart_upload(**where, MultipartUpload={"Parts": named})
    assert read(s3, "bbb", "mp") == bytes(5 * MIB) + b"end"
    upload.send(MIB, b"tail")
    upload.complete(bytes(MIB) + b"tail")
    assert glacier.get_job_output(vaultName="v", jobId=job)["body"].read() == b"data"
    s3.complete_multipart_upload(**where, MultipartUpload={"Parts": named})


def test_a_graceful_stop_finishes_what_is_in_flight(own_server):
    server = own_server().start()
    server.client("s3").create_bucket(Bucket="bbb")
    request = Request(server, "PUT", "/bbb/slow", body=bytes(2 * MIB), payload=UNSIGNED).sign()
    with request.connect() as connection:
        connection.sendall(request.head_bytes() + request.body[:MIB])
        time.sleep(0.3)
        stopping = threading.Thread(target=server.stop)
        stopping.start()
        time.sleep(0.5)
        with pytest.raises(OSError):
            call(server, "GET", "/")
        connection.sendall(request.body[MIB:])
        assert read_answer(connection, "PUT").status == 200
    stopping.join()
    server.start()
    assert read(server.client("s3"), "bbb", "slow") == bytes(2 * MIB)


def test_one_data_folder_has_one_server(own_server):
    first = own_server().start()
    second = own_server(data=first.data)
    second.log_path = first.data.parent / "second.log"
    with pytest.raises(AssertionError, match="the server ended with"):
        second.start()
    fsck = subprocess.run([first.binary, "fsck", "--data", str(first.data)], capture_output=True, text=True)
    assert fsck.returncode != 0
    first.client("s3").list_buckets()


def test_tls_with_a_certificate_of_its_own(own_server):
    server = own_server(args=["--tls", "auto"]).start()
    [authority] = [path for path in server.data.rglob("*ca*.pem") if "key" not in path.name]
    s3 = server.session().client("s3", endpoint_url=f"https://localhost:{server.port}", verify=str(authority))
    s3.create_bucket(Bucket="bbb")
    s3.put_object(Bucket="bbb", Key="k", Body=bytes(MIB))
    assert read(s3, "bbb", "k") == bytes(MIB) and keys_of(s3, "bbb") == ["k"]


@pytest.mark.parametrize("host", ["localhost", "bucket.localhost", "my.bucket.localhost", "bucket.storage.test"])
@pytest.mark.parametrize("tool", ["curl", "node"])
def test_the_certificates_of_tls_auto_suit_clients_that_are_strict_about_wildcards(own_server, tool, host):
    if not shutil.which(tool):
        pytest.skip(f"{tool} is not installed")
    server = own_server(args=["--tls", "auto", "--domain", "localhost,storage.test"]).start()
    authority = str(server.data / "tls" / "ca.pem")
    if tool == "curl":
        command = ["curl", "-sS", "--cacert", authority, "--resolve", f"{host}:{server.port}:127.0.0.1"]
        command.append(f"https://{host}:{server.port}/")
    else:
        options = f"{{host: '127.0.0.1', port: {server.port}, servername: '{host}', headers: {{host: '{host}'}}}}"
        command = ["node", "-e", f"require('https').get({options}, answer => answer.pipe(process.stdout))"]
    env = {**os.environ, "NODE_EXTRA_CA_CERTS": authority}
    done = subprocess.run(command, capture_output=True, text=True, env=env)
    # Nobody signed for it; that no bucket has the host's name, everybody may know.
    code = "AccessDenied" if host == "localhost" else "NoSuchBucket"
    assert done.returncode == 0 and f"<Code>{code}</Code>" in done.stdout, done.stderr


def test_certificate_files_are_read_anew(own_server, tmp_path):
    """On SIGHUP at once. That new handshakes find changed files too is tested where no clock is waited for."""
    pairs = []
    for name in ("first", "second"):
        made = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-subj", f"/CN={name}", "-days", "9", "-nodes"]
        files = ["-keyout", str(tmp_path / f"{name}.key"), "-out", str(tmp_path / f"{name}.pem")]
        subprocess.run(["openssl", "req", "-x509", *made, *files], check=True, capture_output=True)
        pairs.append((tmp_path / f"{name}.pem").read_text())
    certificate, key = tmp_path / "first.pem", tmp_path / "first.key"
    server = own_server(args=["--tls-cert", str(certificate), "--tls-key", str(key)]).start()

    def shown():
        return ssl.get_server_certificate((server.host, server.port))

    assert shown() == pairs[0]
    (tmp_path / "second.key").replace(key)
    (tmp_path / "second.pem").replace(certificate)
    server.process.send_signal(signal.SIGHUP)
    tries = (shown() for _ in range(100))
    assert any(found == pairs[1] or time.sleep(0.05) for found in tries)
    server.stop()


def test_a_settings_file(own_server, tmp_path):
    (tmp_path / "coldkeep.toml").write_text('domain = "storage.test"\n')
    server = own_server(args=["--config", str(tmp_path / "coldkeep.toml")]).start()
    server.client("s3").create_bucket(Bucket="bucket")
    answer = (
        Request(server, "PUT", "/key", headers={"host": f"bucket.storage.test:{server.port}"}, body=b"x").sign().send()
    )
    assert answer.status == 200
    (tmp_path / "coldkeep.toml").write_text("no_such_setting = 1\n")
    with pytest.raises(AssertionError, match="the server ended with"):
        own_server(args=["--config", str(tmp_path / "coldkeep.toml")]).start()


def test_fsck_sees_damage(own_server):
    server = own_server().start()
    s3 = server.client("s3")
    s3.create_bucket(Bucket="bbb")
    s3.put_object(Bucket="bbb", Key="k", Body=bytes(9 * MIB))
    server.stop()
    server.fsck()
    largest = max((path for path in (server.data / "blobs").rglob("*") if path.is_file()), key=lambda path: path.stat().st_size)
    largest.unlink()
    with pytest.raises(AssertionError, match="fsck: exit code"):
        server.fsck()
