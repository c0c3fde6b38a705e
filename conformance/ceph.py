"""A small Ceph for tests, from Debian's packages: a monitor, a manager and three OSDs on sparse files, all on 127.0.0.1, in a folder of its own, gone
with whoever started it. `python3 ceph.py run COMMAND...` runs a command while there is one, with COLDKEEP_RADOS as the address of its pool; `python3
ceph.py serve` says that address and does what it is told until its input ends."""

import functools
import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

PROGRAMS = ("ceph", "ceph-authtool", "ceph-mgr", "ceph-mon", "ceph-osd", "monmaptool", "rados")
POOL = "bytes"

CONF = """[global]
fsid = {fsid}
mon_host = [v2:127.0.0.1:{port}]
mon_initial_members = a
public_addr = 127.0.0.1
cluster_addr = 127.0.0.1
ms_bind_msgr1 = false
run_dir = {folder}
admin_socket = {folder}/$name.asok
log_file = {folder}/$name.log
crash_dir = {folder}
osd_crush_chooseleaf_type = 0
osd_pool_default_size = 3
osd_pool_default_min_size = 2
osd_pool_default_pg_autoscale_mode = off
osd_heartbeat_interval = 2
osd_heartbeat_grace = 8
mon_osd_min_down_reporters = 1
mon_osd_reporter_subtree_level = osd
[client]
keyring = {folder}/admin.keyring
admin_socket =
[mon]
mon_data = {folder}/mon.a
mon_cluster_log_file = {folder}/cluster.log
mon_data_avail_warn = 0
mon_data_avail_crit = 0
mgr_initial_modules =
[mgr]
mgr_data = {folder}/mgr.x
keyring = {folder}/mgr.x.keyring
mgr_disabled_modules = balancer:crash:devicehealth:orchestrator:pg_autoscaler:progress:rbd_support:telemetry:volumes:restful:iostat
[osd]
osd_data = {folder}/osd.$id
keyring = {folder}/osd.$id.keyring
bluestore_block_create = true
bluestore_block_size = 3221225472
bluestore_cache_autotune = false
bluestore_cache_size = 33554432
bluestore_debug_enforce_settings = ssd
osd_op_num_shards = 2
osd_recovery_sleep_hdd = 0
osd_recovery_sleep_ssd = 0
osd_scrub_begin_hour = 3
osd_scrub_end_hour = 4
"""

# Ends its daemons and removes its folder when its input ends, however the tests end.
WATCH = """cat >/dev/null
for pid in $(cat "$1"/*.pid); do kill -KILL "$pid" 2>/dev/null; done
for pid in $(cat "$1"/*.pid); do while kill -0 "$pid" 2>/dev/null; do sleep 0.02; done; done
rm -rf "$1"
"""


def is_installed():
    return all(shutil.which(program) for program in PROGRAMS)


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def is_listening(address):
    host, port = address.split(":")
    with socket.socket() as client:
        return client.connect_ex((host, int(port))) == 0


