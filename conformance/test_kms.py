"""KMS by boto3 and the AWS CLI: keys of every kind made, told as Terraform reads them, used, rotated, granted, refused by Amazon's codes."""

import base64
import json
import random
import subprocess
import sys
import threading

import pytest

from botocore.exceptions import ConnectionError, HTTPClientError

from checks import refused_with
from server import ACCESS_KEY, ACCOUNT, REGION, SECRET_KEY
from test_lifecycle import wait_until


@pytest.fixture
def key(kms):
    return kms.create_key()["KeyMetadata"]


@pytest.fixture
def user(server, name):
    """A new user without policies: its ARN, its KMS client, and a way to give it a policy."""
    iam = server.client("iam")
    arn = iam.create_user(UserName=name)["User"]["Arn"]
    made = iam.create_access_key(UserName=name)["AccessKey"]

    def allow(*actions):
        statement = {"Effect": "Allow", "Action": list(actions), "Resource": "*"}
        document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document)

    return arn, server.client_of("kms", made["AccessKeyId"], made["SecretAccessKey"]), allow


def test_a_key_is_told_as_terraform_reads_it(kms, name):
    policy = {
        "Version": "2012-10-17",
        "Statement": [{"Sid": "all", "Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
                       "Action": "kms:*", "Resource": "*"}],
    }  # fmt: skip
    made = kms.create_key(
        Description="a key", KeyUsage="ENCRYPT_DECRYPT", KeySpec="SYMMETRIC_DEFAULT", Policy=json.dumps(policy),
        Tags=[{"TagKey": "team", "TagValue": "red"}], BypassPolicyLockoutSafetyCheck=False, MultiRegion=False,
    )["KeyMetadata"]  # fmt: skip
    told = kms.describe_key(KeyId=made["KeyId"])["KeyMetadata"]
    assert told == made
    arn = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/{made['KeyId']}"
    expected = {
        "AWSAccountId": ACCOUNT, "Arn": arn, "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT", "Description": "a key",
        "Enabled": True, "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"], "KeyManager": "CUSTOMER",
        "KeySpec": "SYMMETRIC_DEFAULT", "KeyState": "Enabled", "KeyUsage": "ENCRYPT_DECRYPT", "MultiRegion": False,
        "Origin": "AWS_KMS",
    }  # fmt: skip
    assert {member: told[member] for member in expected} == expected
    assert json.loads(kms.get_key_policy(KeyId=arn, PolicyName="default")["Policy"]) == policy
    assert kms.list_key_policies(KeyId=arn)["PolicyNames"] == ["default"]
    assert kms.list_resource_tags(KeyId=arn)["Tags"] == [{"TagKey": "team", "TagValue": "red"}]
    assert kms.get_key_rotation_status(KeyId=arn)["KeyRotationEnabled"] is False
    kms.enable_key_rotation(KeyId=arn, RotationPeriodInDays=180)
    status = kms.get_key_rotation_status(KeyId=arn)
    assert (status["KeyRotationEnabled"], status["RotationPeriodInDays"]) == (True, 180)
    kms.create_alias(AliasName=f"alias/{name}", TargetKeyId=made["KeyId"])
    aliases = [alias for page in kms.get_paginator("list_aliases").paginate() for alias in page["Aliases"]]
    [own] = [alias for alias in aliases if alias["AliasName"] == f"alias/{name}"]
    assert (own["TargetKeyId"], own["AliasArn"]) == (made["KeyId"], f"arn:aws:kms:{REGION}:{ACCOUNT}:alias/{name}")
    assert "alias/aws/s3" in [alias["AliasName"] for alias in aliases]
    assert [alias["AliasName"] for alias in kms.list_aliases(KeyId=arn)["Aliases"]] == [f"alias/{name}"]
    kms.update_key_description(KeyId=arn, Description="another")
    kms.tag_resource(KeyId=arn, Tags=[{"TagKey": "team", "TagValue": "blue"}, {"TagKey": "more", "TagValue": ""}])
    kms.untag_resource(KeyId=arn, TagKeys=["more"])
    assert kms.describe_key(KeyId=f"alias/{name}")["KeyMetadata"]["Description"] == "another"
    assert kms.list_resource_tags(KeyId=arn)["Tags"] == [{"TagKey": "team", "TagValue": "blue"}]
    assert arn in [key["KeyArn"] for page in kms.get_paginator("list_keys").paginate() for key in page["Keys"]]
    kms.delete_alias(AliasName=f"alias/{name}")
    refused_with("NotFoundException", kms.describe_key, KeyId=f"alias/{name}")
    deletion = kms.schedule_key_deletion(KeyId=arn, PendingWindowInDays=7)
    assert (deletion["KeyState"], deletion["KeyId"]) == ("PendingDeletion", arn)
    assert kms.describe_key(KeyId=arn)["KeyMetadata"]["DeletionDate"] == deletion["DeletionDate"]
    refused_with("KMSInvalidStateException", kms.encrypt, KeyId=arn, Plaintext=b"x")
    kms.cancel_key_deletion(KeyId=arn)
    refused_with("DisabledException", kms.encrypt, KeyId=arn, Plaintext=b"x")


