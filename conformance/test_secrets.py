"""Secrets that are given in files: taken as they would be from a variable, and refused by name."""

import subprocess

import pytest

from server import ACCESS_KEY, SECRET_KEY
from test_servers import Refused

ROOT_KEY = "7e" * 32
SHARED = {
    "COLDKEEP_META": "postgres://coldkeep@127.0.0.1:1/none",
    "COLDKEEP_BLOBS": "s3://bucket/prefix?region=us-east-1",
    "COLDKEEP_BLOBS_ACCESS_KEY": "AKIDBLOBS",
}
POOL = {"COLDKEEP_POOL": "cold=s3://other/prefix?region=us-east-1", "COLDKEEP_POOL_COLD_ACCESS_KEY": "AKIDCOLD"}
# What has a secret by variable, and what else is set for it to be read.
SECRETS = {
    "COLDKEEP_ROOT_SECRET_KEY": {},
    "COLDKEEP_ROOT_KEY": {},
    "COLDKEEP_META_PASSWORD": {**SHARED, "COLDKEEP_BLOBS_SECRET_KEY": "blobs"},
    "COLDKEEP_BLOBS_SECRET_KEY": SHARED,
    "COLDKEEP_POOL_COLD_SECRET_KEY": {**SHARED, **POOL, "COLDKEEP_BLOBS_SECRET_KEY": "blobs"},
}


@pytest.fixture
def secret(tmp_path):
    """Writes a secret, as an editor leaves it."""

    def write(name, text):
        path = tmp_path / name
        path.write_text(text)
        return str(path)

    return write


def test_a_server_and_its_commands_take_secrets_from_files(own_server, secret, tmp_path):
    files = {
        "COLDKEEP_ROOT_SECRET_KEY": None,
        "COLDKEEP_ROOT_SECRET_KEY_FILE": secret("secret-key", f"{SECRET_KEY}\n"),
        "COLDKEEP_ROOT_KEY_FILE": secret("root-key", f"{ROOT_KEY}\r\n"),
    }
    server = own_server(env=files).start()
    server.client("s3").create_bucket(Bucket="by-file")
    accounts = [server.binary, "account", "list", "--endpoint", server.endpoint]
    run = subprocess.run(accounts, capture_output=True, text=True, timeout=60, cwd=tmp_path, env=server.environment())
    assert run.returncode == 0 and "123456789012" in run.stdout, run.stderr
    server.stop()
    # It is the same secret that a variable has, and the same flag in the file of settings.
    config = secret("coldkeep.toml", f'root-access-key = "{ACCESS_KEY}"\nroot-secret-key-file = "{tmp_path}/secret-key"\n')
    server.extra_env |= {"COLDKEEP_ROOT_ACCESS_KEY": None, "COLDKEEP_ROOT_SECRET_KEY_FILE": None, "COLDKEEP_CONFIG": config}
    server.start()
    server.client("s3").head_bucket(Bucket="by-file")
    server.stop()
    assert SECRET_KEY not in server.log_path.read_text() and ROOT_KEY not in server.log_path.read_text()


@pytest.mark.parametrize("name", SECRETS)
def test_what_cannot_be_taken_from_a_file_is_refused_by_name(binary, secret, tmp_path, name):
    def refusal(given, file):
        env = {**SECRETS[name], name: given, f"{name}_FILE": file}
        if name != "COLDKEEP_ROOT_KEY" and SECRETS[name]:
            env["COLDKEEP_ROOT_KEY"] = ROOT_KEY
        words = Refused(binary, tmp_path / "data", env=env).refusal()
        assert "well hidden" not in words
        return words

    assert f"{name} and {name}_FILE are both set" in refusal("well hidden", secret("both", "well hidden"))
    words = refusal(None, str(tmp_path / "missing"))
    assert f"cannot read the secret for {name} from {tmp_path}/missing" in words
    for text in ["", "\n"]:
        assert f"is empty: it is to hold the secret for {name}" in refusal(None, secret("empty", text))
    assert not (tmp_path / "data").exists()


def test_a_secret_without_its_access_key_is_refused_by_name(binary, secret, tmp_path):
    env = {
        "COLDKEEP_ROOT_ACCESS_KEY": None, "COLDKEEP_ROOT_SECRET_KEY": None,
        "COLDKEEP_ROOT_SECRET_KEY_FILE": secret("secret-key", SECRET_KEY),
    }  # fmt: skip
    words = Refused(binary, tmp_path / "data", env=env).refusal()
    assert "COLDKEEP_ROOT_SECRET_KEY_FILE is set without COLDKEEP_ROOT_ACCESS_KEY" in words
    env = {"COLDKEEP_ROOT_SECRET_KEY": None}
    words = Refused(binary, tmp_path / "data", env=env).refusal()
    assert "COLDKEEP_ROOT_ACCESS_KEY is set without COLDKEEP_ROOT_SECRET_KEY or COLDKEEP_ROOT_SECRET_KEY_FILE" in words


@pytest.mark.parametrize("text", [None, "\n"])
def test_a_token_that_is_not_in_its_file_is_refused_by_name(binary, secret, tmp_path, text):
    file = secret("token", text) if text else str(tmp_path / "missing")
    url = "https://127.0.0.1:1/v1/transit/keys/cold"
    env = {"COLDKEEP_ROOT_KEY_TRANSIT": url, "COLDKEEP_ROOT_KEY_TRANSIT_TOKEN_FILE": file}
    assert "the secret for COLDKEEP_ROOT_KEY_TRANSIT" in Refused(binary, tmp_path / "data", env=env).refusal()
