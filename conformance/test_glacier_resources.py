"""boto3's resource level: objects instead of calls."""

import os

import pytest

from treehash import MIB, tree


@pytest.fixture
def resource(server):
    return server.resource("glacier")


def test_the_whole_way(resource, name):
    vault = resource.create_vault(vaultName=name)
    assert vault.name == name
    data = os.urandom(3 * MIB + 5)
    upload = vault.initiate_multipart_upload(archiveDescription="by parts", partSize=str(MIB))
    for first in range(0, len(data), MIB):
        piece = data[first : first + MIB]
        upload.upload_part(range=f"bytes {first}-{first + len(piece) - 1}/*", body=piece, checksum=tree(piece))
    assert [part["RangeInBytes"] for part in upload.parts()["Parts"]][-1] == f"{3 * MIB}-{len(data) - 1}"
    assert [one.id for one in vault.multipart_uploads.all()] == [upload.id]
    done = upload.complete(archiveSize=str(len(data)), checksum=tree(data))

    job = resource.Archive("-", name, done["archiveId"]).initiate_archive_retrieval()
    job.load()
    assert (job.action, job.status_code, job.archive_size_in_bytes) == ("ArchiveRetrieval", "Succeeded", len(data))
    assert job.get_output()["body"].read() == data

    small = vault.upload_archive(archiveDescription="at once", body=b"small")
    inventory = vault.initiate_inventory_retrieval()
    assert small.id.encode() in inventory.get_output()["body"].read()
    assert {one.id for one in vault.succeeded_jobs.all()} == {job.id, inventory.id}
    assert list(vault.failed_jobs.all()) == [] and list(vault.jobs_in_progress.all()) == []
    assert [one.id for one in vault.completed_jobs.all()]
    assert name in [one.name for one in resource.vaults.all()]

    vault.load()
    assert vault.number_of_archives == 2
    small.delete()
    resource.Archive("-", name, done["archiveId"]).delete()
    vault.delete()


def test_abort(resource, name):
    vault = resource.create_vault(vaultName=name)
    upload = vault.initiate_multipart_upload(partSize=str(MIB))
    upload.abort()
    assert list(vault.multipart_uploads.all()) == []
    vault.delete()


def test_s3(server, name, tmp_path):
    bucket = server.resource("s3").create_bucket(Bucket=name)
    (tmp_path / "file").write_bytes(b"data")
    bucket.upload_file(str(tmp_path / "file"), "a/file")
    upload = bucket.Object("big").initiate_multipart_upload()
    part = upload.Part(1).upload(Body=b"part")
    upload.complete(MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]})
    assert [(one.key, one.size) for one in bucket.objects.all()] == [("a/file", 4), ("big", 4)]
    assert [one.key for one in bucket.objects.filter(Prefix="a/")] == ["a/file"]
    bucket.objects.all().delete()
    bucket.delete()
