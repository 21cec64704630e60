//! One request on its way: what each route and the log's line want to know.

use core::cell::{Cell, RefCell};
use std::rc::Rc;

use worker::{Env, Request};

use super::config::Config;
use super::log::Decision;
use super::problem::Problem;
use super::reply::Reply;
use super::route::Route;
use crate::account::{ClientAddress, Username};

pub(super) struct Call {
    pub(super) route: Route,
    pub(super) env: Env,
    pub(super) origin: String,
    /// By JavaScript's clock, in milliseconds.
    started: f64,
    address: ClientAddress,
    /// Cloudflare's name for the request.
    ray: Option<String>,
    /// Whom it is about, as the log names them.
    account: RefCell<Option<String>>,
    config: Cell<Option<Rc<Config>>>,
}

impl Call {
    pub(super) fn new(route: Route, request: &Request, env: Env, origin: &str) -> Self {
        let header = |name| request.headers().get(name).ok().flatten();
        let address = header("cf-connecting-ip").unwrap_or_default();
        Self {
            route,
            env,
            origin: origin.into(),
            started: js_sys::Date::now(),
            address: ClientAddress::parse(&address),
            ray: header("cf-ray").filter(|ray| is_ray(ray)),
            account: RefCell::new(None),
            config: Cell::new(None),
        }
    }

    /// The settings, if a login can be served with them.
    pub(super) fn config(&self) -> Result<Rc<Config>, Problem> {
        if let Some(config) = self.loaded_config() {
            return Ok(config);
        }
        let config = Config::of(&self.env, &self.origin).map_err(|_| Problem::misconfigured())?;
        self.config.set(Some(Rc::clone(&config)));
        Ok(config)
    }

    /// The settings, where the route has asked for them.
    pub(super) fn loaded_config(&self) -> Option<Rc<Config>> {
        let config = self.config.take();
        self.config.set(config.clone());
        config
    }

    /// Where the request comes from, as the runtime says.
    pub(super) fn address(&self) -> ClientAddress {
        self.address
    }

    /// Notes for the log whom the request is about.
    pub(super) fn about(&self, config: &Config, username: &Username) {
        *self.account.borrow_mut() = Some(config.log_names.of(username));
    }

    /// Writes the log's line.
    pub(super) fn log(&self, answer: &Result<Reply, Problem>) {
        let (status, outcome, reason) = match answer {
            Ok(reply) if self.route.decides() => (reply.status(), "admitted", reply.reason()),
            Ok(_) => return,
            Err(problem) => (problem.status(), problem.code(), problem.reason()),
        };
        let account = self.account.borrow();
        Decision {
            route: self.route.name(),
            status,
            outcome,
            reason,
            account: account.as_deref(),
            request: self.ray.as_deref(),
            started: self.started,
        }
        .write();
    }
}

/// A client that is not behind Cloudflare can send anything.
fn is_ray(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    (1..=40).contains(&text.len()) && text.bytes().all(is_plain)
}
