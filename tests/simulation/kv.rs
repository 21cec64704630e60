//! Workers KV: one value for each key, and a stale cache at each place.

use std::collections::BTreeMap;
use std::rc::Rc;

use crate::random::Random;

/// How long a place may return a value that it read earlier, in seconds.
pub const CACHE: i64 = 60;

pub struct Kv {
    keys: BTreeMap<String, Key>,
    /// Mode 2: every value that the key ever had may be shown at any time.
    unbounded: bool,
    /// Every read shows the newest value.
    pub fresh: bool,
}

struct Key {
    /// All values so far, the newest at the end. The first one is the miss.
    history: Vec<Landed>,
    /// For each place the time of its last read and the index of what it saw.
    caches: Vec<(i64, usize)>,
}

#[derive(Clone)]
pub struct Landed {
    pub at: i64,
    pub value: Option<Rc<str>>,
    pub by_import: bool,
}

impl Kv {
    pub fn new(unbounded: bool) -> Self {
        Self {
            keys: BTreeMap::new(),
            unbounded,
            fresh: false,
        }
    }

    fn key(&mut self, key: &str) -> &mut Key {
        if !self.keys.contains_key(key) {
            let miss = Landed {
                at: i64::MIN,
                value: None,
                by_import: false,
            };
            let new = Key {
                history: vec![miss],
                caches: Vec::new(),
            };
            self.keys.insert(key.into(), new);
        }
        self.keys.get_mut(key).unwrap()
    }

    /// A write arrives. The last one that arrives wins.
    pub fn land(&mut self, key: &str, value: Option<Rc<str>>, by_import: bool, at: i64) {
        let landed = Landed {
            at,
            value,
            by_import,
        };
        self.key(key).history.push(landed);
    }

    /// The value that a place shows.
    pub fn read(
        &mut self,
        key: &str,
        place: usize,
        now: i64,
        random: &mut Random,
    ) -> Option<Rc<str>> {
        let (unbounded, fresh) = (self.unbounded, self.fresh);
        let key = self.key(key);
        let newest = key.history.len() - 1;
        if key.caches.len() <= place {
            key.caches.resize(place + 1, (i64::MIN, 0));
        }
        let (read_at, seen) = key.caches[place];
        let shown = if fresh {
            newest
        } else if unbounded && random.chance(500) {
            random.below(newest + 1)
        } else if !unbounded && now.saturating_sub(read_at) < CACHE && random.chance(800) {
            return key.history[seen].value.clone();
        } else {
            newest
        };
        key.caches[place] = (now, shown);
        key.history[shown].value.clone()
    }

    /// The value that was written last.
    pub fn newest(&mut self, key: &str) -> Landed {
        let history = &self.key(key).history;
        history[history.len() - 1].clone()
    }

    /// Whether no place can show anything but the newest value any more.
    pub fn is_settled(&mut self, key: &str, now: i64) -> bool {
        now.saturating_sub(self.newest(key).at) > CACHE
    }
}
