"""s3fs (fsspec) with its default settings, in an environment of its own: see s3fs_work.py for what it does."""

import os
import pathlib
import subprocess

import pytest


@pytest.mark.timeout(120)
def test_files_trees_and_a_second_sync_that_moves_nothing(server, name, tmp_path):
    python = os.environ.get("COLDKEEP_S3FS_PYTHON")
    if not python:
        assert os.environ.get("CI") != "true", "COLDKEEP_S3FS_PYTHON names no Python; `cargo xtask test` makes one"
        pytest.skip("COLDKEEP_S3FS_PYTHON names no Python that has s3fs")
    script = pathlib.Path(__file__).with_name("s3fs_work.py")
    env = server.cli_environment(tmp_path)
    del env["AWS_ENDPOINT_URL"]  # it is told the endpoint by its own setting
    done = subprocess.run([python, script, server.endpoint, name, tmp_path], env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
