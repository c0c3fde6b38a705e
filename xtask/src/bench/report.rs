//! The tables of a run, as Markdown and as JSON.

use serde_json::{Value, json};

use super::limits::Limit;
use super::sample::{Figure, Sample, Spread};
use super::scenarios::{Goal, baselines};

/// All rounds of a scenario on an endpoint.
pub struct Row {
    /// The scenario's name.
    pub scenario: String,
    /// Its rate.
    pub rate: Figure,
    /// The endpoint's name.
    pub endpoint: String,
    /// What this endpoint is to reach.
    pub goals: Vec<Goal>,
    /// The scenario that it took turns with.
    pub beside: Option<String>,
    /// The rounds.
    pub samples: Vec<Sample>,
    /// Why there are fewer rounds than asked for.
    pub failure: Option<String>,
}

/// A whole run.
#[derive(Default)]
pub struct Report {
    /// The machine and the programs.
    pub description: Vec<String>,
    /// Scenarios by endpoints.
    pub rows: Vec<Row>,
    /// What the machine can do.
    pub limits: Vec<Limit>,
    /// What is not there, and why.
    pub notes: Vec<String>,
}

impl Row {
    fn spread(&self, figure: Figure) -> Option<Spread> {
        Spread::of(self.samples.iter().filter_map(|sample| sample.figure(figure)))
    }

    /// The rate with its unit: median, and least to most.
    pub fn rate_text(&self) -> String {
        let Some(Spread { median, min, max }) = self.spread(self.rate) else { return "-".into() };
        let unit = match self.rate {
            Figure::MibPerSecond => "MiB/s",
            Figure::KeysPerSecond => "keys/s",
            Figure::Milliseconds => "ms",
            Figure::BusyMillis => "ms CPU a second",
            _ => "/s",
        };
        format!("{} ({}-{}) {unit}", number(median), number(min), number(max))
    }

    fn latency(&self, of: impl Fn(&Sample) -> f64) -> String {
        let asked = self.samples.iter().filter(|sample| sample.requests > 0);
        Spread::of(asked.map(of)).map_or("-".into(), |spread| number(spread.median))
    }

    /// Bytes written for each byte of a body; where there are no bodies, how many were written at all.
    fn written(&self) -> String {
        if let Some(spread) = self.spread(Figure::WrittenPerByte) {
            return number(spread.median);
        }
        let kib = self.samples.iter().map(|sample| sample.server.written_bytes as f64 / 1024.0);
        Spread::of(kib).map_or("-".into(), |spread| format!("{} KiB", number(spread.median)))
    }

    fn cells(&self) -> String {
        let median = |figure| self.spread(figure).map_or("-".into(), |spread| number(spread.median));
        // Beyond 0.9 of what its core had for it, the client may be what is measured, but for figures by the server's CPU.
        let busy = self.spread(Figure::ClientBusy).is_some_and(|spread| spread.median > 0.9);
        let latencies = [
            self.latency(|sample| sample.latencies.p50),
            self.latency(|sample| sample.latencies.p99),
            self.latency(|sample| sample.latencies.p999),
        ];
        let cells = [
            self.scenario.clone(),
            self.endpoint.clone(),
            format!("{}{}", self.rate_text(), if busy { " *" } else { "" }),
            latencies.join(" / "),
            median(Figure::CpuPerGib),
            median(Figure::CpuPerThousand),
            median(Figure::PerCoreSecond),
            median(Figure::PeakMib),
            self.written(),
        ];
        format!("| {} |\n", cells.join(" | "))
    }
}

