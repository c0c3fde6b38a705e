//! The log: to standard error, as text or as JSON lines. Panics are logged too, once, with their place.

use std::io;

use tracing_subscriber::EnvFilter;

use crate::Failure;
use crate::settings::LogFormat;

/// Starts logging. `level` is a level or a list of directives.
pub fn start(format: LogFormat, level: &str) -> Result<(), Failure> {
    let filter = EnvFilter::try_new(level)
        .map_err(|error| Failure::new(format!("cannot understand the log level {level:?}: {error}")))?;
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    match format {
        LogFormat::Text => log.with_ansi(io::IsTerminal::is_terminal(&io::stderr())).init(),
        LogFormat::Json => log.json().init(),
    }
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let message = panic.payload_as_str().unwrap_or("no message");
        let backtrace = std::backtrace::Backtrace::capture();
        tracing::error!(place, message, %backtrace, "a panic: this is a defect, please report it");
    }));
    Ok(())
}
