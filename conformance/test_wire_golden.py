"""Golden tests of crates/wire against botocore: what botocore sends must decode to what was meant, and what the
server encodes must mean the same to botocore. Every typed operation, with all members, with the required ones only,
and with random choices of both; and every operation of the models must be routed to itself.

Needs no server. Run with botocore of any recent version:

    cargo build -p coldkeep-wire --features golden --example golden
    COLDKEEP_WIRE_GOLDEN=target/debug/examples/golden pytest conformance/test_wire_golden.py

Serialised by botocore's code over the models in models/, so that a newer botocore does not fail for new members.
"""

import datetime
import email.header
import json
import os
import pathlib
import random
import re
import subprocess
import urllib.parse
from xml.etree import ElementTree

import pytest
from botocore import parsers, serialize
from botocore.awsrequest import HeadersDict
from botocore.model import ServiceModel

MODELS = pathlib.Path(__file__).parent.parent / "models"
GOLDEN = os.environ.get("COLDKEEP_WIRE_GOLDEN")
NAMES = ("s3", "s3control", "glacier")
SERVICES = {name: ServiceModel(json.loads((MODELS / f"{name}.json").read_text()), name) for name in NAMES}
RANDOM_VARIANTS = 30
# What no request can be told from by its own shape: see xtask/src/wire/overrides.rs.
NOT_ROUTED = {"ListDirectoryBuckets", "WriteGetObjectResponse"}
# What is answered without a document, which the model does not say: there as well.
NO_CONTENT = {"DeleteAccessPoint", "DeleteAccessPointPolicy", "DeletePublicAccessBlock"}

if not GOLDEN and os.environ.get("CI") != "true":
    pytest.skip("COLDKEEP_WIRE_GOLDEN does not name the example `golden` of coldkeep-wire", allow_module_level=True)


class Wire:
    """The Rust side, one line a call."""

    def __init__(self):
        self.process = subprocess.Popen([GOLDEN], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def call(self, **call):
        self.process.stdin.write(json.dumps(call).encode() + b"\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


WIRE = Wire()
TYPED = [tuple(pair) for pair in WIRE.call(direction="typed")["value"]]
ALL = [
    (service, name)
    for service, model in SERVICES.items()
    for name in model.operation_names
    if service != "s3control" and name not in NOT_ROUTED and not model.operation_model(name).deprecated
]


def snake(name):
    """The field of a member, as xtask/src/wire/names.rs has it."""
    for word, split in (("ETag", "Etag"), ("SSEKMS", "SseKms"), ("SSES3", "SseS3")):
        name = name.replace(word, split)
    return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z0-9])(?=[A-Z][a-z])", "_", name).lower()


