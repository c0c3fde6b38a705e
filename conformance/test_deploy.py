"""`deploy/`: the systemd unit, the compose file, alarms and dashboard, as far as they can be proven without a service manager and without containers:
that they name what there is, and that the server starts with what they tell it."""

import json
import os
import pathlib
import pwd
import re
import shutil
import subprocess
import tempfile

import pytest
import yaml
from compose_spec.compose_spec import PyCompose

import postgres
from deployed import DEPLOY, ROOT, VARIABLE, alerts, anchors, known, texts, unit
from server import ACCESS_KEY, SECRET_KEY, Server, free_port
from test_servers import Shared, cluster, database, until  # noqa: F401
from test_staged_pools import Robot

COMPOSE = DEPLOY / "compose"
# Who says who is root himself.
NO_ROOT = dict.fromkeys(("COLDKEEP_ROOT_ACCESS_KEY", "COLDKEEP_ROOT_SECRET_KEY", "COLDKEEP_ACCOUNT_ID"))


def test_every_setting_is_one_that_the_server_knows(binary):
    flags, variables = known(binary)
    for path, text in texts().items():
        assert set(VARIABLE.findall(text)) <= variables, path
    keys = re.findall(r"^(?:# )?([a-z-]+) = ", (DEPLOY / "systemd/coldkeep.toml").read_text(), re.M)
    assert len(keys) >= 8 and set(keys) <= flags
    settings = re.findall(r"^([a-z-]+) = ", (COMPOSE / "secrets.sh").read_text(), re.M)
    assert len(settings) == 3 and set(settings) <= flags


# Alarms and dashboard.


def exposed(text):
    """The series of a page of metrics, and the labels on them."""
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    labels = {label for line in lines for label in re.findall(r'[{,]([a-z]+)="', line)}
    return {re.split(r"[{ ]", line)[0] for line in lines}, labels


@pytest.fixture
def metrics(binary, tmp_path, own_server, database):
    """What a server on one machine shows, which has a staged pool and a quota, and one of a shared store."""
    alone = own_server(Robot(tmp_path).args(tmp_path / "cold")).start()
    alone.client("s3").create_bucket(Bucket="bucket")
    keys = {"COLDKEEP_ROOT_ACCESS_KEY": ACCESS_KEY, "COLDKEEP_ROOT_SECRET_KEY": SECRET_KEY}
    quota = "quota set --bucket bucket --hard 1GiB --soft 1MiB --hard-objects 9 --soft-objects 8 --endpoint".split()
    subprocess.run([binary, *quota, alone.endpoint], env=os.environ | keys, check=True, capture_output=True, timeout=60)
    shared = Shared(binary, "one", tmp_path, database).start()
    shared.s3.create_bucket(Bucket="bucket")
    pages = [exposed(server.admin("/metrics")[1]) for server in (alone, shared)]
    shared.stop()
    return pages


def expressions():
    """Each expression of an alarm, and of a panel with its variables set."""
    dashboard = json.loads((DEPLOY / "grafana/coldkeep.json").read_text())
    found = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
    found = [text.replace("$job", "coldkeep").replace("$__rate_interval", "5m") for text in found]
    assert not any("$" in text for text in found)
    return [rule["expr"] for rule in alerts()], found


def test_alarms_and_dashboard_ask_for_what_servers_show(metrics):
    (alone, labels), (shared, more) = metrics
    for texts_of in expressions():
        assert texts_of
        for text in texts_of:
            series = set(re.findall(r"\bcoldkeep_[a-z_]+", text))
            assert series <= alone | shared and (series or text.startswith("up{")), text
            by = {label for words in re.findall(r"\b(?:by|on) \(([a-z, ]+)\)", text) for label in words.split(", ")}
            by |= set(re.findall(r"[{,]([a-z_]+)[=!]", text))
            # The first two are Prometheus's own.
            assert by <= {"job", "instance"} | labels | more, text
    # What the documentation tells of is there too.
    pages = "".join((ROOT / f"docs/{page}.md").read_text() for page in ("operations", "scale"))
    told = set(re.findall(r"`(coldkeep_[a-z_]+)", pages))
    families = {re.sub(r"_(bucket|sum|count)$", "", name) for name in alone | shared}
    assert {name for name in told if not name.endswith("_")} <= families


