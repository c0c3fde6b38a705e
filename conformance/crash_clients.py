"""Clients that remember what was acknowledged, for the crash test.

Each client works on keys (or archives) of its own, so it knows what must be there: for every key the contents that are allowed.
One, once a change was acknowledged; the old and the new, while a change is in doubt because the server died before it answered.
A content is a tuple of seeds, one for each part; None stands for "absent".
"""

import functools
import hashlib
import json
import random

from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

from treehash import MIB, tree

SIZES = [(0, 600), (4_000, 20_000), (50_000, 300_000), (MIB - 2, 2 * MIB)]
DIED = (ConnectionError, HTTPClientError)  # botocore's: the connection was refused, reset, or closed without an answer


@functools.lru_cache(maxsize=64)
def data_of(seed):
    """The bytes that a seed stands for. Seeds that divide by 40 are of the smallest size that an S3 part may have."""
    chance = random.Random(seed)
    return chance.randbytes(5 * MIB if seed % 40 == 0 else chance.randint(*chance.choice(SIZES)))


def bytes_of(content):
    return b"".join(map(data_of, content))


def digest(data):
    return hashlib.sha256(data).digest()


class Client:
    """Draws actions at random until the server dies."""

    def __init__(self, number, seed):
        self.number, self.chance = number, random.Random(seed)
        self.seeds = iter(range(number * 1_000_000 + 1, (number + 1) * 1_000_000))
        self.acknowledged = self.in_doubt = 0
        self.failure = None

    def run(self, stop):
        try:
            while not stop.is_set():
                self.chance.choice(self.actions)()
                self.acknowledged += 1
        except DIED:
            self.in_doubt += 1
        except Exception as failure:  # noqa: BLE001  shown by the test
            self.failure = failure


