"""Object lock with real clients: what is locked stays, whoever asks, and backup tools go on beside it."""

import datetime
import json

import pytest

from checks import read, refused

UNTIL = datetime.datetime(2040, 1, 1, tzinfo=datetime.timezone.utc)
SOONER = datetime.datetime(2035, 1, 1, tzinfo=datetime.timezone.utc)
LATER = datetime.datetime(2045, 1, 1, tzinfo=datetime.timezone.utc)


@pytest.fixture
def locked(s3, bucket):
    """A bucket that has object lock since it was made."""
    name = f"{bucket}-locked"
    s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    return name


def retention(mode, until):
    return {"Mode": mode, "RetainUntilDate": until}


def default(mode, **period):
    return {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": mode, **period}}}


def upload(s3, bucket, key, **lock):
    begun = s3.create_multipart_upload(Bucket=bucket, Key=key, **lock)
    named = {"Bucket": bucket, "Key": key, "UploadId": begun["UploadId"]}
    part = s3.upload_part(PartNumber=1, Body=b"part", **named)
    parts = {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    return s3.complete_multipart_upload(MultipartUpload=parts, **named)["VersionId"]


def test_configurations_read_back(s3, bucket, locked):
    assert s3.get_bucket_versioning(Bucket=locked)["Status"] == "Enabled"
    read_back = lambda name: s3.get_object_lock_configuration(Bucket=name)["ObjectLockConfiguration"]
    assert read_back(locked) == {"ObjectLockEnabled": "Enabled"}
    for wanted in (default("GOVERNANCE", Days=1), default("COMPLIANCE", Years=100), {"ObjectLockEnabled": "Enabled"}):
        s3.put_object_lock_configuration(Bucket=locked, ObjectLockConfiguration=wanted)
        assert read_back(locked) == wanted
    with refused(409, "InvalidBucketState"):
        s3.put_bucket_versioning(Bucket=locked, VersioningConfiguration={"Status": "Suspended"})
    with refused(404, "ObjectLockConfigurationNotFoundError"):
        read_back(bucket)
    for status in (None, "Suspended", "Enabled"):
        if status:
            s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": status})
        if status != "Enabled":
            with refused(409, "InvalidBucketState"):
                s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=default("GOVERNANCE", Days=1))
    s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration=default("GOVERNANCE", Days=1))
    assert read_back(bucket) == default("GOVERNANCE", Days=1)


MISTAKES = [
    (default("GOVERNANCE", Days=1, Years=1), "MalformedXML"),
    (default("governance", Days=1), "MalformedXML"),
    (default("GOVERNANCE", Days=0), "InvalidRetentionPeriod"),
    (default("GOVERNANCE", Years=-1), "InvalidRetentionPeriod"),
    (default("GOVERNANCE", Days=36501), "InvalidRetentionPeriod"),
    ({**default("GOVERNANCE", Days=1), "ObjectLockEnabled": "Disabled"}, "MalformedXML"),
]


@pytest.mark.parametrize(("configuration", "code"), MISTAKES, ids=lambda value: str(value)[:40])
def test_mistakes_change_nothing(s3, locked, configuration, code):
    with refused(400, code):
        s3.put_object_lock_configuration(Bucket=locked, ObjectLockConfiguration=configuration)
    assert "Rule" not in s3.get_object_lock_configuration(Bucket=locked)["ObjectLockConfiguration"]


def test_governance(s3, locked):
    version = s3.put_object(Bucket=locked, Key="k", Body=b"kept")["VersionId"]
    one = {"Bucket": locked, "Key": "k", "VersionId": version}
    with refused(404, "NoSuchObjectLockConfiguration"):
        s3.get_object_retention(**one)
    s3.put_object_retention(Retention=retention("GOVERNANCE", UNTIL), **one)
    s3.put_object_retention(Retention=retention("GOVERNANCE", LATER), **one)
    for other in (retention("GOVERNANCE", SOONER), retention("COMPLIANCE", LATER), {}):
        with refused(403, "AccessDenied"):
            s3.put_object_retention(Retention=other, **one)
    assert s3.get_object_retention(**one)["Retention"] == retention("GOVERNANCE", LATER)
    s3.put_object_retention(Retention=retention("GOVERNANCE", SOONER), BypassGovernanceRetention=True, **one)
    head = s3.head_object(**one)
    assert (head["ObjectLockMode"], head["ObjectLockRetainUntilDate"]) == ("GOVERNANCE", SOONER)
    with refused(403, "AccessDenied"):
        s3.delete_object(**one)
    s3.delete_object(BypassGovernanceRetention=True, **one)
    with refused(404, "NoSuchVersion"):
        s3.get_object(**one)