def test_every_alarm_says_what_to_do():
    for rule in alerts():
        page, anchor = rule["annotations"]["runbook"].split("#")
        assert anchor in anchors(page), rule["alert"]
        assert rule["labels"]["severity"] in ("page", "ticket") and rule["annotations"]["summary"]


def test_alarms_go_off_when_they_should(optional, tmp_path):
    promtool = optional("promtool")
    rules = [[{"record": "panel:value", "expr": text}] for text in expressions()[1]]
    groups = [{"name": f"panel{at}", "rules": rule} for at, rule in enumerate(rules)]
    (tmp_path / "panels.yaml").write_text(yaml.safe_dump({"groups": groups}))
    for words in (
        ["check", "rules", "--lint=all", "--lint-fatal", DEPLOY / "prometheus/alerts.yaml"],
        ["check", "rules", tmp_path / "panels.yaml"],
        ["test", "rules", DEPLOY / "prometheus/alerts-test.yaml"],
    ):
        run = subprocess.run([promtool, *words], capture_output=True, text=True, timeout=60)
        assert run.returncode == 0, f"{words}\n{run.stdout}\n{run.stderr}"


def test_the_dashboard_is_whole():
    dashboard = json.loads((DEPLOY / "grafana/coldkeep.json").read_text())
    ids = [panel["id"] for panel in dashboard["panels"]]
    assert len(ids) == len(set(ids)) and [one["name"] for one in dashboard["templating"]["list"]] == ["datasource", "job"]
    cells = set()
    for panel in dashboard["panels"]:
        at = panel["gridPos"]
        own = {(x, y) for x in range(at["x"], at["x"] + at["w"]) for y in range(at["y"], at["y"] + at["h"])}
        assert not cells & own and at["x"] + at["w"] <= 24, panel["title"]
        cells |= own
        assert panel["type"] == "row" or (panel["targets"] and panel["datasource"]["uid"] == "${datasource}")


# The systemd unit.


def test_the_unit_is_one_that_systemd_takes(optional, binary, tmp_path):
    analyze = optional("systemd-analyze")
    path = tmp_path / "coldkeep.service"
    path.write_text((DEPLOY / "systemd/coldkeep.service").read_text().replace("/usr/local/bin/coldkeep", binary))
    verified = subprocess.run([analyze, "verify", path], capture_output=True, text=True, timeout=60)
    assert (verified.returncode, verified.stdout, verified.stderr) == (0, "", "")
    # Of 100 for a unit without a fence.
    words = ["security", "--offline=true", "--threshold=20", path]
    judged = subprocess.run([analyze, *words], capture_output=True, text=True, timeout=60)
    assert judged.returncode == 0, judged.stdout


def seconds(text):
    return int(re.fullmatch(r"(\d+)s", text).group(1))


def test_a_stop_has_the_time_that_the_server_takes(binary):
    text = subprocess.run([binary, "serve", "--help"], capture_output=True, text=True, check=True).stdout
    deadline = seconds(re.search(r"COLDKEEP_SHUTDOWN_DEADLINE=\]\s+\[default: (\w+)\]", text).group(1))
    # Five for work that outlives its request, a second for each of admin listener and threads, and what logs take.
    for given in [unit()["TimeoutStopSec"][0], *(one["stop_grace_period"] for one in servers().values())]:
        assert seconds(given) >= deadline + 10


def test_the_server_starts_as_the_unit_tells_it(binary, tmp_path):
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    loaded = dict(one.split(":") for one in unit()["LoadCredential"])
    assert loaded == {name: f"/etc/coldkeep/{name}" for name in ("coldkeep.toml", "root-key")}
    shutil.copy(DEPLOY / "systemd/coldkeep.toml", credentials)
    (credentials / "root-key").write_text("ab" * 32 + "\n")
    told = dict(one.split("=", 1) for one in unit()["Environment"])
    told = {name: text.replace("%S", str(tmp_path)).replace("%d", str(credentials)) for name, text in told.items()}
    server = Server(binary, tmp_path / "coldkeep", env=told | NO_ROOT)
    assert unit()["ExecStart"] == ["/usr/local/bin/coldkeep serve"]
    server.command = lambda: [binary, "serve"]
    # Its ports are another test's business.
    server.extra_env |= {"COLDKEEP_LISTEN": server.authority, "COLDKEEP_ADMIN_LISTEN": f"127.0.0.1:{server.admin_port}"}
    server.start()
    server.stop()
    assert "root_key" not in (tmp_path / "coldkeep/root.toml").read_text()