class Ceph:
    OSDS = 3

    def __init__(self):
        # Short, since the paths of sockets must be.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ck-ceph"))
        self.watch = subprocess.Popen(["sh", "-c", WATCH, "watch", self.folder], stdin=subprocess.PIPE, start_new_session=True)
        self.conf, self.daemons = self.folder / "conf", {}
        port, fsid = free_port(), str(uuid.uuid4())
        self.conf.write_text(CONF.format(folder=self.folder, fsid=fsid, port=port))
        self._keys()
        self._run("monmaptool", "--create", "--fsid", fsid, "--addv", "a", f"[v2:127.0.0.1:{port}]", self.folder / "monmap")
        self._run("ceph-mon", "-c", self.conf, "--mkfs", "-i", "a", "--monmap", self.folder / "monmap", "--keyring", self.folder / "mon.keyring")
        self.start("mon", "a")
        with ThreadPoolExecutor() as pool:
            made = [pool.submit(self._osd, number) for number in range(self.OSDS)]
            self._until(lambda: self._ceph("mon", "stat", check=False).returncode == 0)
            self.start("mgr", "x")
            for number in range(self.OSDS):
                assert self._ceph("osd", "new", (self.folder / f"osd.{number}.uuid").read_text()).stdout.strip() == str(number)
            for one in made:
                one.result()
        for number in range(self.OSDS):
            self.start("osd", number)
        self._ceph("osd", "pool", "create", POOL, "8")
        self._ceph("osd", "pool", "application", "enable", POOL, "coldkeep")
        self.until_clean()

    def url(self, namespace=""):
        """The address of a namespace of the pool."""
        return f"rados://{POOL}/{namespace}?conf={self.conf}&user=app&keyring={self.folder / 'app.keyring'}"

    def names(self, namespace):
        """Of all objects in a namespace."""
        return self._run("rados", "-c", self.conf, "-p", POOL, "-N", namespace, "ls").stdout.split()

    @functools.cached_property
    def gateway(self):
        """The address of its gateway, which speaks S3 to who signs with these keys."""
        endpoint, keys = f"127.0.0.1:{free_port()}", ("gateway", "secret of the gateway")
        self._ceph("config", "set", "global", "osd_pool_default_pg_num", "8")
        named = ("--uid=app", "--display-name=app", f"--access-key={keys[0]}", f"--secret-key={keys[1]}")
        self._run("radosgw-admin", "-c", self.conf, "user", "create", *named)
        own = ("-n", "client.admin", "--rgw-frontends", f"beast endpoint={endpoint}")
        self._start("rgw", "x", ("radosgw", "-c", self.conf, "-f", *own))
        self._until(lambda: is_listening(endpoint))
        return f"http://{endpoint}", keys

    def start(self, kind, name):
        self._start(kind, name, (f"ceph-{kind}", "-c", self.conf, "-f", "-i", str(name)))

    def _start(self, kind, name, command):
        log = open(self.folder / f"{kind}.{name}.out", "ab")
        daemon = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
        self.daemons[kind, name] = daemon
        (self.folder / f"{kind}.{name}.pid").write_text(f"{daemon.pid}\n")

    def signal_osd(self, number, what):
        daemon = self.daemons["osd", number]
        daemon.send_signal(what)
        if what == signal.SIGKILL:
            daemon.wait()

    def until_clean(self):
        """Until every placement group has all its copies."""

        def is_clean():
            state = json.loads(self._ceph("-s", "-f", "json").stdout)
            groups = state["pgmap"]
            clean = sum(one["count"] for one in groups.get("pgs_by_state", []) if one["state_name"] == "active+clean")
            return state["osdmap"]["num_up_osds"] == self.OSDS and groups["num_pgs"] >= 8 and clean == groups["num_pgs"]

        self._until(is_clean)

    def close(self):
        self.watch.stdin.close()
        for daemon in self.daemons.values():
            daemon.wait(60)
        self.watch.wait(60)

    def _keys(self):
        everything, key = ("mon", "allow *", "osd", "allow *", "mgr", "allow *"), self.folder / "mon.keyring"
        self._run("ceph-authtool", key, "--create-keyring", "--gen-key", "-n", "mon.", "--cap", "mon", "allow *")
        osds = {f"osd.{number}": ("mon", "allow profile osd", "mgr", "allow profile osd", "osd", "allow *") for number in range(self.OSDS)}
        allowed = {
            "client.admin": everything,
            # As the documentation says.
            "client.app": ("mon", "allow r", "osd", f"allow rw pool={POOL}"),
            "mgr.x": ("mon", "allow profile mgr", "osd", "allow *", "mds", "allow *"),
        }
        for name, caps in (allowed | osds).items():
            own = self.folder / f"{name.removeprefix('client.')}.keyring"
            words = [word for at in range(0, len(caps), 2) for word in ("--cap", *caps[at : at + 2])]
            self._run("ceph-authtool", own, "--create-keyring", "--gen-key", "-n", name, *words)
            self._run("ceph-authtool", key, "--import-keyring", own)
        (self.folder / "mgr.x").mkdir()

    def _osd(self, number):
        (self.folder / f"osd.{number}").mkdir()
        name = str(uuid.uuid4())
        (self.folder / f"osd.{number}.uuid").write_text(name)
        self._run(
            "ceph-osd", "-c", self.conf, "--mkfs", "-i", str(number), "--no-mon-config", "--monmap", self.folder / "monmap",
            "--osd-uuid", name,
        )  # fmt: skip

    def _ceph(self, *words, check=True):
        return self._run("ceph", "-c", self.conf, "--connect-timeout", "5", *words, check=check)

    def _run(self, *words, check=True):
        run = subprocess.run(words, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
        assert run.returncode == 0 or not check, f"{words}\n{run.stdout}\n{run.stderr}"
        return run

    def _until(self, holds, seconds=120):
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, "Ceph does not come to it"
            time.sleep(0.2)


def run(command):
    ceph = Ceph()
    try:
        return subprocess.run(command, env=os.environ | {"COLDKEEP_RADOS": ceph.url()}).returncode
    finally:
        ceph.close()


def serve():
    """Does what each line says to the OSDs that it names, and answers `done`."""
    ceph = Ceph()

    def start(number):
        ceph.start("osd", number)
        ceph.until_clean()

    deeds = {"start": start}
    for word, what in {"kill": signal.SIGKILL, "hold": signal.SIGSTOP, "release": signal.SIGCONT}.items():
        deeds[word] = functools.partial(ceph.signal_osd, what=what)
    try:
        print(ceph.url(), flush=True)
        for line in sys.stdin:
            word, *numbers = line.split()
            for number in numbers:
                deeds[word](int(number))
            print("done", flush=True)
    finally:
        ceph.close()


if __name__ == "__main__":
    if not is_installed():
        sys.exit(f"Ceph is not installed: {', '.join(PROGRAMS)} are wanted (Debian: ceph-mon, ceph-mgr, ceph-osd, ceph-common)")
    match sys.argv[1:]:
        case ["run", *command] if command:
            sys.exit(run(command))
        case ["serve"]:
            serve()
        case _:
            sys.exit("ceph.py run COMMAND... | serve")
