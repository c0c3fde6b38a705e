//! `coldkeep serve`: from settings to a server, and its life from start to stop.
//!
//! Ports are bound first: a server that cannot have them touches no data, and clients that come early wait. Data is
//! opened next, then everything is wired, and requests are served.

use std::io::{self, IsTerminal, Write};
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use coldkeep_auth::Verifier;
use coldkeep_blob::Blobs;
use coldkeep_http::{Doors, Limits, Listener, Memory, Stopped};
use coldkeep_identity::Identity;
use coldkeep_jobs::{KeyWork, Leading};
use coldkeep_keyring::Keyring;
use coldkeep_messages::Messages;
use coldkeep_oidc::Issuers;
use coldkeep_s3::Encryption;
use coldkeep_seal::ServerKey;
use coldkeep_store::Store;
use coldkeep_types::{AccountId, Clock, Region, SystemClock};
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::access_log::{AccessLines, Notes};
use crate::admin::{self, Admin, Served};
use crate::data_folder::DataFolder;
use crate::engines::{Engines, Place};
use crate::greeting::Greeting;
use crate::guarded_door::GuardedDoor;
use crate::known_accounts::KnownAccounts;
use crate::last_uses::LastUses;
use crate::log_delivery::LogDelivery;
use crate::message_work;
use crate::metrics::{Metrics, Watcher};
use crate::pools::{KnownPools, OfStaging, Programs};
use crate::root_account::{Given, RootAccount};
use crate::secret::secret;
use crate::settings::{PlainProviders, Settings, SnsEndpoints};
use crate::shared::SharedStore;
use crate::stop::Stop;
use crate::tls::CertificateFiles;
use crate::{Failure, core_dumps, descriptors, tls};

/// The region of buckets that the server itself makes.
const REGION: &str = "us-east-1";

/// Why a server ends by itself.
const DEAD: &str = "another server of the same store declared this one dead, since it was silent for the whole lease, or the database refuses it; the \
    log says which.\nWhat it had acknowledged is kept, and nothing else it did came through. Start it again.";

/// How long work may take that outlives its request, such as a commit whose client is gone.
const LAST_WORK: Duration = Duration::from_secs(5);

/// Serves until a signal stops it.
pub fn run(settings: &Settings) -> Result<(), Failure> {
    crate::logging::start(settings.log_format, &settings.log_level);
    for name in crate::command::unknown_variables(&settings.pools.pool) {
        tracing::warn!(name, "this variable is no setting and has no effect; see `coldkeep serve --help`");
    }
    if !settings.core_dumps {
        core_dumps::forbid();
    }
    let open_files = coldkeep_http::raise_open_files();
    let limits = descriptors::fitted(settings.limits(), settings.listen.len(), open_files);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Failure::new(format!("cannot start threads: {error}")))?;
    let outcome = runtime.block_on(serve(settings, limits));
    runtime.shutdown_timeout(Duration::from_secs(1));
    outcome
}

