//! `coldkeep migrate`: moves a store from a data folder to engines that several servers share, and back. What is done is in `coldkeep_store::migrate`; here it is
//! which engines those are, what must be known before, what proves the whole, and how the place that was left says where its store is now.
//!
//! The place that was left is marked when all is proven and before the new one opens, so that at no moment both are served. A run that was cut between the two is
//! finished by the next.

mod args;
mod pools;
mod staged;
mod told;

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use coldkeep_blob::{Blobs, Files};
use coldkeep_disk::SystemDisk;
use coldkeep_identity::RootKey;
use coldkeep_meta::{Inspector, Meta};
use coldkeep_store::account_of;
use coldkeep_store::migrate::{
    MigrateError, Migration, Side, Staging, leave, open_filled, prepare, stand_still, why_closed,
};
use coldkeep_types::AccountId;

pub use args::Migrate;

use crate::data_folder::{DataFolder, advice, write_private};
use crate::pools::KnownPools;
use crate::root_file::Kept;
use crate::shared::SharedStore;
use crate::shown::print;
use crate::{Failure, fsck};
use told::{Done, Telling};

/// Threads of the runtime: blobs that are left are read on them.
const THREADS: usize = 8;
/// Exit code when what was copied is damaged.
const DAMAGED: u8 = 1;

impl From<MigrateError> for Failure {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Refused(words) => Self::new(words),
            MigrateError::Store(error) => Self::new(format!(
                "the store could not be moved: {error}\nWhere it was it is as it was, and can be served. Run this again: it goes on where it was."
            )),
        }
    }
}

/// Moves a store.
pub fn run(settings: &Migrate) -> Result<ExitCode, Failure> {
    coldkeep_http::raise_open_files();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(THREADS).enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(format!("cannot start threads: {error}")))?;
    runtime.block_on(async {
        let (shared, telling) = (settings.shared()?, Telling::new(settings.json));
        match (&settings.from, &settings.to) {
            (Some(from), _) if settings.prepare => prepared(settings, from, &shared, &telling).await,
            (Some(from), _) => out_of_folder(settings, from, &shared, &telling).await,
            (None, Some(to)) => into_folder(settings, to, &shared, &telling).await,
            (None, None) => Err(Failure::new("--from or --to says which data folder.")),
        }
    })
}

/// Copies the blobs of a folder whose server may run.
async fn prepared(
    settings: &Migrate,
    from: &Path,
    shared: &SharedStore,
    telling: &Telling,
) -> Result<ExitCode, Failure> {
    let folder = DataFolder::existing(from)?;
    let known = KnownPools::read(&folder)?;
    shared.must_take(&known)?;
    let staged = staged::of_folder(&known, shared, &settings.staged)?;
    let blobs = pools::look(&folder, &known, Files::look_beside).await?;
    let to = shared.open_to_fill(&known, store_of(&*blobs).await?).await?;
    telling.begins("copying the blobs there are");
    prepare(&blobs, &to, &staged.into_keys().collect(), &telling.told()).await?;
    let done = telling.done();
    let words =
        |done: &Done| format!("{done}.\nStop the server of {}, and run this without --prepare.\n", from.display());
    print(settings.json, &done, || words(&done))?;
    Ok(ExitCode::SUCCESS)
}

async fn out_of_folder(
    settings: &Migrate,
    from: &Path,
    shared: &SharedStore,
    telling: &Telling,
) -> Result<ExitCode, Failure> {
    let folder = DataFolder::found(from)?;
    let known = KnownPools::read(&folder)?;
    shared.must_take(&known)?;
    let staged = staged::of_folder(&known, shared, &settings.staged)?;
    let words = format!(
        "this data folder was moved: its store is {shared} now, and served there.\nNothing was changed. What is here is as it was then: to serve that again, make sure \
         that nobody serves the other, and remove {}{}.",
        folder.moved().display(),
        staged::words_of(&staged)
    );
    let was_cut = match folder.moved_words()? {
        Some(found) if found != words => return Err(Failure::new(found)),
        found => found.is_some(),
    };
    let account = Kept::read(&folder.root_account())?.account_id.and_then(|id| AccountId::parse(&id).ok());
    let account =
        account.ok_or_else(|| Failure::new("no server has run on this data folder: there is nothing to move."))?;
    let blobs = pools::look(&folder, &known, Files::inspect).await?;
    let store = store_of(&*blobs).await?;
    if !was_cut {
        let meta = Inspector::open(Arc::new(SystemDisk), &folder.meta()).map_err(refused)?;
        let from = Side { meta: Arc::new(meta), blobs };
        must_open(&*from.meta, &settings.root_key().await?).await?;
        let to = shared.open_to_fill(&known, store).await?;
        let staging = staged::staging((known.staged(), Some(folder.staging().as_path())), (staged, None))?;
        let done = moved(settings, &from, &to, staging, telling).await?;
        let Some(done) = done else { return Ok(ExitCode::from(DAMAGED)) };
        shared.write_down_pools(&*to.meta, &known).await?;
        let marked = write_private(&folder.moved(), &words);
        marked.map_err(|error| Failure::file("write", &folder.moved(), &error))?;
        open_filled(&*to.meta, store, Some(&account)).await?;
        print(settings.json, &done, || format!("{done}.\n{}", needed(&account, shared, &folder)))?;
        return Ok(ExitCode::SUCCESS);
    }
    open_filled(&shared.metadata().await?, store, Some(&account)).await?;
    print(settings.json, &Done::default(), || needed(&account, shared, &folder))?;
    Ok(ExitCode::SUCCESS)
}

