"""CORS: rules set by boto3, a browser's requests by plain HTTP."""

import http.client
import urllib.parse

from checks import refused

RULES = [
    {"ID": "pages", "AllowedMethods": ["GET", "PUT"], "AllowedOrigins": ["https://*.example.com"],
     "AllowedHeaders": ["x-amz-*", "content-type"], "ExposeHeaders": ["ETag"], "MaxAgeSeconds": 3000},
    {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]},
]  # fmt: skip


def browser(server, method, path, **headers):
    host = urllib.parse.urlsplit(server.endpoint)
    connection = http.client.HTTPConnection(host.hostname, host.port)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer


def test_rules_are_kept_and_a_page_is_let_in_by_them(server, s3, bucket):
    with refused(404, "NoSuchCORSConfiguration"):
        s3.get_bucket_cors(Bucket=bucket)
    s3.put_bucket_cors(Bucket=bucket, CORSConfiguration={"CORSRules": RULES})
    assert s3.get_bucket_cors(Bucket=bucket)["CORSRules"] == RULES
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    page = {"Origin": "https://app.example.com", "Access_Control_Request_Method": "PUT"}
    asked = browser(server, "OPTIONS", f"/{bucket}/k", Access_Control_Request_Headers="X-Amz-Date", **page)
    assert (asked.status, asked.headers["Access-Control-Allow-Origin"]) == (200, page["Origin"])
    assert asked.headers["Access-Control-Allow-Headers"] == "x-amz-date"
    assert asked.headers["Access-Control-Max-Age"] == "3000"
    assert browser(server, "OPTIONS", f"/{bucket}/k", Access_Control_Request_Headers="range", **page).status == 403
    # What a page asks with the signature in the URL is marked for it.
    url = s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "k"})
    path = url.removeprefix(server.endpoint)
    for origin, allowed in ((page["Origin"], page["Origin"]), ("https://elsewhere.org", "*")):
        answer = browser(server, "GET", path, Origin=origin)
        assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, allowed)
    assert browser(server, "GET", path).headers["Access-Control-Allow-Origin"] is None
    # A rule lets a page see the answer; who may is still asked.
    answer = browser(server, "GET", f"/{bucket}/k", Origin=page["Origin"])
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (403, page["Origin"])
    s3.delete_bucket_cors(Bucket=bucket)
    assert browser(server, "OPTIONS", f"/{bucket}/k", **page).status == 403
