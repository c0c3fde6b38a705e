//! How large a new filter policy may be, and whether it nests. From the SNS developer guide, "Filter policy constraints".

use serde_json::{Map, Value};

use crate::Filter;
use crate::conditions::OR;
use crate::filter::{MAX_CONDITIONS, TOO_COMPLEX};

/// The most names at its top.
const MAX_KEYS: usize = 5;

impl Filter {
    /// Refuses a new policy that is larger than Amazon's may be ("Filter policy constraints" in the guide).
    pub fn check_limits(&self) -> Result<(), String> {
        if self.0.keys().filter(|name| *name != OR).count() > MAX_KEYS {
            return Err(format!("Filter policy can not have more than {MAX_KEYS} keys"));
        }
        if combinations(&self.0, 1) > MAX_CONDITIONS { Err(TOO_COMPLEX.to_owned()) } else { Ok(()) }
    }

    /// Whether it says something of what is nested, which attributes are not.
    pub fn nests(&self) -> bool {
        nests(&self.0)
    }
}

/// Of each name as many as it has conditions, times how deep it lies; of `$or`, those of all choices together.
fn combinations(names: &Map<String, Value>, depth: usize) -> usize {
    let of = |(name, value): (&String, &Value)| match value {
        Value::Array(choices) if name == OR => {
            let each = choices.iter().filter_map(Value::as_object).map(|choice| combinations(choice, depth));
            each.fold(0, usize::saturating_add)
        }
        Value::Array(all) => all.len().saturating_mul(depth),
        Value::Object(beneath) => combinations(beneath, depth + 1),
        _ => 1,
    };
    names.iter().map(of).fold(1, usize::saturating_mul)
}

fn nests(names: &Map<String, Value>) -> bool {
    names.iter().any(|(name, value)| match value {
        Value::Array(choices) if name == OR => choices.iter().filter_map(Value::as_object).any(nests),
        other => other.is_object(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_have_limits() {
        let limits = |policy: &str| Filter::parse(policy).and_then(|filter| filter.check_limits());
        let of = |count: usize| format!("{:?}", (0..count).map(|nth| nth.to_string()).collect::<Vec<_>>());
        assert_eq!(limits(&format!(r#"{{"a": {}, "b": {}}}"#, of(10), of(15))), Ok(()));
        assert_eq!(limits(&format!(r#"{{"a": {}, "b": {}}}"#, of(10), of(16))), Err(TOO_COMPLEX.to_owned()));
        let nested =
            |last| format!(r#"{{"a": {{"b": {{"c": {}}}}}, "d": {{"e": {}}}, "f": {}}}"#, of(4), of(3), of(last));
        assert_eq!((limits(&nested(2)), limits(&nested(3))), (Ok(()), Err(TOO_COMPLEX.to_owned())));
        let choice = |last| {
            format!(
                r#"{{"s": {}, "$or": [{{"m": {}}}, {{"t": {}, "$or": [{{"i": {}}}, {{"p": {}}}]}}]}}"#,
                of(3),
                of(6),
                of(4),
                of(4),
                of(last)
            )
        };
        assert_eq!((limits(&choice(7)), limits(&choice(8))), (Ok(()), Err(TOO_COMPLEX.to_owned())));
        let many: String = (0..6).map(|nth| format!(r#","k{nth}": ["v"]"#)).collect();
        assert!(limits(&format!("{{{}}}", &many[1..])).is_err());
        assert!(Filter::parse(r#"{"$or": [{"a": {"b": ["x"]}}]}"#).is_ok_and(|filter| filter.nests()));
        assert!(Filter::parse(r#"{"$or": [{"a.b": ["x"]}]}"#).is_ok_and(|filter| !filter.nests()));
    }
}
