"""Amazon's Java SDK for Glacier: the high-level ArchiveTransferManager, built and run through Maven."""

import os
import pathlib
import shutil
import subprocess

import pytest

from server import ACCESS_KEY, SECRET_KEY
from test_cli_transfer import MIB, make_file

SOURCE = pathlib.Path(__file__).parent / "java"


@pytest.mark.long
@pytest.mark.timeout(600)
def test_archive_transfer_manager(optional, server, name, tmp_path):
    java, maven = optional("java"), optional("mvn")
    shutil.copytree(SOURCE, tmp_path / "java")
    goals = ["package", "dependency:copy-dependencies", "-DoutputDirectory=libs"]
    built = subprocess.run([maven, "-q", "-B", *goals], cwd=tmp_path / "java", capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    make_file(tmp_path / "small", 3 * MIB + 7)
    make_file(tmp_path / "large", 150 * MIB + 1)
    run = subprocess.run(
        [java, "-cp", "target/classes:libs/*", "Transfer", server.endpoint, ACCESS_KEY, SECRET_KEY, name,
         tmp_path / "small", tmp_path / "large"],
        cwd=tmp_path / "java", capture_output=True, text=True, env=os.environ | {"AWS_REGION": "us-east-1"},
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout.splitlines() == [f"equal: {3 * MIB + 7} bytes", f"equal: {150 * MIB + 1} bytes"]
