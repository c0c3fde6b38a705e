//! `cargo xtask scale`: what the plan to 10^12 objects in `docs/scale.md` rests on. Buckets of very different sizes come and grow for ten years, over stores
//! that a stated rule chooses; then requests are looked at that would touch two stores, and a year of failures.
//!
//! No server runs: it is arithmetic over what was measured elsewhere and what is assumed (`inputs.rs`). A seed decides all of it.

mod buckets;
mod failures;
mod inputs;
mod placement;
mod requests;
mod sizing;

use coldkeep_disk::simulated::Dice;

use crate::bench::report::number;
use crate::record::record;
use buckets::{Bucket, MONTHS};
use inputs::{BUCKETS, OBJECT_BYTES, RECORD_BYTES, ROW_BYTES};
use placement::{Load, Placement, Rule};

const USAGE: &str = "usage: cargo xtask scale [--seed SEED | --record]

  --seed SEED   other buckets than those of docs/scale.md
  --record      puts the tables into docs/scale.md";
const SEED: u64 = 14;
const PAGE: &str = "docs/scale.md";

/// Prints the tables.
pub fn run(words: &[&str]) -> Result<(), String> {
    match words {
        [] => println!("{}", tables(SEED)),
        ["--record"] => record(PAGE, &tables(SEED))?,
        ["--seed", seed] => println!("{}", tables(seed.parse().map_err(|_| USAGE)?)),
        _ => return Err(USAGE.to_owned()),
    }
    Ok(())
}

fn tables(seed: u64) -> String {
    let mut dice = Dice::new(seed);
    let buckets = buckets::make(BUCKETS, &mut dice);
    let mut table = Placement::new(Rule::Table, 2, &buckets, dice.fork());
    let years = ten_years(&buckets, &mut table);
    let others = [Rule::Hash, Rule::TwoChoices].map(|rule| {
        let mut other = Placement::new(rule, table.stores.len(), &buckets, dice.fork());
        (0..MONTHS).for_each(|month| other.step(&buckets, month));
        (rule, other)
    });
    let mut rules = String::from(
        "| at the end, over as many stores | most objects / mean | most requests / mean | the fullest is full to |\n|---|--:|--:|--:|\n",
    );
    let named = |rule: Rule| match rule {
        Rule::Hash => "a hash of the bucket's name",
        Rule::TwoChoices => "the emptier of two by chance",
        Rule::Table => "the same; what is large divided, what is too much moved",
    };
    others.iter().for_each(|(rule, other)| rules.push_str(&balance(named(*rule), other)));
    rules.push_str(&balance(named(Rule::Table), &table));
    let end = in_the_end(&buckets, &table, &mut dice);
    format!("{}\n{}\n{years}\n{rules}\n{end}", inputs::table(), sizing::table())
}

/// Ten years by the table, a line a year.
fn ten_years(buckets: &[Bucket], placement: &mut Placement) -> String {
    let mut text = String::from(
        "| year | objects | stores | ranges of keys | most / mean: objects | requests | ever fullest | moved, of what was new | a ring would have |\n\
         |--:|--:|--:|--:|--:|--:|--:|--:|--:|\n",
    );
    let (mut before, mut moved) = (0, placement.moved);
    for month in 0..MONTHS {
        placement.step(buckets, month);
        if (month + 1) % 12 != 0 {
            continue;
        }
        let (total, now) = (placement.total(), placement.moved);
        let new = (total.objects - before) as f64;
        let percent = |objects: u64| format!("{} %", number(objects as f64 / new * 100.0));
        let [objects, requests] = imbalance(placement);
        text.push_str(&format!(
            "| {} | {:.1e} | {} | {} | {} | {} | {} % | {} | {} |\n",
            (month + 1) / 12,
            total.objects as f64,
            placement.stores.len(),
            count(placement.pieces.iter().map(Vec::len).sum::<usize>() as f64),
            number(objects),
            number(requests),
            number(placement.fullest * 100.0),
            percent(now.objects - moved.objects),
            percent(now.by_ring - moved.by_ring),
        ));
        (before, moved) = (total.objects, now);
        placement.fullest = 0.0;
    }
    text
}

