"""One Coldkeep process under test: start, stop, kill, restart, check.

A server listens on 127.0.0.1 only, on ports below the ephemeral range, so that a restart finds its port free.
It is always given its keys; what it makes up itself when it is not is the subject of test_serve.py.
"""

import http.client
import os
import pathlib
import random
import re
import signal
import socket
import subprocess
import time

import boto3
from botocore.config import Config

ACCESS_KEY = "AKIDCONFORMANCE00001"
SECRET_KEY = "conformance/secret+key/of/forty/chars/00"
ACCOUNT = "123456789012"
REGION = "us-east-1"

READY_SECONDS = 30
STOP_SECONDS = 40


def free_port():
    while True:
        port = random.randint(20000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
                return port
            except OSError:
                continue


class Server:
    """The release binary on a data folder of its own."""

    def __init__(self, binary, data, args=(), env=None):
        self.binary = binary
        self.data = pathlib.Path(data)
        self.log_path = self.data.parent / f"{self.data.name}.log"
        self.host, self.port, self.admin_port = "127.0.0.1", free_port(), free_port()
        self.args = list(args)
        self.extra_env = env or {}
        self.process = None
        self.ready_after = None

    @property
    def endpoint(self):
        return f"http://{self.host}:{self.port}"

    @property
    def authority(self):
        return f"{self.host}:{self.port}"

    def command(self):
        return [
            self.binary, "serve", "--data", str(self.data),
            "--listen", f"{self.host}:{self.port}",
            "--admin-listen", f"{self.host}:{self.admin_port}",
            *self.args,
        ]  # fmt: skip

    def environment(self):
        env = {name: value for name, value in os.environ.items() if not name.startswith(("COLDKEEP_", "AWS_"))}
        env.update(
            COLDKEEP_ROOT_ACCESS_KEY=ACCESS_KEY, COLDKEEP_ROOT_SECRET_KEY=SECRET_KEY, COLDKEEP_ACCOUNT_ID=ACCOUNT
        )
        env.update(self.extra_env)
        return {name: value for name, value in env.items() if value is not None}

    def spawn(self):
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=self.environment()
            )

    def start(self):
        began = time.monotonic()
        self.spawn()
        while not self.is_ready():
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended with {self.process.returncode}:\n{self.log_tail()}")
            if time.monotonic() - began > READY_SECONDS:
                raise AssertionError(f"not ready after {READY_SECONDS} s:\n{self.log_tail()}")
            time.sleep(0.01)
        self.ready_after = time.monotonic() - began
        return self

    def is_ready(self):
        try:
            return self.admin("/health/ready")[0] == 200
        except OSError:
            return False

    def admin(self, path):
        """GETs a path of the admin listener; gives status and body."""
        connection = http.client.HTTPConnection(self.host, self.admin_port, timeout=5)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            return response.status, response.read().decode()
        finally:
            connection.close()

    def stop(self):
        """The graceful stop: SIGTERM, and exit code 0 within the deadline."""
        self.process.send_signal(signal.SIGTERM)
        try:
            code = self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"still running {STOP_SECONDS} s after SIGTERM:\n{self.log_tail()}") from None
        assert code == 0, f"exit code {code} after SIGTERM:\n{self.log_tail()}"

    def kill(self):
        """kill -9: what the power cut of a process looks like."""
        self.process.kill()
        self.process.wait()

    def fsck(self):
        """Proves records and blobs of the stopped server both ways."""
        run = subprocess.run(
            [self.binary, "fsck", "--data", str(self.data)],
            capture_output=True, text=True, timeout=300, env=self.environment(),
        )  # fmt: skip
        assert run.returncode == 0, f"fsck: exit code {run.returncode}\n{run.stdout}\n{run.stderr}\n{self.log_tail()}"
        return run.stdout

    def own_mib(self):
        """Resident memory without the binary's code, which is as long as it was little optimised."""
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"RssAnon:\s+(\d+) kB", status).group(1)) / 1024

    def peak_mib(self):
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmHWM:\s+(\d+) kB", status).group(1)) / 1024

    def log_tail(self, lines=40):
        return "\n".join(self.log_path.read_text(errors="replace").splitlines()[-lines:])

    def client(self, service, **settings):
        """A boto3 client with the SDK's default settings."""
        return self.session().client(service, endpoint_url=self.endpoint, **self.with_config(settings))

    def resource(self, service, **settings):
        return self.session().resource(service, endpoint_url=self.endpoint, **self.with_config(settings))

    def client_of(self, service, key, secret, token=None, **config):
        """A boto3 client of somebody else."""
        return self.client(
            service, aws_access_key_id=key, aws_secret_access_key=secret, aws_session_token=token, config=Config(**config)
        )

    @staticmethod
    def with_config(settings):
        config = settings.pop("config", Config())
        # The one departure from the defaults: a failure shows at once instead of after the SDK's retries.
        return {"config": Config(retries={"max_attempts": 0}).merge(config), **settings}

    @staticmethod
    def session():
        return boto3.Session(aws_access_key_id=ACCESS_KEY, aws_secret_access_key=SECRET_KEY, region_name=REGION)

    def cli_environment(self, home):
        """What the AWS CLI and other clients that read the environment need, with a configuration folder of their own."""
        env = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
        env.update(
            HOME=str(home),
            AWS_ACCESS_KEY_ID=ACCESS_KEY,
            AWS_SECRET_ACCESS_KEY=SECRET_KEY,
            AWS_DEFAULT_REGION=REGION,
            AWS_ENDPOINT_URL=self.endpoint,
            AWS_EC2_METADATA_DISABLED="true",
            AWS_PAGER="",
        )
        return env


class Running:
    """A server that somebody else started (COLDKEEP_ENDPOINT), given the same keys: for trying one test by hand."""

    def __init__(self, endpoint):
        self.endpoint = endpoint
        self.authority = endpoint.split("//", 1)[1].rstrip("/")
        self.host, port = self.authority.split(":")
        self.port = int(port)

    client, resource, session = Server.client, Server.resource, staticmethod(Server.session)
    with_config, cli_environment = staticmethod(Server.with_config), Server.cli_environment
