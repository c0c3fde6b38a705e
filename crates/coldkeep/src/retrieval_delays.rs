//! How long what lies cold takes to come back: one table for both doors. A retrieval from a vault and a restore of the class
//! `GLACIER` take the same.

use clap::{Args, ValueEnum};

use crate::values::Span;

/// Whose delays hold where a tier has none of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Preset {
    /// None.
    None,
    /// The longest that Amazon names.
    Aws,
}

/// The settings.
#[derive(Clone, Debug, Args)]
pub struct RetrievalDelays {
    /// How long Glacier retrievals, and restores of the classes GLACIER and DEEP_ARCHIVE, take in tiers for which nothing else is
    /// said: `none`, or `aws` for the longest that Amazon names
    #[arg(long = "retrieval-delays", env = "COLDKEEP_RETRIEVAL_DELAYS", value_name = "WHOSE", default_value = "none")]
    pub preset: Preset,

    /// How long a Glacier archive retrieval, or a restore of the class GLACIER, takes in the tier Expedited
    #[arg(long, env = "COLDKEEP_RETRIEVAL_EXPEDITED", value_name = "TIME")]
    pub retrieval_expedited: Option<Span>,

    /// How long a Glacier archive retrieval, or a restore of the class GLACIER, takes in the tier Standard
    #[arg(long, env = "COLDKEEP_RETRIEVAL_STANDARD", value_name = "TIME")]
    pub retrieval_standard: Option<Span>,

    /// How long a Glacier archive retrieval, or a restore of the class GLACIER, takes in the tier Bulk
    #[arg(long, env = "COLDKEEP_RETRIEVAL_BULK", value_name = "TIME")]
    pub retrieval_bulk: Option<Span>,

    /// How long a restore of the class DEEP_ARCHIVE takes in the tier Standard
    #[arg(long, env = "COLDKEEP_DEEP_RETRIEVAL_STANDARD", value_name = "TIME")]
    pub deep_retrieval_standard: Option<Span>,

    /// How long a restore of the class DEEP_ARCHIVE takes in the tier Bulk
    #[arg(long, env = "COLDKEEP_DEEP_RETRIEVAL_BULK", value_name = "TIME")]
    pub deep_retrieval_bulk: Option<Span>,
}

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;

impl RetrievalDelays {
    /// Of vaults and the class `GLACIER`, in milliseconds: Expedited, Standard, Bulk.
    pub fn glacier_ms(&self) -> [i64; 3] {
        [
            self.delay_ms(self.retrieval_expedited, 5 * MINUTE_MS),
            self.delay_ms(self.retrieval_standard, 5 * HOUR_MS),
            self.delay_ms(self.retrieval_bulk, 12 * HOUR_MS),
        ]
    }

    /// Of the class `DEEP_ARCHIVE`: Standard, Bulk.
    pub fn deep_archive_ms(&self) -> [i64; 2] {
        [
            self.delay_ms(self.deep_retrieval_standard, 12 * HOUR_MS),
            self.delay_ms(self.deep_retrieval_bulk, 48 * HOUR_MS),
        ]
    }

    fn delay_ms(&self, own: Option<Span>, at_amazon_ms: i64) -> i64 {
        let preset = match self.preset {
            Preset::None => 0,
            Preset::Aws => at_amazon_ms,
        };
        own.map_or(preset, Span::millis)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        delays: RetrievalDelays,
    }

    fn of(words: &[&str]) -> ([i64; 3], [i64; 2]) {
        let delays = Line::parse_from([&["coldkeep"], words].concat()).delays;
        (delays.glacier_ms(), delays.deep_archive_ms())
    }

    #[test]
    fn a_tier_of_its_own_goes_before_the_preset() {
        assert_eq!(of(&[]), ([0; 3], [0; 2]));
        assert_eq!(of(&["--retrieval-bulk", "2s", "--deep-retrieval-standard", "1s"]), ([0, 0, 2000], [1000, 0]));
        assert_eq!(
            of(&["--retrieval-delays", "aws", "--retrieval-standard", "0"]),
            ([300_000, 0, 43_200_000], [43_200_000, 172_800_000])
        );
    }
}