def test_compliance_binds_the_root(s3, locked):
    version = s3.put_object(
        Bucket=locked, Key="k", Body=b"kept", ObjectLockMode="COMPLIANCE", ObjectLockRetainUntilDate=UNTIL
    )["VersionId"]
    one = {"Bucket": locked, "Key": "k", "VersionId": version}
    for other in (retention("COMPLIANCE", SOONER), retention("GOVERNANCE", UNTIL), {}):
        with refused(403, "AccessDenied"):
            s3.put_object_retention(Retention=other, BypassGovernanceRetention=True, **one)
    with refused(403, "AccessDenied"):
        s3.delete_object(BypassGovernanceRetention=True, **one)
    batch = {"Objects": [{"Key": "k", "VersionId": version}, {"Key": "none"}]}
    answer = s3.delete_objects(Bucket=locked, Delete=batch, BypassGovernanceRetention=True)
    assert [(row["Key"], row["VersionId"], row["Code"]) for row in answer["Errors"]] == [("k", version, "AccessDenied")]
    assert [row["Key"] for row in answer["Deleted"]] == ["none"]
    with refused(409, "BucketNotEmpty"):
        s3.delete_bucket(Bucket=locked)
    assert read(s3, locked, "k", VersionId=version) == b"kept"


def test_legal_hold(s3, locked):
    version = s3.put_object(Bucket=locked, Key="k", Body=b"kept", ObjectLockLegalHoldStatus="ON")["VersionId"]
    one = {"Bucket": locked, "Key": "k", "VersionId": version}
    assert s3.get_object(**one)["ObjectLockLegalHoldStatus"] == "ON"
    with refused(403, "AccessDenied"):
        s3.delete_object(BypassGovernanceRetention=True, **one)
    s3.put_object_legal_hold(LegalHold={"Status": "OFF"}, **one)
    assert s3.get_object_legal_hold(**one)["LegalHold"] == {"Status": "OFF"}
    s3.delete_object(**one)


def test_a_locked_key_takes_new_versions(s3, locked):
    s3.put_object_lock_configuration(Bucket=locked, ObjectLockConfiguration=default("COMPLIANCE", Days=30))
    bodies = {s3.put_object(Bucket=locked, Key="k", Body=body)["VersionId"]: body for body in (b"1", b"2", b"3")}
    marker = s3.delete_object(Bucket=locked, Key="k")["VersionId"]
    with refused(404, "NoSuchKey"):
        s3.get_object(Bucket=locked, Key="k")
    # The marker itself is not locked.
    s3.delete_object(Bucket=locked, Key="k", VersionId=marker)
    for version, body in bodies.items():
        assert read(s3, locked, "k", VersionId=version) == body
        with refused(403, "AccessDenied"):
            s3.delete_object(Bucket=locked, Key="k", VersionId=version)