impl Report {
    /// The tables.
    pub fn markdown(&self) -> String {
        let mut text: String = self.description.iter().map(|line| format!("- {line}\n")).collect();
        text.push_str(
            "\n### Goals\n\n| scenario | figure | to reach | measured (min-max) | | beside others: to reach, measured |\n\
             |---|---|--:|--:|---|---|\n",
        );
        for row in &self.rows {
            for goal in &row.goals {
                text.push_str(&self.goal_line(row, goal));
            }
        }
        text.push_str(
            "\n### Scenarios\n\n\
             | scenario | endpoint | rate: median (min-max) | p50 / p99 / p99.9 ms | CPU s/GiB | CPU s/1,000 requests | \
             per core-second | peak MiB | written/byte |\n|---|---|--:|--:|--:|--:|--:|--:|--:|\n",
        );
        text.extend(self.rows.iter().map(Row::cells));
        text.push_str(&self.beside());
        text.push_str(&self.below());
        text.push_str("\n### What the machine can do\n\n| | | CPU s/GiB, or s/1,000 |\n|---|--:|--:|\n");
        for limit in &self.limits {
            text.push_str(&format!(
                "| {} | {} {} | {} |\n",
                limit.what,
                number(limit.value),
                limit.unit,
                number(limit.cpu)
            ));
        }
        let failures = self.rows.iter().filter_map(|row| Some((row, row.failure.as_ref()?)));
        let failures = failures.map(|(row, failure)| format!("{} on {} failed: {failure}", row.scenario, row.endpoint));
        text.push('\n');
        text.extend(self.notes.iter().cloned().chain(failures).map(|note| format!("- {note}\n")));
        text
    }

    /// What a request costs more of the server's processor than one of the scenario it took turns with: the two of each round compared.
    fn beside(&self) -> String {
        let mut text = String::new();
        for row in &self.rows {
            let Some(beside) = &row.beside else { continue };
            let is_other = |other: &&Row| other.scenario == *beside && other.endpoint == row.endpoint;
            let Some(other) = self.rows.iter().find(is_other) else { continue };
            let cost = |sample: &Sample| sample.figure(Figure::CpuPerThousand);
            let more = row.samples.iter().zip(&other.samples).filter_map(|(own, other)| {
                Some((cost(own)? / cost(other)? - 1.0) * 100.0).filter(|percent| percent.is_finite())
            });
            let Some(Spread { median, min, max }) = Spread::of(more) else { continue };
            let (scenario, endpoint) = (&row.scenario, &row.endpoint);
            text.push_str(&format!(
                "| {scenario} | {endpoint} | {beside} | {median:+.1} % ({min:+.1} to {max:+.1}) |\n"
            ));
        }
        let head = "\n### Server CPU a request, beside another scenario\n\n| scenario | endpoint | beside | more: median of the rounds (min to max) |\n|---|---|---|--:|\n";
        if text.is_empty() { text } else { format!("{head}{text}") }
    }

    /// What requests to a shared store cost: its servers, the database below them, and both beside the server with a data folder.
    fn below(&self) -> String {
        let mut text = String::new();
        for row in &self.rows {
            let Some(below) = row.spread(Figure::BelowPerThousand) else { continue };
            let Some(servers) = row.spread(Figure::CpuPerThousand) else { continue };
            let is_own = |own: &&Row| own.scenario == row.scenario && own.endpoint == "coldkeep";
            let own = self.rows.iter().find(is_own).and_then(|own| own.spread(Figure::CpuPerThousand));
            let times = |cost: f64| own.map_or("-".into(), |own| number(cost / own.median));
            let cells = [
                row.scenario.clone(),
                row.endpoint.clone(),
                number(servers.median),
                times(servers.median),
                number(below.median),
                times(servers.median + below.median),
            ];
            text.push_str(&format!("| {} |\n", cells.join(" | ")));
        }
        let head = "\n### Shared stores: CPU s/1,000 requests\n\n| scenario | endpoint | servers | times one with a data folder | database and standby | both, times it |\n|---|---|--:|--:|--:|--:|\n";
        if text.is_empty() { text } else { format!("{head}{text}") }
    }