class S3Client(Client):
    def __init__(self, number, seed, s3, bucket):
        super().__init__(number, seed)
        self.s3, self.bucket = s3, bucket
        self.keys = {f"client-{number}/{name}": [None] for name in "abcdef"}
        self.uploads = {}  # id -> {"key", "parts": {number: [allowed seeds]}, "ending": None, "complete" or "abort"}
        self.started_in_doubt = 0
        self.actions = [self.put, self.put, self.put, self.delete, self.copy, self.start, self.send, self.send,
                        self.complete, self.complete, self.abort]  # fmt: skip

    def where(self, upload):
        return {"Bucket": self.bucket, "Key": self.uploads[upload]["key"], "UploadId": upload}

    def any_key(self):
        return self.chance.choice(list(self.keys))

    def any_upload(self):
        return self.chance.choice(list(self.uploads)) if self.uploads else None

    def change(self, key, content, call):
        self.keys[key] = [*self.keys[key], content]
        answer = call()
        self.keys[key] = [content]
        return answer

    def put(self):
        key, seed = self.any_key(), next(self.seeds)
        self.change(key, (seed,), lambda: self.s3.put_object(Bucket=self.bucket, Key=key, Body=data_of(seed)))

    def delete(self):
        key = self.any_key()
        self.change(key, None, lambda: self.s3.delete_object(Bucket=self.bucket, Key=key))

    def copy(self):
        source, key = self.any_key(), self.any_key()
        if source == key or self.keys[source][-1] is None:
            return
        where = {"Bucket": self.bucket, "Key": source}
        self.change(
            key, self.keys[source][-1], lambda: self.s3.copy_object(Bucket=self.bucket, Key=key, CopySource=where)
        )

    def start(self):
        if len(self.uploads) > 5:
            return
        key = self.any_key()
        self.started_in_doubt += 1
        upload = self.s3.create_multipart_upload(Bucket=self.bucket, Key=key)["UploadId"]
        self.started_in_doubt -= 1
        self.uploads[upload] = {"key": key, "parts": {}, "ending": None}

    def send(self):
        if upload := self.any_upload():
            parts = self.uploads[upload]["parts"]
            number = self.chance.choice([1, 1, 2]) if 1 in parts and parts[1][-1] % 40 == 0 else 1
            seed = next(self.seeds)
            parts[number] = [*parts.get(number, [None]), seed]
            self.s3.upload_part(**self.where(upload), PartNumber=number, Body=data_of(seed))
            parts[number] = [seed]
            if number == 1 and seed % 40:
                parts.pop(2, None)  # a small first part must be the last that is named

    def complete(self):
        upload = self.any_upload()
        if upload and self.uploads[upload]["parts"]:
            self.uploads[upload]["ending"] = "complete"
            self.finish(upload)

    def finish(self, upload):
        """Completes, or completes again."""
        state = self.uploads[upload]
        seeds = [allowed[-1] for _, allowed in sorted(state["parts"].items())]
        named = [
            {"PartNumber": number, "ETag": hashlib.md5(data_of(allowed[-1])).hexdigest()}
            for number, allowed in sorted(state["parts"].items())
        ]
        self.change(
            state["key"], tuple(seeds),
            lambda: self.s3.complete_multipart_upload(**self.where(upload), MultipartUpload={"Parts": named}),
        )  # fmt: skip
        del self.uploads[upload]

    def abort(self):
        if upload := self.any_upload():
            self.uploads[upload]["ending"] = "abort"
            self.s3.abort_multipart_upload(**self.where(upload))
            del self.uploads[upload]

    def verify(self):
        """After a restart: what was acknowledged is there and equal, what was in doubt is one of the two, then settled."""
        self.settle_uploads()
        listed = {}
        for page in self.s3.get_paginator("list_objects_v2").paginate(
            Bucket=self.bucket, Prefix=f"client-{self.number}/"
        ):
            listed.update({item["Key"]: item["Size"] for item in page.get("Contents", [])})
        assert set(listed) <= set(self.keys)
        for key, allowed in self.keys.items():
            try:
                got = self.s3.get_object(Bucket=self.bucket, Key=key)["Body"].read()
            except self.s3.exceptions.NoSuchKey:
                got = None
            assert (listed[key] == len(got)) if got is not None else (key not in listed), key
            matching = [one for one in allowed if (bytes_of(one) if one is not None else None) == got]
            assert matching, f"{key}: {'absent' if got is None else f'{len(got)} bytes'}, allowed was {allowed}"
            self.keys[key] = [matching[-1]]

    def settle_uploads(self):
        pages = self.s3.get_paginator("list_multipart_uploads").paginate(
            Bucket=self.bucket, Prefix=f"client-{self.number}/"
        )
        shown = {upload["UploadId"]: upload["Key"] for page in pages for upload in page.get("Uploads", [])}
        for upload, state in list(self.uploads.items()):
            if state["ending"] == "complete":
                self.finish(upload)
                shown.pop(upload, None)
            elif state["ending"] == "abort":
                if shown.pop(upload, None):
                    self.s3.abort_multipart_upload(**self.where(upload))
                del self.uploads[upload]
            else:
                assert shown.pop(upload, None) == state["key"], f"upload {upload} of {state['key']} is lost"
                self.settle_parts(upload, state)
        assert len(shown) <= self.started_in_doubt, f"uploads that nobody started: {shown}"
        for upload, key in shown.items():
            self.s3.abort_multipart_upload(Bucket=self.bucket, Key=key, UploadId=upload)
        self.started_in_doubt = 0

    def settle_parts(self, upload, state):
        parts = {
            p["PartNumber"]: p["ETag"].strip('"') for p in self.s3.list_parts(**self.where(upload)).get("Parts", [])
        }
        for number, allowed in list(state["parts"].items()):
            tags = {hashlib.md5(data_of(seed)).hexdigest() if seed else None: seed for seed in allowed}
            assert parts.get(number) in tags, f"part {number} of {upload}: {parts.get(number)}, allowed was {tags}"
            seed = tags[parts.get(number)]
            if seed is None:
                del state["parts"][number]
            else:
                state["parts"][number] = [seed]
        if 1 in state["parts"] and state["parts"][1][0] % 40:
            state["parts"].pop(2, None)


