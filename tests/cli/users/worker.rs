//! A fake Worker with the routes under `/admin`, which keeps its users in
//! memory. It verifies each request's signature as the Worker does.

use std::collections::{BTreeMap, HashSet};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread;

use portcullis::account::{HashDigest, OperatorKeys, OperatorRequest};
use portcullis::time::UnixTime;
use serde_json::{Value, json};

use crate::support::now;

/// A request as it was received.
pub(crate) struct Request {
    pub(crate) method: String,
    /// The request target, including the query.
    pub(crate) target: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: String,
}

/// A status, header lines and a body.
pub(crate) struct Canned(pub(crate) u16, pub(crate) &'static str, pub(crate) String);

pub(crate) struct State {
    keys: OperatorKeys,
    used: HashSet<String>,
    /// The users by name: the members of the Worker's answer, and `hash_password`.
    pub(crate) users: BTreeMap<String, Value>,
    pub(crate) asked: Vec<Request>,
    /// The answer to every request, if it is set.
    pub(crate) canned: Option<Canned>,
    /// The highest number of users in a page.
    pub(crate) page: usize,
}

pub(crate) struct Worker {
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
}

impl Worker {
    /// Starts a fake Worker that has these keys as `OPERATOR_KEYS`.
    pub(crate) fn start(operator_keys: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Mutex::new(State {
            keys: OperatorKeys::from_jwk_set(operator_keys).unwrap(),
            used: HashSet::new(),
            users: BTreeMap::new(),
            asked: Vec::new(),
            canned: None,
            page: 1000,
        }));
        let (origin, shared) = (url.clone(), Arc::clone(&state));
        // The thread ends with the test process.
        thread::spawn(move || {
            for stream in listener.incoming() {
                answer(&stream.unwrap(), &origin, &shared);
            }
        });
        Self { url, state }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }
}

fn answer(stream: &TcpStream, origin: &str, state: &Mutex<State>) {
    let request = read(stream);
    let mut state = state.lock().unwrap();
    let Canned(status, headers, body) = state.canned.take().unwrap_or_else(|| {
        let (status, body) = state.handle(&request, origin);
        let text = body.map_or_else(String::new, |body| body.to_string());
        Canned(status, "", text)
    });
    state.asked.push(request);
    drop(state);
    let length = body.len();
    let text = format!(
        "HTTP/1.1 {status} \r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
    );
    (&mut &*stream).write_all(text.as_bytes()).unwrap();
}