    /// A goal, what was measured, and the ratios of both to what other servers measured there and here.
    fn goal_line(&self, row: &Row, goal: &Goal) -> String {
        let figure = match goal.figure {
            Figure::CpuPerGib => "server CPU s/GiB",
            Figure::Milliseconds => "p50, ms",
            Figure::PerCoreSecond => "per server core-second",
            Figure::KeysPerSecond => "keys/s",
            Figure::PeakMib => "memory, MiB",
            Figure::BusyMillis => "ms CPU a second",
            Figure::CpuPerThousand => "server CPU s/1,000",
            Figure::BelowPerThousand => "database's CPU s/1,000",
            Figure::MibPerSecond => "MiB/s",
            Figure::RequestsPerSecond => "requests/s",
            Figure::WrittenPerByte => "written/byte",
            Figure::ClientBusy => "client's core",
        };
        let Some(Spread { median, min, max }) = row.spread(goal.figure) else { return String::new() };
        let (reached, sign) =
            if goal.is_at_least() { (median >= goal.bound, "≥") } else { (median <= goal.bound, "≤") };
        let ratios: Vec<String> = baselines::of(&row.scenario)
            .filter_map(|(name, there)| {
                let other = self.rows.iter().find(|other| other.scenario == row.scenario && other.endpoint == name)?;
                let here = other.spread(goal.figure)?.median;
                Some(format!("{name} {sign} {}: {}", number(goal.bound / there), number(median / here)))
            })
            .collect();
        let (median, min, max) = (number(median), number(min), number(max));
        let mark = if reached { "reached" } else { "**not yet**" };
        let (scenario, bound, ratios) = (&row.scenario, number(goal.bound), ratios.join("; "));
        format!("| {scenario} | {figure} | {sign} {bound} | {median} ({min}-{max}) | {mark} | {ratios} |\n")
    }

    /// Every round of everything.
    pub fn json(&self) -> Value {
        let row = |row: &Row| {
            let samples: Vec<_> = row.samples.iter().map(Sample::json).collect();
            json!({ "scenario": row.scenario, "endpoint": row.endpoint, "failure": row.failure, "rounds": samples })
        };
        let limit = |limit: &Limit| json!({ "what": limit.what, "value": limit.value, "unit": limit.unit, "cpu_seconds": limit.cpu });
        json!({
            "run": self.description, "notes": self.notes,
            "scenarios": self.rows.iter().map(row).collect::<Vec<_>>(),
            "limits": self.limits.iter().map(limit).collect::<Vec<_>>(),
        })
    }
}

/// Three digits that count, thousands apart.
pub fn number(value: f64) -> String {
    let decimals = match value.abs() {
        value if value >= 100.0 || value == 0.0 => 0,
        value if value >= 10.0 => 1,
        value if value >= 1.0 => 2,
        _ => 3,
    };
    let text = format!("{value:.decimals$}");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut grouped = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    if fraction.is_empty() { grouped } else { format!("{grouped}.{fraction}") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::process::Usage;

    fn row(scenario: &str, beside: Option<&str>, cpu: [f64; 2]) -> Row {
        let used = |cpu_seconds| Usage { cpu_seconds, ..Usage::default() };
        Row {
            scenario: scenario.into(),
            rate: Figure::RequestsPerSecond,
            endpoint: "coldkeep".into(),
            goals: Vec::new(),
            beside: beside.map(str::to_owned),
            samples: cpu.map(|cpu| Sample { requests: 10, server: used(cpu), ..Sample::default() }).into(),
            failure: None,
        }
    }

    #[test]
    fn rounds_that_took_turns_are_compared_one_by_one() {
        // The second round took twice as long for both: that is no difference between them.
        let rows = vec![row("get", None, [1.0, 2.0]), row("get-sse", Some("get"), [1.1, 2.2])];
        let text = Report { rows, ..Report::default() }.markdown();
        assert!(text.contains("| get-sse | coldkeep | get | +10.0 % (+10.0 to +10.0) |"), "{text}");
    }

    #[test]
    fn servers_of_a_shared_store_are_shown_with_their_database() {
        let mut shared = Row { endpoint: "shared".into(), ..row("get", None, [0.03, 0.03]) };
        shared.samples.iter_mut().for_each(|sample| sample.server.below_cpu_seconds = 0.05);
        let rows = vec![row("get", None, [0.02, 0.02]), shared];
        let text = Report { rows, ..Report::default() }.markdown();
        assert!(text.contains("| get | shared | 3.00 | 1.50 | 5.00 | 4.00 |"), "{text}");
        assert!(!text.contains("| get | coldkeep | 2.00 | 1.00 |"), "{text}");
    }

    #[test]
    fn numbers_are_short() {
        let table = [(0.0, "0"), (0.1234, "0.123"), (9.876, "9.88"), (98.76, "98.8"), (1_234_567.8, "1,234,568")];
        for (value, text) in table {
            assert_eq!(number(value), text);
        }
    }
}