# The compose file.


def compose():
    return yaml.safe_load((COMPOSE / "compose.yaml").read_text())


def servers():
    return {name: one for name, one in compose()["services"].items() if one["image"] == "coldkeep"}


def test_the_compose_file_is_whole():
    PyCompose.from_json(json.dumps(compose()))
    said = compose()
    assert sorted(servers()) == ["one", "other"]
    for name, service in said["services"].items():
        assert set(service["secrets"]) <= set(said["secrets"]), name
        assert set(service.get("depends_on", {})) <= set(said["services"]), name
        for needed in service.get("depends_on", {}):
            assert "healthcheck" in said["services"][needed]
        for source in (volume.split(":")[0] for volume in service["volumes"]):
            assert source in said["volumes"] or (source.startswith("./") and (COMPOSE / source).is_file()), source
        for variable, value in service["environment"].items():
            if "PASSWORD" in variable or "KEY" in variable:
                assert variable.endswith("_FILE"), variable
            if value.startswith("/run/secrets/"):
                assert value.removeprefix("/run/secrets/") in service["secrets"], variable
    ports = [port for one in servers().values() for port in one["ports"]]
    assert len(ports) == len(set(ports)) and all(port.startswith("127.0.0.1:") for port in ports)


def test_the_image_is_built_of_what_there_is():
    text = (COMPOSE / "Dockerfile").read_text()
    for one in servers().values():
        build = one["build"]
        assert (COMPOSE / build["context"]).resolve() == ROOT and ROOT / build["dockerfile"] == COMPOSE / "Dockerfile"
    rust = re.search(r'^rust-version = "(.*)"', (ROOT / "Cargo.toml").read_text(), re.M).group(1)
    assert f"FROM rust:{rust}-" in text
    # The last stage has no root, and what it says of the user is what the chart takes for granted.
    user = re.findall(r"^USER (\d+):", text, re.M)[-1]
    assert user == str(yaml.safe_load((DEPLOY / "helm/coldkeep/values.yaml").read_text())["user"]) != "0"
    ignored = (COMPOSE / "Dockerfile.dockerignore").read_text().split()
    members = re.search(r"^members = \[(.*?)\]", (ROOT / "Cargo.toml").read_text(), re.M | re.S).group(1)
    assert not any(re.search(rf'"{re.escape(path)}/', members) for path in ignored)


class Pair(postgres.Postgres):
    """The primary and the standby of the compose file, made by its scripts, without containers."""

    standby = None

    def __init__(self, replication):
        self.ports, self.replication = [free_port(), free_port()], replication
        super().__init__()

    def up(self):
        lines = f"\nunix_socket_directories = '{self.folder}'\nlisten_addresses = '127.0.0.1'\nfsync = off\n"
        with open(self.folder / "data/postgresql.conf", "a") as settings:
            settings.write(lines)
        # It may not reach this folder.
        for script in (COMPOSE / "postgres").iterdir():
            shutil.copy(script, self.folder)
        self.pg_ctl("data", 0, "start")
        self._run("/bin/bash", "primary.sh", **self.variables("data", 0), PGPASSWORD=self.PASSWORD)
        self.pg_ctl("data", 0, "restart")

    def pg_ctl(self, data, at, *words):
        self._run("pg_ctl", "-D", data, "-s", "-w", "-l", f"{data}.log", *words, PGPORT=str(self.ports[at]))

    def variables(self, data, at):
        return {
            "PGDATA": str(self.folder / data), "PGHOST": str(self.folder), "PGPORT": str(self.ports[at]),
            "POSTGRES_USER": "ck", "POSTGRES_DB": "postgres",
            "REPLICATION_PASSWORD_FILE": str(self.replication),
            "PRIMARY_HOST": "127.0.0.1", "PRIMARY_PORT": str(self.ports[0]), "PATH": f"{self.programs}:{os.environ['PATH']}",
        }  # fmt: skip

    def follow(self):
        """Starts the standby."""
        with open(self.folder / "standby.log", "ab") as log:
            self.standby = subprocess.Popen(
                ["/bin/bash", "standby.sh"],
                cwd=self.folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=os.environ | self.variables("standby", 1), **(self.owner or {}),
            )  # fmt: skip

    def ask(self, at, words):
        run = [self.programs / "psql", "-X", "-At", "-U", "ck", "-d", "postgres", "-c", words]
        env = os.environ | self.variables("data", at) | {"PGPASSWORD": self.PASSWORD}
        return subprocess.run(run, capture_output=True, text=True, timeout=20, env=env).stdout.strip()

    def promote(self):
        self._run("pg_ctl", "-D", "standby", "-s", "-w", "promote")

    def close(self):
        if self.standby:
            self.standby.terminate()
            self.standby.wait(60)
        super().close()