class Samples:
    """Values for shapes, the same for the same seed."""

    BODY = "aZ09 <>&\"'=/+%\\üß漢😀\t\n"
    HEADER = "aZ09 <>&\"'=/+%\\;:ü漢"
    # What an answer's header can carry as it is; user metadata is encoded, and may be any text.
    LATIN = "aZ09 <>&\"'=/+%\\;:ü"

    def __init__(self, seed, share, answer):
        self.random, self.share, self.answer = random.Random(seed), share, answer

    def text(self, alphabet, least=0):
        return "".join(self.random.choices(alphabet, k=self.random.randint(least, 12)))

    def string(self, shape, location, json_body):
        if getattr(shape, "enum", None) and self.random.random() < 0.8:
            return self.random.choice(shape.enum)
        if location == "uri":
            return self.text("aZ09-._~ /%ü漢", 1).strip("/ ") or "x"
        if location in ("header", "headers"):
            return self.text(self.LATIN if self.answer and location == "header" else self.HEADER).strip()
        if json_body:
            return self.text(self.BODY + "\0\r\x1f\u2028")
        # botocore writes a bare CR, which XML reads as LF; in answers it must survive.
        return self.text(self.BODY + "\r" if self.answer else self.BODY)

    def value(self, shape, location, json_body):
        kind = shape.type_name
        if kind == "structure":
            return self.structure(shape, json_body)
        if kind == "list":
            many = self.random.randint(1 if location == "header" else 0, 4)
            if location == "header":
                return self.random.choices(shape.member.enum, k=many)
            return [self.value(shape.member, None, json_body) for _ in range(many)]
        if kind == "map":
            names = {self.text("az09-", 1) for _ in range(self.random.randint(0, 4))}
            return {name: self.string(shape.value, location, json_body) for name in names}
        if kind == "timestamp":
            # S3's dates have whole seconds, and the vault API's are text to begin with.
            return datetime.datetime.fromtimestamp(self.random.randint(0, 2**32), datetime.UTC)
        if kind == "boolean":
            return self.random.random() < 0.5
        if location == "statusCode":
            return self.random.choice([200, 206])
        if kind == "integer":
            return self.random.randint(-(2**31), 2**31 - 1)
        if kind == "long":
            return self.random.randint(-(2**63), 2**63 - 1)
        return self.string(shape, location, json_body)

    def structure(self, shape, json_body):
        chosen = {}
        for name, member in shape.members.items():
            if is_stream(shape, name):
                continue
            if name in shape.required_members or self.random.random() < self.share:
                chosen[name] = self.value(member, member.serialization.get("location"), json_body)
                if shape.serialization.get("payload") == name and member.type_name == "string":
                    chosen[name] += "{}"
        return chosen


def is_stream(shape, name):
    member = shape.members[name]
    streams = member.type_name == "blob" or member.serialization.get("eventstream")
    return shape.serialization.get("payload") == name and streams


def fields(shape, value):
    """The value with Rust's names and dates, without what is absent or empty: both sides agree on no more."""
    if shape.type_name == "structure":
        pairs = {
            snake(name): fields(member, value[name])
            for name, member in shape.members.items()
            if name in value and not is_stream(shape, name)
        }
        return {name: kept for name, kept in pairs.items() if kept not in (None, [], {})}
    if shape.type_name == "list":
        return [fields(shape.member, item) for item in value]
    if isinstance(value, datetime.datetime):
        return round(value.timestamp() * 1000)
    return value


def without_absent(value):
    if isinstance(value, dict):
        pairs = {name: without_absent(kept) for name, kept in value.items()}
        return {name: kept for name, kept in pairs.items() if kept not in (None, [], {})}
    return [without_absent(item) for item in value] if isinstance(value, list) else value


def variants(service, operation, answer):
    yield Samples(f"{operation} all", 1.0, answer)
    yield Samples(f"{operation} required", 0.0, answer)
    for number in range(RANDOM_VARIANTS):
        yield Samples(f"{operation} {number}", 0.5, answer)


def request(service, name, params):
    """What botocore sends, as the doors take it apart."""
    model = SERVICES[service].operation_model(name)
    serializer = serialize.create_serializer(SERVICES[service].metadata["protocol"], include_validation=False)
    sent = serializer.serialize_to_request(params, model)
    path, _, literals = sent["url_path"].partition("?")
    query = urllib.parse.parse_qsl(literals, keep_blank_values=True)
    for key, value in sent["query_string"].items():
        query.extend((key, str(one)) for one in (value if isinstance(value, list) else [value]))
    parts = [urllib.parse.unquote(part) for part in path[1:].split("/")]
    template = model.http["requestUri"].partition("?")[0]
    if service == "s3":
        bucket, _, key = path[1:].partition("/")
        given = {"Bucket": bucket, "Key": key}
        labels = {label: urllib.parse.unquote(text) for label, text in given.items() if "{" + label in template}
    else:
        labels, places = {}, template[1:].split("/")
        for at, label in enumerate(places):
            if label.endswith("+}"):
                # All that is left of the path.
                labels[label[1:-2]] = "/".join(parts[at:])
            elif label[:1] == "{":
                labels[label[1:-1]] = parts[at]
    body = sent["body"].decode() if isinstance(sent["body"], bytes) else sent["body"]
    return dict(
        service=service, operation=name, method=sent["method"], labels=labels, segments=parts, query=query,
        headers=list(sent["headers"].items()), body=body,
    )  # fmt: skip


