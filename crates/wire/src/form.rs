//! Forms, as requests of IAM, STS and SNS are: names with dots stand for structures, `.member.N` for the items of a list,
//! `.entry.N` for those of a map.
//!
//! A [`Form`] is the whole form, or what stands under one name in it. Its pairs are sorted once, so that a member costs a search, and a
//! list no more than what it holds, however much else there is; it ends at the first number that is missing.

use std::collections::BTreeMap;

use crate::error::{DecodeError, Place};
use crate::text::Scalar;

/// The names and values of a form, decoded; sorted by name, those of one name in the order they came.
#[derive(Clone, Debug, Default)]
pub struct Pairs(Vec<(String, String)>);

impl FromIterator<(String, String)> for Pairs {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        let mut pairs: Vec<_> = pairs.into_iter().collect();
        pairs.sort_by(|(one, _), (other, _)| one.cmp(other));
        Self(pairs)
    }
}

impl Pairs {
    /// The first pair whose name is this one or comes after it.
    fn from(&self, name: &str) -> Option<&(String, String)> {
        self.0.get(self.0.partition_point(|(key, _)| key.as_str() < name))
    }
}

/// A form, or a part of it.
#[derive(Clone, Debug)]
pub struct Form<'a> {
    pairs: &'a Pairs,
    /// What the names of this part begin with: empty, or ending with the name of this part.
    prefix: String,
}

/// A value that can be read from a form.
pub(crate) trait ReadForm: Sized {
    /// The value that stands here; `None` if none does.
    fn read_form(form: &Form<'_>) -> Result<Option<Self>, DecodeError>;
}

impl<'a> Form<'a> {
    /// A whole form.
    pub fn new(pairs: &'a Pairs) -> Self {
        Self { pairs, prefix: String::new() }
    }

    /// The text of a parameter by its whole name, such as `PolicyArn`; of several, the first.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        self.pairs.from(name).filter(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    fn at(&self, name: &str) -> Self {
        let prefix = if self.prefix.is_empty() { name.to_owned() } else { format!("{}.{name}", self.prefix) };
        Self { pairs: self.pairs, prefix }
    }

    fn value(&self) -> Option<&'a str> {
        self.text(&self.prefix)
    }

    /// Whether there is anything under this name.
    pub(crate) fn is_there(&self) -> bool {
        let beneath = format!("{}.", self.prefix);
        self.pairs.from(&beneath).is_some_and(|(key, _)| key.starts_with(&beneath))
    }

    pub(crate) fn optional<T: ReadForm>(&self, name: &'static str) -> Result<Option<T>, DecodeError> {
        T::read_form(&self.at(name)).map_err(|error| named(error, name))
    }

    pub(crate) fn required<T: ReadForm>(&self, name: &'static str) -> Result<T, DecodeError> {
        self.optional(name)?.ok_or(DecodeError::Missing { place: Place::Body, name })
    }

    pub(crate) fn list<T: ReadForm>(&self, name: &'static str) -> Result<Vec<T>, DecodeError> {
        let (members, mut list) = (self.at(name).at("member"), Vec::new());
        while let Some(item) =
            T::read_form(&members.at(&(list.len() + 1).to_string())).map_err(|error| named(error, name))?
        {
            list.push(item);
        }
        Ok(list)
    }

    /// A map, whose entries are `key` and `value`, or `Name` and `Value` (SNS's attributes of messages). Of the same key, the last counts.
    pub(crate) fn map<T: ReadForm>(&self, name: &'static str) -> Result<BTreeMap<String, T>, DecodeError> {
        let (entries, mut map) = (self.at(name).at("entry"), BTreeMap::new());
        for number in 1usize.. {
            let entry = entries.at(&number.to_string());
            if !entry.is_there() {
                break;
            }
            let (key, value) = match entry.optional("key")? {
                Some(key) => (key, entry.required("value")?),
                None => (entry.required("Name")?, entry.required("Value")?),
            };
            map.insert(key, value);
        }
        Ok(map)
    }
}

/// The error with the member's name, where a scalar could not tell it.
fn named(error: DecodeError, member: &'static str) -> DecodeError {
    match error {
        DecodeError::Invalid { place, name: "", expected, value } => {
            DecodeError::Invalid { place, name: member, expected, value }
        }
        other => other,
    }
}

