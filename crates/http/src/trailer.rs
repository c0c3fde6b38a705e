//! The trailer of an aws-chunked body: which lines were declared, and whether they all came.

use coldkeep_auth::ChunkSigner;
use coldkeep_digest::{Checksum, ChecksumAlgorithm};
use coldkeep_store::source::SourceError;

const SIGNATURE: &str = "x-amz-trailer-signature";

/// 16: the most trailer lines.
const MAX_LINES: usize = 16;

/// What `x-amz-trailer` declared: the checksums that must follow the last chunk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrailerRules {
    declared: Vec<ChecksumAlgorithm>,
}

impl TrailerRules {
    /// Parses the value of `x-amz-trailer`. `Err` is a name that cannot be a trailer.
    pub fn parse(header: &str) -> Result<Self, String> {
        let mut declared = Vec::new();
        for name in header.split(',').map(str::trim).filter(|name| !name.is_empty()) {
            match ChecksumAlgorithm::from_header_name(name) {
                Some(algorithm) if !declared.contains(&algorithm) => declared.push(algorithm),
                _ => return Err(name.to_owned()),
            }
        }
        Ok(Self { declared })
    }

    /// The algorithms declared, in order.
    pub fn declared(&self) -> &[ChecksumAlgorithm] {
        &self.declared
    }
}

/// Collects the lines of one trailer.
#[derive(Debug, Default)]
pub(crate) struct Trailer {
    rules: TrailerRules,
    lines: usize,
    /// `name:value\n` of each line but the signature.
    canonical: Vec<u8>,
    checksums: Vec<Checksum>,
    signature: Option<String>,
}

fn malformed(what: impl Into<String>) -> SourceError {
    SourceError::Trailer(what.into())
}

impl Trailer {
    pub(crate) fn new(rules: TrailerRules) -> Self {
        Self { rules, ..Self::default() }
    }

    /// Takes one line, without its end.
    pub(crate) fn line(&mut self, line: &[u8]) -> Result<(), SourceError> {
        self.lines += 1;
        if self.lines > MAX_LINES {
            return Err(malformed("too many lines"));
        }
        let text = std::str::from_utf8(line).map_err(|_| malformed("a line is not text"))?;
        let (name, value) = text.split_once(':').ok_or_else(|| malformed("a line has no colon"))?;
        let space = [' ', '\t'];
        let (name, value) = (name.trim_matches(space).to_ascii_lowercase(), value.trim_matches(space));
        if name == SIGNATURE {
            return match self.signature.replace(value.to_owned()) {
                None => Ok(()),
                Some(_) => Err(malformed(format!("{name} comes twice"))),
            };
        }
        let algorithm = ChecksumAlgorithm::from_header_name(&name)
            .filter(|algorithm| self.rules.declared.contains(algorithm))
            .ok_or_else(|| malformed(format!("{name} was not declared")))?;
        if self.checksums.iter().any(|known| known.algorithm() == algorithm) {
            return Err(malformed(format!("{name} comes twice")));
        }
        let checksum =
            Checksum::parse_base64(algorithm, value).map_err(|_| SourceError::TrailerValue(algorithm.header_name()))?;
        self.canonical.extend_from_slice(format!("{name}:{value}\n").as_bytes());
        self.checksums.push(checksum);
        Ok(())
    }

    /// Whether the signature of the trailer has come.
    pub(crate) fn is_signed(&self) -> bool {
        self.signature.is_some()
    }

    /// Checks that everything declared came and, given a signer, that it is signed.
    pub(crate) fn finish(self, signer: Option<&mut ChunkSigner>) -> Result<Vec<Checksum>, SourceError> {
        let came = |algorithm: &ChecksumAlgorithm| self.checksums.iter().any(|came| came.algorithm() == *algorithm);
        if let Some(missing) = self.rules.declared.iter().find(|algorithm| !came(algorithm)) {
            return Err(malformed(format!("{} was declared but is missing", missing.header_name())));
        }
        let Some(signer) = signer else { return Ok(self.checksums) };
        let signature = self.signature.ok_or_else(|| malformed(format!("{SIGNATURE} is missing")))?;
        if signer.verify_trailer(&self.canonical, &signature) {
            Ok(self.checksums)
        } else {
            Err(SourceError::Signature)
        }
    }
}
