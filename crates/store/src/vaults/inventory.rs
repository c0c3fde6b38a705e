//! Vault inventories: written page by page into the output of a job, in the exact form the vault API gives them.

use async_trait::async_trait;
use bytes::Bytes;
use coldkeep_digest::Checksum;
use coldkeep_types::{Id, Timestamp};
use minicbor::{Decode, Encode};

use crate::records::time;
use crate::{Archive, Error, OpaqueKind, Source, SourceError, Store, Vault};

/// The form of an inventory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Encode, Decode)]
pub enum InventoryFormat {
    /// One JSON document.
    #[n(0)]
    Json,
    /// Comma-separated values with a header line.
    #[n(1)]
    Csv,
}

/// Which archives an inventory lists.
#[derive(Clone, Debug, Default, PartialEq, Eq, Encode, Decode)]
#[cbor(map)]
pub struct InventoryParameters {
    /// Created at this time or later, in milliseconds since 1970.
    #[n(0)]
    pub start_ms: Option<i64>,
    /// Created before this time.
    #[n(1)]
    pub end_ms: Option<i64>,
    /// At most so many.
    #[n(2)]
    pub limit: Option<u64>,
    /// From this archive on.
    #[n(3)]
    pub from: Option<Id>,
}

/// Archives read at once.
const PAGE: usize = 500;

/// An inventory being written.
pub(crate) struct Inventory {
    store: Store,
    vault: Vault,
    format: InventoryFormat,
    parameters: InventoryParameters,
    date: Timestamp,
    next: Option<Id>,
    listed: u64,
    begun: bool,
    /// Where the next inventory with the same dates goes on, known at the end.
    pub continuation: Option<Id>,
}

impl Inventory {
    pub fn new(store: Store, vault: Vault, format: InventoryFormat, parameters: InventoryParameters) -> Self {
        let date = vault.changed.unwrap_or(store.now());
        let next = Some(parameters.from.unwrap_or(Id::from_bytes([0; 16])));
        Self { store, vault, format, parameters, date, next, listed: 0, begun: false, continuation: None }
    }

    async fn page(&mut self) -> Result<Option<Bytes>, Error> {
        let Some(from) = self.next.take() else { return Ok(None) };
        let mut text = String::new();
        if !self.begun {
            self.begun = true;
            self.head(&mut text);
        }
        let archives = self.store.archives_from(&self.vault, from, PAGE + 1).await?;
        for archive in archives.iter().take(PAGE) {
            if self.parameters.start_ms.is_some_and(|start| archive.created < time(start))
                || self.parameters.end_ms.is_some_and(|end| archive.created >= time(end))
            {
                continue;
            }
            if self.parameters.limit == Some(self.listed) {
                self.continuation = Some(archive.id);
                self.tail(&mut text);
                return Ok(Some(text.into()));
            }
            self.line(&mut text, archive);
            self.listed += 1;
        }
        match archives.get(PAGE) {
            Some(archive) => self.next = Some(archive.id),
            None => self.tail(&mut text),
        }
        Ok(Some(text.into()))
    }

    fn head(&self, text: &mut String) {
        match self.format {
            InventoryFormat::Json => {
                let arn = self.vault.arn();
                let date = self.date.iso_seconds();
                text.push_str(&format!(r#"{{"VaultARN":"{arn}","InventoryDate":"{date}","ArchiveList":["#));
            }
            InventoryFormat::Csv => {
                text.push_str("ArchiveId,ArchiveDescription,CreationDate,Size,SHA256TreeHash\n");
            }
        }
    }

    fn line(&self, text: &mut String, archive: &Archive) {
        let id = self.store.seal_id(OpaqueKind::Archive, self.vault.id, archive.id);
        let description = archive.description.as_deref().unwrap_or_default();
        let (date, bytes, hash) = (archive.created.iso_seconds(), archive.bytes, hex::encode(archive.tree_hash));
        match self.format {
            InventoryFormat::Json => {
                if self.listed > 0 {
                    text.push(',');
                }
                // Descriptions are printable ASCII, so only these two need escaping.
                let description = description.replace('\\', r"\\").replace('"', r#"\""#);
                text.push_str(&format!(
                    r#"{{"ArchiveId":"{id}","ArchiveDescription":"{description}","CreationDate":"{date}","Size":{bytes},"SHA256TreeHash":"{hash}"}}"#
                ));
            }
            InventoryFormat::Csv => {
                // The API's CSV does not escape backslashes, which is lossy, and stays so.
                let description = description.replace('"', r#"\""#);
                text.push_str(&format!("{id},\"{description}\",{date},{bytes},{hash}\n"));
            }
        }
    }

    fn tail(&self, text: &mut String) {
        if self.format == InventoryFormat::Json {
            text.push_str("]}");
        }
    }
}

#[async_trait]
impl Source for Inventory {
    fn declared_bytes(&self) -> Option<u64> {
        None
    }

    async fn next(&mut self) -> Result<Option<Bytes>, SourceError> {
        loop {
            match self.page().await {
                // A page without a listed archive is no end.
                Ok(Some(page)) if page.is_empty() => {}
                Ok(page) => return Ok(page),
                Err(error) => return Err(SourceError::Storage(error.to_string())),
            }
        }
    }

    fn trailing_checksums(&self) -> &[Checksum] {
        &[]
    }
}
