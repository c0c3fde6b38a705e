"""Virtual-hosted style: the bucket is in the host name. The server is started with --domain localhost."""

import pytest

from checks import read
from raw import Request


def ask(server, method, host, path, query="", body=b""):
    return Request(server, method, path, query, {"host": f"{host}:{server.port}"}, body).sign().send()


@pytest.fixture
def dotted(s3, name):
    s3.create_bucket(Bucket=f"{name}.with.dots")
    return f"{name}.with.dots"


def test_objects(server, s3, bucket):
    assert ask(server, "PUT", f"{bucket}.localhost", "/a/b%20c", body=b"data").status == 200
    assert read(s3, bucket, "a/b c") == b"data"
    assert ask(server, "GET", f"{bucket}.localhost", "/a/b%20c").body == b"data"
    assert b"<Key>a/b c</Key>" in ask(server, "GET", f"{bucket}.localhost", "/", "list-type=2").body


def test_names_with_dots(server, s3, dotted):
    assert ask(server, "PUT", f"{dotted}.localhost", "/k", body=b"data").status == 200
    assert read(s3, dotted, "k") == b"data"


def test_the_bare_domain_is_path_style(server, bucket):
    assert ask(server, "PUT", "localhost", f"/{bucket}/k", body=b"data").status == 200
    assert bucket.encode() in ask(server, "GET", "localhost", "/").body


def test_case_does_not_matter(server, s3, bucket):
    assert ask(server, "PUT", f"{bucket}.LocalHost", "/k", body=b"data").status == 200
    assert read(s3, bucket, "k") == b"data"


def test_other_hosts_are_path_style(server, s3, bucket):
    assert ask(server, "PUT", "s3.example.com", f"/{bucket}/k", body=b"data").status == 200
    assert read(s3, bucket, "k") == b"data"


def test_create_and_delete(server, name):
    assert ask(server, "PUT", f"{name}.localhost", "/").status == 200
    assert ask(server, "HEAD", f"{name}.localhost", "/").status == 200
    assert ask(server, "DELETE", f"{name}.localhost", "/").status == 204
    assert ask(server, "GET", f"{name}.localhost", "/").code == "NoSuchBucket"
