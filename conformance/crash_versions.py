"""A client of a bucket with versions, for the crash test: it knows of each key which versions there are, newest first."""

import hashlib

from crash_clients import Client, data_of

MARKER = None


class VersionsClient(Client):
    """A version is its id and the seed of its bytes, or MARKER. One change at most is in doubt: what may have come, or may be gone."""

    def __init__(self, number, seed, s3, bucket):
        super().__init__(number, seed)
        self.s3, self.bucket = s3, bucket
        self.keys = {f"client-{number}/{name}": [] for name in "abc"}
        self.coming = self.going = None  # (key, seed or MARKER); (key, id)
        self.actions = [self.put, self.put, self.upload, self.hide, self.restore, self.remove, self.remove]

    def any_key(self):
        return self.chance.choice(list(self.keys))

    def come(self, key, seed, call):
        self.coming = (key, seed)
        self.keys[key].insert(0, (call()["VersionId"], seed))
        self.coming = None
        if len(self.keys[key]) > 8:
            self.remove_of(key)

    def put(self):
        key, seed = self.any_key(), next(self.seeds)
        self.come(key, seed, lambda: self.s3.put_object(Bucket=self.bucket, Key=key, Body=data_of(seed)))

    def upload(self):
        key, seed = self.any_key(), next(self.seeds)
        where = {"Bucket": self.bucket, "Key": key}
        where["UploadId"] = self.s3.create_multipart_upload(**where)["UploadId"]
        part = {"PartNumber": 1, "ETag": self.s3.upload_part(**where, PartNumber=1, Body=data_of(seed))["ETag"]}
        named = {"Parts": [part]}
        self.come(key, seed, lambda: self.s3.complete_multipart_upload(**where, MultipartUpload=named))

    def hide(self):
        key = self.any_key()
        self.come(key, MARKER, lambda: self.s3.delete_object(Bucket=self.bucket, Key=key))

    def restore(self):
        """An older version becomes the current one by a copy."""
        key = self.any_key()
        versions = [version for version in self.keys[key] if version[1] is not MARKER]
        if versions:
            version, seed = self.chance.choice(versions)
            source = {"Bucket": self.bucket, "Key": key, "VersionId": version}
            self.come(key, seed, lambda: self.s3.copy_object(Bucket=self.bucket, Key=key, CopySource=source))

    def remove(self):
        key = self.any_key()
        if len(self.keys[key]) > 2:
            self.remove_of(key)

    def remove_of(self, key):
        gone = self.chance.choice(self.keys[key])
        self.going = (key, gone[0])
        self.s3.delete_object(Bucket=self.bucket, Key=key, VersionId=gone[0])
        self.keys[key].remove(gone)
        self.going = None

    def verify(self):
        listed = {key: [] for key in self.keys}
        pages = self.s3.get_paginator("list_object_versions").paginate(Bucket=self.bucket, Prefix=f"client-{self.number}/")
        for page in pages:
            for row in page.get("Versions", []) + page.get("DeleteMarkers", []):
                listed[row["Key"]].append(row)
        for key, rows in listed.items():
            self.settle(key, {row["VersionId"]: row for row in rows})
        self.coming = self.going = None
        for page in self.s3.get_paginator("list_multipart_uploads").paginate(
            Bucket=self.bucket, Prefix=f"client-{self.number}/"
        ):
            for upload in page.get("Uploads", []):
                where = {"Bucket": self.bucket, "Key": upload["Key"], "UploadId": upload["UploadId"]}
                self.s3.abort_multipart_upload(**where)

    def settle(self, key, rows):
        new = [version for version in rows if version not in dict(self.keys[key])]
        gone = [version for version, _ in self.keys[key] if version not in rows]
        may_come = self.coming is not None and self.coming[0] == key
        assert len(new) <= may_come, f"{key}: versions {new} came by nobody"
        assert gone == [] or (key, gone[0]) == self.going and len(gone) == 1, f"{key}: versions {gone} are lost"
        self.keys[key] = [(version, self.coming[1]) for version in new] + [
            version for version in self.keys[key] if version[0] not in gone
        ]
        for version, seed in self.keys[key]:
            row = rows[version]
            assert row["IsLatest"] == (version == self.keys[key][0][0]), f"{key}: {version} is in another place"
            assert ("ETag" in row) == (seed is not MARKER), f"{key}: {version} is another thing"
            if seed is not MARKER:
                got = self.s3.get_object(Bucket=self.bucket, Key=key, VersionId=version)["Body"].read()
                assert hashlib.md5(got).digest() == hashlib.md5(data_of(seed)).digest(), f"{key}: {version} differs"