@pytest.fixture
def pair(tmp_path):
    if postgres.binaries() is None:
        pytest.skip("PostgreSQL is not installed")
    with tempfile.TemporaryDirectory(prefix="ck-secret") as folder:
        os.chmod(folder, 0o755)
        secret = pathlib.Path(folder) / "replication"
        secret.write_text("it's a secret")
        made = Pair(secret)
        yield made
        made.close()


@pytest.mark.timeout(120)
def test_the_servers_of_the_compose_file_outlive_their_primary(binary, tmp_path, pair):
    assert pair.ask(0, "SHOW synchronous_standby_names") == "standby"
    pair.follow()
    until(lambda: pair.ask(0, "SELECT sync_state FROM pg_stat_replication") == "sync" or pair.standby.poll())
    assert pair.standby.poll() is None, (pair.folder / "standby.log").read_text()
    pair.ask(0, "CREATE DATABASE coldkeep")
    # Secrets as its script makes them, the database's but for.
    shutil.copy(COMPOSE / "secrets.sh", tmp_path)
    for _ in range(2):
        subprocess.run(["bash", tmp_path / "secrets.sh"], check=True, capture_output=True, timeout=20)
    folder = tmp_path / "secrets"
    made = {path.name: path.read_text() for path in folder.iterdir()}
    assert set(made) == {pathlib.Path(one["file"]).name for one in compose()["secrets"].values()}
    assert folder.stat().st_mode & 0o777 == 0o700
    (folder / "database-password").chmod(0o600)
    (folder / "database-password").write_text(pair.PASSWORD)
    keys = dict(re.findall(r'^([a-z-]+) = "(.*)"$', made["coldkeep.toml"], re.M))
    started = []
    for name, one in servers().items():
        told = {variable: value.replace("/run/secrets", str(folder)) for variable, value in one["environment"].items()}
        hosts = ",".join(f"127.0.0.1:{port}" for port in pair.ports)
        assert "coldkeep@primary,standby/" in told["COLDKEEP_META"]
        told["COLDKEEP_META"] = told["COLDKEEP_META"].replace("coldkeep@primary,standby", f"ck@{hosts}")
        told["COLDKEEP_BLOBS"] = told["COLDKEEP_BLOBS"].replace("/srv/coldkeep", str(tmp_path / "blobs"))
        started.append(Server(binary, tmp_path / name, env=told | NO_ROOT).start())
    s3 = [one.client_of("s3", keys["root-access-key"], keys["root-secret-key"]) for one in started]
    try:
        s3[0].create_bucket(Bucket="bucket")
        s3[1].put_object(Bucket="bucket", Key="k", Body=b"before")
        check = servers()["one"]["healthcheck"]["test"]
        assert check[:3] == ["CMD", "bash", "-c"] and "9001" in check[3]

        def healthy(port):
            script = check[3].replace("$$", "$").replace("9001", str(port))
            return subprocess.run(["bash", "-c", script], stderr=subprocess.DEVNULL, timeout=20).returncode == 0

        assert healthy(started[0].admin_port) and not healthy(free_port())
        pair.down()
        until(lambda: started[0].admin("/health/ready")[0] == 503)
        assert not healthy(started[0].admin_port)
        pair.promote()
        until(lambda: all(one.is_ready() for one in started))
        assert s3[0].get_object(Bucket="bucket", Key="k")["Body"].read() == b"before"
        s3[1].put_object(Bucket="bucket", Key="k", Body=b"after")
        for one in started:
            one.stop()
    finally:
        for one in started:
            if one.process.poll() is None:
                one.kill()