async fn serve(settings: &Settings, limits: Limits) -> Result<(), Failure> {
    let started = Instant::now();
    let given = given(settings)?;
    let access = AccessLines::open(&settings.access_log)?.map(Arc::new);
    let stop = Stop::on_signals()?;
    let metrics = Arc::new(Metrics::new());
    let listeners = bind(settings, &limits, &metrics, access.as_ref())?;
    let (admin, admin_listener) = bind_admin(settings, &metrics, &stop)?;
    let admin_address = admin_listener.as_ref().map(Listener::local_addr);
    let (admin_done, until) = oneshot::channel::<()>();
    let admin_task = admin_listener.map(|listener| {
        // Dropped or sent, both end it.
        tokio::spawn(admin::serve(listener, admin.clone(), async { drop(until.await) }))
    });

    let opened = tokio::select! {
        opened = Opened::open(settings, given, &metrics) => opened?,
        () = stop.clone().asked() => return Ok(()),
    };
    let tls = tls::set_up(settings, opened.place.folder())?;
    let issuers = tls::issuers(settings, &opened.clock)?;
    let reading_anew = tls.as_ref().and_then(|tls| tls.files.clone()).map(CertificateFiles::on_hangup).transpose()?;
    let listen: Vec<SocketAddr> = listeners.iter().map(Listener::local_addr).collect();
    let notes = access.as_ref().map(|access| access.notes().clone());
    let server_key = server_key(&opened.identity)?;
    let s3 = s3_door(settings, &opened, server_key.clone());
    let doors = doors(settings, &opened, s3.clone(), server_key, issuers, notes);
    let mut jobs = coldkeep_jobs::all(&opened.store, &opened.jobs);
    jobs.push(Box::new(LastUses(opened.identity.clone())));
    jobs.push(Box::new(Leading::new(&opened.store, KeyWork::new(opened.keyring.clone()))));
    let endpoints = coldkeep_sns::Endpoints::new(reach(settings));
    jobs.extend(message_work::all(&opened.store, &opened.messages, endpoints));
    let period = settings.bucket_log_period.0;
    jobs.push(Box::new(LogDelivery { s3: s3.clone(), clock: opened.clock.clone(), period }));
    let jobs = coldkeep_jobs::Runner::start(jobs, &opened.clock);
    let served = Served { store: opened.store.clone(), blobs: opened.blobs.clone(), pools: opened.pools.clone() };
    admin.served.get_or_init(|| served);
    let mut serving = JoinSet::new();
    for listener in listeners {
        let listener = match &tls {
            Some(tls) => listener.with_tls(tls.config.clone()),
            None => listener,
        };
        serving.spawn(listener.serve(doors.clone(), stop.clone().asked()));
    }
    drop(doors);
    let (data, root_path) = (opened.place.to_string(), opened.place.folder().map(DataFolder::root_account));
    let greeting = Greeting {
        listen: &listen,
        admin: admin_address,
        data: &data,
        root: &opened.root,
        terminal: io::stdout().is_terminal(),
        root_path: root_path.as_deref(),
        tls: tls.is_some(),
        authority: tls.as_ref().and_then(|tls| tls.authority.as_deref()),
    };
    print(&greeting.to_string());
    tracing::info!(?listen, admin = ?admin_address, millis = started.elapsed().as_millis() as u64, "serving");

    let graceful = tokio::select! {
        graceful = served_all(&mut serving) => graceful?,
        () = opened.store.wait_dead() => return Err(Failure::new(DEAD)),
    };
    jobs.stop().await;
    if let Err(error) = s3.deliver_logs(opened.clock.now()).await {
        tracing::warn!(%error, "access logs of buckets could not be delivered and are lost");
    }
    drop(s3);
    if let Err(error) = opened.identity.write_last_uses().await {
        tracing::warn!(%error, "when access keys were last used could not be written");
    }
    drop((admin_done, reading_anew));
    if let Some(task) = admin_task {
        end(task).await;
    }
    close(&opened.store, graceful).await;
    Ok(())
}

/// Serves until all listeners have stopped; whether no connection was cut.
async fn served_all(serving: &mut JoinSet<Stopped>) -> Result<bool, Failure> {
    let mut graceful = true;
    while let Some(stopped) = serving.join_next().await {
        match stopped {
            Ok(Stopped::Gracefully) => {}
            Ok(Stopped::Cut { connections }) => {
                tracing::warn!(connections, "connections were cut at the shutdown deadline");
                graceful = false;
            }
            Err(error) => return Err(Failure::new(format!("a listener failed: {error}"))),
        }
    }
    Ok(graceful)
}

/// The admin listener ends once its last answer is out; a client that keeps it waiting is cut.
async fn end(task: tokio::task::JoinHandle<()>) {
    let abort = task.abort_handle();
    if tokio::time::timeout(Duration::from_secs(1), task).await.is_err() {
        abort.abort();
    }
}

/// Ends the store cleanly, unless something may still be writing: then the next start sweeps.
async fn close(store: &Store, graceful: bool) {
    if !graceful || !last_work_done(store).await {
        tracing::warn!("stopped while something was being written; the next start cleans up");
        return;
    }
    match store.close().await {
        Ok(()) => tracing::info!("stopped"),
        Err(error) => tracing::error!(%error, "the store could not be marked as cleanly stopped"),
    }
}

