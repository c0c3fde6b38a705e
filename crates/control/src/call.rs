//! A proven call, and the names in it: whose things it is about, which access point, on which Outpost.

use coldkeep_auth::Caller;
use coldkeep_http::Call;
use coldkeep_types::{AccessPointArn, AccessPointName, AccountId, OutpostId, Region, Timestamp};
use coldkeep_wire::{Request, WholeLabels};

use crate::errors::ControlError;

pub(crate) struct ControlCall {
    pub call: Call,
    labels: WholeLabels,
    pub caller: Caller,
    pub region: Region,
    pub signed_at: Timestamp,
    /// Whose things it is about.
    pub account: AccountId,
    /// The Outpost that the headers name.
    pub outpost: Option<OutpostId>,
    document: Box<[u8]>,
}

impl ControlCall {
    pub fn new(
        call: Call,
        labels: WholeLabels,
        caller: Caller,
        region: Region,
        signed_at: Timestamp,
        document: impl AsRef<[u8]>,
    ) -> Result<Self, ControlError> {
        let account = call.header("x-amz-account-id").unwrap_or_default();
        let account = AccountId::parse(account)
            .map_err(|_| ControlError::invalid_request("AccountId must only contain a valid 12-digit account id"))?;
        let outpost = call.header("x-amz-outpost-id").map(OutpostId::parse).transpose()?;
        let document = document.as_ref().into();
        Ok(Self { call, labels, caller, region, signed_at, account, outpost, document })
    }

    /// What the generated inputs read. The labels live as long as this.
    pub fn read<T>(
        &self,
        decode: impl FnOnce(&Request<'_>) -> Result<T, coldkeep_wire::DecodeError>,
    ) -> Result<T, ControlError> {
        let labels: Vec<(&str, &str)> = self.labels.iter().map(|(name, text)| (*name, text.as_str())).collect();
        let (query, headers) = (&self.call.query, &self.call.headers);
        Ok(decode(&Request { labels: &labels, query, headers, body: &self.document })?)
    }

    /// The access point that a name or ARN in the path is about, and the Outpost it must be on.
    pub fn point(&self, name: &str) -> Result<(AccessPointName, Option<OutpostId>), ControlError> {
        if !name.starts_with("arn:") {
            return Ok((AccessPointName::parse(name)?, self.outpost.clone()));
        }
        match AccessPointArn::parse(name) {
            Some((arn, None)) if arn.account == self.account => match (&self.outpost, &arn.outpost) {
                (Some(header), Some(own)) if header != own => Err(ControlError::invalid_point()),
                (header, own) => Ok((arn.name, own.clone().or_else(|| header.clone()))),
            },
            _ => Err(ControlError::invalid_point()),
        }
    }
}
