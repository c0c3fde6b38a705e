"""Inventories: JSON and CSV, limits and markers, date windows."""

import json
import re
import time

import pytest

from raw import call
from server import ACCOUNT
from treehash import tree

DESCRIPTIONS = ["plain", "", "comma, here", 'quote " here', "back \\ slash", "x" * 1024, "<m><v>4</v></m>"]
SECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


@pytest.fixture
def filled(glacier, vault):
    """A vault with an archive for each description; ids and bodies in the order of creation."""
    made = []
    for number, description in enumerate(DESCRIPTIONS):
        body = bytes([number]) * (number + 1)
        more = {"archiveDescription": description} if description else {}
        made.append((glacier.upload_archive(vaultName=vault, body=body, **more)["archiveId"], body))
        time.sleep(0.005)
    return vault, made


def inventory(glacier, vault, **parameters):
    job = glacier.initiate_job(vaultName=vault, jobParameters={"Type": "inventory-retrieval", **parameters})["jobId"]
    out = glacier.get_job_output(vaultName=vault, jobId=job)
    body = out["body"].read()
    described = glacier.describe_job(vaultName=vault, jobId=job)
    assert (described["Action"], described["StatusCode"]) == ("InventoryRetrieval", "Succeeded")
    assert described["InventorySizeInBytes"] == len(body)
    assert "checksum" not in out
    return out["contentType"], body.decode(), described["InventoryRetrievalParameters"]


def test_json(glacier, filled):
    vault, made = filled
    content_type, text, parameters = inventory(glacier, vault)
    assert content_type == "application/json"
    assert {name: value for name, value in parameters.items() if value} == {"Format": "JSON"}
    listed = json.loads(text)
    assert listed["VaultARN"] == f"arn:aws:glacier:us-east-1:{ACCOUNT}:vaults/{vault}"
    assert SECONDS.fullmatch(listed["InventoryDate"])
    assert [list(item) for item in listed["ArchiveList"]] == [
        ["ArchiveId", "ArchiveDescription", "CreationDate", "Size", "SHA256TreeHash"]
    ] * len(made)
    for item, (archive, body), description in zip(listed["ArchiveList"], made, DESCRIPTIONS, strict=True):
        assert (item["ArchiveId"], item["ArchiveDescription"]) == (archive, description)
        assert (item["Size"], item["SHA256TreeHash"]) == (len(body), tree(body))
        assert SECONDS.fullmatch(item["CreationDate"])


def test_csv(glacier, filled):
    vault, made = filled
    content_type, text, _ = inventory(glacier, vault, Format="CSV")
    assert content_type == "text/csv"
    first, *lines = text.splitlines()
    assert first == "ArchiveId,ArchiveDescription,CreationDate,Size,SHA256TreeHash" and text.endswith("\n")
    for line, (archive, body), description in zip(lines, made, DESCRIPTIONS, strict=True):
        match = re.fullmatch(r'([\w-]{138}),"(.*)",([^",]*),(\d+),([0-9a-f]{64})', line)
        assert match, line
        assert match.group(1, 2) == (archive, description.replace('"', '\\"'))
        assert SECONDS.fullmatch(match.group(3))
        assert match.group(4, 5) == (str(len(body)), tree(body))


def test_of_an_empty_vault(glacier, vault):
    assert json.loads(inventory(glacier, vault)[1])["ArchiveList"] == []
    assert inventory(glacier, vault, Format="CSV")[1].splitlines() == [
        "ArchiveId,ArchiveDescription,CreationDate,Size,SHA256TreeHash"
    ]


@pytest.mark.parametrize("limit", ["1", "3", "7", "999999999"])
def test_limits_and_markers(glacier, filled, limit):
    vault, made = filled
    seen, marker = [], {}
    for _ in range(len(made) + 1):
        _, text, parameters = inventory(glacier, vault, InventoryRetrievalParameters={"Limit": limit, **marker})
        page = [item["ArchiveId"] for item in json.loads(text)["ArchiveList"]]
        assert len(page) <= int(limit) and parameters["Limit"] == limit
        seen += page
        if not parameters.get("Marker"):
            break
        marker = {"Marker": parameters["Marker"]}
    assert seen == [archive for archive, _ in made]


def test_date_windows(glacier, vault):
    """From StartDate on, before EndDate."""
    glacier.upload_archive(vaultName=vault, body=b"early")
    time.sleep(1.1)
    late = glacier.upload_archive(vaultName=vault, body=b"late")["archiveId"]
    items = json.loads(inventory(glacier, vault)[1])["ArchiveList"]
    edge = items[1]["CreationDate"]
    assert items[0]["CreationDate"] < edge

    def window(**dates):
        return len(json.loads(inventory(glacier, vault, InventoryRetrievalParameters=dates)[1])["ArchiveList"])

    assert window(StartDate="2012-06-01", EndDate="2099-01-01T00:00:00Z") == 2
    assert window(StartDate=edge) == 1 and window(EndDate=edge) == 1
    assert window(StartDate="2012-06-01T00:00:00+02:00", EndDate="2012-06-02T00:00:00Z") == 0
    _, text, parameters = inventory(glacier, vault, InventoryRetrievalParameters={"StartDate": edge})
    assert [item["ArchiveId"] for item in json.loads(text)["ArchiveList"]] == [late]
    assert parameters["StartDate"] and not parameters.get("EndDate")


def test_the_output_is_frozen(glacier, vault):
    glacier.upload_archive(vaultName=vault, body=b"one")
    job = glacier.initiate_job(vaultName=vault, jobParameters={"Type": "inventory-retrieval"})["jobId"]
    before = glacier.get_job_output(vaultName=vault, jobId=job)["body"].read()
    glacier.upload_archive(vaultName=vault, body=b"two")
    assert glacier.get_job_output(vaultName=vault, jobId=job)["body"].read() == before
    piece = glacier.get_job_output(vaultName=vault, jobId=job, range="bytes=5-20")
    assert (piece["status"], piece["body"].read()) == (206, before[5:21])


def test_a_null_job_parameters_member_is_absent(server, vault):
    body = b'{"Type":"inventory-retrieval","ArchiveId":null,"Description":null,"RetrievalByteRange":null,"Format":"JSON","Junk":1,"InventoryRetrievalParameters":{"Limit":10}}'
    answer = call(server, "POST", f"/-/vaults/{vault}/jobs", body=body, service="glacier",
                  headers={"content-type": "application/x-www-form-urlencoded"})  # fmt: skip
    assert answer.status == 202, answer