def test_what_is_encrypted_opens_in_its_context_after_rotations(kms, key):
    context = {"purpose": "test", "more": "ü"}
    sealed = kms.encrypt(KeyId=key["KeyId"], Plaintext=b"plain", EncryptionContext=context)
    assert sealed["KeyId"] == key["Arn"]
    data_key = kms.generate_data_key(KeyId=key["Arn"], KeySpec="AES_256", EncryptionContext=context)
    assert len(data_key["Plaintext"]) == 32
    without = kms.generate_data_key_without_plaintext(KeyId=key["Arn"], NumberOfBytes=64)
    assert "Plaintext" not in without
    for _ in range(2):
        opened = kms.decrypt(CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext=context)
        assert (opened["Plaintext"], opened["KeyId"]) == (b"plain", key["Arn"])
        opened = kms.decrypt(CiphertextBlob=data_key["CiphertextBlob"], EncryptionContext=context, KeyId=key["KeyId"])
        assert opened["Plaintext"] == data_key["Plaintext"]
        assert len(kms.decrypt(CiphertextBlob=without["CiphertextBlob"])["Plaintext"]) == 64
        kms.rotate_key_on_demand(KeyId=key["KeyId"])
    rotations = kms.list_key_rotations(KeyId=key["KeyId"])["Rotations"]
    assert [rotation["RotationType"] for rotation in rotations] == ["ON_DEMAND", "ON_DEMAND"]
    everything = kms.list_key_rotations(KeyId=key["KeyId"], IncludeKeyMaterial="ALL_KEY_MATERIAL")["Rotations"]
    assert [it["KeyMaterialState"] for it in everything] == ["NON_CURRENT", "NON_CURRENT", "CURRENT"]
    refused_with("InvalidCiphertextException", kms.decrypt, CiphertextBlob=sealed["CiphertextBlob"])
    refused_with("InvalidCiphertextException", kms.decrypt, CiphertextBlob=b"nothing")
    changed = sealed["CiphertextBlob"][:-1] + bytes([sealed["CiphertextBlob"][-1] ^ 1])
    refused_with("InvalidCiphertextException", kms.decrypt, CiphertextBlob=changed, EncryptionContext=context)
    other = kms.create_key()["KeyMetadata"]
    refused_with("IncorrectKeyException", kms.decrypt, CiphertextBlob=sealed["CiphertextBlob"], KeyId=other["KeyId"])
    moved = kms.re_encrypt(
        CiphertextBlob=sealed["CiphertextBlob"], SourceEncryptionContext=context, DestinationKeyId=other["Arn"]
    )
    assert (moved["SourceKeyId"], moved["KeyId"]) == (key["Arn"], other["Arn"])
    assert kms.decrypt(CiphertextBlob=moved["CiphertextBlob"])["Plaintext"] == b"plain"
    kms.disable_key(KeyId=key["KeyId"])
    refused_with("DisabledException", kms.decrypt, CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext=context)
    kms.enable_key(KeyId=key["KeyId"])
    dry = refused_with("DryRunOperationException", kms.encrypt, KeyId=key["KeyId"], Plaintext=b"x", DryRun=True)
    assert dry["ResponseMetadata"]["HTTPStatusCode"] == 412
    assert len(kms.generate_random(NumberOfBytes=1024)["Plaintext"]) == 1024


