"""The root key: exchanged in the data folder, in a file, and with key management services; killed on the way; missing and refused."""

import json
import random
import subprocess
import time

import pytest

from key_services import KeyServices
from server import ACCOUNT



@pytest.fixture
def services():
    services = KeyServices()
    yield services
    services.close()


@pytest.fixture
def cold(own_server):
    """A server that has a user, stopped; `works` proves that the user's key still opens."""
    server = own_server()

    def begin():
        server.start()
        iam = server.client("iam")
        iam.create_user(UserName="ann")
        key = iam.create_access_key(UserName="ann")["AccessKey"]
        server.stop()

        def works():
            server.start()
            caller = server.client_of("sts", key["AccessKeyId"], key["SecretAccessKey"]).get_caller_identity()
            assert caller["Arn"] == f"arn:aws:iam::{ACCOUNT}:user/ann"
            server.stop()
            server.fsck()

        server.works = works
        return server

    server.begin = begin
    return server


def rotate(server, *words, check=True, **variables):
    command = [server.binary, "root-key", "rotate", "--data", str(server.data), *map(str, words)]
    env = {**server.environment(), **variables}
    done = subprocess.run(command, capture_output=True, text=True, env=env, timeout=60)
    assert done.returncode == 0 or not check, done.stdout + done.stderr
    return done


def root_toml(server):
    return (server.data / "root.toml").read_text()


def refused(server):
    server.spawn()
    assert server.process.wait(60) != 0
    return server.log_tail(12)


def test_a_new_key_in_the_folder_opens_what_the_old_one_sealed(cold):
    server = cold.begin()
    before = root_toml(server)
    assert "the root key is" in rotate(server).stdout
    assert "previous" not in root_toml(server) and root_toml(server) != before
    server.works()
    # A copy of the file from before opens nothing, is told by name, and changes nothing.
    after = root_toml(server)
    (server.data / "root.toml").write_text(before)
    assert "the root key" in refused(server) and "is missing" in server.log_tail(12)
    (server.data / "root.toml").write_text(after)
    server.works()


def test_a_key_in_a_file_and_back(cold, tmp_path):
    server = cold.begin()
    key = tmp_path / "root.key"
    assert str(key) in rotate(server, "--to-file", key).stdout
    assert "root_key" not in root_toml(server)
    assert "is missing" in refused(server)
    server.extra_env["COLDKEEP_ROOT_KEY_FILE"] = str(key)
    server.works()
    # Of a key that was given, the command does not know where the next one shall be.
    assert "--to-file" in rotate(server, check=False).stderr
    rotate(server, "--to-folder")
    del server.extra_env["COLDKEEP_ROOT_KEY_FILE"]
    server.works()


@pytest.mark.parametrize("kind", ["kms", "transit"])
def test_a_key_that_a_service_wraps(own_server, services, kind, cold):
    place = {
        "kms": {"COLDKEEP_ROOT_KEY_KMS": services.ARN, "COLDKEEP_ROOT_KEY_KMS_ENDPOINT": services.endpoint,
                "AWS_ACCESS_KEY_ID": "AKIAOFTHEKMS", "AWS_SECRET_ACCESS_KEY": "secret"},
        "transit": {"COLDKEEP_ROOT_KEY_TRANSIT": f"{services.endpoint}/v1/transit/keys/cold", "VAULT_TOKEN": services.TOKEN},
    }[kind]  # fmt: skip
    cold.extra_env.update(place)
    server = cold.begin()
    assert "wrapped_root_key" in root_toml(server) and "\nroot_key" not in "\n" + root_toml(server)
    server.works()
    before = root_toml(server)
    rotate(server)
    assert root_toml(server) != before and "previous" not in root_toml(server)
    server.works()
    services.refuse = True
    assert "refused" in refused(server) and "Nothing was changed" in server.log_tail(12)
    services.refuse = False
    server.works()
    rotate(server, "--to-folder")
    for name in place:
        del server.extra_env[name]
    server.works()


def test_a_key_that_the_kms_of_another_server_wraps(own_server, cold):
    """The door of keys is what AWS KMS is to a root key: refused while its key is disabled, and what it wrapped outlives a rotation."""
    keeper = own_server().start()
    kms = keeper.client("kms")
    key = kms.create_key()["KeyMetadata"]
    iam = keeper.client("iam")
    iam.create_user(UserName="cold")
    own = {"Effect": "Allow", "Action": ["kms:Encrypt", "kms:Decrypt"], "Resource": key["Arn"],
           "Condition": {"StringEquals": {"kms:EncryptionContext:coldkeep": "root key"}}}  # fmt: skip
    iam.put_user_policy(UserName="cold", PolicyName="p", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": own}))
    access = iam.create_access_key(UserName="cold")["AccessKey"]
    cold.extra_env.update(
        COLDKEEP_ROOT_KEY_KMS=key["Arn"], COLDKEEP_ROOT_KEY_KMS_ENDPOINT=keeper.endpoint,
        AWS_ACCESS_KEY_ID=access["AccessKeyId"], AWS_SECRET_ACCESS_KEY=access["SecretAccessKey"],
    )  # fmt: skip
    server = cold.begin()
    assert "wrapped_root_key" in root_toml(server)
    kms.rotate_key_on_demand(KeyId=key["KeyId"])
    server.works()
    rotate(server)
    server.works()
    kms.disable_key(KeyId=key["KeyId"])
    before = root_toml(server)
    assert "disabled" in refused(server).lower() and "Nothing was changed" in server.log_tail(12)
    assert root_toml(server) == before
    kms.enable_key(KeyId=key["KeyId"])
    server.works()
    iam.delete_user_policy(UserName="cold", PolicyName="p")
    assert "not authorized" in refused(server) and "Nothing was changed" in server.log_tail(12)
    keeper.stop()
    keeper.fsck()


def test_a_key_moves_from_the_folder_to_a_service(cold, services):
    server = cold.begin()
    variables = {"VAULT_TOKEN": services.TOKEN}
    url = f"{services.endpoint}/v1/transit/keys/cold"
    rotate(server, "--to-transit", url, **variables)
    assert "--root-key-transit" in refused(server)
    server.extra_env.update(COLDKEEP_ROOT_KEY_TRANSIT=url, **variables)
    server.works()


def test_nothing_is_exchanged_under_a_running_server_or_with_a_wrong_key(cold, tmp_path):
    server = cold.begin()
    before = root_toml(server)
    server.start()
    assert rotate(server, check=False).returncode != 0
    server.stop()
    wrong = tmp_path / "wrong.key"
    wrong.write_text("00" * 32)
    refusal = rotate(server, "--root-key-file", wrong, "--to-folder", check=False)
    assert refusal.returncode != 0 and "Nothing was changed" in refusal.stderr
    assert root_toml(server) == before
    server.works()


def test_a_kill_at_any_moment_leaves_one_key_in_force(cold):
    server = cold.begin()
    command = [server.binary, "root-key", "rotate", "--data", str(server.data)]
    began = time.monotonic()
    rotate(server)
    whole = time.monotonic() - began
    for _ in range(20):
        process = subprocess.Popen(command, env=server.environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(random.uniform(0, whole))
        process.kill()
        process.wait()
    server.works()
    assert "previous" not in root_toml(server)
