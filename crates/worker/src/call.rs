//! The context of one request: its route and its log line read it.

use core::cell::{Cell, RefCell};
use std::rc::Rc;

use worker::{Env, Request};

use super::config;
use super::header;
use super::log::{Decision, LogClient, Verdict};
use super::problem::Problem;
use super::reply::Reply;
use super::route::Route;
use portcullis::account::{ClientAddress, ClientDescription, Username};
use portcullis::key::KeyId;
use portcullis::settings::Config;

/// The context of one request. A route gets its settings and the client's address here,
/// and records here which user and which operator the log line names.
pub(super) struct Call {
    pub(super) route: Route,
    pub(super) env: Env,
    pub(super) origin: String,
    /// When the request arrived, by JavaScript's clock, in milliseconds.
    started: f64,
    /// The client's address from `CF-Connecting-IP`.
    address: String,
    /// Cloudflare's id of the request, from `CF-Ray`.
    ray: String,
    /// The user that the request is about, encoded for the log.
    account: RefCell<Option<String>>,
    /// The `kid` of the operator who signed the request.
    operator: RefCell<Option<KeyId>>,
    config: Cell<Option<Rc<Config>>>,
}

impl Call {
    pub(super) fn new(route: Route, request: &Request, env: Env, origin: &str) -> Self {
        Self {
            route,
            env,
            origin: origin.into(),
            started: js_sys::Date::now(),
            address: header(request, "cf-connecting-ip"),
            ray: header(request, "cf-ray"),
            account: RefCell::new(None),
            operator: RefCell::new(None),
            config: Cell::new(None),
        }
    }

    /// The settings, or an error if a setting is wrong.
    pub(super) fn config(&self) -> Result<Rc<Config>, Problem> {
        if let Some(config) = self.loaded_config() {
            return Ok(config);
        }
        let config = config::load(&self.env, &self.origin).map_err(|_| Problem::misconfigured())?;
        self.config.set(Some(Rc::clone(&config)));
        Ok(config)
    }

    /// The settings, if the route has called [`config`](Self::config()) before.
    pub(super) fn loaded_config(&self) -> Option<Rc<Config>> {
        let config = self.config.take();
        self.config.set(config.clone());
        config
    }

    /// The client's address, parsed.
    pub(super) fn address(&self) -> ClientAddress {
        ClientAddress::parse(&self.address)
    }

    /// The description of the client that users see in the list of sessions.
    pub(super) fn client(&self, request: &Request) -> ClientDescription {
        ClientDescription::new(&header(request, "user-agent"), &self.address)
    }

    /// Records for the log which user the request is about.
    pub(super) fn about(&self, config: &Config, username: &Username) {
        *self.account.borrow_mut() = Some(config.log_names.encode(username));
    }

    /// Records for the log which operator signed the request.
    pub(super) fn operated_by(&self, key_id: &KeyId) {
        *self.operator.borrow_mut() = Some(key_id.clone());
    }

    /// Writes the log line, if the answer has one.
    pub(super) fn log(&self, answer: &Result<Reply, Problem>) {
        let config = self.loaded_config();
        let Some(verdict) = Verdict::new(Some(self.route), config.as_deref(), answer.as_ref())
        else {
            return;
        };
        let account = self.account.borrow();
        let operator = self.operator.borrow();
        Decision {
            route: self.route.name(),
            verdict,
            account: account.as_deref(),
            client: LogClient {
                ray: &self.ray,
                address: &self.address,
            },
            whole_address: config.is_some_and(|config| config.log_whole_address),
            operator: operator.as_ref(),
            started: self.started,
        }
        .write(js_sys::Date::now());
    }
}
