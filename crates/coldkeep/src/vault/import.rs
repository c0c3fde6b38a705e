//! `coldkeep vault import`.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use coldkeep_client::{
    Archive, Budget, Destination, Dollars, Error, Head, Import as Request, Ledger, Listing, Plan, Prices, Progress,
    Report, Service, Settings, import, read_inventory,
};
use coldkeep_types::VaultName;
use serde_json::{Value, json};

use super::bar::{Bar, Of};
use super::get::Tier;
use super::listing::Fresh;
use super::{Context, print};
use crate::shown::rows;
use crate::values::{Bytes, Span};

/// `coldkeep vault import`.
#[derive(Args, Debug)]
pub struct Import {
    /// The vault whose archives are to come, at the service that --endpoint, --profile and --region name
    #[arg(value_parser = VaultName::parse)]
    vault: VaultName,
    #[command(flatten)]
    to: To,
    #[command(flatten)]
    form: Form,
    #[command(flatten)]
    at: At,
    /// File that says what has come and what is under way; made by the first run, and gone on from by each later one
    #[arg(long, value_name = "FILE")]
    ledger: PathBuf,
    /// How fast archives are to be there; at Amazon this decides what it costs
    #[arg(long, value_name = "TIER", default_value = "bulk")]
    tier: Tier,
    #[command(flatten)]
    limits: Limits,
    /// How many jobs may be begun whose archives have not come yet
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    jobs: u32,
    /// How many parts are in memory, and archives under way, at a time
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
    parallel: u16,
    /// Try once more what did not come
    #[arg(long)]
    retry_failed: bool,
    /// Say what it would take and cost, and begin nothing but the inventory's job
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    fresh: Fresh,
    /// Inventory that is at hand, JSON or CSV as a job gave it, in the place of the vault's own: no job is begun for one
    #[arg(long, value_name = "FILE", conflicts_with_all = ["refresh", "max_age"])]
    inventory: Option<PathBuf>,
}

/// What archives are brought to.
#[derive(Args, Debug)]
#[group(required = true, multiple = false)]
struct To {
    /// The vault to bring them to
    #[arg(long, value_name = "NAME", value_parser = VaultName::parse)]
    to_vault: Option<VaultName>,
    /// The bucket to bring them to, as objects that are named after their descriptions
    #[arg(long, value_name = "NAME")]
    to_bucket: Option<String>,
}

/// How objects are stored.
#[derive(Args, Debug)]
struct Form {
    /// What the keys of objects begin with
    #[arg(long, value_name = "TEXT", default_value = "", hide_default_value = true, conflicts_with = "to_vault")]
    prefix: String,
    /// The storage class of objects, such as GLACIER; otherwise the bucket's usual
    #[arg(long, value_name = "CLASS", conflicts_with = "to_vault")]
    storage_class: Option<String>,
}

/// Where that is; what is not said is as at the source.
#[derive(Args, Debug)]
struct At {
    /// Where the server to bring them to is, as http://HOST:PORT
    #[arg(long, value_name = "URL")]
    to_endpoint: Option<String>,
    /// Profile with the keys for it
    #[arg(long, value_name = "NAME")]
    to_profile: Option<String>,
    /// Its region
    #[arg(long, value_name = "NAME")]
    to_region: Option<String>,
    /// PEM file with the certificates to trust of it
    #[arg(long, value_name = "FILE")]
    to_ca: Option<PathBuf>,
}

/// What may be begun in a day, and the prices.
#[derive(Args, Debug)]
struct Limits {
    /// How many bytes may be retrieved in a day
    #[arg(long, value_name = "BYTES")]
    bytes_per_day: Option<Bytes>,
    /// How many dollars retrievals may cost in a day, by the prices below
    #[arg(long, value_name = "DOLLARS")]
    cost_per_day: Option<Dollars>,
    /// How long a day is
    #[arg(long, value_name = "TIME", default_value = "24h")]
    day: Span,
    /// Price in dollars of retrieving a GiB; otherwise Amazon's for the tier in us-east-1: 0.03, 0.01 or 0.0025
    #[arg(long, value_name = "DOLLARS")]
    price_per_gib: Option<Dollars>,
    /// Price of a job; otherwise Amazon's for the tier: 0.01, 0.00005 or 0.000025
    #[arg(long, value_name = "DOLLARS")]
    price_per_job: Option<Dollars>,
    /// Price of a GiB that leaves the source; otherwise 0.09, as to the internet. 0 within Amazon's region
    #[arg(long, value_name = "DOLLARS")]
    transfer_price_per_gib: Option<Dollars>,
}

impl Limits {
    fn prices(&self, tier: Tier) -> Prices {
        let usual = Prices::of_amazon(tier.into());
        Prices {
            per_gib: self.price_per_gib.unwrap_or(usual.per_gib),
            per_job: self.price_per_job.unwrap_or(usual.per_job),
            transfer_per_gib: self.transfer_price_per_gib.unwrap_or(usual.transfer_per_gib),
        }
    }

    fn budget(&self) -> Result<Budget, Error> {
        let budget =
            Budget { bytes: self.bytes_per_day.map(|bytes| bytes.0), cost: self.cost_per_day, day: self.day.0 };
        if budget.bytes == Some(0) || budget.cost == Some(Dollars(0)) || budget.day.is_zero() {
            return Err(Error::Invalid("a budget or day of 0 would begin nothing, ever. Nothing was begun.".into()));
        }
        Ok(budget)
    }
}