/// Waits for tasks that outlive their requests. Only the one that waits for signals is left then, and, of a shared store, those of its engine:
/// there it is the store that is asked, and what comes later than the end of its server is refused by the engine.
async fn last_work_done(store: &Store) -> bool {
    let metrics = tokio::runtime::Handle::current().metrics();
    let left = || if store.is_shared() { store.unfinished() } else { metrics.num_alive_tasks().saturating_sub(1) };
    let done = async {
        while left() > 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(LAST_WORK, done).await.is_ok()
}

fn given(settings: &Settings) -> Result<Given, Failure> {
    let (name, file) = ("COLDKEEP_ROOT_SECRET_KEY", settings.root_secret_key_file.as_deref());
    let secret_key = secret(name, settings.root_secret_key.as_deref(), file)?;
    let keys = match (&settings.root_access_key, secret_key) {
        (Some(access), Some(secret)) => Some((access.clone(), secret)),
        (None, None) => None,
        (Some(_), None) => {
            return Err(Failure::new(format!("COLDKEEP_ROOT_ACCESS_KEY is set without {name} or {name}_FILE.")));
        }
        (None, Some(_)) => {
            return Err(Failure::new(format!("{name} or {name}_FILE is set without COLDKEEP_ROOT_ACCESS_KEY.")));
        }
    };
    Ok(Given { id: settings.account_id.clone(), keys, root_key: settings.root_key.source()? })
}

/// Binds all addresses of the doors.
fn bind(
    settings: &Settings,
    limits: &Limits,
    metrics: &Arc<Metrics>,
    access: Option<&Arc<AccessLines>>,
) -> Result<Vec<Listener>, Failure> {
    let bind = |address: SocketAddr| {
        let watcher = Watcher::new(metrics.clone(), access.cloned());
        Listener::bind(address, limits.clone())
            .map(|listener| listener.with_observer(Arc::new(watcher)))
            .map_err(|error| cannot_listen(address, "--listen", &error))
    };
    settings.listen.iter().map(|address| bind(address.0)).collect()
}

fn bind_admin(
    settings: &Settings,
    metrics: &Arc<Metrics>,
    stop: &Stop,
) -> Result<(Arc<Admin>, Option<Listener>), Failure> {
    let listener = settings.admin_listen.0.map(admin::bind).transpose()?;
    let hosts = settings.admin_host.clone();
    let admin = Admin { served: OnceLock::new(), metrics: metrics.clone(), stop: stop.clone(), hosts };
    Ok((Arc::new(admin), listener))
}

/// Why an address cannot be had, and what to do.
pub fn cannot_listen(address: SocketAddr, flag: &str, error: &io::Error) -> Failure {
    let advice = match error.kind() {
        io::ErrorKind::AddrInUse => {
            format!("Another program listens there, perhaps another coldkeep. Stop it, or name another with {flag}.")
        }
        io::ErrorKind::PermissionDenied => {
            format!("Ports under 1024 need a privilege. Name a higher port with {flag}.")
        }
        _ => format!("Name another address with {flag}."),
    };
    Failure::new(format!("cannot listen on {address}: {error}\n{advice}"))
}

/// Data, opened.
struct Opened {
    place: Place,
    store: Store,
    blobs: Arc<dyn Blobs>,
    pools: KnownPools,
    root: RootAccount,
    identity: Identity,
    keyring: Keyring,
    messages: Messages,
    jobs: Arc<coldkeep_jobs::Stats>,
    clock: Arc<dyn Clock>,
}

impl Opened {
    async fn open(settings: &Settings, given: Given, metrics: &Metrics) -> Result<Self, Failure> {
        let place = Place::of(settings, &given)?;
        let Engines { meta, blobs, mut pools, stats, history_cut } = place.open(settings).await?;
        let class_pools = pools.settle(place.folder(), &settings.pools)?;
        let staged = pools.staged();
        let identities = |error| Failure::new(format!("cannot open the identities: {error}"));
        let needed = coldkeep_identity::sealed_under(&*meta).await.map_err(identities)?;
        let root = place.root_account(given, needed.as_deref()).await?;
        let (jobs, clock): (Arc<coldkeep_jobs::Stats>, Arc<dyn Clock>) = (Arc::default(), Arc::new(SystemClock));
        metrics.watch(stats, jobs.clone());
        coldkeep_identity::prove_root_key(&*meta, &root.root_key).await.map_err(identities)?;
        if place.folder().is_none() {
            SharedStore::stage(&*meta, &pools).await?;
        }
        let lease = place.lease();
        let staged_pools = staged.keys().copied().collect();
        let options = settings.store_options();
        let options = coldkeep_store::Options { history_cut, class_pools, staged_pools, lease, ..options };
        let store = Store::open(meta, blobs.clone(), clock.clone(), options).await;
        let store = store.map_err(|error| Failure::new(format!("cannot open the store: {error}")))?;
        if !staged.is_empty() {
            let interval = settings.pools.staged_interval.0;
            metrics.watch_staging(OfStaging(store.clone()));
            let lists = place.folder().map(DataFolder::staging);
            store.stage_with(Arc::new(Programs::new(staged, lists.as_deref(), interval)?));
        }
        if store.is_shared() {
            must_belong(&store, &root.id).await?;
            metrics.watch_servers(&store);
        }
        // From here on, what everybody writes is behind the store's fence.
        let meta = store.metadata().clone();
        let identity = Identity::open(meta.clone(), clock.clone(), &root.root_key, root.key()).await;
        let identity = identity.map_err(identities)?;
        let keyring = Keyring::open(meta.clone(), clock.clone(), identity.sealer().clone());
        let messages = match store.is_shared() {
            true => Messages::open_shared(meta, clock.clone()),
            false => Messages::open(meta, clock.clone()),
        };
        make_buckets(&store, settings, &root.id).await?;
        Ok(Self { place, store, blobs, pools, root, identity, keyring, messages, jobs, clock })
    }
}

/// A shared store belongs to the account of its first server, as a data folder does.
async fn must_belong(store: &Store, given: &AccountId) -> Result<(), Failure> {
    let failed = |error: coldkeep_store::Error| Failure::new(format!("cannot open the store: {error}"));
    let owner = store.belong_to(given).await.map_err(failed)?;
    if owner == *given {
        return Ok(());
    }
    store.close().await.map_err(failed)?;
    Err(Failure::new(format!(
        "the store belongs to the account {owner}, and the settings name the account {given}.\nNothing was changed. Set \
         COLDKEEP_ACCOUNT_ID to {owner}, or name another database and another folder."
    )))
}

/// Makes the buckets that are missing.
async fn make_buckets(store: &Store, settings: &Settings, owner: &AccountId) -> Result<(), Failure> {
    let region = Region::parse(REGION).map_err(|error| Failure::new(error.to_string()))?;
    for name in &settings.buckets {
        match store.create_bucket_with(name, owner, &region, settings.new_buckets(), None, false).await {
            Ok(_) => tracing::info!(bucket = name.as_str(), "made a bucket"),
            Err(coldkeep_store::Error::BucketExists { owned: true }) => {}
            Err(error) => return Err(Failure::new(format!("cannot make the bucket {name}: {error}"))),
        }
    }
    Ok(())
}

/// The key with which the server itself encrypts.
fn server_key(identity: &Identity) -> Result<ServerKey, Failure> {
    let failed = |error| Failure::new(format!("the server's own key for objects cannot be made: {error}"));
    let (id, key) = identity.server_key();
    ServerKey::new(id, &key).map_err(failed)
}

/// How far notifications of topics may go.
fn reach(settings: &Settings) -> coldkeep_sns::Reach {
    match settings.sns_endpoints {
        SnsEndpoints::None => coldkeep_sns::Reach::Nothing,
        SnsEndpoints::Public => coldkeep_sns::Reach::Public,
        SnsEndpoints::Any => coldkeep_sns::Reach::Anything,
    }
}

/// The S3 door over the store.
fn s3_door(settings: &Settings, opened: &Opened, server_key: ServerKey) -> coldkeep_s3::S3 {
    let verifier = Verifier::new(settings.clock_skew.0).with_witness(Arc::new(opened.identity.clone()));
    let verifier = verifier.with_signature_v2(settings.signature_v2());
    let keys = Arc::new(opened.identity.clone());
    let (store, root, domains) = (&opened.store, &opened.root.id, &settings.domain);
    let s3 = coldkeep_s3::S3::new(store.clone(), verifier, keys, root.clone(), domains.clone());
    let encryption = Encryption::new(server_key).with_keyring(opened.keyring.clone());
    let encryption = encryption.with_customer_keys_over_http(settings.allow_sse_c_over_http);
    let s3 = s3.with_accounts(Arc::new(KnownAccounts(opened.identity.clone())));
    let s3 = s3.with_new_buckets(settings.new_buckets()).with_encryption(encryption);
    s3.with_messages(opened.messages.clone()).with_inventories(coldkeep_s3::FILE_ROWS)
}

/// The doors over the store.
fn doors(
    settings: &Settings,
    opened: &Opened,
    s3: coldkeep_s3::S3,
    server_key: ServerKey,
    issuers: Issuers,
    notes: Option<Arc<Notes>>,
) -> Doors {
    let verifier = Verifier::new(settings.clock_skew.0).with_witness(Arc::new(opened.identity.clone()));
    let keys = Arc::new(opened.identity.clone());
    let (store, domains) = (&opened.store, &settings.domain);
    let glacier = coldkeep_glacier::Glacier::new(store.clone(), verifier.clone(), keys.clone());
    let glacier = glacier.with_encryption(server_key, settings.encrypts_by_default());
    let glacier = glacier.with_messages(opened.messages.clone());
    let glacier = match settings.unsigned_vault_bodies.0 {
        0 => glacier,
        bytes => glacier.with_unproven_uploads(Memory::new(usize::try_from(bytes).unwrap_or(usize::MAX))),
    };
    let admin = coldkeep_admin::Admin::new(
        verifier.clone(),
        opened.identity.clone(),
        store.clone(),
        opened.keyring.clone(),
        opened.messages.clone(),
    );
    let admin = GuardedDoor::new(admin, domains.clone(), notes.clone());
    let kms = coldkeep_kms::Kms::new(verifier.clone(), keys.clone(), opened.keyring.clone());
    let kms = GuardedDoor::new(kms, domains.clone(), notes.clone());
    let sqs = coldkeep_sqs::Sqs::new(verifier.clone(), keys.clone(), opened.messages.clone());
    let sqs = GuardedDoor::new(sqs, domains.clone(), notes.clone());
    let sns = coldkeep_sns::Sns::new(verifier.clone(), keys.clone(), opened.messages.clone(), reach(settings));
    let sns = GuardedDoor::new(sns, domains.clone(), notes.clone());
    let iam = coldkeep_iam::Iam::new(verifier.clone(), opened.identity.clone());
    let iam = iam.with_loopback_providers(settings.oidc_http == PlainProviders::Loopback);
    let iam = GuardedDoor::new(iam, domains.clone(), notes.clone());
    let control =
        coldkeep_control::Control::new(store.clone(), verifier.clone(), opened.identity.clone(), domains.clone());
    let control = GuardedDoor::new(control, domains.clone(), notes.clone());
    let sts = coldkeep_sts::Sts::new(verifier, opened.identity.clone(), issuers);
    let sts = GuardedDoor::new(sts, domains.clone(), notes.clone());
    let at: Vec<String> = settings.website_domain.iter().map(|name| name.to_ascii_lowercase()).collect();
    let websites = coldkeep_s3::Websites::new(s3.clone(), at.clone());
    let websites = GuardedDoor::new(websites, at.clone(), notes.clone());
    let s3 = GuardedDoor::new(s3, domains.clone(), notes.clone());
    let glacier = GuardedDoor::new(glacier, domains.clone(), notes);
    Doors::new(Arc::new(s3), Arc::new(glacier), "This is Coldkeep, a storage server for S3 and S3 Glacier clients.")
        .with("s3control", Arc::new(control))
        .with("kms", Arc::new(kms))
        .with("sqs", Arc::new(sqs))
        .with("sns", Arc::new(sns))
        .with("iam", Arc::new(iam))
        .with("sts", Arc::new(sts))
        .with(coldkeep_admin::SERVICE, Arc::new(admin))
        .with_websites(Arc::new(websites), at)
}

/// Standard output may be closed; the server serves nevertheless.
fn print(text: &str) {
    let mut out = io::stdout().lock();
    let _ = writeln!(out, "{text}").and_then(|()| out.flush());
}
