"""The developer guide's examples of the vault API, one for each of the 33 operations: raw REST, as its pages show request and answer.

`WALK` is the table. A row is the operation, its request (method, path, headers, body) and its answer (status, headers, body), in an
order in which each finds what it needs. What is in braces was told by an answer before it: a row may keep a header of its answer by name.
"""

import json
import re
import time

import botocore.session

from raw import call
from server import ACCOUNT, REGION
from treehash import MIB, pattern, tree

V = "/-/vaults/examplevault"
ARN = f"arn:aws:glacier:{REGION}:{ACCOUNT}:vaults/examplevault"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:mytopic"
BOTH = ["ArchiveRetrievalCompleted", "InventoryRetrievalCompleted"]
PART = 4 * MIB
PARTED = pattern(PART + 3 * MIB)
WELCOME = b"Welcome to Amazon Glacier."
EVENTS = {"SNSTopic": TOPIC, "Events": BOTH}
BOUND = {"Policy": {"Rules": [{"Strategy": "BytesPerHour", "BytesPerHour": 10737418240}]}}

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
ARCHIVE_ID, ID, SHORT_ID = re.compile(r"[\w-]{138}"), re.compile(r"[\w-]{92}"), re.compile(r"[\w-]{24}")


def policy(effect, sid, **condition):
    statement = {
        "Sid": sid, "Effect": effect, "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
        "Action": ["glacier:DeleteArchive"], "Resource": [ARN],
    }  # fmt: skip
    if condition:
        statement["Condition"] = condition
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


ACCESS = policy("Allow", "Define-owner-access-rights")
LOCK = policy("Deny", "Define-vault-lock", NumericLessThanEquals={"glacier:ArchiveAgeInDays": "0"})


def job(**members):
    """A job as DescribeJob and ListJobs tell it: all members, those that do not apply as null."""
    none = dict.fromkeys([
        "ArchiveId", "ArchiveSHA256TreeHash", "ArchiveSizeInBytes", "CompletionDate", "InventoryRetrievalParameters",
        "InventorySizeInBytes", "JobDescription", "RetrievalByteRange", "SHA256TreeHash", "SNSTopic", "Tier",
    ])  # fmt: skip
    done = {"Completed": True, "CompletionDate": TIME, "StatusCode": "Succeeded", "StatusMessage": "Succeeded"}
    return none | {"CreationDate": TIME, "VaultARN": ARN} | done | members


DESCRIBED = {
    "CreationDate": TIME, "LastInventoryDate": None, "NumberOfArchives": 0, "SizeInBytes": 0, "VaultARN": ARN,
    "VaultName": "examplevault",
}  # fmt: skip
UPLOAD = {"ArchiveDescription": "archive description", "CreationDate": TIME, "MultipartUploadId": "{upload}",
          "PartSizeInBytes": PART, "VaultARN": ARN}  # fmt: skip
PARTS = [
    {"RangeInBytes": f"0-{PART - 1}", "SHA256TreeHash": tree(PARTED[:PART])},
    {"RangeInBytes": f"{PART}-{len(PARTED) - 1}", "SHA256TreeHash": tree(PARTED[PART:])},
]
RETRIEVAL = {"Type": "archive-retrieval", "ArchiveId": "{parted}", "Description": "My archive description",
             "SNSTopic": TOPIC, "RetrievalByteRange": f"{2 * MIB}-{4 * MIB - 1}", "Tier": "Bulk"}  # fmt: skip