@pytest.mark.parametrize("spec, algorithm", [
    ("RSA_2048", "RSASSA_PSS_SHA_256"),
    ("RSA_2048", "RSASSA_PKCS1_V1_5_SHA_512"),
    ("ECC_NIST_P256", "ECDSA_SHA_256"),
    ("ECC_NIST_P384", "ECDSA_SHA_384"),
    ("ECC_NIST_P521", "ECDSA_SHA_512"),
    ("ECC_SECG_P256K1", "ECDSA_SHA_256"),
    ("ECC_NIST_EDWARDS25519", "ED25519_SHA_512"),
    ("ML_DSA_44", "ML_DSA_SHAKE_256"),
])  # fmt: skip
def test_pairs_sign(kms, spec, algorithm):
    made = kms.create_key(KeySpec=spec, KeyUsage="SIGN_VERIFY")["KeyMetadata"]
    assert algorithm in made["SigningAlgorithms"] and "EncryptionAlgorithms" not in made
    arguments = {"KeyId": made["KeyId"], "Message": b"message", "SigningAlgorithm": algorithm}
    signed = kms.sign(**arguments)["Signature"]
    assert kms.verify(**arguments, Signature=signed)["SignatureValid"] is True
    arguments["Message"] = b"massage"
    refused_with("KMSInvalidSignatureException", kms.verify, **arguments, Signature=signed)
    public = kms.get_public_key(KeyId=made["KeyId"])
    assert (public["KeySpec"], public["PublicKey"][0]) == (spec, 0x30)
    refused_with("InvalidKeyUsageException", kms.encrypt, KeyId=made["KeyId"], Plaintext=b"x")


