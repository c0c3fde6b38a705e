//! What a journal that was read is worth: pure, over a [`Survey`].
//!
//! - Everything up to the mark must be there; what is missing is said, and nothing is guessed.
//! - Groups must follow each other without a gap. A whole group behind a gap means that what is missing was synced once.
//! - Beyond the mark one group may be torn, the one that was being written, at the end of the segment that was written to:
//!   it was never acknowledged, and is cut. Not so after the engine was closed.
//! - Damage where nothing is needed any more is told, but does not keep the engine from opening.

use super::super::overlay::Slots;
use super::group;
use super::survey::{Group, Survey};

/// What can be read back.
#[derive(Debug, Default)]
pub struct Verdict {
    /// The records newer than the tree.
    pub slots: Slots,
    /// The last version.
    pub last: u64,
    /// The block after the last group, in the segment that is written to.
    pub at: u64,
    /// Blocks there that are damaged: torn, as far as can be known.
    pub torn: Vec<u64>,
    /// Sound blocks there of a group that is not whole.
    pub loose: Vec<u64>,
    /// Damage that takes nothing away.
    pub harmless: Vec<String>,
}

impl Verdict {
    /// The blocks that are to be cleared.
    pub fn cut(&self) -> impl Iterator<Item = u64> {
        self.torn.iter().chain(&self.loose).copied()
    }
}

/// Judges a journal ahead of a tree that goes up to version `applied`. An error tells what is missing.
pub fn judge(survey: &Survey, applied: u64) -> Result<Verdict, String> {
    let mark = &survey.mark;
    for number in &mark.segments {
        let segment = survey.segments.iter().find(|segment| segment.number == *number);
        match segment.map(|segment| &segment.wrong) {
            Some(None) => {}
            Some(Some(wrong)) => return Err(format!("segment {number} of the journal, which is in use: {wrong}")),
            None => return Err(format!("segment {number} of the journal, which is in use, is missing")),
        }
    }
    let mut verdict = Verdict { last: applied, at: u64::from(mark.at), ..Verdict::default() };
    let current = mark.segments.last();
    let newer = |group: &&Group| group.last > applied;
    let mut groups: Vec<&Group> = survey.segments.iter().flat_map(|segment| &segment.groups).filter(newer).collect();
    groups.sort_by_key(|group| group.last);
    for found in groups {
        if found.previous != verdict.last {
            return Err(lacks(verdict.last + 1, found.previous.max(mark.last), found.last));
        }
        group::decode(&found.payload, &mut verdict.slots)
            .ok_or_else(|| format!("the commits up to version {} in the journal are malformed", found.last))?;
        verdict.last = found.last;
        if Some(&found.segment) == current {
            verdict.at = verdict.at.max(found.end);
        }
    }
    if verdict.last < mark.last {
        return Err(lacks(verdict.last + 1, mark.last, mark.last));
    }
    for segment in &survey.segments {
        let open = Some(&segment.number) == current && !mark.clean;
        let (torn, rotten): (Vec<u64>, Vec<u64>) =
            segment.damaged.iter().partition(|block| open && **block >= verdict.at);
        let loose = segment.loose.iter().filter(|(block, last)| open && *block >= verdict.at && *last > verdict.last);
        verdict.torn.extend(torn);
        verdict.loose.extend(loose.map(|(block, _)| *block));
        let number = segment.number;
        verdict
            .harmless
            .extend(rotten.iter().map(|at| format!("block {at} of segment {number} of the journal is damaged")));
        let wrong =
            segment.wrong.iter().map(|wrong| format!("segment {number} of the journal, which is not in use: {wrong}"));
        verdict.harmless.extend(wrong);
    }
    Ok(verdict)
}

/// The records of all groups that can be read after version `applied`, whatever is missing between them; the last version, and
/// which versions are missing.
pub fn leftovers(survey: &Survey, applied: u64) -> (Slots, u64, Vec<String>) {
    let (mut slots, mut last, mut lost) = (Slots::new(), applied, Vec::new());
    let newer = |group: &&Group| group.last > applied;
    let mut groups: Vec<&Group> = survey.segments.iter().flat_map(|segment| &segment.groups).filter(newer).collect();
    groups.sort_by_key(|group| group.last);
    for found in groups {
        if found.previous > last {
            lost.push(format!("the commits of versions {} to {}", last + 1, found.previous));
        }
        if group::decode(&found.payload, &mut slots).is_none() {
            lost.push(format!("commits up to version {}", found.last));
        }
        last = found.last;
    }
    if survey.mark.last > last {
        lost.push(format!("the commits of versions {} to {}", last + 1, survey.mark.last));
    }
    (slots, last.max(survey.mark.last), lost)
}