impl<T: Scalar> ReadForm for T {
    fn read_form(form: &Form<'_>) -> Result<Option<Self>, DecodeError> {
        let Some(text) = form.value() else { return Ok(None) };
        if text.is_empty() && !T::VERBATIM {
            return Ok(None);
        }
        let value: String = text.chars().take(200).collect();
        let invalid = DecodeError::Invalid { place: Place::Body, name: "", expected: T::KIND, value };
        T::parse(if T::VERBATIM { text } else { text.trim() }).map(Some).ok_or(invalid)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::iam::{CreateUserRequest, SimulateCustomPolicyRequest};
    use crate::sns::{CreateTopicInput, PublishInput};

    fn pairs(form: &[(&str, &str)]) -> Pairs {
        form.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn structures_lists_and_scalars_are_read_by_their_names() {
        let pairs = pairs(&[
            ("Action", "SimulateCustomPolicy"),
            ("ActionNames.member.1", "s3:GetObject"),
            ("ActionNames.member.2", "s3:PutObject"),
            ("ActionNames.member.4", "after a gap"),
            ("PolicyInputList.member.1", "{}"),
            ("ContextEntries.member.1.ContextKeyName", "aws:SourceIp"),
            ("ContextEntries.member.1.ContextKeyValues.member.1", "10.0.0.1"),
            ("MaxItems", " 7 "),
        ]);
        let input = SimulateCustomPolicyRequest::decode(&Form::new(&pairs)).expect("it is whole");
        assert_eq!(input.action_names, ["s3:GetObject", "s3:PutObject"]);
        assert_eq!(input.context_entries[0].context_key_values, ["10.0.0.1"]);
        assert_eq!((input.max_items, input.caller_arn), (Some(7), None));
    }

    #[test]
    fn maps_are_read_by_either_names_of_their_parts() {
        let pairs = pairs(&[
            ("Name", "t"),
            ("Attributes.entry.1.key", "DisplayName"),
            ("Attributes.entry.1.value", "d"),
            ("Message", "m"),
            ("MessageAttributes.entry.1.Name", "colour"),
            ("MessageAttributes.entry.1.Value.DataType", "String"),
            ("MessageAttributes.entry.1.Value.StringValue", "red"),
            ("MessageAttributes.entry.3.Name", "after a gap"),
        ]);
        let topic = CreateTopicInput::decode(&Form::new(&pairs)).expect("it is whole");
        assert_eq!(topic.attributes, [("DisplayName".to_owned(), "d".to_owned())].into());
        let published = PublishInput::decode(&Form::new(&pairs)).expect("it is whole");
        assert_eq!(published.message_attributes["colour"].string_value.as_deref(), Some("red"));
        assert_eq!(published.message_attributes.len(), 1);
    }

    #[test]
    fn what_is_missing_or_of_another_type_is_named() {
        let missing = CreateUserRequest::decode(&Form::new(&Pairs::default())).expect_err("the name is missing");
        assert_eq!(missing, DecodeError::Missing { place: Place::Body, name: "UserName" });
        let tag = pairs(&[("UserName", "ann"), ("Tags.member.1.Key", "k")]);
        let missing = CreateUserRequest::decode(&Form::new(&tag)).expect_err("a tag without value");
        assert_eq!(missing, DecodeError::Missing { place: Place::Body, name: "Value" });
        let number = pairs(&[("PolicyInputList.member.1", "{}"), ("MaxItems", "many")]);
        let invalid = SimulateCustomPolicyRequest::decode(&Form::new(&number)).expect_err("no number");
        assert!(matches!(invalid, DecodeError::Invalid { name: "MaxItems", .. }), "{invalid:?}");
    }

    /// Whoever sends a form, signed or not, decides how long its lists are: to read one must not cost their square.
    #[test]
    fn a_list_costs_what_it_holds() {
        let name = |number: usize| format!("ActionNames.member.{number}");
        let pairs: Pairs = (1..=200_000).rev().map(|number| (name(number), number.to_string())).collect();
        let input = SimulateCustomPolicyRequest::decode(&Form::new(&pairs)).expect("it is whole");
        assert!(input.action_names.into_iter().eq((1..=200_000).map(|number| number.to_string())));
    }

    #[test]
    fn of_several_values_the_first_counts() {
        let pairs = pairs(&[("UserName", "ann"), ("A", ""), ("UserName", "bob")]);
        assert_eq!(CreateUserRequest::decode(&Form::new(&pairs)).expect("a name").user_name, "ann");
    }
}
