//! The stand-in hashes that a login checks when there is no such user. They cost
//! as much as the users' own hashes, a sample of which is read from KV.

use std::cell::RefCell;
use std::rc::Rc;

use super::call::Call;
use super::users;
use portcullis::account::StandIns;
use portcullis::settings::Config;

struct Sampled {
    stand_ins: Rc<StandIns>,
    /// When the sample was read, by JavaScript's clock, in milliseconds.
    at: f64,
}

thread_local! {
    static SAMPLED: RefCell<Option<Sampled>> = const { RefCell::new(None) };
}

/// How long a sample is used, in milliseconds. Samples age because a login can
/// replace a user's hash.
const GOOD_FOR: f64 = 3_600_000.0;

/// The isolate's stand-ins, sampled again every hour. Every login calls this, even
/// if the user exists: otherwise the extra time would show that a user is unknown.
pub(super) async fn load(call: &Call, config: &Config) -> Rc<StandIns> {
    let now = js_sys::Date::now();
    let fresh = SAMPLED.with_borrow(|sampled| {
        let sampled = sampled.as_ref()?;
        ((now - sampled.at).abs() < GOOD_FOR).then(|| Rc::clone(&sampled.stand_ins))
    });
    if let Some(stand_ins) = fresh {
        return stand_ins;
    }
    match users::sample_hashes(&call.env, |name| config.log_names.encode(name)).await {
        Ok(hashes) => {
            let sample = StandIns::from_sample(hashes.iter().map(String::as_str));
            let stand_ins = Rc::new(sample.keyed(config.identity.stand_ins()));
            SAMPLED.set(Some(Sampled {
                stand_ins: Rc::clone(&stand_ins),
                at: now,
            }));
            stand_ins
        }
        Err(_) => Rc::default(),
    }
}
