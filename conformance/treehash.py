"""Glacier's SHA-256 tree hash, and uploads that use it.

https://docs.aws.amazon.com/amazonglacier/latest/dev/checksum-calculations.html
"""

import hashlib

MIB = 1 << 20


def combine(nodes):
    """Pairs neighbours until one is left; a lone last node goes up as it is."""
    while len(nodes) > 1:
        pairs = [nodes[at : at + 2] for at in range(0, len(nodes), 2)]
        nodes = [hashlib.sha256(b"".join(pair)).digest() if len(pair) == 2 else pair[0] for pair in pairs]
    return nodes[0]


def tree(data):
    leaves = [hashlib.sha256(data[at : at + MIB]).digest() for at in range(0, len(data), MIB)]
    return combine(leaves or [hashlib.sha256(b"").digest()]).hex()


def pattern(size):
    """byte[i] = i mod 251: the data of the worked examples."""
    return (bytes(range(251)) * (size // 251 + 1))[:size]


def upload_headers(data, **more):
    """The headers of UploadArchive and UploadMultipartPart, by hand."""
    return {"x-amz-sha256-tree-hash": tree(data), **{name.replace("_", "-"): value for name, value in more.items()}}


class VaultUpload:
    """A multipart upload to a vault being filled by a test."""

    def __init__(self, glacier, vault, part_size=MIB, **more):
        self.glacier, self.vault, self.part_size = glacier, vault, part_size
        self.started = glacier.initiate_multipart_upload(vaultName=vault, partSize=str(part_size), **more)
        self.id = self.started["uploadId"]
        self.where = {"vaultName": vault, "uploadId": self.id}

    @classmethod
    def of(cls, glacier, vault, upload):
        """One that somebody else began."""
        one = cls.__new__(cls)
        one.glacier, one.id, one.where = glacier, upload, {"vaultName": vault, "uploadId": upload}
        return one

    def send(self, first, data, **more):
        return self.glacier.upload_multipart_part(
            **self.where, range=f"bytes {first}-{first + len(data) - 1}/*", body=data, **more
        )

    def send_all(self, data, order=None):
        starts = list(range(0, len(data), self.part_size))
        for first in order(starts) if order else starts:
            self.send(first, data[first : first + self.part_size])
        return self

    def complete(self, data=None, *, size=None, checksum=None):
        return self.glacier.complete_multipart_upload(
            **self.where,
            archiveSize=str(len(data) if size is None else size),
            checksum=checksum or tree(data),
        )

    def abort(self):
        return self.glacier.abort_multipart_upload(**self.where)

    def ranges(self, **more):
        return [part["RangeInBytes"] for part in self.glacier.list_parts(**self.where, **more)["Parts"]]
