"""The root key of a store that several servers share: exchanged beside them, and none of them keeps it."""

import subprocess

import pytest

from server import SECRET_KEY
from test_servers import BODY, ROOT_KEY, Shared, cluster, database, place  # noqa: F401 (fixtures)


def run(server, *words, **more):
    env = {name: value for name, value in (server.environment() | more).items() if value is not None}
    command = [server.binary, *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=60, cwd=server.data.parent)
    assert SECRET_KEY not in done.stdout + done.stderr and ROOT_KEY not in done.stdout + done.stderr
    return done


@pytest.mark.timeout(240)
def test_a_new_root_key_beside_servers_that_run(binary, tmp_path, database):  # noqa: F811
    one, other = (Shared(binary, name, tmp_path, database).start() for name in ("one", "other"))
    one.s3.create_bucket(Bucket="sealed")
    put = one.s3.put_object(Bucket="sealed", Key="before", Body=BODY)
    assert put["ServerSideEncryption"] == "AES256"
    new = tmp_path / "root-key"

    def rotate(*words, **more):
        return run(one, "root-key", "rotate", *words, *one.args, **more)

    # What cannot be done is said, and nothing is changed.
    assert "--to-file FILE" in rotate("--to-folder").stderr
    assert "COLDKEEP_ROOT_KEY_FILE" in rotate("--to-file", new, COLDKEEP_ROOT_KEY=None).stderr
    assert "is not the one in force" in rotate("--to-file", new, COLDKEEP_ROOT_KEY="cd" * 32).stderr
    assert not new.exists()
    done = rotate("--to-file", new)
    assert done.returncode == 0 and str(new) in done.stdout, done.stderr
    key = new.read_text()
    assert key.strip() not in done.stdout
    # Done again, as after a kill, it says the same.
    again = rotate("--to-file", new)
    assert again.returncode == 0 and again.stdout == done.stdout and new.read_text() == key, again.stderr
    # Those that run go on, also with what is sealed.
    other.s3.put_object(Bucket="sealed", Key="after", Body=BODY)
    assert one.s3.get_object(Bucket="sealed", Key="after")["Body"].read() == BODY
    for server in (one, other):
        server.stop()
    assert "root key" in one.refusal()
    for server in (one, other):
        server.extra_env |= {"COLDKEEP_ROOT_KEY": None, "COLDKEEP_ROOT_KEY_FILE": str(new)}
        server.start()
        for name in ("before", "after"):
            assert server.s3.get_object(Bucket="sealed", Key=name)["Body"].read() == BODY
    for server in (one, other):
        server.stop()
    one.fsck()


def test_a_shared_store_shows_no_keys(binary, tmp_path):
    server = Shared(binary, "one", tmp_path, "postgres://coldkeep@127.0.0.1:1/none")
    words = run(server, "show-keys", COLDKEEP_META="postgres://coldkeep@127.0.0.1:1/none")
    assert words.returncode == 2 and "keeps no keys" in words.stderr
    # A folder that is named is asked all the same.
    words = run(server, "show-keys", "--data", "none", COLDKEEP_META="postgres://coldkeep@127.0.0.1:1/none")
    assert words.returncode == 2 and "none/root.toml holds no keys" in words.stderr
