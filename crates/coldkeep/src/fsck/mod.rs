//! `coldkeep fsck`: proves what a stopped server keeps, and says in words what was found. It changes nothing, and a folder that
//! cannot be written to will do. With `--repair` it takes what is damaged out of service first (`repair.rs`).

mod folder;
mod keep;
mod repair;
mod shared;
mod words;

use std::process::ExitCode;
use std::sync::Arc;

use coldkeep_blob::{Blobs, Files, Pools};
use coldkeep_disk::{Disk, SystemDisk};
use coldkeep_meta::{Inspector, Meta};
use coldkeep_store::Report;

use crate::Failure;
use crate::command::Fsck;
use crate::data_folder::{DataFolder, advice};
use crate::pools::KnownPools;
use words::Words;

/// Exit code when something is damaged.
const DAMAGED: u8 = 1;

/// What a check found.
#[derive(Debug, Default)]
struct Findings {
    /// What records and blobs say of each other; none if they could not be compared.
    report: Option<Report>,
    /// What is wrong with the files themselves, and with the folder.
    problems: Vec<String>,
    /// Files of which nothing is proven: nothing reads them, or nothing tells what they should be.
    unproven: Vec<String>,
}

impl Findings {
    fn problems(&self) -> impl Iterator<Item = &String> {
        self.problems.iter().chain(self.report.iter().flat_map(|report| &report.problems))
    }

    fn is_clean(&self) -> bool {
        self.problems().next().is_none()
    }

    fn exit_code(&self) -> ExitCode {
        if self.is_clean() { ExitCode::SUCCESS } else { ExitCode::from(DAMAGED) }
    }
}

/// Runs the check. Exit code 0 means clean, 1 damaged; a [`Failure`] means that it could not run.
pub fn run(settings: &Fsck) -> Result<ExitCode, Failure> {
    let runtime = tokio::runtime::Runtime::new().map_err(|error| Failure::new(error.to_string()))?;
    runtime.block_on(async {
        if let Some(store) = settings.shared.store(&settings.pool)? {
            if settings.repair {
                let repaired = repair::run_shared(&store, settings.read).await?;
                print!("{repaired}");
            }
            let findings = match settings.online {
                true => shared::check_online(&store, settings.read).await?,
                false => shared::check(&store, settings.read).await?,
            };
            print!("{}", Words { findings: &findings, settings, place: &store });
            return Ok(findings.exit_code());
        }
        if settings.online {
            return Err(Failure::new(
                "--online goes with --meta: the data folder of one server is checked while it is stopped.",
            ));
        }
        let folder = DataFolder::existing(&settings.data)?;
        if settings.repair {
            let repaired = repair::run(&folder, settings.read).await?;
            print!("{repaired}");
        }
        let findings = check(&folder, settings.read).await?;
        print!("{}", Words { findings: &findings, settings, place: &folder.path().display() });
        Ok(findings.exit_code())
    })
}

/// Proves everything, changing nothing.
async fn check(folder: &DataFolder, read: bool) -> Result<Findings, Failure> {
    let disk: Arc<dyn Disk> = Arc::new(SystemDisk);
    let unproven = folder::unproven(folder).map_err(|error| Failure::file("look into", folder.path(), &error))?;
    let mut findings = Findings { report: None, problems: folder::problems(folder), unproven };
    prove_metadata(&disk, folder, &mut findings)?;
    let meta = or_problem(Inspector::open(disk.clone(), &folder.meta()), &mut findings)?;
    let blobs = inspect_blobs(disk, folder, &mut findings).await?;
    if let (Some(meta), Some(blobs)) = (meta, blobs) {
        prove(Arc::new(meta), blobs, read, &mut findings).await?;
    }
    Ok(findings)
}

/// Proves all records, and that they and the blobs fit each other.
async fn prove(meta: Arc<dyn Meta>, blobs: Arc<dyn Blobs>, read: bool, findings: &mut Findings) -> Result<(), Failure> {
    findings.report = or_problem(coldkeep_store::fsck(&*meta, &*blobs, read).await, findings)?;
    prove_others(&*meta, findings).await
}

