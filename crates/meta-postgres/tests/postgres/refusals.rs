//! What a database refuses for a while: it is tried again, and told when it goes on; and databases that are not PostgreSQL.

use std::sync::Arc;
use std::time::Duration;

use coldkeep_meta::{Commit, Error, Meta};
use coldkeep_meta_postgres::Options;

use crate::cluster::Cluster;
use crate::cuts::through;
use crate::opening::refused;
use crate::proxy::{Next, Proxy};
use crate::{add, count, open};

const TYPES: &str = "int8, int8, int8[], bool[], int4[], bytea[], int8[], int4[], bytea[], bytea[], int4[], bytea[], int4[], bytea[], bytea[], \
     int4[], bytea[], int8[]";

fn schema_of(options: &Options) -> String {
    let path = options.address.rsplit_once("%3D").expect("a schema").1;
    path.split(',').next().expect("a schema").to_owned()
}

/// Refuses the next commits with a code, as often as is said.
async fn refuse(cluster: &Cluster, options: &Options, (code, times): (&str, u32)) {
    let raise = format!("RAISE EXCEPTION 'refused' USING ERRCODE = '{code}', HINT = 'wait'");
    meanwhile(cluster, options, &format!("IF nextval('SCHEMA.refused') <= {times} THEN {raise}; END IF;")).await;
}

/// Has something done before each of the next commits.
async fn meanwhile(cluster: &Cluster, options: &Options, what: &str) {
    let schema = schema_of(options);
    let passed = (1..=18).map(|nth| format!("${nth}")).collect::<Vec<_>>().join(",");
    let statements = format!(
        "SET search_path = {schema}; ALTER FUNCTION kv_commit RENAME TO kv_commit_kept; CREATE SEQUENCE refused; \
         CREATE FUNCTION kv_commit({TYPES}) RETURNS int4[] LANGUAGE plpgsql AS $$ BEGIN \
           {} \
           RETURN kv_commit_kept({passed}); END $$",
        what.replace("SCHEMA", &schema)
    );
    cluster.execute("postgres", &statements).await;
}

async fn no_longer(cluster: &Cluster, options: &Options) {
    let schema = schema_of(options);
    let statements = format!(
        "SET search_path = {schema}; DROP FUNCTION kv_commit; ALTER FUNCTION kv_commit_kept RENAME TO kv_commit; DROP SEQUENCE refused"
    );
    cluster.execute("postgres", &statements).await;
}

/// What a commit is told that is refused in time; on a busy machine the deadline may come before the answer.
async fn refusal(meta: &dyn Meta) -> Error {
    loop {
        match meta.commit(add("n", 1)).await.expect_err("refused") {
            Error::Unknown(_) => {}
            Error::Away(why) if why.contains("no answer in time") => {}
            error => return error,
        }
    }
}

/// Conflicts of transactions, and want of room for locks: the same group is sent again, and takes effect once.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_for_a_moment_is_sent_again() {
    let Some(cluster) = Cluster::shared() else { return };
    for options in cluster.both().await {
        let meta = open(&options).await;
        for (nth, code) in (1..).zip(["40001", "40P01", "53200"]) {
            refuse(cluster, &options, (code, 5)).await;
            meta.commit(add("n", 1)).await.expect(code);
            assert_eq!(count(&meta, "n").await, nth, "{code}");
            no_longer(cluster, &options).await;
        }
        meta.health().expect("nothing was unknown");
    }
}

/// Until the deadline: then it is told that nothing was changed, and why. A full disk is told at once.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_for_good_changed_nothing() {
    let Some(cluster) = Cluster::shared() else { return };
    for mut options in cluster.both().await {
        options.commit_deadline = Duration::from_millis(300);
        let meta = open(&options).await;
        for code in ["40001", "40P01", "53200"] {
            refuse(cluster, &options, (code, 1_000_000)).await;
            let error = refusal(&meta).await;
            assert!(matches!(&error, Error::Away(why) if why.contains("refused (wait)")), "{code}: {error}");
            no_longer(cluster, &options).await;
        }
        refuse(cluster, &options, ("53100", 1_000_000)).await;
        let error = refusal(&meta).await;
        assert!(matches!(error, Error::Full(_)), "{error}");
        no_longer(cluster, &options).await;
        while meta.health().is_err() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        assert_eq!(count(&meta, "n").await, 0);
        while meta.commit(add("n", 1)).await.is_err() {}
        assert_eq!(count(&meta, "n").await, 1);
    }
}

/// A group whose connection was lost, and which is then refused for good, may still take effect: it is not said that nothing was changed, and
/// what arrives late does nothing.
#[tokio::test(flavor = "multi_thread")]
async fn what_was_lost_before_it_was_refused_is_unknown() {
    let Some(cluster) = Cluster::shared() else { return };
    let proxy = Proxy::start(cluster.folder().to_owned()).await;
    for direct in cluster.both().await {
        let meta = open(&through(&proxy, &direct)).await;
        let late = "IF nextval('SCHEMA.refused') = 1 THEN PERFORM pg_sleep(1); \
                    ELSE RAISE EXCEPTION 'no room' USING ERRCODE = '53100'; END IF;";
        meanwhile(cluster, &direct, late).await;
        let met = proxy.arm(Next::CutAfter);
        let error = meta.commit(add("late", 1)).await.expect_err("refused");
        assert!(matches!(error, Error::Unknown(_)), "{error}");
        met.await.expect("the request went by");
        tokio::time::sleep(Duration::from_secs(2)).await;
        no_longer(cluster, &direct).await;
        while meta.commit(add("n", 1)).await.is_err() {}
        assert_eq!((count(&meta, "late").await, count(&meta, "n").await), (0, 1));
    }
}

/// A database whose table of locks is too small for what comes at once: commits wait for each other, and none is refused as on a full disk.
#[tokio::test(flavor = "multi_thread")]
async fn too_few_locks_are_no_full_disk() {
    const COMMITS: usize = 8;
    let small = "listen_addresses= -c max_connections=20 -c max_locks_per_transaction=10";
    let Some(cluster) = Cluster::start_with(small, &|_| ()) else { return };
    let options = cluster.options(&cluster.database().await);
    let engines = [Arc::new(open(&options).await), Arc::new(open(&options).await)];
    let tasks: Vec<_> = (0..COMMITS)
        .map(|task| {
            let meta = engines[task % 2].clone();
            let mut commit = Commit::default();
            (0..900).for_each(|nth| _ = commit.put(format!("{task}/{nth}"), ""));
            tokio::spawn(async move { meta.commit(commit).await })
        })
        .collect();
    for task in tasks {
        task.await.expect("a task").expect("a commit that waits for its turn");
    }
}

/// What says that it is another database is taken as that.
#[tokio::test(flavor = "multi_thread")]
async fn other_databases_are_told_apart() {
    let Some(cluster) = Cluster::shared() else { return };
    for (version, part) in [
        ("CockroachDB CCL v25.4.0", "it is CockroachDB, which cannot run the function that commits: use PostgreSQL"),
        // Its own setting, which PostgreSQL does not know, is asked for.
        ("PostgreSQL 15.12-YB-2026.1.1.1-b0", "yb_use_hash_splitting_by_default"),
    ] {
        let options = cluster.without_locks(true).await;
        let schema = schema_of(&options);
        let says = format!("CREATE FUNCTION {schema}.version() RETURNS text LANGUAGE sql AS $$ SELECT '{version}' $$");
        cluster.execute("postgres", &says).await;
        refused(&options, part).await;
    }
}
