"""What Terraform's AWS provider reads of a bucket after each of its resources was made: every configuration that can be set is read back as
it was written, twice without drift, changed in place, and gone when it is deleted. What is unset is in test_terraform_shape.py.
"""

import pytest
from botocore import xform_name

from checks import refused_with
from server import ACCOUNT
from test_terraform_shape import NO_SUCH, UNSET, without_metadata

BLOCK = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")


def encrypted(**by):
    bucket_key = by.pop("bucket_key", False)
    rule = {"ApplyServerSideEncryptionByDefault": by, "BucketKeyEnabled": bucket_key, "BlockedEncryptionTypes": {"EncryptionType": ["NONE"]}}
    return {"ServerSideEncryptionConfiguration": {"Rules": [rule]}}


def lifecycle(*rules):
    # The provider says the size explicitly, and waits until it reads it back.
    return {"TransitionDefaultMinimumObjectSize": "all_storage_classes_128K", "Rules": [{"Status": "Enabled", **rule} for rule in rules]}


def default_retention(**period):
    return {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", **period}}}}


# How a kind is written and deleted (`None`: it can only be changed), and what is written, then written over it.
CONFIGURED = {
    "bucket_versioning": ("put", None, [{"Status": "Enabled"}, {"Status": "Suspended"}]),
    "bucket_tagging": ("put", "delete", [{"TagSet": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": ""}]}, {"TagSet": [{"Key": "c", "Value": "ö"}]}]),
    "bucket_cors": (
        "put",
        "delete",
        [
            {"CORSRules": [{"ID": "one", "AllowedHeaders": ["*"], "AllowedMethods": ["PUT", "POST"], "AllowedOrigins": ["https://a.example"], "ExposeHeaders": ["ETag"], "MaxAgeSeconds": 3000}, {"AllowedMethods": ["GET"], "AllowedOrigins": ["*"]}]},
            {"CORSRules": [{"AllowedMethods": ["HEAD"], "AllowedOrigins": ["https://*.example"]}]},
        ],
    ),
    "bucket_lifecycle_configuration": (
        "put",
        "delete_bucket_lifecycle",
        [
            lifecycle({"ID": "logs", "Filter": {"And": {"Prefix": "log/", "ObjectSizeGreaterThan": 10, "ObjectSizeLessThan": 1000}}, "Expiration": {"Days": 90}}, {"ID": "rest", "Filter": {"Prefix": ""}, "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}),
            lifecycle({"ID": "old", "Filter": {"Prefix": "x/"}, "Expiration": {"Days": 3}}),
        ],
    ),
    "bucket_encryption": ("put", "delete", [encrypted(SSEAlgorithm="AES256"), encrypted(SSEAlgorithm="aws:kms", KMSMasterKeyID="alias/aws/s3", bucket_key=True)]),
    "bucket_ownership_controls": ("put", "delete", [{"OwnershipControls": {"Rules": [{"ObjectOwnership": name}]}} for name in ("BucketOwnerPreferred", "ObjectWriter")]),
    "public_access_block": (
        "put",
        "delete",
        [{"PublicAccessBlockConfiguration": dict.fromkeys(BLOCK, False)}, {"PublicAccessBlockConfiguration": {**dict.fromkeys(BLOCK, False), "BlockPublicPolicy": True}}],
    ),
    "bucket_request_payment": ("put", None, [{"Payer": "Requester"}, {"Payer": "BucketOwner"}]),
    "object_lock_configuration": ("put", None, [default_retention(Days=5), default_retention(Years=1)]),
}
# Where the request has the configuration in a member of another name than the answer's own members.
MEMBERS = {
    "bucket_versioning": "VersioningConfiguration",
    "bucket_tagging": "Tagging",
    "bucket_cors": "CORSConfiguration",
    "bucket_request_payment": "RequestPaymentConfiguration",
}


def request(kind, wanted):
    if kind == "bucket_lifecycle_configuration":
        wanted = dict(wanted)
        return {"TransitionDefaultMinimumObjectSize": wanted.pop("TransitionDefaultMinimumObjectSize"), "LifecycleConfiguration": wanted}
    return {MEMBERS[kind]: wanted} if kind in MEMBERS else wanted


@pytest.mark.parametrize("kind", CONFIGURED)
def test_what_is_written_is_read_and_deleted(s3, bucket, kind):
    put, delete, values = CONFIGURED[kind]
    if kind == "object_lock_configuration":
        s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Enabled"})
    for wanted in values:
        getattr(s3, f"{put}_{kind}")(Bucket=bucket, **request(kind, wanted))
        for _ in range(2):
            assert without_metadata(getattr(s3, f"get_{kind}")(Bucket=bucket)) == wanted
    if delete:
        getattr(s3, delete if "_" in delete else f"delete_{kind}")(Bucket=bucket)
        gone = {
            "bucket_encryption": "ServerSideEncryptionConfigurationNotFoundError",
            "bucket_ownership_controls": "OwnershipControlsNotFoundError",
            "public_access_block": "NoSuchPublicAccessBlockConfiguration",
        }
        refused_with(gone.get(kind) or UNSET[f"get_{kind}"], getattr(s3, f"get_{kind}"), Bucket=bucket)


def test_acls_are_read_as_they_were_written(s3, bucket):
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "BucketOwnerPreferred"}]})
    owner = s3.get_bucket_acl(Bucket=bucket)["Owner"]
    grants = [
        {"Grantee": {"Type": "CanonicalUser", **owner}, "Permission": "FULL_CONTROL"},
        {"Grantee": {"Type": "Group", "URI": "http://acs.amazonaws.com/groups/s3/LogDelivery"}, "Permission": "WRITE"},
    ]
    s3.put_bucket_acl(Bucket=bucket, AccessControlPolicy={"Owner": owner, "Grants": grants})
    for _ in range(2):
        read = without_metadata(s3.get_bucket_acl(Bucket=bucket))
        # The provider keeps them as a set.
        assert read.pop("Grants") in (grants, grants[::-1])
        assert read == {"Owner": owner}


def test_a_bucket_made_with_a_lock_says_so(s3, name):
    s3.create_bucket(Bucket=name, ObjectLockEnabledForBucket=True)
    assert s3.get_bucket_versioning(Bucket=name)["Status"] == "Enabled"
    assert s3.get_object_lock_configuration(Bucket=name)["ObjectLockConfiguration"] == {"ObjectLockEnabled": "Enabled"}


# Resources that cannot be made: the plan's apply fails by a name, and nothing of it is kept.
REFUSED = {
    "put_bucket_replication": {"ReplicationConfiguration": {"Role": f"arn:aws:iam::{ACCOUNT}:role/r", "Rules": [{"Status": "Enabled", "Prefix": "", "Destination": {"Bucket": "arn:aws:s3:::other"}}]}},
    "put_bucket_accelerate_configuration": {"AccelerateConfiguration": {"Status": "Enabled"}},
    "put_bucket_metrics_configuration": {"Id": "x", "MetricsConfiguration": {"Id": "x"}},
    "put_bucket_analytics_configuration": {"Id": "x", "AnalyticsConfiguration": {"Id": "x", "StorageClassAnalysis": {}}},
}  # fmt: skip


@pytest.mark.parametrize("operation", REFUSED)
def test_what_cannot_be_set_is_refused_by_name(s3, bucket, operation):
    error = refused_with("NotImplemented", getattr(s3, operation), Bucket=bucket, **REFUSED[operation])
    assert error["ResponseMetadata"]["HTTPStatusCode"] == 501
    name = operation.replace("put_", "get_")
    unset, read = UNSET.get(name, "NoSuchConfiguration"), getattr(s3, name)
    if isinstance(unset, str):
        refused_with(unset, read, Bucket=bucket, **({} if name in UNSET else {"Id": "x"}))
    else:
        assert without_metadata(read(Bucket=bucket)) == unset


def test_every_read_of_the_model_is_known_here(s3):
    names = {xform_name(name) for name in s3.meta.service_model.operation_names}
    reads = {name for name in names if name.startswith("get_bucket_") or name.startswith("list_bucket_") or name in ("get_public_access_block", "get_object_lock_configuration")}
    known = {*UNSET, *NO_SUCH, *(f"get_{kind}" for kind in CONFIGURED), "get_bucket_acl"}
    # Older names of two others, and what the provider reads for resources that are not the bucket's own.
    other = {"get_bucket_lifecycle", "get_bucket_notification", "get_bucket_abac", "get_bucket_metadata_configuration", "get_bucket_metadata_table_configuration"}
    assert reads - other == known
