//! What a process costs, as the kernel counts it; where it may run; how it is stopped.

use std::fs;
use std::io;
use std::time::Duration;

use nix::sched::{CpuSet, sched_setaffinity};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::signal::{Signal, kill};
use nix::sys::time::TimeVal;
use nix::time::ClockId;
use nix::unistd::Pid;

/// What a process and its children have used so far, or between two moments.
#[derive(Clone, Copy, Debug, Default)]
pub struct Usage {
    /// Processor seconds of all threads, ended ones too.
    pub cpu_seconds: f64,
    /// Bytes that were caused to be written to disk.
    pub written_bytes: u64,
    /// The most memory held since the count was reset. What processes share counts for each.
    pub peak_bytes: u64,
    /// Processor seconds of what lies below the servers of a shared store: the database and its standby.
    pub below_cpu_seconds: f64,
}

/// The cores of servers and of the client: two different ones, where there are two.
pub fn cores() -> (usize, usize) {
    let number = fs::read_to_string("/proc/cpuinfo").map_or(1, |text| text.matches("processor\t").count());
    (0, usize::from(number > 1))
}

/// Pins the calling thread, and what it starts from now on.
pub fn pin_caller(core: usize) -> Result<(), String> {
    pin_thread(Pid::from_raw(0), core)
}

/// Pins all threads that a process and its children have now.
pub fn pin_process(pid: i32, core: usize) -> Result<(), String> {
    std::iter::once(pid).chain(children(pid)).try_for_each(|pid| pin_threads(pid, core))
}

fn pin_threads(pid: i32, core: usize) -> Result<(), String> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).map_err(|error| format!("process {pid}: {error}"))?;
    for task in tasks.flatten() {
        if let Some(thread) = task.file_name().to_str().and_then(|name| name.parse().ok()) {
            pin_thread(Pid::from_raw(thread), core)?;
        }
    }
    Ok(())
}

fn pin_thread(thread: Pid, core: usize) -> Result<(), String> {
    let mut set = CpuSet::new();
    let pinned = set.set(core).and_then(|()| sched_setaffinity(thread, &set));
    pinned.map_err(|error| format!("cannot pin thread {thread} to core {core}: {error}"))
}

/// What the process and its children have used so far. A child that ends takes what it used with it.
pub fn usage(pid: i32) -> io::Result<Usage> {
    let mut usage = usage_of_one(pid)?;
    // One that cannot be measured has just ended.
    for child in children(pid).filter_map(|child| usage_of_one(child).ok()) {
        usage.cpu_seconds += child.cpu_seconds;
        usage.written_bytes += child.written_bytes;
        usage.peak_bytes += child.peak_bytes;
    }
    Ok(usage)
}

fn usage_of_one(pid: i32) -> io::Result<Usage> {
    let clock = ClockId::pid_cpu_clock_id(Pid::from_raw(pid))?;
    Ok(Usage {
        cpu_seconds: Duration::from(clock.now()?).as_secs_f64(),
        written_bytes: field(&format!("/proc/{pid}/io"), "write_bytes:")?,
        peak_bytes: memory(pid, "VmHWM:")?,
        below_cpu_seconds: 0.0,
    })
}

/// Makes the peak of memory what is held now.
pub fn reset_peak(pid: i32) -> io::Result<()> {
    std::iter::once(pid).chain(children(pid)).try_for_each(|pid| fs::write(format!("/proc/{pid}/clear_refs"), "5"))
}

/// The processes that this one has started and that run: nginx's worker, below its master.
pub fn children(pid: i32) -> impl Iterator<Item = i32> {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).into_iter().flatten().flatten();
    let lists = tasks.filter_map(|task| fs::read_to_string(task.path().join("children")).ok());
    lists.flat_map(|list| list.split_whitespace().filter_map(|pid| pid.parse().ok()).collect::<Vec<_>>())
}

/// Bytes of memory that the process holds now.
pub fn resident_bytes(pid: i32) -> io::Result<u64> {
    memory(pid, "VmRSS:")
}

/// Processor seconds of this process.
pub fn own_cpu_seconds() -> f64 {
    ClockId::CLOCK_PROCESS_CPUTIME_ID.now().map_or(0.0, |time| Duration::from(time).as_secs_f64())
}

/// Processor seconds of the programs that this process has started and that have ended.
pub fn children_cpu_seconds() -> f64 {
    let seconds = |time: TimeVal| time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6;
    getrusage(UsageWho::RUSAGE_CHILDREN).map_or(0.0, |usage| seconds(usage.user_time()) + seconds(usage.system_time()))
}

/// Seconds that a core was idle since the machine started, in hundredths.
pub fn idle_seconds(core: usize) -> f64 {
    let text = fs::read_to_string("/proc/stat").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix(&format!("cpu{core} ")));
    // User, nice, system, idle, waiting for the disk.
    let ticks = line.into_iter().flat_map(|line| line.split_whitespace().skip(3).take(2));
    ticks.filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / 100.0
}

/// Asks a process to stop.
pub fn terminate(pid: u32) -> io::Result<()> {
    let pid = i32::try_from(pid).map_err(io::Error::other)?;
    Ok(kill(Pid::from_raw(pid), Signal::SIGTERM)?)
}

fn memory(pid: i32, name: &str) -> io::Result<u64> {
    Ok(field(&format!("/proc/{pid}/status"), name)? * 1024)
}

fn field(file: &str, name: &str) -> io::Result<u64> {
    let text = fs::read_to_string(file)?;
    let line = text.lines().find_map(|line| line.strip_prefix(name));
    let number = line.and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    number.ok_or_else(|| io::Error::other(format!("{file} has no {name}")))
}
