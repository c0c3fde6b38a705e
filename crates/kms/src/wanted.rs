//! What an operation asks for: on which keys it acts, in which encryption context, and the condition keys of its own parameters. Data,
//! made from the input beside the operation's name.

use std::collections::BTreeMap;

use coldkeep_keyring::EncryptionContext;

/// What an operation is on.
#[derive(Clone, Debug)]
pub(crate) enum On {
    /// Nothing in particular.
    Nothing,
    /// A key by its id, ARN or alias.
    Key(String),
    /// A key by its id or ARN: aliases are refused.
    IdOfKey(String),
    /// The key that made a ciphertext, which must be this one, if one is named.
    Ciphertext(Vec<u8>, Option<String>),
    /// An alias, by its name: only the caller's own policies are asked.
    Alias(String),
    /// The key that an alias leads to.
    KeyOfAlias(String),
    /// A key by its id or ARN, on which the caller needs no permission here: the handler asks for what it needs.
    Unasked(String),
}

/// One permission on one thing.
#[derive(Clone, Debug)]
pub(crate) struct Want {
    pub on: On,
    /// `None`: `kms:` and the operation's name.
    pub permission: Option<&'static str>,
    pub context: EncryptionContext,
}

/// All that an operation asks for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    pub wants: Vec<Want>,
    /// Whether nothing is to be done but to say whether it could be.
    pub dry_run: bool,
    pub grant_tokens: Vec<String>,
    /// Values of condition keys, from the operation's parameters.
    pub facts: BTreeMap<&'static str, Vec<String>>,
    /// The tags that the request gives: `aws:RequestTag/...`.
    pub tags: Vec<(String, String)>,
}

impl Wanted {
    pub fn on(on: On) -> Self {
        Self::default().and(on)
    }

    pub fn nothing() -> Self {
        Self::on(On::Nothing)
    }

    pub fn key(reference: &str) -> Self {
        Self::on(On::Key(reference.to_owned()))
    }

    pub fn id(reference: &str) -> Self {
        Self::on(On::IdOfKey(reference.to_owned()))
    }

    pub fn and(mut self, on: On) -> Self {
        self.wants.push(Want { on, permission: None, context: EncryptionContext::new() });
        self
    }

    /// Asks for this permission on what was named last.
    pub fn permission(mut self, permission: &'static str) -> Self {
        if let Some(last) = self.wants.last_mut() {
            last.permission = Some(permission);
        }
        self
    }

    /// In this encryption context, of what was named last.
    pub fn context(mut self, context: &EncryptionContext) -> Self {
        if let Some(last) = self.wants.last_mut() {
            last.context = context.clone();
        }
        self
    }

    pub fn dry_run(mut self, dry_run: Option<bool>) -> Self {
        self.dry_run = dry_run == Some(true);
        self
    }

    pub fn tokens(mut self, tokens: &[String]) -> Self {
        self.grant_tokens = tokens.to_vec();
        self
    }

    pub fn fact(self, key: &'static str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.facts(key, [value.to_string()]),
            None => self,
        }
    }

    pub fn facts(mut self, key: &'static str, values: impl IntoIterator<Item = String>) -> Self {
        self.facts.insert(key, values.into_iter().collect());
        self
    }

    pub fn tags<'a>(mut self, tags: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        self.tags = tags.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let keys: Vec<String> = self.tags.iter().map(|(key, _)| key.clone()).collect();
        self.facts("aws:TagKeys", keys)
    }
}
