"""Vaults: create, describe, list, delete."""

import re

import pytest

from checks import refused
from server import ACCOUNT

DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def test_life_of_a_vault(glacier, name):
    made = glacier.create_vault(vaultName=name)
    assert made["ResponseMetadata"]["HTTPStatusCode"] == 201
    assert made["location"] == f"/{ACCOUNT}/vaults/{name}"
    described = glacier.describe_vault(vaultName=name)
    assert DATE.fullmatch(described.pop("CreationDate"))
    described.pop("ResponseMetadata")
    assert described in (
        {
            "VaultARN": f"arn:aws:glacier:us-east-1:{ACCOUNT}:vaults/{name}",
            "VaultName": name, "NumberOfArchives": 0, "SizeInBytes": 0, **last,
        }
        for last in ({}, {"LastInventoryDate": None})
    )  # fmt: skip
    assert glacier.create_vault(vaultName=name)["ResponseMetadata"]["HTTPStatusCode"] == 201
    for _ in range(2):
        assert glacier.delete_vault(vaultName=name)["ResponseMetadata"]["HTTPStatusCode"] == 204
    with refused(404, "ResourceNotFoundException") as caught:
        glacier.describe_vault(vaultName=name)
    assert caught.value.response["Error"]["Message"].startswith("Vault not found for ARN: arn:aws:glacier:us-east-1:")


def test_creating_again_changes_nothing(glacier, vault):
    glacier.upload_archive(vaultName=vault, body=b"data")
    before = glacier.describe_vault(vaultName=vault)
    glacier.create_vault(vaultName=vault)
    after = glacier.describe_vault(vaultName=vault)
    assert [before[n] for n in ("CreationDate", "NumberOfArchives")] == [
        after[n] for n in ("CreationDate", "NumberOfArchives")
    ]


def test_waiters(glacier, name):
    glacier.create_vault(vaultName=name)
    glacier.get_waiter("vault_exists").wait(vaultName=name)
    glacier.delete_vault(vaultName=name)
    glacier.get_waiter("vault_not_exists").wait(vaultName=name)


@pytest.mark.parametrize("bad", ["a b", "a:b", "x" * 256, "ä", "a*b"])
def test_bad_names(glacier, bad):
    with refused(400, "InvalidParameterValueException"):
        glacier.create_vault(vaultName=bad)
    with refused(404, "ResourceNotFoundException") as caught:
        glacier.describe_vault(vaultName=bad)
    assert caught.value.response["Error"]["Message"] == f"Vault not found for ARN: {bad}"


@pytest.mark.parametrize("good", ["a.b_C-9", "x" * 255, "UPPER"])
def test_good_names(glacier, good):
    glacier.create_vault(vaultName=good)
    assert glacier.describe_vault(vaultName=good)["VaultName"] == good
    glacier.delete_vault(vaultName=good)


def test_names_are_case_sensitive(glacier, name):
    glacier.create_vault(vaultName=name)
    with refused(404, "ResourceNotFoundException"):
        glacier.describe_vault(vaultName=name.upper())


def test_a_vault_with_archives_stays(glacier, vault):
    archive = glacier.upload_archive(vaultName=vault, body=b"data")["archiveId"]
    with refused(400, "InvalidParameterValueException") as caught:
        glacier.delete_vault(vaultName=vault)
    arn = glacier.describe_vault(vaultName=vault)["VaultARN"]
    assert caught.value.response["Error"]["Message"] == f"Vault not empty or recently written to: {arn}"
    glacier.delete_archive(vaultName=vault, archiveId=archive)
    glacier.delete_vault(vaultName=vault)


def test_counters(glacier, vault):
    """The size includes 32 KiB for each archive, as Amazon counts."""
    first = glacier.upload_archive(vaultName=vault, body=b"x" * 1000)["archiveId"]
    glacier.upload_archive(vaultName=vault, body=b"x" * 2000)
    described = glacier.describe_vault(vaultName=vault)
    assert (described["NumberOfArchives"], described["SizeInBytes"]) == (2, 3000 + 2 * 32768)
    assert described["LastInventoryDate"]
    glacier.delete_archive(vaultName=vault, archiveId=first)
    described = glacier.describe_vault(vaultName=vault)
    assert (described["NumberOfArchives"], described["SizeInBytes"]) == (1, 2000 + 32768)


def test_pages(own_server):
    glacier = own_server().start().client("glacier")
    names = sorted(f"{'V' if number % 3 else 'v'}ault-{number:02}" for number in range(25))
    for vault in names:
        glacier.create_vault(vaultName=vault)
    for limit, most in (("1", 1), ("3", 3), ("10", 10), ("1000", 10), (None, 10)):
        seen, marker = [], {}
        while True:
            page = glacier.list_vaults(**({"limit": limit} if limit else {}), **marker)
            assert len(page["VaultList"]) <= most
            seen += [vault["VaultName"] for vault in page["VaultList"]]
            if not page.get("Marker"):
                break
            assert page["Marker"].startswith("arn:")
            marker = {"marker": page["Marker"]}
        assert seen == names
    pages = glacier.get_paginator("list_vaults").paginate()
    assert [vault["VaultName"] for page in pages for vault in page["VaultList"]] == names
    for limit in ("0", "-1", "x"):
        with refused(400, "InvalidParameterValueException"):
            glacier.list_vaults(limit=limit)
    with refused(400, "InvalidParameterValueException"):
        glacier.list_vaults(marker="no arn")


def test_vaults_are_regional(server, glacier, vault):
    other = server.session().client("glacier", endpoint_url=server.endpoint, region_name="eu-west-1")
    with refused(404, "ResourceNotFoundException"):
        other.describe_vault(vaultName=vault)
    other.create_vault(vaultName=vault)
    assert ":eu-west-1:" in other.describe_vault(vaultName=vault)["VaultARN"]
    other.delete_vault(vaultName=vault)
    assert glacier.describe_vault(vaultName=vault)
