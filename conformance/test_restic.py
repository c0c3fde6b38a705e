"""restic from Debian: a backup, a check, a restore."""

import filecmp
import os
import subprocess

import pytest

MIB = 1 << 20


@pytest.fixture
def restic(optional, server, name, tmp_path):
    program = optional("restic")
    env = server.cli_environment(tmp_path)
    env.update(RESTIC_REPOSITORY=f"s3:{server.endpoint}/{name}", RESTIC_PASSWORD="conformance")

    def run(*words):
        done = subprocess.run(
            [program, "--no-cache", *map(str, words)], env=env, cwd=tmp_path, capture_output=True, text=True
        )
        assert done.returncode == 0, f"restic {' '.join(map(str, words))}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    return run


@pytest.mark.timeout(300)
def test_backup_check_restore(restic, tmp_path):
    tree = tmp_path / "tree"
    for number in range(50):
        (tree / f"d{number % 4}").mkdir(parents=True, exist_ok=True)
        (tree / f"d{number % 4}" / f"f{number}").write_bytes(os.urandom(number * 3000))
    (tree / "large").write_bytes(os.urandom(30 * MIB))
    restic("init")
    restic("backup", "tree")
    (tree / "new").write_bytes(b"new")
    restic("backup", "tree")
    assert "no errors were found" in restic("check", "--read-data")
    restic("restore", "latest", "--target", "back")
    compared = [filecmp.dircmp(tree, tmp_path / "back" / "tree")]
    while compared:
        one = compared.pop()
        assert not one.left_only and not one.right_only and not one.diff_files and not one.funny_files
        compared += one.subdirs.values()
    assert (tmp_path / "back" / "tree" / "large").read_bytes() == (tree / "large").read_bytes()
    ids = [line.split()[0] for line in restic("snapshots").splitlines() if "tree" in line]
    assert "new" in restic("diff", *ids[:2])
    restic("forget", "--keep-last", "1", "--prune")
    restic("check")
