"""Staged pools of a store that several servers share: the one that leads calls the robot, and whoever is killed or held up meanwhile, each blob is taken and fetched once and read through
all servers; what was not told of the robot is refused."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from checks import refused
from test_migrate import migrate
from test_pools import blobs
from test_server_pools import started
from test_servers import Folder, Shared, cluster, database, get, until  # noqa: F401
from test_staged_pools import BODY, Robot


@pytest.fixture
def cold(tmp_path):
    return Folder(tmp_path / "cold")


@pytest.fixture
def robot(tmp_path):
    return Robot(tmp_path)


def settings(robot):
    return {
        "COLDKEEP_STAGED": f"cold={robot.program}",
        "COLDKEEP_STAGED_INTERVAL": "0",
        "COLDKEEP_STAGED_RETRY": "100ms",
        "COLDKEEP_CLASS": "GLACIER=cold",
        "COLDKEEP_LIFECYCLE_DAY": "4s",
    }


def restored(s3, key):
    return 'ongoing-request="false"' in s3.head_object(Bucket="pooled", Key=key).get("Restore", "")


def deleted_and_open(server):
    """Files of blobs that are gone and that a server keeps open, whose room nobody has."""
    folder = f"/proc/{server.process.pid}/fd"
    links = []
    for number in os.listdir(folder):
        try:
            links.append(os.readlink(f"{folder}/{number}"))
        except FileNotFoundError:
            pass
    return [link for link in links if link.endswith("(deleted)") and "/cold/" in link]


@pytest.mark.timeout(240)
@pytest.mark.parametrize("held_up", [False, True])
def test_the_robot_serves_one_at_a_time_whoever_dies(binary, tmp_path, database, cold, robot, held_up):
    two = [started(binary, tmp_path, database, {"cold": cold}, name, **settings(robot)) for name in ("one", "other")]
    with ThreadPoolExecutor() as pool:
        list(pool.map(Shared.start, two))
    one, other = two
    until(lambda: one.metric("leads") + other.metric("leads") == 1 and one.metric("servers") == other.metric("servers") == 2)
    leader, follower = (one, other) if one.metric("leads") else (other, one)
    # Whoever is asked, the one that leads hears of it.
    follower.s3.create_bucket(Bucket="pooled")
    robot.mark("slow").touch()
    follower.s3.put_object(Bucket="pooled", Key="k", Body=BODY, StorageClass="GLACIER")
    until(lambda: robot.tapes() == 1)
    # What works goes on without its server, and is waited for.
    if held_up:
        leader.process.send_signal(signal.SIGSTOP)
    else:
        leader.kill()
    until(lambda: follower.metric("leads") == 1)
    until(lambda: follower.metric('staged_failures_total{work="status"}') > 0)
    assert robot.calls() == ["migrate"]
    robot.mark("slow").unlink()
    until(lambda: follower.metric('staged_blobs_total{work="status"}') == 1)
    assert robot.calls() == ["status"]
    if held_up:
        leader.process.send_signal(signal.SIGCONT)
        assert leader.process.wait(60) == 2
    leader.start()
    until(lambda: leader.metric("leads") == 0)
    assert (blobs(cold.path), robot.tapes()) == (0, 1)
    with refused(403, "InvalidObjectState"):
        get(leader, "k", "pooled")
    leader.s3.restore_object(Bucket="pooled", Key="k", RestoreRequest={"Days": 1})
    until(lambda: restored(leader.s3, "k"))
    assert [get(server, "k", "pooled") for server in two] == [BODY, BODY]
    # Who has read it does not keep its room when it leaves again.
    until(lambda: blobs(cold.path) == 0)
    until(lambda: not any(deleted_and_open(server) for server in two))
    assert set(robot.calls()) == {"recall", "migrate"}
    leader.s3.put_object(Bucket="pooled", Key="stays", Body=BODY, StorageClass="GLACIER")
    follower.s3.delete_object(Bucket="pooled", Key="k")
    until(lambda: (blobs(cold.path), robot.tapes()) == (0, 1) and "reclaim" in robot.calls())
    checked = follower.run_fsck("--online")
    assert checked.returncode == 0, f"{checked.stdout}{checked.stderr}"
    for server in two:
        server.stop()
    checked = one.fsck()
    assert "1 contents are away" in checked and "not proven" not in checked


@pytest.mark.timeout(240)
def test_all_servers_are_told_of_the_robot(binary, tmp_path, database, cluster, cold, robot):  # noqa: F811
    pools = {"cold": cold}
    # It becomes one while a server runs: that one does not call it, and leaves the lead.
    one = started(binary, tmp_path, database, pools, COLDKEEP_CLASS="GLACIER=cold").start()
    one.s3.create_bucket(Bucket="pooled")
    until(lambda: one.metric("leads") == 1)
    other = started(binary, tmp_path, database, pools, "other", **settings(robot)).start()
    until(lambda: other.metric("leads") == 1 and one.metric("leads") == 0)
    one.s3.put_object(Bucket="pooled", Key="k", Body=BODY, StorageClass="GLACIER")
    until(lambda: (blobs(cold.path), robot.tapes()) == (0, 1))
    one.s3.restore_object(Bucket="pooled", Key="k", RestoreRequest={"Days": 10_000})
    until(lambda: restored(one.s3, "k"))
    assert get(one, "k", "pooled") == BODY
    assert "not told of the program" in one.log_tail(200)
    one.stop()
    assert "the pool cold of the store is staged" in one.refusal()
    other.stop()
    # Nor does it go anywhere without the program.
    assert "the pool cold of the store is staged" in migrate(one, "--to", tmp_path / "new", code=2)
