"""Fixtures: the server under test, clients for both doors, and names that no other test uses.

COLDKEEP_BIN names the binary. COLDKEEP_ENDPOINT, if set, names a running server to use instead for the tests that
share one. CI=true turns a skip for a missing optional client into a failure.
"""

import itertools
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

import ceph as ceph_cluster
from server import Running, Server

sys.dont_write_bytecode = True
for name in [name for name in os.environ if name.startswith("AWS_")]:
    del os.environ[name]
os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull

NUMBERS = itertools.count(1)


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: item.get_closest_marker("long") is None)


@pytest.fixture(scope="session")
def binary():
    path = os.environ.get("COLDKEEP_BIN")
    if not path:
        pytest.fail("COLDKEEP_BIN does not name the binary to test; `cargo xtask test` sets it")
    return str(pathlib.Path(path).resolve())


@pytest.fixture(scope="session")
def server(request, tmp_path_factory):
    """The server that most tests share. At the end it must stop cleanly and its data must be whole."""
    if endpoint := os.environ.get("COLDKEEP_ENDPOINT"):
        yield Running(endpoint)
        return
    folder = tmp_path_factory.mktemp("shared")
    shared = Server(request.getfixturevalue("binary"), folder / "data", args=["--domain", "localhost"]).start()
    yield shared
    shared.stop()
    shared.fsck()
    shutil.rmtree(folder / "data", ignore_errors=True)


@pytest.fixture
def own_server(binary, tmp_path):
    """Makes servers for one test alone; they are ended, and their data removed, when the test ends."""
    made = []

    def make(args=(), env=None, data=None):
        made.append(Server(binary, data or tmp_path / f"data{len(made)}", args, env))
        return made[-1]

    yield make
    for one in made:
        if one.process and one.process.poll() is None:
            one.kill()
        shutil.rmtree(one.data, ignore_errors=True)


@pytest.fixture(scope="session")
def s3(server):
    return server.client("s3")


@pytest.fixture(scope="session")
def glacier(server):
    return server.client("glacier")


@pytest.fixture(scope="session")
def kms(server):
    return server.client("kms")


@pytest.fixture(scope="session")
def sns(server):
    return server.client("sns")


@pytest.fixture(scope="session")
def sqs(server):
    return server.client("sqs")


@pytest.fixture
def name(request):
    """A name for a bucket or a vault that no other test uses."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    return f"t{next(NUMBERS)}-{worker}-{os.getpid()}"


@pytest.fixture
def bucket(s3, name):
    s3.create_bucket(Bucket=name)
    return name


@pytest.fixture
def vault(glacier, name):
    glacier.create_vault(vaultName=name)
    return name


@pytest.fixture
def aws_of(tmp_path):
    """Runs the AWS CLI against a server: aws_of(server)("s3", "ls") gives the finished process, and fails the test unless its exit
    code is 0."""
    program = shutil.which("aws", path=os.path.dirname(sys.executable)) or pytest.fail("no aws beside this Python")

    def of(server):
        def run(*words, check=True):
            done = subprocess.run(
                [sys.executable, program, *map(str, words)],
                env=server.cli_environment(tmp_path), cwd=tmp_path, capture_output=True, text=True,
            )  # fmt: skip
            assert done.returncode == 0 or not check, f"aws {' '.join(map(str, words))}\n{done.stdout}\n{done.stderr}"
            return done

        return run

    return of


@pytest.fixture
def aws(server, aws_of):
    """The AWS CLI against the server that most tests share."""
    return aws_of(server)


@pytest.fixture(scope="session")
def ceph():
    """A small Ceph that the tests of a session share, each in a namespace of its own."""
    if not ceph_cluster.is_installed():
        if os.environ.get("CI") == "true":
            pytest.fail("Ceph is not installed; .ci/run installs it")
        pytest.skip("Ceph is not installed")
    made = ceph_cluster.Ceph()
    yield made
    made.close()


@pytest.fixture
def optional():
    """Finds optional clients: optional("rclone") is its path; absent, the test is skipped by that name, or fails in CI."""

    def find(program):
        path = shutil.which(program)
        if path:
            return path
        if os.environ.get("CI") == "true":
            pytest.fail(f"{program} is not installed; .ci/run installs it")
        pytest.skip(f"{program} is not installed")

    return find
