"""Memory: little when idle, bounded under parallel uploads of any size and any framing."""

import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from raw import SIGNED_CHUNKS, UNSIGNED, Request, streaming

MIB = 1 << 20
DATA = os.urandom(16 * MIB)


def test_idle(own_server):
    server = own_server().start()
    server.client("s3").list_buckets()
    time.sleep(0.5)
    assert server.own_mib() < 15, f"{server.own_mib():.0f} MiB"


@pytest.mark.parametrize("framing", ["plain", "one chunk", "small chunks"])
def test_64_parallel_parts(own_server, framing):
    server = own_server().start()
    s3 = server.client("s3")
    s3.create_bucket(Bucket="bbb")
    upload = s3.create_multipart_upload(Bucket="bbb", Key="k")["UploadId"]

    def send(number):
        query = f"partNumber={number}&uploadId={upload}"
        if framing == "plain":
            request = Request(server, "PUT", "/bbb/k", query, body=DATA, payload=UNSIGNED).sign()
        else:
            size = len(DATA) if framing == "one chunk" else 65536
            request = streaming(server, "/bbb/k", DATA, SIGNED_CHUNKS, size=size, query=query)
        answer = request.send(timeout=100)
        assert answer.status == 200, answer

    with ThreadPoolExecutor(64) as pool:
        list(pool.map(send, range(1, 65)))
    assert server.peak_mib() < 200, f"{server.peak_mib():.0f} MiB"


def test_one_large_put_and_get(own_server):
    server = own_server().start()
    s3 = server.client("s3")
    s3.create_bucket(Bucket="bbb")
    data = DATA * 16
    s3.put_object(Bucket="bbb", Key="k", Body=data)
    assert s3.get_object(Bucket="bbb", Key="k")["Body"].read() == data
    assert server.peak_mib() < 100, f"{server.peak_mib():.0f} MiB"