def test_other_kinds(kms):
    rsa = kms.create_key(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")["KeyMetadata"]
    arguments = {"KeyId": rsa["KeyId"], "EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}
    sealed = kms.encrypt(**arguments, Plaintext=b"plain")["CiphertextBlob"]
    assert kms.decrypt(**arguments, CiphertextBlob=sealed)["Plaintext"] == b"plain"
    mac = kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]
    arguments = {"KeyId": mac["KeyId"], "Message": b"message", "MacAlgorithm": "HMAC_SHA_256"}
    code = kms.generate_mac(**arguments)["Mac"]
    assert kms.verify_mac(**arguments, Mac=code)["MacValid"] is True
    refused_with("KMSInvalidMacException", kms.verify_mac, **arguments, Mac=b"x" * 32)
    [one, other] = [kms.create_key(KeySpec="ECC_NIST_P256", KeyUsage="KEY_AGREEMENT")["KeyMetadata"] for _ in "12"]
    shared = []
    for mine, theirs in [(one, other), (other, one)]:
        public = kms.get_public_key(KeyId=theirs["KeyId"])["PublicKey"]
        derived = kms.derive_shared_secret(KeyId=mine["KeyId"], KeyAgreementAlgorithm="ECDH", PublicKey=public)
        shared.append(derived["SharedSecret"])
    assert shared[0] == shared[1]
    mrk = kms.create_key(MultiRegion=True)["KeyMetadata"]
    assert mrk["KeyId"].startswith("mrk-") and mrk["MultiRegionConfiguration"]["MultiRegionKeyType"] == "PRIMARY"
    symmetric = kms.create_key()["KeyMetadata"]
    pair = kms.generate_data_key_pair(KeyId=symmetric["KeyId"], KeyPairSpec="ECC_NIST_P256")
    opened = kms.decrypt(CiphertextBlob=pair["PrivateKeyCiphertextBlob"])["Plaintext"]
    assert opened == pair["PrivateKeyPlaintext"] and pair["PublicKey"][0] == 0x30


def test_what_is_not_there_is_refused_by_its_name(kms):
    for spec in ["SM2", "ML_KEM_768"]:
        refused_with("UnsupportedOperationException", kms.create_key, KeySpec=spec, KeyUsage="SIGN_VERIFY")
    missing = "1234abcd-12ab-34cd-56ef-1234567890ab"
    refused_with("NotFoundException", kms.describe_key, KeyId=missing)
    refused_with("NotFoundException", kms.describe_key, KeyId="alias/nothing-of-this-name")
    refused_with("InvalidArnException", kms.describe_key, KeyId="arn:aws:s3:::b")
    refused_with("ValidationException", kms.create_key, KeySpec="RSA_2048")
    refused_with("InvalidAliasNameException", kms.create_alias, AliasName="alias/aws/mine", TargetKeyId=kms.create_key()["KeyMetadata"]["KeyId"])
    answer = refused_with("NotImplementedException", kms.describe_custom_key_stores)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 501


def test_what_is_wrong_is_told_in_amazons_words(kms, key):
    arn, failed = key["Arn"], "1 validation error detected: Value"
    mac = kms.create_key(KeySpec="HMAC_256", KeyUsage="GENERATE_VERIFY_MAC")["KeyMetadata"]
    pair = kms.create_key(KeySpec="RSA_2048", KeyUsage="ENCRYPT_DECRYPT")["KeyMetadata"]
    sealed = kms.encrypt(KeyId=arn, Plaintext=b"x")["CiphertextBlob"]
    with_tags = lambda *pairs: dict(KeyId=arn, Tags=[{"TagKey": key, "TagValue": value} for key, value in pairs])
    too_long = "failed to satisfy constraint: Member must have length less than or equal to"
    spec = "Algorithm RSAES_OAEP_SHA_256 and key spec RSA_2048"
    use = dict(KeyId=mac["KeyId"], Message=b"m")
    for code, words, call, arguments in (
        ("NotFoundException", "Invalid keyId 'no-id'", kms.describe_key, dict(KeyId="no-id")),
        ("ValidationException", 'Alias must start with the prefix "alias/". Please see', kms.create_alias,
         dict(AliasName="a", TargetKeyId=arn)),
        ("ValidationException", f"{failed} '1025' at 'numberOfBytes' failed to satisfy constraint: Member must have value less "
         "than or equal to 1024", kms.generate_random, dict(NumberOfBytes=1025)),
        ("ValidationException", f"{failed} at 'plaintext' {too_long} 4096", kms.encrypt, dict(KeyId=arn, Plaintext=b"x" * 4097)),
        ("ValidationException", f"{spec} cannot encrypt data larger than 190 bytes.", kms.encrypt,
         dict(KeyId=pair["KeyId"], Plaintext=b"x" * 191, EncryptionAlgorithm="RSAES_OAEP_SHA_256")),
        ("ValidationException", "at 'macAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [HMAC",
         kms.generate_mac, dict(MacAlgorithm="HMAC_SHA_1", **use)),
        ("InvalidKeyUsageException", "Algorithm HMAC_SHA_512 is incompatible with key spec HMAC_256.", kms.generate_mac,
         dict(MacAlgorithm="HMAC_SHA_512", **use)),
        ("IncorrectKeyException", "does not identify a CMK that can perform this operation.", kms.decrypt,
         dict(KeyId=mac["KeyId"], CiphertextBlob=sealed)),
        ("TagException", "Tags beginning with aws: are reserved", kms.tag_resource, with_tags(("AWS:a", "v"))),
        ("TagException", "Too many tags", kms.tag_resource, with_tags(*((str(nth), "") for nth in range(51)))),
        ("ValidationException", f"at 'tags.2.member.tagValue' {too_long} 256", kms.tag_resource,
         with_tags(("a", "b"), ("c", "v" * 257))),
    ):  # fmt: skip
        error = refused_with(code, call, **arguments)
        assert words in error["Error"]["Message"], error
    kms.disable_key(KeyId=mac["KeyId"])
    refused_with("DisabledException", kms.rotate_key_on_demand, KeyId=mac["KeyId"])
    many = kms.create_key(MultiRegion=True)["KeyMetadata"]
    assert many["MultiRegionConfiguration"]["ReplicaKeys"] == []


def test_who_may_is_the_key_policys_to_say(kms, key, user):
    arn, client, allow = user
    for call, arguments in [(client.describe_key, {"KeyId": key["KeyId"]}), (client.list_keys, {}), (client.create_key, {})]:
        refused_with("AccessDeniedException", call, **arguments)
    allow("kms:Encrypt", "kms:CreateKey", "kms:GenerateRandom")
    sealed = client.encrypt(KeyId=key["KeyId"], Plaintext=b"plain")["CiphertextBlob"]
    refused_with("AccessDeniedException", client.decrypt, CiphertextBlob=sealed)
    refused_with("AccessDeniedException", client.describe_key, KeyId="1234abcd-12ab-34cd-56ef-1234567890ab")
    # A policy that does not name the account's root leaves nothing to its policies.
    policy = {"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "Action": "kms:PutKeyPolicy", "Resource": "*"},
        {"Effect": "Allow", "Principal": {"AWS": arn}, "Action": "kms:Decrypt", "Resource": "*",
         "Condition": {"StringEquals": {"kms:EncryptionContext:team": "red"}}},
    ]}  # fmt: skip
    kms.put_key_policy(KeyId=key["KeyId"], Policy=json.dumps(policy))
    refused_with("AccessDeniedException", client.encrypt, KeyId=key["KeyId"], Plaintext=b"plain")
    refused_with("AccessDeniedException", kms.encrypt, KeyId=key["KeyId"], Plaintext=b"plain")
    refused_with("AccessDeniedException", client.decrypt, CiphertextBlob=sealed)
    refused_with("InvalidCiphertextException", client.decrypt, CiphertextBlob=sealed, EncryptionContext={"team": "red"})
    locked = json.dumps({"Version": "2012-10-17", "Statement": policy["Statement"][1:]})
    refused_with("MalformedPolicyDocumentException", kms.put_key_policy, KeyId=key["KeyId"], Policy=locked)
    refused_with("MalformedPolicyDocumentException", kms.put_key_policy, KeyId=key["KeyId"], Policy="{}")


