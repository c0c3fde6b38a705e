"""Buckets as websites: configured by boto3 and the AWS CLI, opened as a browser opens them."""

import http.client
import json
import urllib.parse

import pytest
from checks import refused

SITE = {
    "IndexDocument": {"Suffix": "index.html"},
    "ErrorDocument": {"Key": "sorry.html"},
    "RoutingRules": [
        {"Condition": {"KeyPrefixEquals": "docs/"}, "Redirect": {"ReplaceKeyPrefixWith": "documents/"}},
        {"Condition": {"HttpErrorCodeReturnedEquals": "404", "KeyPrefixEquals": "img/"},
         "Redirect": {"HostName": "images.example", "Protocol": "https", "HttpRedirectCode": "307",
                      "ReplaceKeyWith": "none.png"}},
    ],
}  # fmt: skip


@pytest.fixture
def site(s3, bucket):
    s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=SITE)
    for key, page in (("index.html", b"home"), ("about/index.html", b"about"), ("sorry.html", b"sorry")):
        s3.put_object(Bucket=bucket, Key=key, Body=page, ContentType="text/html")
    return bucket


def publish(s3, bucket):
    s3.delete_public_access_block(Bucket=bucket)
    allow = [("s3:GetObject", f"arn:aws:s3:::{bucket}/*"), ("s3:ListBucket", f"arn:aws:s3:::{bucket}")]
    statements = [{"Effect": "Allow", "Principal": "*", "Action": action, "Resource": on} for action, on in allow]
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": statements}))


def browse(server, host, path, method="GET", **headers):
    at = urllib.parse.urlsplit(server.endpoint)
    connection = http.client.HTTPConnection(at.hostname, at.port)
    sent = {"Host": f"{host}:{at.port}", "Accept": "text/html", **headers}
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in sent.items()})
    answer = connection.getresponse()
    answer.page = answer.read().decode()
    connection.close()
    return answer


def test_a_website_is_kept_as_it_was_put(s3, bucket):
    with refused(404, "NoSuchWebsiteConfiguration"):
        s3.get_bucket_website(Bucket=bucket)
    for website in (SITE, {"RedirectAllRequestsTo": {"HostName": "b.example", "Protocol": "https"}}):
        s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration=website)
        told = s3.get_bucket_website(Bucket=bucket)
        del told["ResponseMetadata"]
        assert {name: part for name, part in told.items() if part} == website
    with refused(400, "InvalidArgument"):
        s3.put_bucket_website(Bucket=bucket, WebsiteConfiguration={"IndexDocument": {"Suffix": "a/b"}})
    s3.delete_bucket_website(Bucket=bucket)
    with refused(404, "NoSuchWebsiteConfiguration"):
        s3.get_bucket_website(Bucket=bucket)


def test_a_browser_reads_what_everybody_may(server, s3, site):
    host = f"{site}.website.localhost"
    closed = browse(server, host, "/")
    assert (closed.status, closed.headers["Content-Type"]) == (403, "text/html; charset=utf-8")
    assert "<li>Code: AccessDenied</li>" in closed.page
    publish(s3, site)
    home = browse(server, host, "/")
    assert (home.status, home.page, home.headers["Content-Type"]) == (200, "home", "text/html")
    assert browse(server, host, "/", If_None_Match=home.headers["ETag"]).status == 304
    part = browse(server, host, "/", Range="bytes=1-2")
    assert (part.status, part.page) == (206, "om")
    folder = browse(server, host, "/about")
    assert (folder.status, folder.headers["Location"]) == (302, "/about/")
    assert browse(server, host, "/about/").page == "about"
    missing = browse(server, host, "/none")
    assert (missing.status, missing.page, missing.headers["x-amz-error-code"]) == (404, "sorry", "NoSuchKey")
    head = browse(server, host, "/none", method="HEAD")
    assert (head.status, head.page) == (404, "")
    assert browse(server, host, "/", method="PUT").status == 405


def test_rules_and_objects_send_elsewhere(server, s3, site):
    publish(s3, site)
    host = f"{site}.website.localhost"
    port = urllib.parse.urlsplit(server.endpoint).port
    s3.put_object(Bucket=site, Key="old", Body=b"", WebsiteRedirectLocation="https://b.example/new")
    for path, status, location in (
        ("/docs/a?q=1", 301, f"http://{host}:{port}/documents/a?q=1"),
        ("/img/a.png", 307, "https://images.example/none.png"),
        ("/old", 301, "https://b.example/new"),
    ):
        answer = browse(server, host, path)
        assert (answer.status, answer.headers["Location"]) == (status, location), path


def test_a_domain_of_its_own(own_server):
    """A domain itself is the bucket's of that name; what the paths of other services look like is the website's there."""
    server = own_server(["--website-domain", "www.example.com"]).start()
    s3 = server.client("s3")
    s3.create_bucket(Bucket="www.example.com")
    publish(s3, "www.example.com")
    s3.put_bucket_website(Bucket="www.example.com", WebsiteConfiguration={"IndexDocument": {"Suffix": "i"}})
    s3.put_object(Bucket="www.example.com", Key="-/vaults/i", Body=b"mine")
    assert browse(server, "www.example.com", "/-/vaults/").page == "mine"
    assert browse(server, "none.www.example.com", "/").status == 404
    server.stop()


def test_aws_s3_website(aws, s3, bucket):
    aws("s3", "website", f"s3://{bucket}", "--index-document", "index.html", "--error-document", "e.html")
    told = s3.get_bucket_website(Bucket=bucket)
    assert (told["IndexDocument"], told["ErrorDocument"]) == ({"Suffix": "index.html"}, {"Key": "e.html"})
