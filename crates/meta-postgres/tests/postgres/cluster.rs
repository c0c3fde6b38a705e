//! A PostgreSQL of a test's own: made in a temporary folder, reached by a socket there, gone with whoever started it. Debian's folder
//! of binaries is not in PATH, so it is looked for; as root, the server runs as the user `postgres`.

use std::io::Write;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};

use coldkeep_meta_postgres::Options;
use tempfile::TempDir;
use tokio_postgres::NoTls;

pub const PASSWORD: &str = "correct horse";

/// Stops the server and removes its folder when its input ends, however the test ends.
const WATCH: &str = r#"cat >/dev/null
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null) && kill -QUIT "$pid" && kill -CONT "$pid" && while kill -0 "$pid" 2>/dev/null; do sleep 0.02; done
rm -rf "$1""#;

pub struct Cluster {
    folder: PathBuf,
    binaries: PathBuf,
    owner: Option<(u32, u32)>,
    settings: String,
    watch: Child,
}

impl Cluster {
    /// `None`, with a printed reason, where there is no PostgreSQL.
    pub fn start() -> Option<Self> {
        Self::start_with("listen_addresses=", &|_| ())
    }

    /// With a setting, and what `arrange` puts into its folder.
    pub fn start_with(setting: &str, arrange: &dyn Fn(&Path)) -> Option<Self> {
        let cluster = Self::without_data(setting, arrange)?;
        let (data, password) = (cluster.data(), format!("--pwfile={}", cluster.folder.join("password").display()));
        cluster.run("initdb", &["-D", &data, "-U", "ck", "--no-sync", "--auth=scram-sha-256", "--locale=C", &password]);
        cluster.up();
        Some(cluster)
    }

    /// A standby of this one, which waits for it with each commit from now on.
    pub async fn standby(&self) -> Self {
        let standby = Self::without_data("listen_addresses=", &|_| ()).expect("PostgreSQL is there");
        let primary = format!("host={} user=ck password='{PASSWORD}' dbname=postgres", self.folder.display());
        standby.run("pg_basebackup", &["-D", &standby.data(), "-c", "fast", "-R", "--no-sync", "-d", &primary]);
        standby.up();
        self.execute("postgres", "ALTER SYSTEM SET synchronous_standby_names = '*'").await;
        self.execute("postgres", "SELECT pg_reload_conf()").await;
        standby
    }

    /// Makes a primary of a standby.
    pub fn promote(&self) {
        self.run("pg_ctl", &["-D", &self.data(), "-s", "-w", "promote"]);
    }

    fn without_data(setting: &str, arrange: &dyn Fn(&Path)) -> Option<Self> {
        let Some(binaries) = binaries() else {
            // Past the capture of a test that passes.
            let told = "skipped, postgresql is not installed: the metadata engine over it, and the store over that\n";
            _ = std::io::stderr().write_all(told.as_bytes());
            return None;
        };
        let owner = (id(&["-u"]) == Some(0)).then(|| (id(&["-u", "postgres"]), id(&["-g", "postgres"])));
        let owner = owner.map(|(user, group)| (user.expect("a user postgres"), group.expect("its group")));
        let folder = TempDir::new().expect("a folder").keep();
        std::fs::write(folder.join("password"), PASSWORD).expect("the password");
        arrange(&folder);
        if let Some((user, group)) = owner {
            let inside = std::fs::read_dir(&folder).expect("the folder").map(|entry| entry.expect("an entry").path());
            for path in inside.chain([folder.clone()]) {
                std::os::unix::fs::chown(path, Some(user), Some(group)).expect("chown");
            }
        }
        let mut watch = Command::new("sh");
        watch.args(["-c", WATCH, "watch"]).arg(&folder).stdin(Stdio::piped());
        let watch = watch.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("sh");
        let settings =
            format!("-F -c max_connections=200 -c unix_socket_directories={} -c {setting}", folder.display());
        Some(Self { folder, binaries, owner, settings, watch })
    }

    /// One for all tests of a program that do nothing to it; each has databases of its own.
    pub fn shared() -> Option<&'static Self> {
        static SHARED: OnceLock<Option<Cluster>> = OnceLock::new();
        SHARED.get_or_init(Self::start).as_ref()
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn data(&self) -> String {
        self.folder.join("data").display().to_string()
    }

    pub fn up(&self) {
        let log = self.folder.join("log").display().to_string();
        self.run("pg_ctl", &["-D", &self.data(), "-s", "-w", "-l", &log, "-o", &self.settings, "start"]);
    }

    /// Ends the server as a crash would.
    pub fn down(&self) {
        self.run("pg_ctl", &["-D", &self.data(), "-s", "-w", "-m", "immediate", "stop"]);
    }

    /// Stops all of its processes where they are: whoever asks is let in by the kernel, and hears nothing.
    pub fn silence(&self) {
        self.signal("-STOP");
    }

