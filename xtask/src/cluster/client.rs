//! A client of both servers, over a connection to each. It waits for an answer for some seconds, and never sends by itself again.

use std::time::Duration;

use super::fleet::KEYS;
use crate::bench::connection::{Connection, Response};
use crate::bench::endpoint::{Endpoint, Kind};
use crate::bench::request::Request;

/// Longer than servers keep anybody waiting whose database is away.
const PATIENCE: Duration = Duration::from_secs(10);

/// What came of a request.
pub enum Outcome {
    /// An answer.
    Said(Response),
    /// Nobody was there: nothing has happened.
    Nobody,
    /// None came: anything may have happened.
    Silence,
}

impl Outcome {
    /// Whether it was done.
    pub fn is_done(&self) -> bool {
        matches!(self, Self::Said(answer) if !answer.is_refusal())
    }

    /// The answer, if it is that of success.
    pub fn done(self) -> Option<Response> {
        match self {
            Self::Said(answer) if !answer.is_refusal() => Some(answer),
            _ => None,
        }
    }
}

/// A client, which talks to the servers in turn.
pub struct Client {
    endpoints: [Endpoint; 2],
    connections: [Option<Connection>; 2],
    turn: usize,
}

impl Client {
    /// A client that begins with the server `turn`.
    pub fn new(hosts: &[String; 2], turn: usize) -> Self {
        let endpoints = [0, 1].map(|at| Endpoint::new("server", Kind::Coldkeep, &hosts[at], KEYS, 0));
        Self { endpoints, connections: [None, None], turn }
    }

    /// Sends a request to the next server; says which that was.
    pub fn ask(&mut self, request: impl Fn(&Endpoint) -> Request) -> (usize, Outcome) {
        self.turn += 1;
        let at = self.turn % 2;
        (at, self.ask_one(at, request))
    }

    /// Sends one to a server.
    pub fn ask_one(&mut self, at: usize, request: impl Fn(&Endpoint) -> Request) -> Outcome {
        let endpoint = &self.endpoints[at];
        let connection = match self.connections[at].take() {
            Some(connection) => Ok(connection),
            None => Connection::open_within(&endpoint.host, None, PATIENCE),
        };
        let Ok(mut connection) = connection else {
            std::thread::sleep(Duration::from_millis(50));
            return Outcome::Nobody;
        };
        match connection.exchange(&request(endpoint), true) {
            Ok(answer) => {
                self.connections[at] = Some(connection);
                if answer.status >= 500 {
                    std::thread::sleep(Duration::from_millis(50));
                }
                Outcome::Said(answer)
            }
            Err(_) => Outcome::Silence,
        }
    }

    /// Asks until one of both answers with success, or with a refusal that lasts.
    pub fn insist(&mut self, request: impl Fn(&Endpoint) -> Request) -> Result<Response, String> {
        let mut last = String::from("no answer");
        for _ in 0..100 {
            match self.ask(&request).1 {
                Outcome::Said(answer) if answer.status >= 500 => last = answer.text(),
                Outcome::Said(answer) => return Ok(answer),
                _ => std::thread::sleep(Duration::from_millis(50)),
            }
        }
        Err(last)
    }
}
