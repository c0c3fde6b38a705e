//! A query at work: pieces of the object in, frames out, a short step at a time.

use std::ops::Range;

use bytes::Bytes;

use crate::compression::{Compression, Unpacker};
use crate::expression::Scope;
use crate::frames::{self, Counts};
use crate::input::{Next, Records};
use crate::output::{Output, Writer};
use crate::record::Record;
use crate::sql::Statement;
use crate::timestamp::Stamp;
use crate::value::Value;
use crate::{Format, Request, SelectError};

/// Records go out when there are so many bytes of them.
const RECORDS_BYTES: usize = 64 << 10;
/// How many bytes a step works through before it ends.
const STEP_BYTES: u64 = 256 << 10;
/// How many records, where they are short and cost much.
const STEP_RECORDS: usize = 4_096;
/// Who waits hears of it each time so many bytes were worked through: there is no clock here.
const TELL_BYTES: u64 = 4 << 20;

/// A query at work.
pub struct Query {
    statement: Statement,
    records: Records,
    unpacker: Unpacker,
    output: Output,
    /// Where the object is read from next, and where the records end that are asked for.
    range: Range<u64>,
    /// What was given and is packed; what is unpacked and no record yet.
    packed: Bytes,
    plain: Bytes,
    given_all: bool,
    unpacked_all: bool,
    /// The end of a record that began before the range is still to come.
    passes: bool,
    bound: bool,
    now: Stamp,
    progress: bool,
    counts: Counts,
    told: u64,
    answered: u64,
    rows: Vec<u8>,
    frames: Vec<u8>,
    done: bool,
}

/// How a step ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// There is more to do with what was given.
    Busy,
    /// It has nothing to do until it is given more of the object.
    Hungry,
    /// It goes on with these bytes of the object, as far as there are so many; what was given is of no use.
    Elsewhere(Range<u64>),
    /// All is answered.
    Done,
}

impl Query {
    /// A query, or what is wrong with it. The object must be given from [`Query::starts`] on.
    pub fn new(request: Request) -> Result<Self, SelectError> {
        let statement = Statement::parse(&request.expression)?;
        let quoted = matches!(&request.format, Format::Csv(csv) if csv.quoted_delimiters);
        let whole = request.format == Format::JsonDocument || request.compression != Compression::None || quoted;
        if request.range.is_some() && whole {
            let message = "Scan range queries are not supported on this type of object.";
            return Err(SelectError::new("UnsupportedScanRangeInput", message));
        }
        #[cfg(feature = "parquet")]
        if matches!(request.format, Format::Parquet { .. }) && request.compression != Compression::None {
            let message = "The file is not in a supported compression format. Of Parquet, columns are compressed, and no whole files.";
            return Err(SelectError::new("InvalidCompressionFormat", message));
        }
        let records = Records::new(request.format, statement.source.clone())?;
        Ok(Self {
            statement,
            records,
            unpacker: Unpacker::new(request.compression),
            output: request.output,
            range: request.range.unwrap_or(0..u64::MAX),
            packed: Bytes::new(),
            plain: Bytes::new(),
            given_all: false,
            unpacked_all: false,
            passes: false,
            bound: false,
            now: Stamp::utc(request.now),
            progress: request.progress,
            counts: Counts::default(),
            told: 0,
            answered: 0,
            rows: Vec::new(),
            frames: Vec::new(),
            done: false,
        })
    }

    /// Where reading begins.
    pub fn starts(&mut self) -> u64 {
        match (self.records.starts(), self.range.start) {
            (Some(start), _) => start,
            (None, 0) => 0,
            (None, start) => self.jump(start),
        }
    }

    /// What it holds besides a piece and a record, in bytes: of Parquet, pages of columns.
    pub fn held(&self) -> usize {
        self.records.held()
    }

    /// The byte before the range tells whether a record begins with it.
    fn jump(&mut self, start: u64) -> u64 {
        self.records.jump(start - 1);
        self.passes = true;
        self.range.start = 0;
        (self.packed, self.plain) = (Bytes::new(), Bytes::new());
        start - 1
    }

    /// Takes the next piece of the object.
    pub fn give(&mut self, piece: Bytes) {
        self.packed = piece;
    }

    /// There are no more pieces.
    pub fn give_end(&mut self) {
        self.given_all = true;
    }

    /// The object cannot be read to its end: tells so, and ends. A query that has ended already has nothing more to tell.
    pub fn fail(&mut self, error: &SelectError) {
        if self.done {
            return;
        }
        self.flush();
        frames::error(error, &mut self.frames);
        self.done = true;
    }

    /// What there is to send.
    pub fn take(&mut self) -> Bytes {
        std::mem::take(&mut self.frames).into()
    }

    /// Works for a while.
    pub fn step(&mut self) -> Step {
        if self.done {
            return Step::Done;
        }
        self.work().unwrap_or_else(|error| {
            self.fail(&error);
            Step::Busy
        })
    }

    /// Runs to the end over an object that lies in memory, given in pieces of so many bytes; all that there is to send.
    pub fn over(mut self, object: &[u8], piece: usize) -> Vec<u8> {
        let all = object.len() as u64;
        let mut range = self.starts()..all;
        let mut sent = Vec::new();
        loop {
            match self.step() {
                Step::Done => break,
                Step::Busy => {}
                Step::Elsewhere(asked) => range = asked.start..asked.end.min(all),
                Step::Hungry if range.is_empty() => self.give_end(),
                Step::Hungry => {
                    let end = (range.start + piece as u64).min(range.end);
                    self.give(object[range.start as usize..end as usize].to_vec().into());
                    range.start = end;
                }
            }
            sent.extend_from_slice(&self.take());
        }
        sent
    }

