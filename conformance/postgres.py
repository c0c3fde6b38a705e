"""A PostgreSQL for tests, from Debian's packages: in a folder of its own, reached by a socket there, gone with whoever started it."""

import os
import pathlib
import pwd
import subprocess
import tempfile
import urllib.parse


def binaries():
    """The folder of PostgreSQL's programs, which Debian keeps out of PATH; `None` where it is not installed."""
    folders = [pathlib.Path(folder) for folder in os.environ.get("PATH", "").split(os.pathsep)]
    folders += sorted(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))
    return next((folder for folder in folders if all((folder / name).exists() for name in ("initdb", "pg_ctl", "psql"))), None)


# Stops it and removes its folder when its input ends, however the tests end.
WATCH = """cat >/dev/null
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null) && kill -QUIT "$pid" && while kill -0 "$pid" 2>/dev/null; do sleep 0.02; done
rm -rf "$1"
"""


class Postgres:
    PASSWORD = "correct horse"

    def __init__(self):
        self.programs = binaries()
        # Short, since the path of a socket must be.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="ck-pg"))
        self.watch = subprocess.Popen(["sh", "-c", WATCH, "watch", self.folder], stdin=subprocess.PIPE)
        self.owner = None
        if os.geteuid() == 0:
            # It does not run as root.
            owner = pwd.getpwnam("postgres")
            self.owner = {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": []}
            os.chown(self.folder, owner.pw_uid, owner.pw_gid)
        secret = self.folder / "password"
        secret.write_text(self.PASSWORD)
        secret.chmod(0o644)
        self._run("initdb", "-D", "data", "-U", "ck", "--no-sync", "--auth=scram-sha-256", f"--pwfile={secret}")
        self.up()

    def database(self, name):
        """The address of a new database."""
        words = f"-h {self.folder} -U ck -d postgres -q -c".split()
        self._run("psql", *words, f"CREATE DATABASE {name}", PGPASSWORD=self.PASSWORD)
        return f"postgres://ck@{urllib.parse.quote(str(self.folder), safe='')}/{name}"

    def up(self):
        settings = f"-F -c max_connections=60 -c listen_addresses= -c unix_socket_directories={self.folder}"
        self._run("pg_ctl", "-D", "data", "-s", "-w", "-l", "log", "-o", settings, "start")

    def down(self):
        """As a crash would end it."""
        self._run("pg_ctl", "-D", "data", "-s", "-w", "-m", "immediate", "stop")

    def close(self):
        self.watch.stdin.close()
        self.watch.wait(60)

    def _run(self, program, *words, **variables):
        subprocess.run(
            [self.programs / program, *words], cwd=self.folder, check=True, timeout=60, env=os.environ | variables,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, **(self.owner or {}),
        )  # fmt: skip