class GlacierClient(Client):
    """Archives are known by their description, which is the seed, since the id of an upload in doubt is unknown."""

    def __init__(self, number, seed, glacier, vault):
        super().__init__(number, seed)
        self.glacier, self.vault = glacier, vault
        glacier.create_vault(vaultName=vault)
        self.archives = {}  # description -> (id or None, content, state: "there", "in doubt", "going")
        self.upload = None
        self.actions = [self.put, self.put, self.delete, self.step, self.step, self.step]

    def put(self):
        seed = next(self.seeds)
        if not data_of(seed):
            return
        self.archives[str(seed)] = (None, (seed,), "in doubt")
        made = self.glacier.upload_archive(vaultName=self.vault, archiveDescription=str(seed), body=data_of(seed))
        self.archives[str(seed)] = (made["archiveId"], (seed,), "there")

    def delete(self):
        if len(self.archives) > 6:
            description = self.chance.choice(list(self.archives))
            archive, content, _ = self.archives[description]
            self.archives[description] = (archive, content, "going")
            self.glacier.delete_archive(vaultName=self.vault, archiveId=archive)
            del self.archives[description]

    def step(self):
        """One step of a multipart upload: begin, parts in any order, complete or abort."""
        if self.upload is None:
            parts = [self.full_part() for _ in range(self.chance.randint(0, 2))] + [next(self.seeds)]
            name = str(parts[-1])
            if not data_of(parts[-1]) or len(data_of(parts[-1])) > MIB:
                return
            made = self.glacier.initiate_multipart_upload(
                vaultName=self.vault, archiveDescription=name, partSize=str(MIB)
            )
            left = list(enumerate(parts))
            self.chance.shuffle(left)
            self.upload = {"id": made["uploadId"], "name": name, "parts": parts, "left": left, "ending": None}
        elif self.upload["left"]:
            at, part = self.upload["left"][-1]
            body = self.part_data(part)
            self.glacier.upload_multipart_part(
                vaultName=self.vault, uploadId=self.upload["id"], body=body,
                range=f"bytes {at * MIB}-{at * MIB + len(body) - 1}/*",
            )  # fmt: skip
            self.upload["left"].pop()
        elif self.chance.random() < 0.2:
            self.upload["ending"] = "abort"
            self.glacier.abort_multipart_upload(vaultName=self.vault, uploadId=self.upload["id"])
            self.upload = None
        else:
            self.upload["ending"] = "complete"
            self.finish()

    def full_part(self):
        return ("full", next(self.seeds))

    @staticmethod
    def part_data(part):
        return random.Random(part[1]).randbytes(MIB) if isinstance(part, tuple) else data_of(part)

    def content(self, parts):
        return b"".join(map(self.part_data, parts))

    def finish(self):
        data = self.content(self.upload["parts"])
        self.archives[self.upload["name"]] = (None, tuple(self.upload["parts"]), "in doubt")
        done = self.glacier.complete_multipart_upload(
            vaultName=self.vault, uploadId=self.upload["id"], archiveSize=str(len(data)), checksum=tree(data)
        )
        self.archives[self.upload["name"]] = (done["archiveId"], tuple(self.upload["parts"]), "there")
        self.upload = None

    def verify(self):
        self.settle_upload()
        listed = {}
        for item in json.loads(self.output(Type="inventory-retrieval"))["ArchiveList"]:
            assert item["ArchiveDescription"] not in listed, "an archive is there twice"
            listed[item["ArchiveDescription"]] = item
        for description, (archive, content, state) in list(self.archives.items()):
            item = listed.pop(description, None)
            if item is None:
                assert state != "there", f"archive {archive} ({description}) is lost"
                del self.archives[description]
                continue
            data = self.content(content)
            assert (item["Size"], item["SHA256TreeHash"]) == (len(data), tree(data))
            assert archive in (None, item["ArchiveId"])
            self.archives[description] = (item["ArchiveId"], content, "there")
        assert not listed, f"archives that must not be there: {list(listed)}"
        for description in self.chance.sample(sorted(self.archives), min(3, len(self.archives))):
            archive, content, _ = self.archives[description]
            got = self.output(Type="archive-retrieval", ArchiveId=archive)
            assert digest(got) == digest(self.content(content)), f"archive {archive} differs"

    def settle_upload(self):
        pages = self.glacier.get_paginator("list_multipart_uploads").paginate(vaultName=self.vault)
        shown = {upload["MultipartUploadId"] for page in pages for upload in page["UploadsList"]}
        upload = self.upload
        if upload is not None and upload["ending"] == "complete":
            self.finish()
        elif upload is not None and upload["ending"] == "abort":
            self.upload = None
        elif upload is not None:
            assert upload["id"] in shown, f"upload {upload['id']} is lost"
            shown.discard(upload["id"])
            parts = self.glacier.list_parts(vaultName=self.vault, uploadId=upload["id"])["Parts"]
            hashes = {int(part["RangeInBytes"].split("-")[0]) // MIB: part["SHA256TreeHash"] for part in parts}
            left = dict(upload["left"])
            for at, part in enumerate(upload["parts"]):
                if at in hashes or at not in left:
                    assert hashes.get(at) == tree(self.part_data(part)), f"part {at} of {upload['id']}"
        for other in shown - {upload["id"] if upload else None}:  # begun in doubt, or ended in doubt
            try:
                self.glacier.abort_multipart_upload(vaultName=self.vault, uploadId=other)
            except ClientError as error:
                assert error.response["Error"]["Code"] == "ResourceNotFoundException"

    def output(self, **parameters):
        job = self.glacier.initiate_job(vaultName=self.vault, jobParameters=parameters)["jobId"]
        return self.glacier.get_job_output(vaultName=self.vault, jobId=job)["body"].read()