RETRIEVED = job(
    Action="ArchiveRetrieval", ArchiveId="{parted}", ArchiveSHA256TreeHash=tree(PARTED), ArchiveSizeInBytes=len(PARTED),
    JobDescription="My archive description", JobId="{retrieval}", RetrievalByteRange=f"{2 * MIB}-{4 * MIB - 1}",
    SHA256TreeHash=tree(PARTED[2 * MIB : 4 * MIB]), SNSTopic=TOPIC, Tier="Bulk",
)  # fmt: skip
INVENTORY = {"Type": "inventory-retrieval", "Description": "My inventory job", "Format": "JSON", "SNSTopic": TOPIC}
WANTED = {"EndDate": None, "Format": "JSON", "Limit": None, "Marker": None, "StartDate": None}
INVENTORIED = job(
    Action="InventoryRetrieval", InventoryRetrievalParameters=WANTED, InventorySizeInBytes=int, SNSTopic=TOPIC,
    JobDescription="My inventory job", JobId="{inventory}",
)  # fmt: skip
LISTED = [
    {"ArchiveId": "{welcome}", "ArchiveDescription": "", "CreationDate": SECONDS, "Size": len(WELCOME),
     "SHA256TreeHash": tree(WELCOME)},
    {"ArchiveId": "{parted}", "ArchiveDescription": "archive description", "CreationDate": SECONDS, "Size": len(PARTED),
     "SHA256TreeHash": tree(PARTED)},
]  # fmt: skip


def archive(kept, digest):
    """The headers that tell of an archive that is made."""
    return {"location": f"/{ACCOUNT}/vaults/examplevault/archives/{{{kept}}}", "x-amz-archive-id": (kept, ARCHIVE_ID),
            "x-amz-sha256-tree-hash": digest}  # fmt: skip


def begun(what, header, kept, form):
    """The headers that tell of something that is begun in a vault."""
    return {header: (kept, form), "location": f"/{ACCOUNT}/vaults/examplevault/{what}/{{{kept}}}"}


def part(first, last):
    return {"content-range": f"bytes {first}-{last - 1}/*", "x-amz-sha256-tree-hash": tree(PARTED[first:last])}


def answered(first, last):
    return {"x-amz-sha256-tree-hash": tree(PARTED[first:last])}


UPLOADS, U, JOBS = f"{V}/multipart-uploads", f"{V}/multipart-uploads/{{upload}}", f"{V}/jobs"
DESCRIPTION = {"x-amz-archive-description": "archive description"}
SIZES = {"x-amz-archive-size": str(len(PARTED)), "x-amz-sha256-tree-hash": tree(PARTED)}
CAPACITY = {"CapacityId": "{capacity}", "ExpirationDate": TIME, "StartDate": TIME}
BEGIN = {"x-amz-part-size": str(PART)} | DESCRIPTION