def test_grants(kms, key, user):
    arn, client, _ = user
    grant = kms.create_grant(
        KeyId=key["KeyId"], GranteePrincipal=arn, Operations=["Decrypt", "Encrypt", "RetireGrant"], Name="one",
        Constraints={"EncryptionContextSubset": {"team": "red"}}, RetiringPrincipal=arn,
    )  # fmt: skip
    context = {"team": "red", "more": "x"}
    sealed = client.encrypt(KeyId=key["KeyId"], Plaintext=b"plain", EncryptionContext=context, GrantTokens=[grant["GrantToken"]])
    assert client.decrypt(CiphertextBlob=sealed["CiphertextBlob"], EncryptionContext=context)["Plaintext"] == b"plain"
    refused_with("AccessDeniedException", client.encrypt, KeyId=key["KeyId"], Plaintext=b"plain")
    refused_with("InvalidGrantTokenException", client.encrypt, KeyId=key["KeyId"], Plaintext=b"plain", GrantTokens=["x"])
    [told] = kms.list_grants(KeyId=key["KeyId"])["Grants"]
    assert (told["GranteePrincipal"], told["Name"], told["KeyId"]) == (arn, "one", key["Arn"])
    assert told["Constraints"] == {"EncryptionContextSubset": {"team": "red"}}
    assert [it["GrantId"] for it in kms.list_retirable_grants(RetiringPrincipal=arn)["Grants"]] == [grant["GrantId"]]
    client.retire_grant(GrantToken=grant["GrantToken"])
    refused_with("AccessDeniedException", client.encrypt, KeyId=key["KeyId"], Plaintext=b"plain", EncryptionContext=context)
    again = kms.create_grant(KeyId=key["KeyId"], GranteePrincipal=arn, Operations=["DescribeKey"])
    assert client.describe_key(KeyId=key["KeyId"])["KeyMetadata"]["KeyId"] == key["KeyId"]
    kms.revoke_grant(KeyId=key["KeyId"], GrantId=again["GrantId"])
    refused_with("AccessDeniedException", client.describe_key, KeyId=key["KeyId"])
    refused_with("InvalidGrantIdException", kms.revoke_grant, KeyId=key["KeyId"], GrantId=again["GrantId"])


def test_key_material_is_imported(kms, tmp_path):
    made = kms.create_key(Origin="EXTERNAL")["KeyMetadata"]
    assert (made["KeyState"], made["Enabled"]) == ("PendingImport", False)
    for material, code in [(b"7" * 32, None), (b"8" * 32, "IncorrectKeyMaterialException")]:
        parameters = kms.get_parameters_for_import(
            KeyId=made["KeyId"], WrappingAlgorithm="RSAES_OAEP_SHA_256", WrappingKeySpec="RSA_2048"
        )
        (tmp_path / "public").write_bytes(parameters["PublicKey"])
        options = ["rsa_padding_mode:oaep", "rsa_oaep_md:sha256", "rsa_mgf1_md:sha256"]
        wrapped = subprocess.run(
            ["openssl", "pkeyutl", "-encrypt", "-pubin", "-keyform", "DER", "-inkey", str(tmp_path / "public"),
             *[word for option in options for word in ("-pkeyopt", option)]],
            input=material, capture_output=True, check=True,
        ).stdout  # fmt: skip
        arguments = {
            "KeyId": made["KeyId"], "ImportToken": parameters["ImportToken"], "EncryptedKeyMaterial": wrapped,
            "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE",
        }  # fmt: skip
        if code:
            refused_with(code, kms.import_key_material, **arguments)
        else:
            kms.import_key_material(**arguments)
    told = kms.describe_key(KeyId=made["KeyId"])["KeyMetadata"]
    assert (told["KeyState"], told["ExpirationModel"]) == ("Enabled", "KEY_MATERIAL_DOES_NOT_EXPIRE")
    kms.encrypt(KeyId=made["KeyId"], Plaintext=b"plain")
    kms.delete_imported_key_material(KeyId=made["KeyId"])
    refused_with("KMSInvalidStateException", kms.encrypt, KeyId=made["KeyId"], Plaintext=b"plain")