/// Proves the records that others keep beside the store.
async fn prove_others(meta: &dyn Meta, findings: &mut Findings) -> Result<(), Failure> {
    // The store has counted these records.
    if let Some((_, problems)) = or_problem(coldkeep_identity::prove(meta).await, findings)? {
        findings.problems.extend(problems);
    }
    if let Some((_, problems)) = or_problem(coldkeep_keyring::prove(meta).await, findings)? {
        findings.problems.extend(problems);
    }
    if let Some((_, problems)) = or_problem(coldkeep_messages::prove(meta).await, findings)? {
        findings.problems.extend(problems);
    }
    Ok(())
}

/// All that is wrong with a store on these engines, each in a sentence.
pub async fn problems(meta: Arc<dyn Meta>, blobs: Arc<dyn Blobs>, read: bool) -> Result<Vec<String>, Failure> {
    let mut findings = Findings::default();
    prove(meta, blobs, read, &mut findings).await?;
    Ok(findings.problems().cloned().collect())
}

/// The blobs of all pools, if all can be looked at.
async fn inspect_blobs(
    disk: Arc<dyn Disk>,
    folder: &DataFolder,
    findings: &mut Findings,
) -> Result<Option<Arc<dyn Blobs>>, Failure> {
    let known = KnownPools::read(folder)?;
    let mut take = |files: &Files| -> Result<(), Failure> {
        let strays = files.strays().map_err(|error| Failure::new(error.to_string()))?;
        findings.unproven.extend(strays.iter().map(|path| path.display().to_string()));
        Ok(())
    };
    let default = Files::inspect(disk, &folder.blobs());
    if let Ok(files) = &default {
        take(files)?;
    }
    let mut others = Some(Vec::new());
    let mut wrong = Vec::new();
    for (pool, opened) in known.look(Files::inspect) {
        match opened {
            Ok(files) => {
                take(&files)?;
                let engine: Arc<dyn Blobs> = Arc::new(files);
                others.iter_mut().for_each(|others| others.push((pool.number, pool.name.clone(), engine.clone())));
            }
            Err(error) => {
                wrong.push(error);
                others = None;
            }
        }
    }
    for error in wrong {
        or_problem::<(), _>(Err(error), findings)?;
    }
    let (Some(default), Some(others)) = (or_problem(default, findings)?, others) else { return Ok(None) };
    if others.is_empty() {
        return Ok(Some(Arc::new(default)));
    }
    let pools = or_problem(Pools::open(Arc::new(default), others).await, findings)?;
    Ok(pools.map(|pools| Arc::new(pools) as Arc<dyn Blobs>))
}

/// Whether the metadata's own checksums hold.
fn prove_metadata(disk: &Arc<dyn Disk>, folder: &DataFolder, findings: &mut Findings) -> Result<(), Failure> {
    let mut problems = Vec::new();
    let proven = coldkeep_meta::prove(&**disk, &folder.meta(), &mut |what| problems.push(what));
    findings.problems.extend(problems.into_iter().map(|what| format!("metadata: {what}")));
    or_problem(proven, findings).map(drop)
}

/// What an engine that does not open means: somebody has it open, or it needs another server, and then there is nothing to check;
/// or it is damaged.
fn or_problem<T, E: std::fmt::Display>(opened: Result<T, E>, findings: &mut Findings) -> Result<Option<T>, Failure> {
    let words = match opened {
        Ok(engine) => return Ok(Some(engine)),
        Err(error) => error.to_string(),
    };
    if ["in use by another server", "newer server", "the next start of the server"].iter().any(|it| words.contains(it))
    {
        return Err(Failure::new(advice(words)));
    }
    if !findings.problems.contains(&words) {
        findings.problems.push(words);
    }
    Ok(None)
}