    fn work(&mut self) -> Result<Step, SelectError> {
        let began = self.work_done();
        for _ in 0..STEP_RECORDS {
            if !self.bound && !self.records.awaits_names() {
                self.records.bind(&mut self.statement)?;
                self.bound = true;
            }
            if self.statement.limit.is_some_and(|limit| self.answered >= limit) {
                return self.finish();
            }
            let next = match self.passes {
                true => match self.records.pass(self.unpacked_all)? {
                    true => {
                        self.passes = false;
                        continue;
                    }
                    false => Next::Hungry,
                },
                false => self.records.next(&mut self.plain, self.unpacked_all, &self.range)?,
            };
            match next {
                Next::There => {
                    let whole = self.rows.len();
                    // What was written of a record that cannot be is taken back.
                    self.take_record().inspect_err(|_| self.rows.truncate(whole))?;
                }
                Next::Header => {
                    let start = self.range.start;
                    if start > self.records.position() {
                        return Ok(Step::Elsewhere(self.jump(start)..u64::MAX));
                    }
                }
                #[cfg(feature = "parquet")]
                Next::Elsewhere(range) => {
                    (self.packed, self.plain) = (Bytes::new(), Bytes::new());
                    (self.given_all, self.unpacked_all) = (false, false);
                    return Ok(Step::Elsewhere(range));
                }
                Next::Beyond => return self.finish(),
                Next::Hungry if self.unpacked_all => return self.finish(),
                Next::Hungry if self.packed.is_empty() && !self.given_all => return Ok(Step::Hungry),
                Next::Hungry => self.unpack()?,
            }
            if self.rows.len() >= RECORDS_BYTES {
                self.flush();
                return Ok(Step::Busy);
            }
            if self.work_done() - began >= STEP_BYTES {
                break;
            }
        }
        if self.work_done() - self.told >= TELL_BYTES {
            self.told = self.work_done();
            self.flush();
            match self.progress {
                true => frames::progress(&self.counts, &mut self.frames),
                false if self.frames.is_empty() => frames::continuation(&mut self.frames),
                false => {}
            }
        }
        Ok(Step::Busy)
    }

    /// In bytes. A column may have many records in few of them, which are counted as what they came to.
    fn work_done(&mut self) -> u64 {
        let (unpacked, weight) = self.records.worked();
        self.counts.processed += unpacked;
        self.counts.processed + weight
    }

    fn unpack(&mut self) -> Result<(), SelectError> {
        let before = self.packed.len();
        self.plain = match before {
            0 => {
                self.unpacked_all = true;
                self.unpacker.end()?
            }
            _ => self.unpacker.unpack(&mut self.packed)?,
        };
        self.counts.scanned += (before - self.packed.len()) as u64;
        self.counts.processed += self.records.give(&mut self.plain);
        Ok(())
    }

    fn take_record(&mut self) -> Result<(), SelectError> {
        let statement = &mut self.statement;
        let record = Some(self.records.record());
        let scope = Scope { record, places: &statement.places, totals: &[], now: self.now };
        if let Some(condition) = &statement.condition
            && !condition.evaluate(&scope)?.is_true()
        {
            return Ok(());
        }
        if !statement.aggregates.is_empty() {
            return statement.aggregates.iter_mut().try_for_each(|aggregate| aggregate.take(&scope));
        }
        self.answered += 1;
        let mut writer = Writer::new(&self.output, &mut self.rows);
        match (&statement.columns, self.records.record()) {
            (Some(columns), _) => {
                for (name, column) in columns {
                    writer.field(name, &column.evaluate(&scope)?)?;
                }
            }
            (None, Record::Row(row)) => {
                let names = self.records.names().unwrap_or_default();
                for (at, field) in row.fields().enumerate() {
                    let numbered;
                    let name = match names.get(at) {
                        Some(name) => name,
                        None => {
                            numbered = format!("_{}", at + 1);
                            &numbered
                        }
                    };
                    writer.field(name, &Value::Text(field.to_owned()))?;
                }
            }
            (None, Record::Json(Value::Struct(members))) => {
                for (name, member) in members {
                    writer.field(name, member)?;
                }
            }
            (None, Record::Json(value)) => writer.field("_1", value)?,
        }
        writer.end();
        Ok(())
    }

    fn finish(&mut self) -> Result<Step, SelectError> {
        self.work_done();
        let statement = &self.statement;
        if let (false, Some(columns), true) =
            (statement.aggregates.is_empty(), &statement.columns, statement.limit != Some(0))
        {
            let totals: Vec<Value> =
                statement.aggregates.iter().map(|aggregate| aggregate.value()).collect::<Result<_, _>>()?;
            let scope = Scope { record: None, places: &statement.places, totals: &totals, now: self.now };
            let mut writer = Writer::new(&self.output, &mut self.rows);
            for (name, column) in columns {
                writer.field(name, &column.evaluate(&scope)?)?;
            }
            writer.end();
        }
        self.flush();
        if self.progress {
            frames::progress(&self.counts, &mut self.frames);
        }
        frames::stats(&self.counts, &mut self.frames);
        frames::end(&mut self.frames);
        self.done = true;
        Ok(Step::Busy)
    }

    fn flush(&mut self) {
        if !self.rows.is_empty() {
            self.counts.returned += self.rows.len() as u64;
            frames::records(&self.rows, &mut self.frames);
            self.rows.clear();
        }
    }
}

impl std::fmt::Debug for Query {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Query")
            .field("statement", &self.statement)
            .field("counts", &self.counts)
            .finish_non_exhaustive()
    }
}
