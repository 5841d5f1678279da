//! The sign-in calls of the running program.

use std::collections::HashSet;
use std::time::Duration;

use http::{HeaderMap, Method, StatusCode};
use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::time::interval;

use crate::http::{DEADLINE, call};
use crate::server::{Server as Program, run};

/// Limits that do not get in the way.
pub const NO_LIMITS: [(&str, &str); 5] = [
    ("OTP_RESEND", "1ms"),
    ("OTP_PER_ADDRESS", "1000000/1h"),
    ("OTP_PER_ADDRESS_TOTAL", "1000000/1h"),
    ("OTP_PER_IP", "1000000/1h"),
    ("OTP_TOTAL", "1000000/1h"),
];

/// A running server. Mail goes to its output unless the settings say otherwise.
pub struct Server {
    pub program: Program,
    /// Codes in the output that were already read.
    read: Mutex<HashSet<String>>,
}

/// An answer to a call.
#[derive(Debug, Clone)]
pub struct Answered {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answered {
    /// The error code, or an empty text.
    pub fn code(&self) -> &str {
        self.body["error"]["code"].as_str().unwrap_or_default()
    }
}

/// A signed-in device.
#[derive(Debug, Clone)]
pub struct SignedIn {
    pub token: String,
    pub user: String,
    pub replaced: bool,
}

impl Server {
    /// Starts the program.
    pub async fn start(database: &str, settings: &[(&str, &str)]) -> Self {
        Self { program: Program::start(database, settings).await, read: Mutex::default() }
    }

    /// Starts a program that must fail to start; returns its output.
    pub async fn refusal_to_start(database: &str, settings: &[(&str, &str)]) -> String {
        let place = [("DATABASE_URL", database), ("BIND_ADDR", "127.0.0.1:0")];
        let output = run(&["serve"], &[&place, settings].concat()).await;
        assert!(!output.status.success());
        String::from_utf8(output.stderr).expect("it writes UTF-8")
    }

    /// Stops the server as an operator would.
    pub async fn stop(mut self) {
        self.program.terminate();
        let (status, _) = self.program.exit().await;
        assert!(status.success());
    }

    /// One call.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        token: Option<&str>,
        body: Option<Value>,
    ) -> Answered {
        let bearer = token.map(|token| format!("Bearer {token}"));
        let headers: Vec<_> = bearer.iter().map(|bearer| ("authorization", bearer.as_str())).collect();
        self.call_with(method, path, &headers, body).await
    }

    /// One call with these headers.
    pub async fn call_with(
        &self,
        method: Method,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Answered {
        let mut headers = headers.to_vec();
        if body.is_some() {
            headers.push(("content-type", "application/json"));
        }
        let body = body.map(|body| body.to_string()).unwrap_or_default();
        let reply =
            call(self.program.address, method, path, &headers, body).await.expect("the server answers");
        let body = serde_json::from_str(&reply.text).unwrap_or(Value::String(reply.text));
        Answered { status: reply.status, headers: reply.headers, body }
    }

    pub async fn post(&self, path: &str, body: Value) -> Answered {
        self.call(Method::POST, path, None, Some(body)).await
    }

    pub async fn me(&self, token: &str) -> Answered {
        self.call(Method::GET, "/api/me", Some(token), None).await
    }

    pub async fn sign_up(&self, email: &str) -> Answered {
        self.post("/api/auth/signup", json!({ "email": email, "name": "Ann" })).await
    }

    pub async fn log_in(&self, email: &str) -> Answered {
        self.post("/api/auth/login", json!({ "email": email })).await
    }

    /// Requests a code and reads it from the output. Returns the challenge and the code.
    pub async fn challenge(&self, email: &str) -> (String, String) {
        let asked = self.sign_up(email).await;
        assert_eq!(asked.status, StatusCode::ACCEPTED, "{:?}", asked.body);
        let challenge = asked.body["challengeId"].as_str().expect("a challenge").to_owned();
        (challenge, self.code_on_console(email).await)
    }

    /// The next code in the output for an address.
    pub async fn code_on_console(&self, email: &str) -> String {
        self.log_matching(|log| {
            let (_, rest) = log.rsplit_once(&format!("To:   {email} "))?;
            let (_, code) = rest.split_once("Code: ")?;
            let code = code.get(..8)?.to_owned();
            self.read.lock().insert(code.clone()).then_some(code)
        })
        .await
    }

    /// Waits until `find` matches the log.
    pub async fn log_matching<T>(&self, find: impl Fn(&str) -> Option<T>) -> T {
        let mut ticks = interval(Duration::from_millis(5));
        let wait = async {
            loop {
                ticks.tick().await;
                if let Some(found) = find(&self.log()) {
                    return found;
                }
            }
        };
        tokio::time::timeout(DEADLINE, wait).await.expect("it is logged in time")
    }

    /// The log so far.
    pub fn log(&self) -> String {
        self.program.log()
    }

    pub async fn verify(&self, challenge: &str, code: &str, device: &str) -> Answered {
        let device = json!({ "id": device, "name": format!("{device}'s name") });
        self.post("/api/auth/verify", json!({ "challengeId": challenge, "code": code, "device": device }))
            .await
    }

    /// Signs in with a code from the output.
    pub async fn sign_in(&self, email: &str, device: &str) -> SignedIn {
        let (challenge, code) = self.challenge(email).await;
        signed_in(&self.verify(&challenge, &code, device).await)
    }
}

/// A different code.
pub fn another(code: &str, nth: u32) -> String {
    let code: u32 = code.parse().expect("a code is digits");
    (10_000_000 + (code - 10_000_000 + 1 + nth) % 90_000_000).to_string()
}

/// The successful answer to `verify`.
pub fn signed_in(answered: &Answered) -> SignedIn {
    assert_eq!(answered.status, StatusCode::OK, "{:?}", answered.body);
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    SignedIn {
        token: text(&answered.body["token"]),
        user: text(&answered.body["user"]["id"]),
        replaced: answered.body["replaced"].as_bool().expect("whether another device was signed out"),
    }
}
