//! What the fuzz targets reach of the store: records as they are read from the metadata engine, and identifiers that clients
//! send back.

use crate::keys;
use crate::records::{
    ArchiveRecord, BucketRecord, IndexRecord, MarkerRecord, ObjectRecord, OutcomeRecord, OwnerRecord, PartRecord,
    Record, ReleasedRecord, UploadRecord, VaultRecord,
};
use crate::vaults::jobs::Job;
use crate::vaults::opaque::{OpaqueKind, open};

/// Reads bytes as a record of each kind; what was read is written readable.
pub fn record(data: &[u8]) {
    fn kind<R: Record>(data: &[u8]) {
        if let Ok(record) = R::from_value(data) {
            assert!(R::from_value(&record.to_value()).is_ok(), "what was read is written readable");
        }
    }
    kind::<BucketRecord>(data);
    kind::<ObjectRecord>(data);
    kind::<MarkerRecord>(data);
    kind::<UploadRecord>(data);
    kind::<PartRecord>(data);
    kind::<IndexRecord>(data);
    kind::<OutcomeRecord>(data);
    kind::<VaultRecord>(data);
    kind::<ArchiveRecord>(data);
    kind::<ReleasedRecord>(data);
    kind::<OwnerRecord>(data);
    kind::<Job>(data);
    kind::<crate::tiering::TieringRecord>(data);
    kind::<crate::Event>(data);
    let _ = (keys::parse_due(data), keys::trailing_id(data), keys::trailing_index(data));
    let _ = (keys::parse_versioned(data), keys::parse_version(data));
}

/// Opens text as each kind of identifier: none was ever issued under this secret.
pub fn identifier(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    for kind in [OpaqueKind::Archive, OpaqueKind::Upload, OpaqueKind::Job, OpaqueKind::InventoryMarker] {
        assert_eq!(open(&[3; 32], kind, text), None);
    }
}
