"""Annotations of objects, with boto3 and the AWS CLI."""

import pytest
from checks import refused


def put(s3, bucket, name, body=b"text", key="k", **more):
    return s3.put_object_annotation(Bucket=bucket, Key=key, AnnotationName=name, AnnotationPayload=body, **more)


def get(s3, bucket, name, key="k", **more):
    return s3.get_object_annotation(Bucket=bucket, Key=key, AnnotationName=name, **more)


def names(s3, bucket, key="k", **more):
    answer = s3.list_object_annotations(Bucket=bucket, Key=key, **more)
    assert answer["AnnotationCount"] == len(answer.get("Annotations", []))
    return [row["AnnotationName"] for row in answer.get("Annotations", [])]


@pytest.mark.parametrize("algorithm", ["CRC32", "CRC32C", "SHA1", "SHA256", "CRC64NVME"])
def test_put_get_list_delete(s3, bucket, algorithm):
    etag = s3.put_object(Bucket=bucket, Key="k", Body=b"object")["ETag"]
    large = "ü".encode() * (1 << 19)
    put(s3, bucket, "labels.json", b'{"a": 1}', ChecksumAlgorithm=algorithm)
    put(s3, bucket, "large", large, ChecksumAlgorithm=algorithm, ObjectIfMatch=etag)
    assert get(s3, bucket, "labels.json")["AnnotationPayload"].read() == b'{"a": 1}'
    told = get(s3, bucket, "large", ChecksumMode="ENABLED")
    assert told["AnnotationPayload"].read() == large
    assert told["Checksum" + algorithm] and told["ChecksumType"] == "FULL_OBJECT"
    assert names(s3, bucket) == ["labels.json", "large"]
    assert names(s3, bucket, AnnotationPrefix="lab") == ["labels.json"]
    assert s3.head_object(Bucket=bucket, Key="k")["ETag"] == etag
    s3.delete_object_annotation(Bucket=bucket, Key="k", AnnotationName="large")
    with pytest.raises(s3.exceptions.NoSuchAnnotation):
        get(s3, bucket, "large")
    assert names(s3, bucket) == ["labels.json"]


def test_what_is_refused(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"object")
    for name in ("aws.x", "S3", "a b", "a/b"):
        with pytest.raises(s3.exceptions.InvalidAnnotationName):
            put(s3, bucket, name)
    with pytest.raises(s3.exceptions.AnnotationNameTooLong):
        put(s3, bucket, "a" * 513)
    with pytest.raises(s3.exceptions.UnsupportedMediaType):
        put(s3, bucket, "a", b"\xff\xfe")
    with refused(400, "InvalidRequest"):
        put(s3, bucket, "a", b"")
    with refused(400, "EntityTooLarge"):
        put(s3, bucket, "a", b"x" * ((1 << 20) + 1))
    with refused(404, "NoSuchKey"):
        put(s3, bucket, "a", key="missing")
    with refused(412, "PreconditionFailed"):
        put(s3, bucket, "a", ObjectIfMatch='"x"')
    assert names(s3, bucket) == []


def test_lists_have_pages(s3, bucket):
    s3.put_object(Bucket=bucket, Key="k", Body=b"object")
    for number in range(7):
        put(s3, bucket, f"n{number}")
    pages = s3.get_paginator("list_object_annotations").paginate(
        Bucket=bucket, Key="k", PaginationConfig={"MaxItems": 6}) if s3.can_paginate("list_object_annotations") else None
    if pages:
        assert [row["AnnotationName"] for page in pages for row in page["Annotations"]] == [f"n{n}" for n in range(6)]
    first = s3.list_object_annotations(Bucket=bucket, Key="k", MaxAnnotationResults=4)
    rest = s3.list_object_annotations(Bucket=bucket, Key="k", ContinuationToken=first["NextContinuationToken"])
    found = [row["AnnotationName"] for row in first["Annotations"] + rest["Annotations"]]
    assert found == [f"n{n}" for n in range(7)] and "NextContinuationToken" not in rest


def test_versions_copies_and_renames(s3, bucket):
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    old = s3.put_object(Bucket=bucket, Key="k", Body=b"old")["VersionId"]
    assert put(s3, bucket, "note", b"old")["ObjectVersionId"] == old
    s3.put_object(Bucket=bucket, Key="k", Body=b"new")
    assert names(s3, bucket) == [] and names(s3, bucket, VersionId=old) == ["note"]
    source = {"Bucket": bucket, "Key": "k", "VersionId": old}
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=source)
    assert get(s3, bucket, "note", "copy")["AnnotationPayload"].read() == b"old"
    s3.copy_object(Bucket=bucket, Key="bare", CopySource=source, AnnotationDirective="EXCLUDE")
    assert names(s3, bucket, "bare") == []
    s3.copy_object(Bucket=bucket, Key="sealed", CopySource=source, ServerSideEncryption="AES256")
    told = get(s3, bucket, "note", "sealed")
    assert (told["AnnotationPayload"].read(), told["ServerSideEncryption"]) == (b"old", "AES256")
    s3.rename_object(Bucket=bucket, Key="moved", RenameSource="copy")
    assert get(s3, bucket, "note", "moved")["AnnotationPayload"].read() == b"old"
    s3.delete_object(Bucket=bucket, Key="k", VersionId=old)
    with refused(404, "NoSuchVersion"):
        get(s3, bucket, "note", VersionId=old)


def test_they_survive_a_kill(own_server):
    server = own_server([]).start()
    s3 = server.client("s3")
    s3.create_bucket(Bucket="bkt")
    s3.put_object(Bucket="bkt", Key="k", Body=b"object")
    for number in range(20):
        put(s3, "bkt", f"n{number:02}", b"x" * (100 if number % 2 else 20_000))
    server.kill()
    s3 = server.start().client("s3")
    assert names(s3, "bkt") == [f"n{number:02}" for number in range(20)]
    assert len(get(s3, "bkt", "n06")["AnnotationPayload"].read()) == 20_000


def test_the_command_line(s3, bucket, aws, tmp_path):
    s3.put_object(Bucket=bucket, Key="k", Body=b"object")
    (tmp_path / "in").write_text("text")
    common = ["--bucket", bucket, "--key", "k", "--annotation-name", "note"]
    aws("s3api", "put-object-annotation", *common, "--annotation-payload", str(tmp_path / "in"))
    aws("s3api", "get-object-annotation", *common, str(tmp_path / "out"))
    assert (tmp_path / "out").read_text() == "text"
