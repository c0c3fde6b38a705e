"""Pools: bytes land in the folder of their storage class, follow it, survive a kill, and a pool that is missing or strange is refused."""

import hashlib
import os
import re
import subprocess

from server import Server
from test_lifecycle import rule, wait_until

BODY = os.urandom(100_000)
LARGE = os.urandom(300_000)
PART = os.urandom(5 << 20)
PARTS = 3


def blobs(folder):
    """Files of blobs in service: their names have 32 digits."""
    return sum(len(name) == 32 for at, _, names in os.walk(folder) for name in names if "quarantine" not in at)


def refusal(server):
    """What a server says that does not start."""
    run = subprocess.run(server.command(), capture_output=True, text=True, timeout=60, env=server.environment())
    assert run.returncode == 2, run.stderr
    return run.stderr


def test_bytes_lie_in_the_pool_of_their_class(own_server, tmp_path):
    cold = tmp_path / "cold"
    args = ["--pool", f"cold={cold}", "--class", "GLACIER=cold", "--class", "GLACIER_IR=cold"]
    server = own_server(args).start()
    s3 = server.client("s3")
    s3.create_bucket(Bucket="pooled")
    default = server.data / "blobs"
    s3.put_object(Bucket="pooled", Key="warm", Body=BODY)
    assert (blobs(default), blobs(cold)) == (1, 0)
    s3.put_object(Bucket="pooled", Key="cold", Body=BODY, StorageClass="GLACIER_IR")
    assert (blobs(default), blobs(cold)) == (1, 1)
    upload = s3.create_multipart_upload(Bucket="pooled", Key="parts", StorageClass="GLACIER_IR")["UploadId"]
    of = {"Bucket": "pooled", "Key": "parts", "UploadId": upload}
    etag = s3.upload_part(**of, PartNumber=1, Body=BODY)["ETag"]
    s3.complete_multipart_upload(**of, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
    server.client("glacier").create_vault(vaultName="v")
    server.client("glacier").upload_archive(vaultName="v", body=BODY)
    assert (blobs(default), blobs(cold)) == (1, 3)
    # A copy to another class takes its bytes along.
    s3.copy_object(Bucket="pooled", Key="copy", CopySource="pooled/warm", StorageClass="GLACIER_IR")
    assert (blobs(default), blobs(cold)) == (1, 4)
    metrics = server.admin("/metrics")[1]
    assert 'coldkeep_pool_free_bytes{pool="cold"}' in metrics
    server.kill()
    # The data folder remembers its pools: without being named they are open, and what is proven is all of them.
    server.args = []
    server.start()
    for key in ["warm", "cold", "parts", "copy"]:
        assert server.client("s3").get_object(Bucket="pooled", Key=key)["Body"].read() == BODY
    server.stop()
    assert "5 blobs" in server.fsck()


def put_parts(s3, key, **sealed):
    """An object of equal parts; its ETag."""
    upload = s3.create_multipart_upload(Bucket="pooled", Key=key, **sealed)["UploadId"]
    of = {"Bucket": "pooled", "Key": key, "UploadId": upload}
    proof = {name: value for name, value in sealed.items() if name.startswith("SSECustomer")}
    tags = [s3.upload_part(**of, **proof, PartNumber=number, Body=PART)["ETag"] for number in range(1, PARTS + 1)]
    parts = [{"PartNumber": number, "ETag": tag} for number, tag in enumerate(tags, 1)]
    return s3.complete_multipart_upload(**of, **proof, MultipartUpload={"Parts": parts})["ETag"]


def test_bytes_follow_a_transition_through_a_kill(own_server, tmp_path):
    cold = tmp_path / "cold"
    args = ["--pool", f"cold={cold}", "--class", "GLACIER_IR=cold", "--lifecycle-day", "2s", "--allow-sse-c-over-http"]
    server = own_server(args).start()
    s3 = server.client("s3")
    s3.create_bucket(Bucket="pooled")
    key = server.client("kms").create_key()["KeyMetadata"]["KeyId"]
    customer = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": os.urandom(32)}
    sealings = {
        "plain": {},
        "server": {"ServerSideEncryption": "AES256"},
        "customer": customer,
        "kms": {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key},
    }
    made = {}
    for name, sealed in sealings.items():
        proof = customer if name == "customer" else {}
        made[name] = (s3.put_object(Bucket="pooled", Key=name, Body=LARGE, **sealed)["ETag"], proof, LARGE)
        made[f"{name}/parts"] = (put_parts(s3, f"{name}/parts", **sealed), proof, PART * PARTS)
    assert made["plain"][0] == f'"{hashlib.md5(LARGE).hexdigest()}"'
    default = server.data / "blobs"
    count = len(sealings) * (1 + PARTS)
    assert (blobs(default), blobs(cold)) == (count, 0)
    rules = [rule("cold", "", Transitions=[{"Days": 1, "StorageClass": "GLACIER_IR"}])]
    s3.put_bucket_lifecycle_configuration(Bucket="pooled", LifecycleConfiguration={"Rules": rules})
    wait_until(lambda: blobs(cold) > 1, pause=0.01)
    server.kill()
    server.start()
    wait_until(lambda: (blobs(default), blobs(cold)) == (0, count))
    wait_until(lambda: re.search(r"coldkeep_pool_moved_objects_total [1-9]", server.admin("/metrics")[1]))
    s3 = server.client("s3")
    for name, (etag, proof, body) in made.items():
        got = s3.get_object(Bucket="pooled", Key=name, **proof)
        assert (got["ETag"], got["StorageClass"]) == (etag, "GLACIER_IR"), name
        assert got["Body"].read() == body, name
    server.stop()
    assert f"{count} blobs" in server.fsck()


def test_a_pool_that_is_not_there_or_not_ours_is_refused(own_server, binary, tmp_path):
    cold, away = tmp_path / "cold", tmp_path / "away"
    server = own_server(["--pool", f"cold={cold}", "--class", "STANDARD=cold"]).start()
    s3 = server.client("s3")
    s3.create_bucket(Bucket="pooled")
    s3.put_object(Bucket="pooled", Key="k", Body=BODY)
    server.stop()
    assert blobs(cold) == 1
    # As when its disk is not mounted: an empty folder.
    cold.rename(away)
    cold.mkdir()
    assert "the pool cold is missing" in refusal(server)
    fsck = [binary, "fsck", "--data", str(server.data)]
    checked = subprocess.run(fsck, capture_output=True, text=True, timeout=60, env=server.environment())
    assert checked.returncode == 1 and "the pool cold is missing" in checked.stdout
    assert os.listdir(cold) == []
    # Another store's.
    other = Server(binary, tmp_path / "other", ["--pool", f"cold={away}"])
    assert "the data folder to none yet" in refusal(other)
    server.args = ["--pool", f"cold={away}", "--class", "STANDARD=cool"]
    assert "names a pool that is not there" in refusal(server)
    # Where it is now.
    server.args = ["--pool", f"cold={away}", "--class", "STANDARD=cold"]
    server.start()
    assert server.client("s3").get_object(Bucket="pooled", Key="k")["Body"].read() == BODY
    server.stop()
    server.fsck()
