"""Hostile connections: many, idle, slow to send, slow to read. Memory stays bounded and others are served."""

import os
import resource
import socket
import threading
import time
import warnings

import pytest

from checks import read
from raw import UNSIGNED, Request

IDLE, SLOW = 10_000, 300
MOST_MIB = 300
DATA = os.urandom(1 << 20)


@pytest.fixture
def server(own_server):
    """A server of its own, with as many open files as the system allows it and us."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    one = own_server().start()
    one.client("s3").create_bucket(Bucket="busy")
    yield one
    assert one.peak_mib() < MOST_MIB, f"{one.peak_mib():.0f} MiB at the peak"
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def assert_others_are_served(server):
    s3 = server.client("s3")
    for number in range(10):
        began = time.monotonic()
        s3.put_object(Bucket="busy", Key=f"other-{number}", Body=DATA)
        assert read(s3, "busy", f"other-{number}") == DATA
        assert time.monotonic() - began < 20  # whoever is kept out waits for minutes
    server.client("glacier").list_vaults()
    assert server.is_ready()


def close_all(connections):
    for connection in connections:
        connection.close()


@pytest.mark.timeout(180)
def test_idle_connections(server):
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    count = IDLE
    if hard < IDLE + 500:
        count = hard - 500
        warnings.warn(f"only {count} of {IDLE} idle connections: the limit on open files is {hard}", stacklevel=1)
    connections = []
    try:
        for number in range(count):
            connections.append(socket.create_connection((server.host, server.port), timeout=20))
            if number % 2:  # half of them begin a request that never ends
                connections[-1].sendall(b"GET / HTTP/1.1\r\nHost: ")
        assert_others_are_served(server)
    finally:
        close_all(connections)
    assert_others_are_served(server)


def drip(connections, seconds):
    """A byte to each connection, now and then."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for connection in connections:
            try:
                connection.sendall(b"x")
            except OSError:
                pass
        time.sleep(0.5)


@pytest.mark.parametrize("kind", ["bodies", "chunks", "headers"])
def test_slow_senders(server, kind):
    """What they declare is set aside on the disk: small enough that all of them fit on a machine with a few GiB left."""
    connections = []
    try:
        for number in range(SLOW):
            request = Request(
                server, "PUT", f"/busy/slow-{number}", headers={"content-length": str(8 << 20)}, payload=UNSIGNED
            )
            if kind == "chunks":
                request.payload = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
                request.headers.update({
                    "x-amz-decoded-content-length": str(7 << 20), "content-encoding": "aws-chunked",
                    "x-amz-trailer": "x-amz-checksum-crc32",
                })  # fmt: skip
            head = request.sign().head_bytes()
            connections.append(request.connect())
            if kind == "headers":
                connections[-1].sendall(head[:-2] + b"x-drip: ")
            else:
                connections[-1].sendall(head + (b"700000\r\n" if kind == "chunks" else b"") + DATA[:200_000])
        dripping = threading.Thread(target=drip, args=(connections, 6))
        dripping.start()
        assert_others_are_served(server)
        dripping.join()
        assert_others_are_served(server)
    finally:
        close_all(connections)
    keys = [item["Key"] for item in server.client("s3").list_objects_v2(Bucket="busy")["Contents"]]
    assert not [key for key in keys if key.startswith("slow")]


def test_slow_readers(server):
    s3 = server.client("s3")
    s3.put_object(Bucket="busy", Key="large", Body=os.urandom(64 << 20))
    connections = []
    try:
        for _ in range(SLOW):
            request = Request(server, "GET", "/busy/large").sign()
            connections.append(request.connect())
            connections[-1].setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connections[-1].sendall(request.head_bytes())
        assert_others_are_served(server)
        for connection in connections:
            connection.recv(100)
        assert_others_are_served(server)
    finally:
        close_all(connections)


def test_many_requests_on_one_connection(server):
    """Pipelined: answers come in order, and the queue is not unbounded memory."""
    request = Request(server, "GET", "/busy/none").sign()
    with request.connect() as connection:
        connection.settimeout(20)
        connection.sendall(request.head_bytes() * 200)
        received = b""
        while received.count(b"<Code>NoSuchKey</Code>") < 200:
            piece = connection.recv(65536)
            assert piece, "closed before all was answered"
            received += piece


def test_idle_connections_beyond_the_limit_on_open_files(own_server, tmp_path):
    """1,200 of them at a limit of 1,024: the oldest give way, and everything is served and committed."""
    limited = tmp_path / "limited"
    one = own_server()
    limited.write_text(f'#!/bin/sh\nulimit -n 1024\nexec {one.binary} "$@"\n')
    limited.chmod(0o755)
    one.binary, binary = str(limited), one.binary
    one.start()
    one.binary = binary
    one.client("s3").create_bucket(Bucket="busy")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    connections = []
    try:
        for number in range(1_200):
            connections.append(socket.create_connection((one.host, one.port), timeout=20))
            if number % 2:
                connections[-1].sendall(b"GET / HTTP/1.1\r\nHost: ")
        assert_others_are_served(one)
        one.client("s3").put_object(Bucket="busy", Key="large", Body=os.urandom(16 << 20))
        assert "limit on open files" in one.log_path.read_text()
    finally:
        close_all(connections)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    one.stop()
    one.fsck()