WALK = [
    ("CreateVault", f"PUT {V}", {}, b"", 201, {"location": f"/{ACCOUNT}/vaults/examplevault"}, None),
    ("DescribeVault", f"GET {V}", {}, b"", 200, {}, DESCRIBED),
    ("ListVaults", "GET /-/vaults?limit=10", {}, b"", 200, {}, {"Marker": None, "VaultList": [DESCRIBED]}),
    ("AddTagsToVault", f"POST {V}/tags?operation=add", {}, {"Tags": {"key1": "value1", "key2": "value2"}}, 204, {}, None),
    ("RemoveTagsFromVault", f"POST {V}/tags?operation=remove", {}, {"TagKeys": ["key1"]}, 204, {}, None),
    ("ListTagsForVault", f"GET {V}/tags", {}, b"", 200, {}, {"Tags": {"key2": "value2"}}),
    ("SetVaultAccessPolicy", f"PUT {V}/access-policy", {}, {"Policy": ACCESS}, 204, {}, None),
    ("GetVaultAccessPolicy", f"GET {V}/access-policy", {}, b"", 200, {}, {"Policy": ACCESS}),
    ("DeleteVaultAccessPolicy", f"DELETE {V}/access-policy", {}, b"", 204, {}, None),
    ("SetVaultNotifications", f"PUT {V}/notification-configuration", {}, EVENTS, 204, {}, None),
    ("GetVaultNotifications", f"GET {V}/notification-configuration", {}, b"", 200, {}, EVENTS),
    ("DeleteVaultNotifications", f"DELETE {V}/notification-configuration", {}, b"", 204, {}, None),
    ("UploadArchive", f"POST {V}/archives", {"x-amz-sha256-tree-hash": tree(WELCOME)}, WELCOME, 201,
     archive("welcome", tree(WELCOME)), None),
    ("InitiateMultipartUpload", f"POST {UPLOADS}", BEGIN, b"", 201,
     begun("multipart-uploads", "x-amz-multipart-upload-id", "upload", ID), None),
    ("UploadMultipartPart", f"PUT {U}", part(0, PART), PARTED[:PART], 204, answered(0, PART), None),
    ("UploadMultipartPart", f"PUT {U}", part(PART, len(PARTED)), PARTED[PART:], 204, answered(PART, len(PARTED)), None),
    ("ListParts", f"GET {U}", {}, b"", 200, {}, UPLOAD | {"Marker": None, "Parts": PARTS}),
    ("ListMultipartUploads", f"GET {UPLOADS}", {}, b"", 200, {}, {"Marker": None, "UploadsList": [UPLOAD]}),
    ("CompleteMultipartUpload", f"POST {U}", SIZES, b"", 201, archive("parted", tree(PARTED)), None),
    ("InitiateMultipartUpload", f"POST {UPLOADS}", BEGIN, b"", 201,
     begun("multipart-uploads", "x-amz-multipart-upload-id", "upload", ID), None),
    ("AbortMultipartUpload", f"DELETE {U}", {}, b"", 204, {}, None),
    ("InitiateJob", f"POST {JOBS}", {}, RETRIEVAL, 202, begun("jobs", "x-amz-job-id", "retrieval", ID), None),
    ("DescribeJob", f"GET {JOBS}/{{retrieval}}", {}, b"", 200, {}, RETRIEVED),
    ("GetJobOutput", f"GET {JOBS}/{{retrieval}}/output", {"range": f"bytes=0-{MIB - 1}"}, b"", 206,
     DESCRIPTION | {"content-range": f"bytes 0-{MIB - 1}/{2 * MIB}", "content-type": "application/octet-stream",
      "accept-ranges": "bytes", "x-amz-sha256-tree-hash": tree(PARTED[2 * MIB : 3 * MIB])}, PARTED[2 * MIB : 3 * MIB]),
    ("InitiateJob", f"POST {JOBS}", {}, INVENTORY, 202, begun("jobs", "x-amz-job-id", "inventory", ID), None),
    ("DescribeJob", f"GET {JOBS}/{{inventory}}", {}, b"", 200, {}, INVENTORIED),
    ("GetJobOutput", f"GET {JOBS}/{{inventory}}/output", {}, b"", 200, {"accept-ranges": "bytes"},
     {"VaultARN": ARN, "InventoryDate": SECONDS, "ArchiveList": LISTED}),
    ("ListJobs", f"GET {JOBS}?completed=true&statuscode=Succeeded", {}, b"", 200, {},
     {"JobList": [INVENTORIED, RETRIEVED], "Marker": None}),
    ("InitiateVaultLock", f"POST {V}/lock-policy", {}, {"Policy": LOCK}, 201, {"x-amz-lock-id": ("lock", SHORT_ID)}, None),
    ("AbortVaultLock", f"DELETE {V}/lock-policy", {}, b"", 204, {}, None),
    ("InitiateVaultLock", f"POST {V}/lock-policy", {}, {"Policy": LOCK}, 201, {"x-amz-lock-id": ("lock", SHORT_ID)}, None),
    ("GetVaultLock", f"GET {V}/lock-policy", {}, b"", 200, {},
     {"CreationDate": TIME, "ExpirationDate": TIME, "Policy": LOCK, "State": "InProgress"}),
    ("CompleteVaultLock", f"POST {V}/lock-policy/{{lock}}", {}, b"", 204, {}, None),
    ("GetVaultLock", f"GET {V}/lock-policy", {}, b"", 200, {},
     {"CreationDate": TIME, "ExpirationDate": None, "Policy": LOCK, "State": "Locked"}),
    ("PurchaseProvisionedCapacity", "POST /-/provisioned-capacity", {}, b"", 201,
     {"x-amz-capacity-id": ("capacity", SHORT_ID)}, None),
    ("ListProvisionedCapacity", "GET /-/provisioned-capacity", {}, b"", 200, {}, {"ProvisionedCapacityList": [CAPACITY]}),
    ("SetDataRetrievalPolicy", "PUT /-/policies/data-retrieval", {}, BOUND, 204, {}, None),
    ("GetDataRetrievalPolicy", "GET /-/policies/data-retrieval", {}, b"", 200, {}, BOUND),
    ("CreateVault", "PUT /-/vaults/emptied", {}, b"", 201, {"location": f"/{ACCOUNT}/vaults/emptied"}, None),
    ("UploadArchive", "POST /-/vaults/emptied/archives", {"x-amz-sha256-tree-hash": tree(WELCOME)}, WELCOME, 201,
     {"x-amz-archive-id": ("emptied", ARCHIVE_ID)}, None),
    ("DeleteArchive", "DELETE /-/vaults/emptied/archives/{emptied}", {}, b"", 204, {}, None),
    ("DeleteVault", "DELETE /-/vaults/emptied", {}, b"", 204, {}, None),
]  # fmt: skip


