//! Accounts, users and policies on the server under test, made by the calls that clients make.

use super::connection::{Connection, Response};
use super::endpoint::{Endpoint, element};
use super::request::{Draft, Request};
use super::server::KEYS;
use super::signature::Signer;

/// Connections over which many users are made.
const LANES: usize = 16;

/// Access key and secret key.
pub type Keys = (String, String);

/// A call of IAM or STS.
pub fn form(keys: (&str, &str), host: &str, service: &'static str, pairs: &[(&str, &str)]) -> Request {
    let escaped = pairs.iter().map(|(name, value)| format!("{name}={}", super::request::escaped(value)));
    let text = escaped.collect::<Vec<_>>().join("&");
    let signer = Signer::new(keys.0, keys.1, service);
    let draft = Draft::new(&signer, host, "POST", "/").header("content-type", "application/x-www-form-urlencoded");
    draft.document(text).build()
}

/// An account of its own: its root's keys.
pub fn account(endpoint: &Endpoint) -> Result<Keys, String> {
    let signer = Signer::new(KEYS.0, KEYS.1, "coldkeep");
    let asked = r#"{"name":"bench"}"#;
    let made = endpoint.call(&Draft::new(&signer, &endpoint.host, "POST", "/v1/accounts").document(asked).build())?;
    let made: serde_json::Value = serde_json::from_slice(&made.body).map_err(|error| error.to_string())?;
    let text = |name: &str| made["key"][name].as_str().map(str::to_owned).ok_or("an account without a key");
    Ok((text("accessKeyId")?, text("secretAccessKey")?))
}

/// Asks IAM for something that must succeed, as the root of an account.
pub fn iam(endpoint: &Endpoint, root: (&str, &str), pairs: &[(&str, &str)]) -> Result<String, String> {
    Ok(endpoint.call(&form(root, &endpoint.host, "iam", pairs))?.text())
}

/// A user with these managed policies attached, made for it: its keys.
pub fn user_with(endpoint: &Endpoint, name: &str, policies: &[String]) -> Result<Keys, String> {
    let ask = |pairs: &[(&str, &str)]| iam(endpoint, KEYS, pairs);
    ask(&[("Action", "CreateUser"), ("UserName", name)])?;
    for (number, document) in policies.iter().enumerate() {
        let policy = format!("{name}-{number}");
        let made = ask(&[("Action", "CreatePolicy"), ("PolicyName", &policy), ("PolicyDocument", document)])?;
        let arn = element(&made, "Arn").ok_or("a policy without an ARN")?;
        ask(&[("Action", "AttachUserPolicy"), ("UserName", name), ("PolicyArn", arn)])?;
    }
    keys_in(&ask(&[("Action", "CreateAccessKey"), ("UserName", name)])?)
}

fn keys_in(text: &str) -> Result<Keys, String> {
    let text = |name| element(text, name).map(str::to_owned).ok_or("no key");
    Ok((text("AccessKeyId")?, text("SecretAccessKey")?))
}

/// So many users without policies in an account: their keys.
pub fn users(endpoint: &Endpoint, root: &Keys, number: usize) -> Result<Vec<Keys>, String> {
    let (host, root) = (endpoint.host.as_str(), (root.0.as_str(), root.1.as_str()));
    let numbers: Vec<usize> = (0..number).collect();
    let lane = |numbers: &[usize]| {
        let mut connection = Connection::open(host, None).map_err(|error| error.to_string())?;
        let mut ask = |action: &str, number: usize| {
            let name = format!("u{number}");
            let request = form(root, host, "iam", &[("Action", action), ("UserName", &name)]);
            let answer: Response = connection.exchange(&request, true).map_err(|error| error.to_string())?;
            if answer.status == 200 { Ok(answer.text()) } else { Err(answer.text()) }
        };
        let one = |number: &usize| {
            ask("CreateUser", *number)?;
            keys_in(&ask("CreateAccessKey", *number)?)
        };
        numbers.iter().map(one).collect::<Result<Vec<_>, String>>()
    };
    let made: Result<Vec<Vec<Keys>>, String> = std::thread::scope(|scope| {
        let lanes: Vec<_> =
            numbers.chunks(number.div_ceil(LANES)).map(|some| scope.spawn(move || lane(some))).collect();
        lanes.into_iter().map(|lane| lane.join().map_err(|_| "a client thread panicked".to_owned())?).collect()
    });
    Ok(made?.concat())
}
