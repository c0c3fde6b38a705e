"""The developer guide's walk with the AWS CLI: split a file, upload the pieces, complete, get it back.

https://docs.aws.amazon.com/amazonglacier/latest/dev/getting-started-upload-archive-cli.html and the pages after it
"""

import json
import os

from botocore.utils import calculate_tree_hash

from treehash import MIB


def test_walk(aws, name, tmp_path):
    def run(*words, **more):
        done = aws("glacier", words[0], "--account-id", "-", "--vault-name", name, *words[1:], **more)
        return json.loads(done.stdout) if done.stdout.strip() else None

    made = run("create-vault")
    assert made["location"].endswith(f"/vaults/{name}")
    assert run("describe-vault")["VaultName"] == name

    # split --bytes=1048576 --verbose largefile chunk
    data = os.urandom(2 * MIB + 500_000)
    (tmp_path / "largefile").write_bytes(data)
    chunks = []
    for number, first in enumerate(range(0, len(data), MIB)):
        chunks.append((f"chunka{chr(97 + number)}", first, min(first + MIB, len(data)) - 1))
        (tmp_path / chunks[-1][0]).write_bytes(data[first : first + MIB])

    upload = run(
        "initiate-multipart-upload", "--archive-description", "multipart upload test", "--part-size", "1048576"
    )
    upload = ["--upload-id", upload["uploadId"]]
    for file, first, last in chunks:
        sent = run("upload-multipart-part", *upload, "--body", file, "--range", f"bytes {first}-{last}/*")
        with open(tmp_path / file, "rb") as body:
            assert sent["checksum"] == calculate_tree_hash(body)
    assert len(run("list-parts", *upload)["Parts"]) == 3
    assert len(run("list-multipart-uploads")["UploadsList"]) == 1
    with open(tmp_path / "largefile", "rb") as body:
        whole = calculate_tree_hash(body)
    done = run("complete-multipart-upload", *upload, "--checksum", whole, "--archive-size", len(data))
    assert done["checksum"] == whole

    for parameters in ({"Type": "inventory-retrieval"}, {"Type": "archive-retrieval", "ArchiveId": done["archiveId"]}):
        job = run("initiate-job", "--job-parameters", json.dumps(parameters))["jobId"]
        assert run("describe-job", "--job-id", job)["Completed"] is True
        aws("glacier", "get-job-output", "--account-id", "-", "--vault-name", name, "--job-id", job, "output")
        got = (tmp_path / "output").read_bytes()
        if parameters["Type"] == "archive-retrieval":
            assert got == data
        else:
            [listed] = json.loads(got)["ArchiveList"]
            assert (listed["ArchiveId"], listed["SHA256TreeHash"]) == (done["archiveId"], whole)
            assert listed["ArchiveDescription"] == "multipart upload test"

    assert len(run("list-jobs")["JobList"]) == 2
    run("delete-archive", "--archive-id", done["archiveId"])
    run("delete-vault")
    assert run("describe-vault", check=False) is None


def test_one_request(aws, glacier, vault, tmp_path):
    (tmp_path / "file").write_bytes(b"x" * 100_000)
    aws("glacier", "upload-archive", "--account-id", "-", "--vault-name", vault, "--body", "file")
    upload = aws("glacier", "initiate-multipart-upload", "--account-id", "-", "--vault-name", vault, "--part-size", MIB)
    upload = json.loads(upload.stdout)["uploadId"]
    aws("glacier", "abort-multipart-upload", "--account-id", "-", "--vault-name", vault, f"--upload-id={upload}")
    assert glacier.list_multipart_uploads(vaultName=vault)["UploadsList"] == []
    assert glacier.describe_vault(vaultName=vault)["NumberOfArchives"] == 1
