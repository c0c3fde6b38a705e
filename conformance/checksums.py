"""S3's checksum algorithms, computed apart from the server: by hashlib and by Amazon's C library (awscrt)."""

import base64
import hashlib

from awscrt import checksums as crt

CRCS = ["CRC32", "CRC32C", "CRC64NVME"]
DIGESTS = ["SHA1", "SHA256", "SHA512", "MD5", "XXHASH64", "XXHASH3", "XXHASH128"]
ALL = CRCS + DIGESTS
# https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html
COMPOSITE = [name for name in ALL if name != "CRC64NVME"]
FULL_OBJECT = CRCS


def raw(algorithm, data):
    match algorithm:
        case "CRC32":
            return crt.crc32(data).to_bytes(4, "big")
        case "CRC32C":
            return crt.crc32c(data).to_bytes(4, "big")
        case "CRC64NVME":
            return crt.crc64nvme(data).to_bytes(8, "big")
        case "XXHASH64" | "XXHASH3" | "XXHASH128":
            make = {"XXHASH64": "xxhash64", "XXHASH3": "xxhash3_64", "XXHASH128": "xxhash3_128"}[algorithm]
            state = getattr(crt.XXHash, f"new_{make}")()
            state.update(data)
            return state.finalize()
        case _:
            return hashlib.new(algorithm.lower(), data).digest()


def b64(value):
    return base64.b64encode(value).decode()


def checksum(algorithm, data):
    return b64(raw(algorithm, data))


def composite(algorithm, parts):
    """The checksum of the parts' checksums, with their count."""
    return f"{b64(raw(algorithm, b''.join(raw(algorithm, part) for part in parts)))}-{len(parts)}"


def header(algorithm):
    return f"x-amz-checksum-{algorithm.lower()}"


def member(algorithm):
    return f"Checksum{algorithm}"


def etag(data):
    return f'"{hashlib.md5(data).hexdigest()}"'


def multipart_etag(parts):
    return f'"{hashlib.md5(b"".join(hashlib.md5(part).digest() for part in parts)).hexdigest()}-{len(parts)}"'


def content_md5(data):
    return b64(hashlib.md5(data).digest())