    /// Lets them go on.
    pub fn wake(&self) {
        self.signal("-CONT");
    }

    fn signal(&self, signal: &str) {
        let file = std::fs::read_to_string(self.folder.join("data/postmaster.pid")).expect("its process");
        let parent = file.lines().next().expect("a number");
        let children = Command::new("ps").args(["-o", "pid=", "--ppid", parent]).output().expect("ps");
        let children = String::from_utf8(children.stdout).expect("numbers");
        // Its children first: it would make new ones.
        let all = children.split_whitespace().chain([parent]);
        assert!(Command::new("kill").arg(signal).args(all).status().expect("kill").success());
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let mut command = Command::new(self.binaries.join(program));
        command.args(arguments).current_dir(&self.folder).stdin(Stdio::null()).stdout(Stdio::null());
        if let Some((user, group)) = self.owner {
            command.uid(user).gid(group);
        }
        assert!(command.status().expect(program).success(), "{program} {arguments:?}");
    }

    /// A new database.
    pub async fn database(&self) -> String {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("d{}", MADE.fetch_add(1, Ordering::Relaxed));
        self.execute("postgres", &format!("CREATE DATABASE {name}")).await;
        name
    }

    /// How an engine reaches a new schema of the first database: as good as one of its own, and made in no time.
    pub async fn schema(&self) -> Options {
        static MADE: AtomicU32 = AtomicU32::new(0);
        let name = format!("s{}", MADE.fetch_add(1, Ordering::Relaxed));
        self.execute("postgres", &format!("CREATE SCHEMA {name}")).await;
        let mut options = self.options("postgres");
        options.address += &format!("?options=-c%20search_path%3D{name}");
        options
    }

    /// The same, where functions in the way of the database's pretend to take locks; with `proof`, those by which an engine finds out
    /// do take them.
    pub async fn without_locks(&self, proof: bool) -> Options {
        let mut options = self.schema().await;
        let name = options.address.rsplit_once("%3D").expect("a schema").1.to_owned();
        let pretend = |function: &str, result: &str| {
            let body = if result == "bool" { "SELECT true" } else { "" };
            format!("CREATE FUNCTION {name}.{function} RETURNS {result} LANGUAGE sql AS '{body}';")
        };
        let mut functions = vec![
            pretend("pg_advisory_xact_lock(int8)", "void"),
            pretend("pg_advisory_xact_lock(int4, int4)", "void"),
            pretend("pg_advisory_xact_lock_shared(int8)", "void"),
        ];
        if !proof {
            functions.push(pretend("pg_try_advisory_lock(int4, int4)", "bool"));
        }
        self.execute("postgres", &functions.concat()).await;
        options.address += ",pg_catalog";
        options
    }

    /// An engine's database with locks, and one without.
    pub async fn both(&self) -> [Options; 2] {
        [self.schema().await, self.without_locks(false).await]
    }

    /// How an engine reaches a database by the socket. The machine of a test may be busy: what is tested is never how long
    /// something takes.
    pub fn options(&self, database: &str) -> Options {
        patient(Options::new(format!("postgres://ck@{}/{database}", self.host())))
    }

    /// The same, with another server as the second host.
    pub fn options_with(&self, second: &Self, database: &str) -> Options {
        patient(Options::new(format!("postgres://ck@{},{}/{database}", self.host(), second.host())))
    }

    fn host(&self) -> String {
        self.folder.display().to_string().replace('/', "%2F")
    }

    /// A statement of the operator's, past the engine.
    pub async fn execute(&self, database: &str, statement: &str) {
        self.try_execute(database, statement).await.expect(statement);
    }

    pub async fn try_execute(&self, database: &str, statement: &str) -> Result<(), tokio_postgres::Error> {
        let mut config = tokio_postgres::Config::new();
        config.host_path(&self.folder).user("ck").password(PASSWORD).dbname(database);
        let (client, connection) = config.connect(NoTls).await.expect("a connection");
        let connection = tokio::spawn(connection);
        let done = client.batch_execute(statement).await;
        drop(client);
        _ = connection.await;
        done
    }
}

/// The right password, and a minute for everything.
pub fn patient(mut options: Options) -> Options {
    let minute = std::time::Duration::from_secs(60);
    options.password = Some(PASSWORD.into());
    (options.commit_deadline, options.read_deadline, options.connect_deadline) = (minute, minute, minute);
    options
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.watch.stdin.take());
        _ = self.watch.wait();
    }
}

fn id(arguments: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(arguments).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

fn binaries() -> Option<PathBuf> {
    let installed = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let debian = installed.map(|version| version.path().join("bin"));
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders: Vec<_> = std::env::split_paths(&path).chain(debian).collect();
    let programs = ["initdb", "pg_ctl", "pg_basebackup"];
    folders.into_iter().find(|folder| programs.iter().all(|program| folder.join(program).exists()))
}
