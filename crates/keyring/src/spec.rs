//! What kinds of keys there are, and which algorithms each has. From the KMS developer guide, "Key spec reference".
//!
//! What the crypto library has not (SM2, ML-KEM for wrapping, Ed25519ph) is refused by name.

use minicbor::{Decode, Decoder, Encode, Encoder};

/// Enums whose variants have Amazon's names, on the wire and in records.
macro_rules! named {
    ($($(#[$about:meta])* pub enum $name:ident { $($(#[$what:meta])* $variant:ident = $text:literal,)* })*) => {
        $(
            $(#[$about])*
            #[derive(Clone, Copy, Debug, PartialEq, Eq)]
            pub enum $name {
                $($(#[$what])* $variant,)*
            }

            impl $name {
                /// All of them.
                pub const ALL: &'static [Self] = &[$(Self::$variant),*];

                /// Amazon's name.
                pub fn name(self) -> &'static str {
                    match self {
                        $(Self::$variant => $text,)*
                    }
                }

                /// The one of this name.
                pub fn parse(name: &str) -> Option<Self> {
                    Self::ALL.iter().copied().find(|it| it.name() == name)
                }
            }

            impl<C> Encode<C> for $name {
                fn encode<W: minicbor::encode::Write>(
                    &self,
                    e: &mut Encoder<W>,
                    _: &mut C,
                ) -> Result<(), minicbor::encode::Error<W::Error>> {
                    e.str(self.name())?.ok()
                }
            }

            impl<'b, C> Decode<'b, C> for $name {
                fn decode(d: &mut Decoder<'b>, _: &mut C) -> Result<Self, minicbor::decode::Error> {
                    let name = d.str()?;
                    Self::parse(name).ok_or_else(|| minicbor::decode::Error::message(format!("{name} is not known")))
                }
            }
        )*
    };
}

named! {
    /// What a key is made of.
    pub enum KeySpec {
        /// AES-256-GCM.
        Symmetric = "SYMMETRIC_DEFAULT",
        /// HMAC.
        Hmac224 = "HMAC_224",
        /// HMAC.
        Hmac256 = "HMAC_256",
        /// HMAC.
        Hmac384 = "HMAC_384",
        /// HMAC.
        Hmac512 = "HMAC_512",
        /// RSA.
        Rsa2048 = "RSA_2048",
        /// RSA.
        Rsa3072 = "RSA_3072",
        /// RSA.
        Rsa4096 = "RSA_4096",
        /// NIST P-256.
        EccP256 = "ECC_NIST_P256",
        /// NIST P-384.
        EccP384 = "ECC_NIST_P384",
        /// NIST P-521.
        EccP521 = "ECC_NIST_P521",
        /// secp256k1.
        EccP256K1 = "ECC_SECG_P256K1",
        /// Ed25519.
        Ed25519 = "ECC_NIST_EDWARDS25519",
        /// ML-DSA.
        MlDsa44 = "ML_DSA_44",
        /// ML-DSA.
        MlDsa65 = "ML_DSA_65",
        /// ML-DSA.
        MlDsa87 = "ML_DSA_87",
    }

    /// What a key is for.
    pub enum KeyUsage {
        /// Encrypt, decrypt, data keys.
        EncryptDecrypt = "ENCRYPT_DECRYPT",
        /// Signatures.
        SignVerify = "SIGN_VERIFY",
        /// Message authentication codes.
        GenerateVerifyMac = "GENERATE_VERIFY_MAC",
        /// Shared secrets.
        KeyAgreement = "KEY_AGREEMENT",
    }

    /// Where key material comes from.
    pub enum Origin {
        /// It was made here.
        Kms = "AWS_KMS",
        /// It is imported.
        External = "EXTERNAL",
    }

    /// Whether a key may be used.
    pub enum KeyState {
        /// It may.
        Enabled = "Enabled",
        /// Somebody disabled it.
        Disabled = "Disabled",
        /// It will be destroyed.
        PendingDeletion = "PendingDeletion",
        /// Its material is not there, or not any more.
        PendingImport = "PendingImport",
    }

    /// How messages are encrypted.
    pub enum EncryptionAlgorithm {
        /// With a symmetric key.
        Symmetric = "SYMMETRIC_DEFAULT",
        /// RSAES-OAEP.
        OaepSha1 = "RSAES_OAEP_SHA_1",
        /// RSAES-OAEP.
        OaepSha256 = "RSAES_OAEP_SHA_256",
    }

    /// How messages are signed.
    pub enum SigningAlgorithm {
        /// RSASSA-PSS.
        PssSha256 = "RSASSA_PSS_SHA_256",
        /// RSASSA-PSS.
        PssSha384 = "RSASSA_PSS_SHA_384",
        /// RSASSA-PSS.
        PssSha512 = "RSASSA_PSS_SHA_512",
        /// RSASSA-PKCS1.
        Pkcs1Sha256 = "RSASSA_PKCS1_V1_5_SHA_256",
        /// RSASSA-PKCS1.
        Pkcs1Sha384 = "RSASSA_PKCS1_V1_5_SHA_384",
        /// RSASSA-PKCS1.
        Pkcs1Sha512 = "RSASSA_PKCS1_V1_5_SHA_512",
        /// ECDSA.
        EcdsaSha256 = "ECDSA_SHA_256",
        /// ECDSA.
        EcdsaSha384 = "ECDSA_SHA_384",
        /// ECDSA.
        EcdsaSha512 = "ECDSA_SHA_512",
        /// Ed25519.
        Ed25519 = "ED25519_SHA_512",
        /// ML-DSA.
        MlDsa = "ML_DSA_SHAKE_256",
    }

    /// How message authentication codes are made.
    pub enum MacAlgorithm {
        /// HMAC.
        Sha224 = "HMAC_SHA_224",
        /// HMAC.
        Sha256 = "HMAC_SHA_256",
        /// HMAC.
        Sha384 = "HMAC_SHA_384",
        /// HMAC.
        Sha512 = "HMAC_SHA_512",
    }

    /// Whether a message is whole or already hashed.
    pub enum MessageType {
        /// Whole.
        Raw = "RAW",
        /// Hashed.
        Digest = "DIGEST",
    }
}

impl KeyState {
    /// The words in Amazon's messages.
    pub fn told(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::PendingDeletion => "pending deletion",
            Self::PendingImport => "pending import",
        }
    }
}

impl KeySpec {
    /// What keys of it can be for; symmetric and HMAC keys are for one thing, and need not say so.
    pub fn usages(self) -> &'static [KeyUsage] {
        use KeyUsage::*;
        match self {
            Self::Symmetric => &[EncryptDecrypt],
            Self::Hmac224 | Self::Hmac256 | Self::Hmac384 | Self::Hmac512 => &[GenerateVerifyMac],
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => &[EncryptDecrypt, SignVerify],
            Self::EccP256 | Self::EccP384 | Self::EccP521 => &[SignVerify, KeyAgreement],
            Self::EccP256K1 | Self::Ed25519 | Self::MlDsa44 | Self::MlDsa65 | Self::MlDsa87 => &[SignVerify],
        }
    }

    /// Whether it is a pair of keys.
    pub fn is_asymmetric(self) -> bool {
        self != Self::Symmetric && !self.is_hmac()
    }

    /// Whether it makes message authentication codes.
    pub fn is_hmac(self) -> bool {
        matches!(self, Self::Hmac224 | Self::Hmac256 | Self::Hmac384 | Self::Hmac512)
    }

    /// Whether it is an RSA key.
    pub fn is_rsa(self) -> bool {
        matches!(self, Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096)
    }

    /// How many bytes of secret a symmetric or HMAC key has, when it is made here; `None` for pairs.
    pub fn secret_bytes(self) -> Option<usize> {
        match self {
            Self::Symmetric | Self::Hmac256 => Some(32),
            Self::Hmac224 => Some(28),
            Self::Hmac384 => Some(48),
            Self::Hmac512 => Some(64),
            _ => None,
        }
    }

    /// The algorithms that encrypt with it.
    pub fn encryption(self, usage: KeyUsage) -> &'static [EncryptionAlgorithm] {
        match (self, usage) {
            (Self::Symmetric, _) => &[EncryptionAlgorithm::Symmetric],
            (spec, KeyUsage::EncryptDecrypt) if spec.is_rsa() => {
                &[EncryptionAlgorithm::OaepSha1, EncryptionAlgorithm::OaepSha256]
            }
            _ => &[],
        }
    }

    /// The algorithms that sign with it.
    pub fn signing(self, usage: KeyUsage) -> &'static [SigningAlgorithm] {
        use SigningAlgorithm::*;
        if usage != KeyUsage::SignVerify {
            return &[];
        }
        match self {
            Self::Rsa2048 | Self::Rsa3072 | Self::Rsa4096 => {
                &[Pkcs1Sha256, Pkcs1Sha384, Pkcs1Sha512, PssSha256, PssSha384, PssSha512]
            }
            Self::EccP256 | Self::EccP256K1 => &[EcdsaSha256],
            Self::EccP384 => &[EcdsaSha384],
            Self::EccP521 => &[EcdsaSha512],
            Self::Ed25519 => &[Ed25519],
            Self::MlDsa44 | Self::MlDsa65 | Self::MlDsa87 => &[MlDsa],
            _ => &[],
        }
    }

    /// The algorithm that makes its codes.
    pub fn mac(self) -> Option<MacAlgorithm> {
        match self {
            Self::Hmac224 => Some(MacAlgorithm::Sha224),
            Self::Hmac256 => Some(MacAlgorithm::Sha256),
            Self::Hmac384 => Some(MacAlgorithm::Sha384),
            Self::Hmac512 => Some(MacAlgorithm::Sha512),
            _ => None,
        }
    }
}