impl Import {
    async fn destination(&self) -> Result<Destination, Error> {
        let at = Settings {
            endpoint: self.at.to_endpoint.clone(),
            profile: self.at.to_profile.clone(),
            region: self.at.to_region.clone(),
            ca: self.at.to_ca.clone(),
        };
        let (service, form) = (Service::new(&at).await?, &self.form);
        match (&self.to.to_vault, &self.to.to_bucket) {
            (Some(vault), _) => Ok(Destination::Vault(service.vault(vault.as_str()))),
            (None, Some(bucket)) => {
                Ok(Destination::Bucket(service.bucket(bucket, &form.prefix, form.storage_class.as_deref())))
            }
            (None, None) => Err(Error::Invalid("name --to-vault or --to-bucket.".into())),
        }
    }

    async fn inventory(&self, context: &Context) -> Result<Inventory<'_>, Error> {
        match &self.inventory {
            Some(path) => Ok(Inventory::File(path)),
            None => Ok(Inventory::Listing(self.fresh.open(context, &self.vault).await?)),
        }
    }
}

/// What there is to bring.
enum Inventory<'a> {
    Listing(Listing),
    File(&'a Path),
}

impl Inventory<'_> {
    fn each(&self, see: impl FnMut(Archive) -> Result<(), Error>) -> Result<String, Error> {
        match self {
            Self::Listing(listing) => listing.each(see),
            Self::File(path) => read_inventory(path, see),
        }
    }
}

pub(super) async fn run(context: &Context, what: &Import) -> Result<(), Error> {
    let (budget, prices) = (what.limits.budget()?, what.limits.prices(what.tier));
    let (source, to) = (context.vault(&what.vault), what.destination().await?);
    let head = Head::new(&source, &to);
    if what.dry_run {
        return dry_run(context, what, &budget, &prices).await;
    }
    let ledger = match Ledger::open(&what.ledger, &head)? {
        Some(ledger) => ledger,
        None => {
            // A destination that is not there should show before anything is paid for.
            to.check().await.map_err(|error| error.and("This is what the destination says. Nothing was begun."))?;
            let inventory = what.inventory(context).await?;
            Ledger::create(&what.ledger, &head, |see| inventory.each(see))?
        }
    };
    let request = Request {
        tier: what.tier.into(),
        budget,
        prices,
        jobs: what.jobs as usize,
        parallel: what.parallel.into(),
        wait: what.fresh.wait(),
        retry_failed: what.retry_failed,
    };
    let report = {
        let bar: Arc<dyn Progress> = Arc::new(Bar::new(Of::Bytes, context.json));
        import(&source, &to, ledger, &request, &bar).await?
    };
    show(context, &report)?;
    outcome(&report)
}

async fn dry_run(context: &Context, what: &Import, budget: &Budget, prices: &Prices) -> Result<(), Error> {
    let mut plan = Plan::default();
    let inventory = what.inventory(context).await?;
    let date = inventory.each(|archive| {
        plan.add(archive.bytes, prices);
        Ok(())
    })?;
    let days = plan.days(budget);
    let document = json!({
        "archives": plan.archives, "bytes": plan.bytes, "cost": plan.cost.number(), "days": days, "inventoryDate": date,
    });
    print(context, &document, || {
        rows(&[
            ("archives", Some(&plan.archives.to_string())),
            ("bytes", Some(&plan.bytes.to_string())),
            ("cost", Some(&format!("${}", plan.cost))),
            ("days", days.map(|days| days.to_string()).as_deref()),
            ("inventory of", Some(&date)),
        ])
    })
}

fn show(context: &Context, report: &Report) -> Result<(), Error> {
    let failed: Vec<Value> = report
        .failed
        .iter()
        .map(|failed| json!({ "archiveId": failed.archive, "error": failed.error, "message": failed.why }))
        .collect();
    let document = json!({
        "archives": report.archives, "bytes": report.bytes, "stored": report.stored, "storedBytes": report.stored_bytes,
        "storedNow": report.stored_now, "left": report.left, "failed": failed, "jobs": report.jobs,
        "cost": report.cost.number(),
    });
    print(context, &document, || {
        let mut out = rows(&[
            ("archives", Some(&report.archives.to_string())),
            ("bytes", Some(&report.bytes.to_string())),
            ("stored", Some(&format!("{} ({} now)", report.stored, report.stored_now))),
            ("stored bytes", Some(&report.stored_bytes.to_string())),
            ("left", Some(&report.left.to_string())),
            ("failed", Some(&report.failed.len().to_string())),
            ("jobs", Some(&report.jobs.to_string())),
            ("cost", Some(&format!("${} by the prices given", report.cost))),
        ]);
        for failed in &report.failed {
            out.push_str(&rows(&[("failed", Some(&format!("{}: {}", failed.archive, failed.why)))]));
        }
        out
    })
}

/// What the exit code says: of what did not come, the worst.
fn outcome(report: &Report) -> Result<(), Error> {
    let (failed, all) = (report.failed.len(), report.archives);
    if report.left > 0 {
        return Err(Error::NotReady(format!(
            "{} of {all} archives are still to come.\nRun the same command again later.",
            report.left
        )));
    }
    let words =
        format!("{failed} of {all} archives did not come.\nThe ledger says why; --retry-failed tries them again.");
    let are = |word: &str| report.failed.iter().all(|failure| failure.error == word);
    match failed {
        0 => Ok(()),
        _ if report.failed.iter().any(|failure| failure.error == "different") => Err(Error::Different(words)),
        _ if are("ResourceNotFoundException") => Err(Error::Missing(words)),
        _ => Err(Error::Invalid(words)),
    }
}
