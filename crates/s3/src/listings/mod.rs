//! Listings: ListObjects, ListObjectsV2, ListObjectVersions, ListMultipartUploads.
//!
//! Here is what they share: pages, how names are written, common prefixes. Which names a page has is the store's to say.

pub(crate) mod objects;
pub(crate) mod owners;
pub(crate) mod token;
pub(crate) mod uploads;
pub(crate) mod versions;

use coldkeep_auth::uri;
use coldkeep_store::{Item, Listed, Page, Start};
use coldkeep_wire::s3::CommonPrefix;

use self::owners::Owners;
use crate::errors::S3Error;
use crate::{S3, S3Call};

/// 1,000: the most entries of a page, and how many it has unless fewer are asked for.
pub(crate) const PAGE: usize = 1000;

/// How many entries a page shall have. More than the most is not an error.
pub(crate) fn page_size(asked: Option<i32>, name: &'static str) -> Result<usize, S3Error> {
    match asked {
        None => Ok(PAGE),
        Some(asked) => usize::try_from(asked).map(|asked| asked.min(PAGE)).map_err(|_| {
            S3Error::invalid_argument(&format!("Argument {name} must be an integer between 0 and 2147483647"))
                .about(name, asked.to_string())
        }),
    }
}

/// How names are written in an answer: as they are, or percent-encoded for clients whose XML parser could not read
/// some of them.
#[derive(Clone, Copy)]
pub(crate) struct Naming {
    encoded: bool,
}

impl Naming {
    pub fn of(encoding_type: Option<&str>) -> Result<Self, S3Error> {
        match encoding_type {
            None => Ok(Self { encoded: false }),
            Some("url") => Ok(Self { encoded: true }),
            Some(other) => {
                Err(S3Error::invalid_argument("Invalid Encoding Method specified in Request")
                    .about("encoding-type", other))
            }
        }
    }

    pub fn write(self, name: &str) -> String {
        let mut text = String::new();
        self.push(&mut text, name);
        text
    }

    pub fn push(self, text: &mut String, name: &str) {
        if self.encoded { text.push_str(&uri::encode_path(name.as_bytes())) } else { text.push_str(name) }
    }

    pub fn echo(self, name: Option<&str>) -> Option<String> {
        name.map(|name| self.write(name))
    }

    pub fn name(self) -> Option<String> {
        self.encoded.then(|| "url".to_owned())
    }
}

/// The entries of a page, without its common prefixes.
pub(crate) fn entries<T>(page: &Page<T>) -> impl Iterator<Item = (&str, &T)> {
    page.items.iter().filter_map(|item| match item {
        Item::Entry(name, entry) => Some((name.as_str(), entry)),
        Item::Prefix(_) => None,
    })
}

/// A field's text, emptied to be written anew: rows are written with the same strings again and again.
pub(crate) fn anew(field: &mut Option<String>) -> &mut String {
    let text = field.get_or_insert_default();
    text.clear();
    text
}

/// An ETag field, written anew, in its quotes.
pub(crate) fn quote_anew(field: &mut Option<String>, push: impl FnOnce(&mut String)) {
    let text = anew(field);
    text.push('"');
    push(text);
    text.push('"');
}

/// The common prefixes of a page.
pub(crate) fn common_prefixes<T>(items: &[Item<T>], naming: Naming) -> Vec<CommonPrefix> {
    let row = |item: &Item<T>| match item {
        Item::Prefix(prefix) => Some(CommonPrefix { prefix: Some(naming.write(prefix)) }),
        Item::Entry(..) => None,
    };
    items.iter().filter_map(row).collect()
}

/// The owners of the objects of a page.
pub(crate) async fn owners(door: &S3, call: &S3Call, page: &Page<Listed>) -> Result<Owners, S3Error> {
    let accounts = entries(page).filter_map(|(_, object)| object.owner.as_deref()).collect();
    Owners::of(door, call, accounts).await
}

pub(crate) fn after(name: Option<&str>) -> Start {
    name.filter(|name| !name.is_empty()).map_or(Start::First, |name| Start::After(name.to_owned()))
}

/// A delimiter that delimits: the empty one is none.
pub(crate) fn delimiter(sent: &Option<String>) -> Option<&str> {
    sent.as_deref().filter(|delimiter| !delimiter.is_empty())
}

/// The objects of a page.
pub(crate) async fn page_of_objects(
    door: &S3,
    call: &S3Call,
    prefix: &Option<String>,
    delimiter: Option<&str>,
    start: &Start,
    limit: usize,
) -> Result<Page<Listed>, S3Error> {
    let bucket = call.bucket()?;
    if limit == 0 {
        door.store.bucket(&bucket).await?;
        return Ok(Page { items: Vec::new(), truncated: false });
    }
    let (prefix, delimiter) = (prefix.as_deref().unwrap_or_default(), delimiter.unwrap_or_default());
    Ok(door.store.list_objects(&bucket, prefix, delimiter, start, limit).await?)
}