def test_uploads_and_copies(s3, locked):
    lock = {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": UNTIL, "ObjectLockLegalHoldStatus": "ON"}
    version = upload(s3, locked, "up", **lock)
    head = s3.head_object(Bucket=locked, Key="up", VersionId=version)
    assert {name: head[name] for name in lock} == lock
    # A copy has no lock of its source's.
    source = {"Bucket": locked, "Key": "up", "VersionId": version}
    s3.copy_object(Bucket=locked, Key="plain", CopySource=source)
    assert "ObjectLockMode" not in s3.head_object(Bucket=locked, Key="plain")
    s3.copy_object(Bucket=locked, Key="copy", CopySource=source, **lock)
    assert s3.head_object(Bucket=locked, Key="copy")["ObjectLockMode"] == "GOVERNANCE"
    s3.put_object_lock_configuration(Bucket=locked, ObjectLockConfiguration=default("COMPLIANCE", Days=2))
    version = upload(s3, locked, "by-default")
    until = s3.get_object_retention(Bucket=locked, Key="by-default", VersionId=version)["Retention"]["RetainUntilDate"]
    left = until - datetime.datetime.now(datetime.timezone.utc)
    assert datetime.timedelta(days=1, hours=23) < left <= datetime.timedelta(days=2)


def test_where_there_is_no_object_lock(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"x")
    one = {"Bucket": bucket, "Key": "k"}
    for call, more in (
        (s3.get_object_retention, {}),
        (s3.get_object_legal_hold, {}),
        (s3.put_object_retention, {"Retention": retention("GOVERNANCE", UNTIL)}),
        (s3.put_object_legal_hold, {"LegalHold": {"Status": "ON"}}),
        (s3.put_object, {"Body": b"y", "ObjectLockLegalHoldStatus": "ON"}),
        (s3.create_multipart_upload, {"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": UNTIL}),
    ):
        with refused(400, "InvalidRequest"):
            call(**one, **more)
    assert read(s3, bucket, "k") == b"x"


def days_left(until):
    return round((until - datetime.datetime.now(datetime.timezone.utc)) / datetime.timedelta(days=1))


def test_an_event_holds_until_its_release_and_for_days_from_then_on(s3, locked):
    hold = {"ObjectLockMode": "COMPLIANCE", "ObjectLockEventHold": "ON", "ObjectLockEventHoldDurationDays": 30}
    version = upload(s3, locked, "k", **hold)
    one = {"Bucket": locked, "Key": "k", "VersionId": version}
    head = s3.head_object(**one)
    assert {name: head[name] for name in hold} == hold and days_left(head["ObjectLockRetainUntilDate"]) == 30
    with refused(403, "AccessDenied"):
        s3.delete_object(BypassGovernanceRetention=True, **one)
    shorter = {"Mode": "COMPLIANCE", "EventHold": "ON", "EventHoldDuration": {"Days": 29}}
    with refused(403, "AccessDenied"):
        s3.put_object_retention(Retention=shorter, **one)
    longer = {"Mode": "COMPLIANCE", "EventHold": "ON", "EventHoldDuration": {"Years": 1}}
    s3.put_object_retention(Retention=longer, **one)
    shown = s3.get_object_retention(**one)["Retention"]
    assert (shown["Mode"], shown["EventHold"], shown["EventHoldDuration"]) == ("COMPLIANCE", "ON", {"Years": 1})
    s3.put_object_retention(Retention={"EventHold": "OFF"}, **one)
    shown = s3.get_object_retention(**one)["Retention"]
    assert shown["EventHold"] == "OFF" and "EventHoldDuration" not in shown and days_left(shown["RetainUntilDate"]) in (365, 366)
    with refused(403, "AccessDenied"):
        s3.delete_object(**one)


def test_a_bucket_holds_by_default_what_says_nothing_of_locks(s3, locked):
    wanted = default("GOVERNANCE", Days=20, DefaultEventHold={"Days": 10})
    s3.put_object_lock_configuration(Bucket=locked, ObjectLockConfiguration=wanted)
    assert s3.get_object_lock_configuration(Bucket=locked)["ObjectLockConfiguration"] == wanted
    held = s3.put_object(Bucket=locked, Key="held", Body=b"x")["VersionId"]
    s3.put_object(Bucket=locked, Key="own", Body=b"x", ObjectLockMode="GOVERNANCE", ObjectLockRetainUntilDate=UNTIL)
    head = s3.get_object(Bucket=locked, Key="held")
    assert (head["ObjectLockEventHold"], head["ObjectLockEventHoldDurationDays"]) == ("ON", 10)
    assert days_left(head["ObjectLockRetainUntilDate"]) == 20
    assert "ObjectLockEventHold" not in s3.head_object(Bucket=locked, Key="own")
    s3.copy_object(Bucket=locked, Key="copy", CopySource={"Bucket": locked, "Key": "own"})
    assert s3.head_object(Bucket=locked, Key="copy")["ObjectLockEventHold"] == "ON"
    one = {"Bucket": locked, "Key": "held", "VersionId": held}
    with refused(403, "AccessDenied"):
        s3.delete_object(**one)
    s3.delete_object(BypassGovernanceRetention=True, **one)


@pytest.mark.parametrize(
    "lock",
    [
        {"EventHold": "ON", "EventHoldDuration": {"Days": 1}},
        {"Mode": "GOVERNANCE", "EventHold": "ON"},
        {"Mode": "GOVERNANCE", "EventHold": "ON", "EventHoldDuration": {"Days": 1, "Years": 1}},
        {"Mode": "GOVERNANCE", "EventHold": "ON", "EventHoldDuration": {"Days": 36501}},
        {"Mode": "GOVERNANCE", "EventHold": "OFF", "EventHoldDuration": {"Days": 1}},
        {"Mode": "GOVERNANCE", "EventHold": "OFF"},
    ],
)
def test_what_no_event_hold_can_be(s3, locked, lock):
    s3.put_object(Bucket=locked, Key="k", Body=b"x")
    with refused(400, "InvalidArgument"):
        s3.put_object_retention(Bucket=locked, Key="k", Retention=lock)
    duration = lock.get("EventHoldDuration", {})
    headers = {f"ObjectLockEventHoldDuration{unit}": number for unit, number in duration.items()}
    if "Mode" in lock:
        headers["ObjectLockMode"] = lock["Mode"]
    with refused(400, "InvalidArgument"):
        s3.create_multipart_upload(Bucket=locked, Key="k", ObjectLockEventHold=lock["EventHold"], **headers)


def test_locks_outlive_the_server(own_server):
    server = own_server().start()
    s3 = server.client("s3")
    s3.create_bucket(Bucket="locked", ObjectLockEnabledForBucket=True)
    lock = {"ObjectLockMode": "COMPLIANCE", "ObjectLockRetainUntilDate": UNTIL}
    version = s3.put_object(Bucket="locked", Key="k", Body=b"kept", **lock)["VersionId"]
    server.kill()
    server.start()
    s3 = server.client("s3")
    with refused(403, "AccessDenied"):
        s3.delete_object(Bucket="locked", Key="k", VersionId=version, BypassGovernanceRetention=True)
    assert read(s3, "locked", "k") == b"kept"
    server.stop()
    server.fsck()


def test_the_command_line(aws, s3, locked, tmp_path):
    (tmp_path / "file").write_bytes(b"data")
    api = lambda *words: json.loads(aws("s3api", *words).stdout or "{}")
    at = ("--bucket", locked, "--key", "file")
    api("put-object-lock-configuration", "--bucket", locked, "--object-lock-configuration",
        "ObjectLockEnabled=Enabled,Rule={DefaultRetention={Mode=GOVERNANCE,Days=1}}")  # fmt: skip
    aws("s3", "cp", tmp_path / "file", f"s3://{locked}/file", "--no-progress")
    aws("s3", "cp", tmp_path / "file", f"s3://{locked}/file", "--no-progress")
    assert api("get-object-retention", *at)["Retention"]["Mode"] == "GOVERNANCE"
    api("put-object-legal-hold", *at, "--legal-hold", "Status=ON")
    assert api("get-object-legal-hold", *at) == {"LegalHold": {"Status": "ON"}}
    aws("s3", "rm", f"s3://{locked}/file")
    assert len(s3.list_object_versions(Bucket=locked)["Versions"]) == 2


def test_headers_are_read_before_the_bucket_is_asked(s3, bucket):
    """What a header cannot mean is told so in buckets without locks too, as at Amazon."""
    past = datetime.datetime(2020, 1, 1, tzinfo=datetime.timezone.utc)
    for write in (s3.create_multipart_upload, s3.put_object):
        where = {"Bucket": bucket, "Key": "k"}
        for lock, code in [
            ({"ObjectLockMode": "GOVERNANCE"}, "InvalidArgument"),
            ({"ObjectLockRetainUntilDate": UNTIL}, "InvalidArgument"),
            ({"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": past}, "InvalidArgument"),
            ({"ObjectLockMode": "SOMEHOW", "ObjectLockRetainUntilDate": UNTIL}, "InvalidArgument"),
            ({"ObjectLockLegalHoldStatus": "PERHAPS"}, "InvalidArgument"),
            ({"ObjectLockMode": "GOVERNANCE", "ObjectLockRetainUntilDate": UNTIL}, "InvalidRequest"),
            ({"ObjectLockLegalHoldStatus": "OFF"}, "InvalidRequest"),
        ]:
            with refused(400, code):
                write(**where, **lock)
