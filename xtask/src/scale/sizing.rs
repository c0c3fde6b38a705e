//! How much of everything a number of objects takes, by what is taken for given.

use super::count;
use super::inputs::{
    CEPH_OSDS, OBJECT_BYTES, OSD_BYTES, RECORD_BYTES, REQUESTS_PER_MILLION, SERVER_SECONDS, STORE_OBJECTS,
    database_seconds,
};
use crate::bench::report::number;

/// Stores are this full, as they are once some were added.
const FILLED: f64 = 0.5;

/// A column for each number of objects.
pub fn table() -> String {
    let columns: Vec<Vec<String>> = [9, 10, 11, 12].into_iter().map(column).collect();
    let names = [
        "objects",
        "stores",
        "records, with a standby, TB",
        "bytes, three copies, PB",
        "OSDs (Cephs)",
        "requests/s",
        "cores of Coldkeep",
        "cores of PostgreSQL",
    ];
    let mut text = String::new();
    for (row, name) in names.iter().enumerate() {
        let cells: Vec<&str> = columns.iter().map(|column| column[row].as_str()).collect();
        text.push_str(&format!("| {name} | {} |\n", cells.join(" | ")));
        if row == 0 {
            text.push_str("|---|--:|--:|--:|--:|\n");
        }
    }
    text
}

fn column(digits: i32) -> Vec<String> {
    let objects = 10_f64.powi(digits);
    let stores = (objects / (STORE_OBJECTS as f64 * FILLED)).ceil();
    let bytes = objects * OBJECT_BYTES * 3.0;
    let osds = (bytes / OSD_BYTES).ceil();
    let requests = objects / 1e6 * REQUESTS_PER_MILLION;
    vec![
        format!("10^{digits}"),
        count(stores),
        number(objects * RECORD_BYTES * 2.0 / 1e12),
        number(bytes / 1e15),
        format!("{} ({})", count(osds), count((osds / CEPH_OSDS).ceil())),
        count(requests),
        number(requests * SERVER_SECONDS),
        number(requests * database_seconds()),
    ]
}