fn read(stream: &TcpStream) -> Request {
    let mut reader = BufReader::new(stream);
    let mut line = || {
        let mut line = String::new();
        reader.read_line(&mut line).unwrap();
        line.trim_end().to_owned()
    };
    let first = line();
    let mut words = first.split(' ');
    let mut word = || words.next().unwrap().to_owned();
    let (method, target) = (word(), word());
    let mut headers = BTreeMap::new();
    loop {
        let header = line();
        let Some((name, value)) = header.split_once(':') else {
            break;
        };
        headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length");
    let length = length.map_or(0, |length| length.parse().unwrap());
    assert!(!headers.contains_key("transfer-encoding"));
    let mut body = vec![0; length];
    reader.read_exact(&mut body).unwrap();
    Request {
        method,
        target,
        headers,
        body: String::from_utf8(body).unwrap(),
    }
}

type Reply = (u16, Option<Value>);

fn problem(status: u16, code: &str, detail: &str) -> Reply {
    (status, Some(json!({ "code": code, "detail": detail })))
}

fn unknown() -> Reply {
    problem(404, "user_unknown", "there is no such user")
}

impl State {
    fn handle(&mut self, request: &Request, origin: &str) -> Reply {
        if let Err(why) = self.verify(request, origin) {
            return problem(401, "operator_refused", &why);
        }
        let body: Value = serde_json::from_str(&request.body).unwrap_or_default();
        let has_body = request.headers.contains_key("content-type");
        assert_eq!(has_body, body.is_object());
        let (path, query) = request
            .target
            .split_once('?')
            .unwrap_or((&request.target, ""));
        let path: Vec<&str> = path.split('/').skip(1).collect();
        match (request.method.as_str(), path.as_slice()) {
            ("GET", ["admin", "users"]) => self.list(query),
            ("POST", ["admin", "users"]) => self.add(&body),
            (method, ["admin", "users", name, rest @ ..]) => {
                let name = decoded(name.strip_prefix('~').unwrap());
                if !self.users.contains_key(&name) {
                    return unknown();
                }
                self.one(method, &name, rest, &body)
            }
            _ => problem(404, "not_found", "there is nothing here"),
        }
    }

    fn verify(&mut self, request: &Request, origin: &str) -> Result<(), String> {
        let token = request.headers.get("authorization");
        let token = token.and_then(|value| value.strip_prefix("Bearer "));
        let url = format!("{origin}{}", request.target);
        let signed = OperatorRequest {
            method: &request.method,
            url: &url,
            body: request.body.as_bytes(),
        };
        let now = UnixTime::from_seconds(now()).unwrap();
        let operator = self.keys.verify(token.unwrap_or_default(), &signed, now);
        let operator = operator.map_err(|error| error.code().to_owned())?;
        let is_new = self.used.insert(operator.jti().to_owned());
        is_new
            .then_some(())
            .ok_or_else(|| "operator_replayed".into())
    }

    fn list(&self, query: &str) -> Reply {
        let query: BTreeMap<&str, String> = query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(name, value)| (name, percent_decoded(value)))
            .collect();
        let text = |name| query.get(name).map_or("", String::as_str);
        let limit: usize = text("limit").parse().unwrap();
        assert!((1..=1000).contains(&limit));
        let after = text("cursor").strip_prefix("after=").unwrap_or_default();
        let names = self
            .users
            .keys()
            .filter(|name| name.starts_with(text("prefix")));
        let names: Vec<&String> = names.filter(|name| name.as_str() > after).collect();
        let page = &names[..names.len().min(limit).min(self.page)];
        let users: Vec<Value> = page
            .iter()
            .map(|name| summary(&self.users[*name]))
            .collect();
        let mut body = json!({ "users": users });
        if page.len() < names.len() {
            body["cursor"] = format!("after={}", page.last().unwrap()).into();
        }
        (200, Some(body))
    }

    fn add(&mut self, body: &Value) -> Reply {
        let name = body["username"].as_str().unwrap().to_owned();
        if self.users.contains_key(&name) {
            return problem(409, "username_taken", "the name is taken");
        }
        let next = (1 << 32) + self.users.len() as u64;
        let id = body.get("id").map_or(next, |id| id.as_u64().unwrap());
        if self.users.values().any(|user| user["id"] == id) {
            return problem(409, "id_taken", "the number is taken");
        }
        let user = json!({
            "id": id, "username": name, "phone": body["phone"], "disabled": false,
            "hash_password": body["hash_password"], "state": "active", "version": 1,
            "hash": { "scheme": "argon2id", "current": true }, "sessions": [],
        });
        let mut user = user;
        user["imported_hash"] = take_imported(&mut body.clone());
        let told = summary(&user);
        self.users.insert(name, user);
        (201, Some(told))
    }

    fn one(&mut self, method: &str, name: &str, rest: &[&str], body: &Value) -> Reply {
        let user = self.users.get_mut(name).unwrap();
        match (method, rest) {
            ("GET", []) => {}
            ("PATCH", []) => {
                let mut body = body.clone();
                let digest = take_imported(&mut body);
                for (member, value) in body.as_object().unwrap() {
                    user[member] = value.clone();
                }
                if body.get("hash_password").is_some() {
                    user["imported_hash"] = digest;
                }
            }
            ("DELETE", []) => {
                self.users.remove(name);
                return (204, None);
            }
            ("POST", ["sign-out"]) => {
                user["sessions"] = json!([]);
                return (204, None);
            }
            ("POST", ["rename"]) => {
                let new = body["username"].as_str().unwrap();
                if self.users.contains_key(new) {
                    return problem(409, "username_taken", "the name is taken");
                }
                let mut user = self.users.remove(name).unwrap();
                user["username"] = new.into();
                let told = summary(&user);
                self.users.insert(new.into(), user);
                return (200, Some(told));
            }
            ("DELETE", ["sessions", id]) => {
                let sessions = user["sessions"].as_array_mut().unwrap();
                let all = sessions.len();
                sessions.retain(|session| session["id"] != *id);
                return match sessions.len() < all {
                    true => (204, None),
                    false => problem(404, "session_unknown", "there is no such session"),
                };
            }
            _ => return problem(404, "not_found", "there is nothing here"),
        }
        let mut told = user.clone();
        told.as_object_mut().unwrap().remove("hash_password");
        (200, Some(told))
    }
}

/// Takes `imported` out of a body: the digest that the record keeps, or null.
fn take_imported(body: &mut Value) -> Value {
    let imported = body.as_object_mut().unwrap().remove("imported");
    let hash = body["hash_password"]
        .as_str()
        .filter(|_| imported == Some(true.into()));
    hash.map_or(Value::Null, |hash| HashDigest::new(hash).to_string().into())
}

fn summary(user: &Value) -> Value {
    let [id, name, phone, disabled] =
        ["id", "username", "phone", "disabled"].map(|name| &user[name]);
    json!({ "id": id, "username": name, "phone": phone, "disabled": disabled })
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        if *first == b'%' {
            let digits = std::str::from_utf8(&after[..2]).unwrap();
            bytes.push(u8::from_str_radix(digits, 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    String::from_utf8(bytes).unwrap()
}

/// Reads base64url without padding (RFC 4648 §5).
fn decoded(text: &str) -> String {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u32, 0);
    for byte in text.bytes() {
        let value = ALPHABET.iter().position(|known| *known == byte).unwrap();
        bits = bits << 6 | u32::try_from(value).unwrap();
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).unwrap());
        }
    }
    String::from_utf8(bytes).unwrap()
}