@pytest.mark.parametrize("service,name", TYPED)
def test_what_botocore_sends_is_decoded(service, name):
    shape = SERVICES[service].operation_model(name).input_shape
    for samples in variants(service, name, answer=False):
        params = samples.structure(shape, service == "glacier")
        call = request(service, name, params)
        answer = WIRE.call(direction="decode", **call)
        assert "error" not in answer, (answer, params, call)
        expected = fields(shape, params)
        if "response_expires" in expected:
            # Any text, though the model says a date: see xtask/src/wire/overrides.rs.
            expected["response_expires"] = dict(call["query"])["response-expires"]
        assert without_absent(answer["value"]) == expected, call


@pytest.mark.parametrize("service,name", ALL)
def test_every_operation_is_routed_to_itself(service, name):
    shape = SERVICES[service].operation_model(name).input_shape
    for samples in variants(service, name, answer=False):
        call = request(service, name, samples.structure(shape, service == "glacier"))
        assert WIRE.call(direction="route", **call) == {"value": name}, call


@pytest.mark.parametrize("service,name", TYPED)
def test_what_is_encoded_means_the_same_to_botocore(service, name):
    model = SERVICES[service].operation_model(name)
    shape = model.output_shape
    parser = parsers.create_parser(SERVICES[service].metadata["protocol"])
    for samples in variants(service, name, answer=True):
        meant = samples.structure(shape, service == "glacier") if shape else {}
        answer = WIRE.call(
            direction="encode", service=service, operation=name, value=fields(shape, meant) if shape else {}
        )
        assert "error" not in answer, (answer, meant)
        headers, body = HeadersDict(answer["headers"]), answer["body"].encode()
        usual = 204 if name in NO_CONTENT else model.http.get("responseCode", 200)
        assert answer["status"] == meant.get("status", usual)
        if body:
            payload = shape.serialization.get("payload")
            plain = service != "glacier" and (payload is None or shape.members[payload].type_name == "structure")
            assert headers["content-type"] == ("application/xml" if plain else "application/json")
        elif "contentType" not in meant and "ContentType" not in meant:
            assert "content-type" not in headers
        if shape is None:
            assert not body
            continue
        if any(member.serialization.get("eventstream") for member in shape.members.values()):
            # Its frames are the door's.
            assert not body
            continue
        if name == "GetBucketLocation":
            # Not modelled properly; botocore reads it by hand in handlers.parse_get_bucket_location.
            root = ElementTree.fromstring(body)
            assert root.tag.endswith("}LocationConstraint")
            assert (root.text or "") == meant.get("LocationConstraint", ""), answer
            continue
        parsed = parser.parse({"status_code": answer["status"], "headers": headers, "body": body}, shape)
        del parsed["ResponseMetadata"]
        for made_up in ("status", shape.serialization.get("payload")):
            if made_up not in meant:
                parsed.pop(made_up, None)
        if "Metadata" in parsed:
            parsed["Metadata"] = {name: decoded(value) for name, value in parsed["Metadata"].items()}
        assert fields(shape, parsed) == fields(shape, meant), answer


def decoded(value):
    """The text that RFC 2047 words stand for."""
    parts = email.header.decode_header(value)
    return "".join(part if isinstance(part, str) else part.decode(charset or "ascii") for part, charset in parts)


def test_absent_members_of_glaciers_answers_are_null():
    answer = WIRE.call(direction="encode", service="glacier", operation="DescribeJob", value={"job_id": "j"})
    document = json.loads(answer["body"])
    assert document.pop("JobId") == "j"
    assert list(document) == sorted(document) and set(document.values()) == {None}
    assert len(document) == 17 and "JobOutputPath" not in document
