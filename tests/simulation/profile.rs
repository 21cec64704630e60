use crate::random::Random;

/// The faults of a run, and how often each happens in a thousand events. Each seed
/// draws its own profile, because a run with few faults gets further.
#[derive(Clone, Debug)]
pub struct Profile {
    pub lost: u32,
    pub duplicated: u32,
    /// A message takes up to a minute and a half.
    pub late: u32,
    pub dies: u32,
    pub kv_fails: u32,
    /// A KV write takes up to a minute.
    pub kv_late: u32,
    pub clock_jumps: u32,
    /// The longest time between two requests, in seconds.
    pub pause: i64,
    /// How often each kind of request is made. See `actors.rs`.
    pub weights: Vec<u32>,
    /// How many names the requests are about.
    pub names: usize,
    pub script: Script,
    pub requests: usize,
}

/// The attacks of the review that need a long preparation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    None,
    /// Finding 7: a user logs in and out more often than there are notes.
    ManyLogouts,
    /// Finding 2: an intruder changes the password again and again, and then
    /// the operator sets one.
    ManyPasswords,
    /// Finding 6: one token of the Flask original is exchanged again and again.
    ManyExchanges,
    /// Finding 4: a user logs in and out around the removal.
    Removal,
    /// Names change hands while messages are lost, late and repeated.
    Renames,
}

/// The maximum difference between two clocks, in seconds.
pub const MAX_SKEW: i64 = 2 * 3600;

impl Profile {
    pub fn draw(random: &mut Random, requests: usize) -> Self {
        let mut some = |most: usize| match random.below(2) {
            0 => 0,
            _ => random.below(most + 1) as u32,
        };
        let (lost, duplicated, late) = (some(150), some(150), some(200));
        let (dies, kv_fails, kv_late) = (some(100), some(200), some(500));
        let clock_jumps = match some(3) {
            3 => 100,
            _ => 0,
        };
        let mut weights: Vec<u32> = crate::actors::WEIGHTS.to_vec();
        for weight in &mut weights {
            *weight *= [0, 1, 1, 1, 4][random.below(5)];
        }
        weights[0] = weights[0].max(1);
        let script = match random.below(40) {
            0 => Script::ManyLogouts,
            1 => Script::ManyPasswords,
            2 => Script::ManyExchanges,
            3 => Script::Removal,
            4..8 => Script::Renames,
            _ => Script::None,
        };
        let (mut lost, mut dies) = (lost, dies);
        if script == Script::ManyLogouts {
            // No other event may end the sessions and the list of ended sessions.
            for at in [3, 4, 7, 8, 9, 16] {
                weights[at] = 0;
            }
            (lost, dies) = (lost.min(30), dies.min(10));
        }
        Self {
            lost,
            duplicated,
            late,
            dies,
            kv_fails,
            kv_late,
            clock_jumps,
            pause: [3, 10, 30, 120][random.below(4)],
            weights,
            names: 1 + random.below(3),
            script,
            requests,
        }
    }

    /// Nothing goes wrong.
    pub fn calm(&mut self) {
        self.lost = 0;
        self.duplicated = 0;
        self.late = 0;
        self.dies = 0;
        self.kv_fails = 0;
        self.kv_late = 0;
        self.clock_jumps = 0;
    }

    /// How long a message takes, in seconds.
    pub fn delay(&self, random: &mut Random) -> i64 {
        if random.chance(self.late) {
            random.seconds(0, 90)
        } else {
            random.seconds(0, 2)
        }
    }

    /// How far the clock is off at an event, in seconds.
    pub fn skew(&self, random: &mut Random) -> i64 {
        if !random.chance(self.clock_jumps) {
            return 0;
        }
        let most = [5, 60, 1200, MAX_SKEW][random.below(4)];
        random.seconds(-most, most + 1)
    }
}
