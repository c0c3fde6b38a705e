"""What an account says of retrievals: the developer guide's data retrieval policies and provisioned capacity, by boto3."""

import datetime

import pytest

from checks import refused
from server import REGION


@pytest.fixture
def server(own_server):
    """A server of its own: what is set is the account's, for all its vaults in the region."""
    server = own_server()
    server.start()
    return server


def test_a_policy_bounds_standard_retrievals(server):
    glacier = server.client("glacier")
    glacier.create_vault(vaultName="v")
    archive = glacier.upload_archive(vaultName="v", body=b"x" * 1000)["archiveId"]
    job = {"vaultName": "v", "jobParameters": {"Type": "archive-retrieval", "ArchiveId": archive}}
    assert [rule["Strategy"] for rule in glacier.get_data_retrieval_policy()["Policy"]["Rules"]] == ["None"]

    def bound(rule):
        glacier.set_data_retrieval_policy(Policy={"Rules": [rule]})
        assert rule.items() <= glacier.get_data_retrieval_policy()["Policy"]["Rules"][0].items()

    bound({"Strategy": "BytesPerHour", "BytesPerHour": 250})
    first = glacier.initiate_job(**job)
    assert glacier.get_job_output(vaultName="v", jobId=first["jobId"])["body"].read() == b"x" * 1000
    with refused(400, "PolicyEnforcedException"):
        glacier.initiate_job(**job)
    glacier.initiate_job(vaultName="v", jobParameters={"Type": "inventory-retrieval"})
    # Another region is bounded by itself; a start anew forgets nothing.
    other = server.client("glacier", region_name="eu-west-1" if REGION != "eu-west-1" else "us-west-2")
    assert other.get_data_retrieval_policy()["Policy"]["Rules"][0]["Strategy"] == "None"
    server.kill()
    server.start()
    with refused(400, "PolicyEnforcedException"):
        glacier.initiate_job(**job)
    bound({"Strategy": "FreeTier"})
    glacier.initiate_job(**job)
    with refused(400, "InvalidParameterValueException"):
        glacier.set_data_retrieval_policy(Policy={"Rules": [{"Strategy": "FreeTier", "BytesPerHour": 1}]})


def test_provisioned_capacity_is_bought_and_listed(server):
    glacier = server.client("glacier")
    ids = [glacier.purchase_provisioned_capacity()["capacityId"] for _ in range(2)]
    with refused(400, "LimitExceededException"):
        glacier.purchase_provisioned_capacity()
    listed = glacier.list_provisioned_capacity()["ProvisionedCapacityList"]
    assert [unit["CapacityId"] for unit in listed] == ids
    for unit in listed:
        start, end = (datetime.datetime.fromisoformat(unit[name]) for name in ("StartDate", "ExpirationDate"))
        assert 27 <= (end - start).days <= 31 and end.microsecond == 0