fn lacks(from: u64, to: u64, known: u64) -> String {
    format!(
        "the journal lacks acknowledged commits: versions {from} to {to} are missing or damaged, while version {known} is known to have \
         been written"
    )
}

#[cfg(test)]
mod tests {
    use super::super::mark::Mark;
    use super::super::survey::Surveyed;
    use super::*;

    /// Groups as (segment, first block, previous, last).
    fn survey(mark: Mark, groups: &[(u64, u64, u64, u64)], damaged: &[(u64, u64)]) -> Survey {
        let segments = (1..=3).map(|number| Surveyed {
            number,
            groups: groups
                .iter()
                .filter(|group| group.0 == number)
                .map(|&(segment, first, previous, last)| Group {
                    segment,
                    first,
                    end: first + 1,
                    previous,
                    last,
                    payload: Vec::new(),
                })
                .collect(),
            damaged: damaged.iter().filter(|(segment, _)| *segment == number).map(|(_, block)| *block).collect(),
            ..Surveyed::default()
        });
        Survey { mark, wrong: Vec::new(), segments: segments.collect() }
    }

    fn mark(last: u64, at: u32) -> Mark {
        Mark { sequence: 1, last, at, clean: false, segments: vec![1, 2] }
    }

    const GROUPS: [(u64, u64, u64, u64); 4] = [(1, 1, 0, 2), (1, 2, 2, 3), (2, 1, 3, 4), (2, 2, 4, 6)];

    #[test]
    fn torn_is_told_from_lost() {
        let ok = |survey: Survey, applied| {
            let verdict = judge(&survey, applied).unwrap();
            (verdict.last, verdict.at, verdict.torn, verdict.harmless.len())
        };
        // All there, as far as the mark knows and beyond.
        assert_eq!(ok(survey(mark(6, 3), &GROUPS, &[]), 0), (6, 3, vec![], 0));
        assert_eq!(ok(survey(mark(3, 1), &GROUPS, &[]), 2), (6, 3, vec![], 0));
        // A torn group behind them is cut; damage anywhere else takes nothing away.
        assert_eq!(ok(survey(mark(4, 2), &GROUPS, &[(2, 3), (2, 4)]), 0), (6, 3, vec![3, 4], 0));
        assert_eq!(ok(survey(mark(4, 2), &GROUPS, &[(3, 1), (1, 7), (2, 9)]), 0), (6, 3, vec![9], 2));
        // The group that the mark does not know yet was torn itself.
        assert_eq!(ok(survey(mark(4, 2), &GROUPS[..3], &[(2, 2)]), 0), (4, 2, vec![2], 0));
        // After a clean end nothing is torn.
        let clean = Mark { clean: true, ..mark(6, 3) };
        assert_eq!(ok(survey(clean, &GROUPS, &[(2, 3)]), 6), (6, 3, vec![], 1));
    }

    #[test]
    fn what_is_missing_is_refused() {
        let refused = |survey: Survey, applied, words: &str| {
            let what = judge(&survey, applied).unwrap_err();
            assert!(what.contains(words), "{what}");
        };
        refused(survey(mark(6, 3), &GROUPS[..3], &[(2, 2)]), 0, "versions 5 to 6");
        refused(survey(mark(3, 1), &[GROUPS[0], GROUPS[1], GROUPS[3]], &[(2, 1)]), 0, "versions 4 to 4");
        refused(survey(mark(6, 3), &GROUPS[1..], &[]), 0, "versions 1 to");
        let unknown = Mark { segments: vec![9], ..mark(6, 3) };
        refused(survey(unknown, &GROUPS, &[]), 0, "segment 9");
        let mut cut = survey(mark(3, 1), &GROUPS, &[]);
        cut.segments[0].wrong = Some("cut".into());
        refused(cut, 3, "cut");
    }
}