def test_the_command_line_client(server, key, tmp_path):
    def aws(*arguments):
        command = [sys.executable, "-m", "awscli", "--endpoint-url", server.endpoint, "--region", REGION, "kms", *arguments]
        env = {"AWS_ACCESS_KEY_ID": ACCESS_KEY, "AWS_SECRET_ACCESS_KEY": SECRET_KEY, "PATH": "/usr/bin:/bin"}
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=env)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout else None

    plain = tmp_path / "plain"
    plain.write_bytes(b"a secret")
    sealed = aws("encrypt", "--key-id", key["KeyId"], "--plaintext", f"fileb://{plain}", "--encryption-context", "a=b")
    blob = tmp_path / "blob"
    blob.write_bytes(base64.b64decode(sealed["CiphertextBlob"]))
    opened = aws("decrypt", "--ciphertext-blob", f"fileb://{blob}", "--encryption-context", "a=b")
    assert base64.b64decode(opened["Plaintext"]) == b"a secret"
    assert aws("describe-key", "--key-id", key["KeyId"])["KeyMetadata"]["Arn"] == key["Arn"]


def test_keys_outlive_a_kill(own_server):
    server = own_server().start()
    kms = server.client_of("kms", ACCESS_KEY, SECRET_KEY)
    sealed = []
    for number in range(10):
        made = kms.create_key()["KeyMetadata"]["KeyId"]
        sealed.append((made, kms.encrypt(KeyId=made, Plaintext=b"plain")["CiphertextBlob"]))
        if number % 2:
            kms.rotate_key_on_demand(KeyId=made)
    server.kill()
    server.fsck()
    server.start()
    for made, ciphertext in sealed:
        opened = kms.decrypt(CiphertextBlob=ciphertext)
        assert (opened["Plaintext"], opened["KeyId"].endswith(made)) == (b"plain", True)
    server.stop()
    server.fsck()
    plain = [path for path in server.data.rglob("*") if path.is_file() and b"plain" in path.read_bytes()]
    assert plain == []


def test_kills_while_keys_are_made_and_rotated(own_server):
    """kill -9 at random moments: what was acknowledged is there and decrypts, what was in doubt is whole or not there at all."""
    server = own_server().start()
    acknowledged, failures, chance = [], [], random.Random()

    def work(stop):
        kms = server.client_of("kms", ACCESS_KEY, SECRET_KEY)
        try:
            while not stop.is_set():
                made = kms.create_key()["KeyMetadata"]["KeyId"]
                entry = [made, kms.encrypt(KeyId=made, Plaintext=b"plain")["CiphertextBlob"], 0]
                acknowledged.append(entry)
                for _ in range(3):
                    kms.rotate_key_on_demand(KeyId=made)
                    entry[2] += 1
        except (ConnectionError, HTTPClientError):
            pass
        except Exception as failure:  # noqa: BLE001  shown below
            failures.append(failure)

    for _ in range(5):
        stop = threading.Event()
        threads = [threading.Thread(target=work, args=(stop,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        wanted = len(acknowledged) + chance.randint(3, 12)
        wait_until(lambda: failures or len(acknowledged) >= wanted)
        server.kill()
        stop.set()
        for thread in threads:
            thread.join()
        assert failures == []
        server.fsck()
        server.start()
        kms = server.client_of("kms", ACCESS_KEY, SECRET_KEY)
        for made, ciphertext, rotations in acknowledged:
            assert kms.decrypt(CiphertextBlob=ciphertext, KeyId=made)["Plaintext"] == b"plain"
            done = len(kms.list_key_rotations(KeyId=made)["Rotations"])
            assert done in (rotations, rotations + 1), "one more may have been in doubt"
            assert len(kms.encrypt(KeyId=made, Plaintext=b"again")["CiphertextBlob"]) > 0
        listed = [key["KeyId"] for page in kms.get_paginator("list_keys").paginate() for key in page["Keys"]]
        assert {made for made, _, _ in acknowledged} <= set(listed)
        for made in listed:
            assert kms.describe_key(KeyId=made)["KeyMetadata"]["KeyState"] == "Enabled"
    assert len(acknowledged) > 10
    server.stop()
    server.fsck()