async fn into_folder(
    settings: &Migrate,
    to: &Path,
    shared: &SharedStore,
    telling: &Telling,
) -> Result<ExitCode, Failure> {
    let root_key = settings.root_key().await?;
    let meta: Arc<dyn Meta> = Arc::new(shared.metadata().await?);
    must_open(&*meta, &root_key).await?;
    let account = account_of(&*meta).await.map_err(|error| Failure::from(MigrateError::from(error)))?;
    let account = account.ok_or_else(|| Failure::new("no server has run on this store: there is nothing to move."))?;
    let staged = staged::of_shared(&*meta, shared, &settings.staged).await?;
    telling.begins("making sure that no server has the store");
    let still = stand_still(&*meta, shared.lease).await?;
    let blobs = shared.look_at_blobs(&*meta).await?.blobs;
    let store = store_of(&*blobs).await?;
    let folder = DataFolder::make(to)?;
    let words = format!(
        "this store was moved: it is in the data folder {} now, and served there. Nothing was changed. What is here is as it was then: to serve that again, make sure \
         that nobody serves the folder, and run in the database: DELETE FROM kv WHERE key = 'sclosed'{}",
        folder.path().display(),
        staged::words_of(&staged)
    );
    let named = pools::for_folder(&*meta, &folder).await?;
    let (filled, filled_blobs, mut known) = folder.open(coldkeep_meta::Options::default().cache_bytes, &named).await?;
    known.remember(&folder, &settings.staged)?;
    let staging = staged::staging((staged, None), (known.staged(), Some(folder.staging().as_path())))?;
    let filled: Arc<dyn Meta> = Arc::new(filled);
    let mut done = Done::default();
    if why_closed(&*meta).await?.as_deref() != Some(&words) {
        let (from, to) = (Side { meta: meta.clone(), blobs }, Side { meta: filled.clone(), blobs: filled_blobs });
        let copied = moved(settings, &from, &to, staging, telling).await?;
        let Some(copied) = copied else { return Ok(ExitCode::from(DAMAGED)) };
        let mut kept = Kept::read(&folder.root_account())?;
        kept.account_id = Some(account.to_string());
        kept.write(&folder.root_account())?;
        leave(&*meta, &still, &words).await?;
        done = copied;
    }
    open_filled(&*filled, store, None).await?;
    print(settings.json, &done, || {
        let (data, id) = (folder.path().display(), account.as_str());
        format!(
            "{done}.\nThe store of the account {id} is in {data} now. Start its server with --data {data}, and with the keys and the root key that the servers had.\n"
        )
    })?;
    Ok(ExitCode::SUCCESS)
}

/// Copies everything, and proves it; `None`: what was copied is damaged, which was told.
async fn moved(
    settings: &Migrate,
    from: &Side,
    to: &Side,
    staging: Option<Staging>,
    telling: &Telling,
) -> Result<Option<Done>, Failure> {
    let migration = Migration::begin(from.clone(), to.clone(), telling.told()).await?.staged_by(staging);
    telling.begins("copying blobs and records");
    let digest = migration.copy().await?;
    telling.begins("proving that each record has its bytes");
    let done = telling.done().proven(&digest);
    let problems = fsck::problems(to.meta.clone(), to.blobs.clone(), settings.read).await?;
    if problems.is_empty() {
        return Ok(Some(done));
    }
    for problem in &problems {
        println!("problem: {problem}");
    }
    println!(
        "{} problems. The store was copied but not moved: it is where it was, as it was. If `coldkeep fsck` finds the same there, \
         repair it first, and then run this again.",
        problems.len()
    );
    Ok(None)
}

async fn must_open(meta: &dyn Meta, root_key: &RootKey) -> Result<(), Failure> {
    let proven = coldkeep_identity::prove_root_key(meta, root_key).await;
    proven.map_err(|error| Failure::new(format!("{error}\nNothing was changed.")))
}

async fn store_of(blobs: &dyn Blobs) -> Result<[u8; 16], Failure> {
    let identity = blobs.identity().await.map_err(refused)?;
    identity
        .map(|identity| identity.store)
        .ok_or_else(|| Failure::new("no server has run on these blobs: there is nothing to move."))
}

fn refused(error: impl std::fmt::Display) -> Failure {
    Failure::new(advice(error.to_string()))
}

/// What the servers of the shared store are told.
fn needed(account: &AccountId, shared: &SharedStore, folder: &DataFolder) -> String {
    format!(
        "The store is {shared} now. Its servers need, besides that:\n  \
         COLDKEEP_ACCOUNT_ID={}\n  \
         COLDKEEP_ROOT_ACCESS_KEY and COLDKEEP_ROOT_SECRET_KEY: those that the server had; if it made them itself, `coldkeep show-keys --data {folder}` shows them\n  \
         COLDKEEP_ROOT_KEY_FILE or COLDKEEP_ROOT_KEY: as they were given now\n\
         Left in {folder}: certificates (tls), access logs, and what is in quarantine. It is not served any more.\n",
        account.as_str(),
        folder = folder.path().display(),
    )
}
