//! The log: to standard error, as text or as JSON lines. Panics are logged too, once, with their place.
//!
//! Whatever is logged, an event is one line of text that shows and does nothing (see [`escape`](crate::escape)).

use std::fmt;
use std::io;

use tracing::Subscriber;
use tracing::field::Field;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::field::MakeExt as _;
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::{Writer, debug_fn};
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::escape::{self, JsonLines};
use crate::settings::LogFormat;
use crate::values::LogLevel;

/// Starts logging.
pub fn start(format: LogFormat, level: &LogLevel) {
    let ansi = io::IsTerminal::is_terminal(&io::stderr());
    subscriber(format, level.filter(), ansi, io::stderr).init();
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let message = panic.payload_as_str().unwrap_or("no message");
        let backtrace = std::backtrace::Backtrace::capture();
        tracing::error!(place, message, %backtrace, "a panic: this is a defect, please report it");
    }));
}

fn subscriber<W>(format: LogFormat, filter: EnvFilter, ansi: bool, out: W) -> Box<dyn Subscriber + Send + Sync>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let log = tracing_subscriber::fmt().with_env_filter(filter);
    match format {
        LogFormat::Text => {
            let fields = debug_fn(field).delimited(" ");
            Box::new(log.fmt_fields(fields).with_ansi(ansi).with_writer(out).finish())
        }
        LogFormat::Json => Box::new(log.json().with_writer(Escaped(out)).finish()),
    }
}

/// One field of an event as text. A backtrace has lines of its own, and nothing of a client's.
fn field(out: &mut Writer<'_>, field: &Field, value: &dyn fmt::Debug) -> fmt::Result {
    match field.name() {
        "message" => {}
        name => write!(out, "{name}=")?,
    }
    match field.name() {
        "backtrace" => write!(out, "{value:?}"),
        _ => escape::plain(out, &format!("{value:?}")),
    }
}

/// Gives writers whose lines of JSON are escaped.
struct Escaped<W>(W);

impl<'a, W: MakeWriter<'a>> MakeWriter<'a> for Escaped<W> {
    type Writer = JsonLines<W::Writer>;

    fn make_writer(&'a self) -> Self::Writer {
        JsonLines(self.0.make_writer())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// What is logged of text that a client chose.
    fn logged(format: LogFormat) -> String {
        let lines = Lines::default();
        let writer = {
            let lines = lines.clone();
            move || lines.clone()
        };
        let subscriber = subscriber(format, EnvFilter::new("info"), false, writer);
        tracing::subscriber::with_default(subscriber, || {
            let key = "k\n2026-01-01 ERROR forged \u{1b}[2J\u{9b}31m\u{202e}";
            tracing::info!(%key, quoted = key, debug = ?key, "about {key}");
        });
        let bytes = lines.0.lock().unwrap().clone();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn an_event_is_one_line_that_does_nothing() {
        for format in [LogFormat::Text, LogFormat::Json] {
            let text = logged(format);
            let line = text.strip_suffix('\n').unwrap();
            assert!(!line.contains(|character: char| character.is_control() || character == '\u{202e}'), "{line:?}");
            assert_eq!(line.matches("forged").count(), 4, "{line}");
        }
        let text = logged(LogFormat::Json);
        let event: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert!(event["fields"]["key"].as_str().unwrap().starts_with("k\n2026"), "{event}");
    }
}
