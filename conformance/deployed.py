"""What `deploy/` says, read for tests: its files, the settings that they name, and the settings that there are."""

import pathlib
import re
import subprocess

import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
DEPLOY = ROOT / "deploy"
VARIABLE = re.compile(r"\bCOLDKEEP_[A-Z0-9_]*[A-Z0-9]\b")


def known(binary):
    """The flags and the variables of `coldkeep serve`."""
    text = subprocess.run([binary, "serve", "--help"], capture_output=True, text=True, check=True, timeout=60).stdout
    return set(re.findall(r"^ {6}--([a-z0-9-]+)", text, re.M)), set(re.findall(r"\[env: ([A-Z0-9_]+)", text))


def texts():
    """All files, by their paths."""
    paths = [path for path in sorted(DEPLOY.rglob("*")) if path.is_file() and "secrets" not in path.parts]
    return {str(path.relative_to(DEPLOY)): path.read_text() for path in paths}


def alerts():
    """The rules of all alarms."""
    groups = yaml.safe_load((DEPLOY / "prometheus/alerts.yaml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def unit():
    """The lines of the systemd unit: what each name is set to, in order."""
    settings = {}
    for line in (DEPLOY / "systemd/coldkeep.service").read_text().splitlines():
        if "=" in line and not line.startswith("#"):
            name, value = line.split("=", 1)
            settings.setdefault(name, []).append(value)
    return settings


def anchors(path):
    """The headings of a page, as links to them name them."""
    heads = re.findall(r"^#+ (.*)$", (ROOT / path).read_text(), re.M)
    return {re.sub(r"[^a-z0-9 -]", "", head.lower()).replace(" ", "-") for head in heads}
