//! What other servers measured on the machine on which the goals were set: 2 cores of Zen 5 with AVX-512. A goal divided by such a
//! figure is a ratio, which can be reached or missed on any machine that runs that server too.

/// Scenario, endpoint, and its figure there; the same figure as the goal's. "discard" was another program there, no less bare.
const TABLE: &[(&str, &str, f64)] = &[
    ("part-16m-x4", "s3s-fs", 3.2),
    ("part-16m-x4", "discard (hyper)", 0.13),
    ("part-16m-x16", "discard (hyper)", 0.13),
    ("put-4k", "s3s-fs", 4_149.0),
    ("get-4k", "s3s-fs", 10_535.0),
    ("get-4k", "nginx", 72_460.0),
    ("head", "s3s-fs", 17_730.0),
    ("range-64k", "s3s-fs", 3_948.0),
    ("range-64k", "nginx", 10_130.0),
    ("get-64m", "nginx", 0.44),
    ("delete-1000", "s3s-fs", 21_443.0),
];

/// The endpoints that a scenario's goal can be compared with, and their figures.
pub fn of(scenario: &str) -> impl Iterator<Item = (&'static str, f64)> {
    TABLE.iter().filter(move |(name, ..)| *name == scenario).map(|(_, endpoint, figure)| (*endpoint, *figure))
}