class Known(dict):
    """What answers told, by name."""

    def fill(self, text):
        return re.sub(r"\{(\w+)\}", lambda found: self[found[1]], text)

    def agrees(self, wanted, told):
        """Whether what was told is what the guide shows: the same members, and each of its form."""
        match wanted:
            case dict():
                return wanted.keys() == told.keys() and all(self.agrees(wanted[name], told[name]) for name in wanted)
            case list():
                return len(wanted) == len(told) and all(map(self.agrees, wanted, told))
            case re.Pattern():
                return isinstance(told, str) and wanted.fullmatch(told) is not None
            case type():
                return isinstance(told, wanted)
            case str():
                return told == self.fill(wanted)
            case _:
                return told == wanted and type(told) is type(wanted)


def ask(server, known, request, headers, body):
    method, target = known.fill(request).split(" ")
    path, _, query = target.partition("?")
    if isinstance(body, dict):
        body = json.dumps({name: known.fill(it) if isinstance(it, str) and it == "{parted}" else it
                           for name, it in body.items()}).encode()  # fmt: skip
    return call(server, method, path, query, headers, body, service="glacier")


def answer_of(server, known, row):
    """The answer to a row's request; of a job, when it is completed."""
    operation, request, headers, body, *_ = row
    for _ in range(1200):
        answer = ask(server, known, request, headers, body)
        if operation != "DescribeJob" or answer.status != 200 or json.loads(answer.body)["Completed"]:
            break
        time.sleep(0.05)
    return answer


def check(known, row, answer):
    status, headers, body = row[4:]
    assert answer.status == status
    for name, (kept, form) in ((name, wanted) for name, wanted in headers.items() if isinstance(wanted, tuple)):
        assert form.fullmatch(answer.headers[name]), name
        known[kept] = answer.headers[name]
    for name, wanted in headers.items():
        assert isinstance(wanted, tuple) or answer.headers[name] == known.fill(wanted), name
    assert re.fullmatch(r"[\w-]{47}", answer.headers["x-amzn-requestid"]) and answer.headers["date"].endswith(" GMT")
    match body:
        case None:
            assert answer.body == b"" and "content-type" not in answer.headers
        case bytes():
            assert answer.body == body and answer.headers["content-length"] == str(len(body))
        case _:
            assert answer.headers["content-type"] == "application/json"
            assert known.agrees(body, json.loads(answer.body)), known


def test_walk(own_server):
    server, known = own_server().start(), Known()
    server.client("sns").create_topic(Name="mytopic")
    for row in WALK:
        answer = answer_of(server, known, row)
        try:
            check(known, row, answer)
        except AssertionError as error:
            error.add_note(f"{row[0]}, {row[1]}: {answer}")
            raise


def test_the_table_has_all_operations():
    model = botocore.session.get_session().get_service_model("glacier")
    assert {row[0] for row in WALK} == set(model.operation_names) and len(model.operation_names) == 33
    # As botocore would send them: the same methods and paths.
    for operation, request, *_ in WALK:
        http = model.operation_model(operation).http
        path = re.sub(r"\{\w+\}", "[^/?]+", http["requestUri"].split("?")[0])
        assert re.fullmatch(rf"{http['method']} {path}(\?.*)?", request), (operation, request)