/// The most of a store beside the mean of all: objects, requests.
fn imbalance(placement: &Placement) -> [f64; 2] {
    let (total, stores) = (placement.total(), placement.stores.len() as f64);
    let most = |of: fn(&Load) -> f64| placement.stores.iter().map(of).fold(0.0, f64::max);
    let objects = most(|store| store.objects as f64) / (total.objects as f64 / stores);
    [objects, most(|store| store.requests) / (total.requests / stores)]
}

fn balance(name: &str, placement: &Placement) -> String {
    let [objects, requests] = imbalance(placement).map(number);
    let fullest = placement.stores.iter().map(Load::fullness).fold(0.0, f64::max);
    format!("| {name} | {objects} | {requests} | {} % |\n", number(fullest * 100.0))
}

/// What is true of the last year's stores.
fn in_the_end(buckets: &[Bucket], placement: &Placement, dice: &mut Dice) -> String {
    let touching = requests::look(buckets, placement, dice);
    let year = failures::year(&placement.stores, dice);
    let percent = |part: f64| format!("{} %", number(part * 100.0));
    let of_all = |some: u64| percent(some as f64 / requests::SAMPLES as f64);
    let divided = placement.pieces.iter().filter(|pieces| pieces.len() > 1).count();
    let rows = placement.pieces.iter().map(Vec::len).sum::<usize>();
    let largest = buckets.iter().map(|bucket| bucket.objects(MONTHS - 1)).max().unwrap_or_default();
    let most = placement.pieces.iter().map(Vec::len).max().unwrap_or_default();
    let hottest = placement.stores.iter().map(|store| store.requests).fold(0.0, f64::max);
    let moved = placement.moved;
    let lines = [
        ("the largest bucket", format!("{} objects", count(largest as f64))),
        ("buckets of several ranges; the most of one", format!("{divided}; {most}")),
        (
            "the router's table",
            format!("{} rows, {} MiB", count(rows as f64), number(rows as f64 * ROW_BYTES / 1_048_576.0)),
        ),
        ("the busiest store", format!("{} requests/s", count(hottest))),
        (
            "moved in ten years",
            format!(
                "{} ranges, {:.1e} objects: {} TB of records, {} PB of bytes",
                count(moved.pieces as f64),
                moved.objects as f64,
                number(moved.objects as f64 * RECORD_BYTES / 1e12),
                number(moved.objects as f64 * OBJECT_BYTES / 1e15),
            ),
        ),
        (
            "requests that touch two stores or more",
            format!(
                "{}: copies {}, lists with delimiter and deletions of many {}",
                of_all(touching.copies + touching.spread),
                of_all(touching.copies),
                of_all(touching.spread),
            ),
        ),
        (
            "a year of all stores",
            format!(
                "{} switches, {} deaths of a primary, {} losses of both hosts (away for {} h at the longest)",
                count(year.failures[0] as f64),
                count(year.failures[1] as f64),
                count(year.failures[2] as f64),
                number(year.longest / 3_600.0),
            ),
        ),
        ("a key is away", format!("{} s of that year, on average", count(year.away))),
        ("all stores are there", format!("{} of the year", percent(year.whole))),
        ("away at once, at most", format!("{} stores with {} of all keys", year.at_once, percent(year.share_at_once))),
    ];
    let lines = lines.map(|(what, value)| format!("| {what} | {value} |\n"));
    format!("| after ten years | |\n|---|---|\n{}", lines.concat())
}

/// A number of things, of which there are no halves.
fn count(value: f64) -> String {
    if value < 100.0 { format!("{value:.0}") } else { number(value) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_has_the_tables_that_the_simulation_prints() {
        let page = std::fs::read_to_string(crate::root().join(PAGE)).expect("the page is there");
        let tables = tables(SEED);
        assert!(page.contains(tables.trim_end()), "cargo xtask scale --record puts them there:\n{tables}");
    }
}
