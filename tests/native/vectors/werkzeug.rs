//! `peers/werkzeug.json`: hashes that six versions of werkzeug wrote, and odd
//! strings, with the result of each version.

use std::sync::atomic::{AtomicUsize, Ordering};

use portcullis::password::{ClearPassword, StoredHash};
use serde_json::Value;

use super::{ACCEPTED, Run, list, read, text};

const NOT_USABLE: &str = "hash_not_usable";
const WRONG: &str = "password_wrong";

fn judge(case: &Value) -> &'static str {
    let Ok(hash) = StoredHash::parse(text(case, "hash")) else {
        return NOT_USABLE;
    };
    let password = ClearPassword::new(text(case, "password").to_owned()).unwrap();
    match hash.check(&password) {
        Ok(()) => ACCEPTED,
        Err(_) => WRONG,
    }
}

/// The result of each case; the expensive hashes run in parallel.
fn judge_all(cases: &[Value]) -> Vec<&'static str> {
    let next = AtomicUsize::new(0);
    let threads = std::thread::available_parallelism().map_or(2, Into::into);
    let work = || {
        let mut judged = Vec::new();
        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
            judged.push((text(case, "id"), judge(case)));
        }
        judged
    };
    let mut judged: Vec<_> = std::thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let all = handles
            .into_iter()
            .flat_map(|handle| handle.join().unwrap());
        all.collect()
    });
    judged.sort_unstable();
    let find = |case| {
        judged
            .binary_search_by_key(&text(case, "id"), |(id, _)| id)
            .unwrap()
    };
    cases.iter().map(|case| judged[find(case)].1).collect()
}

/// The cases of one list, each with an `id`.
fn cases(file: &Value, name: &str, id: impl Fn(usize, &Value) -> String) -> Vec<Value> {
    let mut cases = list(file, name).clone();
    for (at, case) in cases.iter_mut().enumerate() {
        case["id"] = id(at, case).into();
    }
    cases
}

/// The result of a version of werkzeug, in a word or two.
fn said(verdict: &Value) -> String {
    match verdict {
        Value::Bool(true) => ACCEPTED.into(),
        Value::Bool(false) => "refused".into(),
        Value::String(raised) => raised.split(':').next().unwrap().into(),
        other => panic!("{other}"),
    }
}

#[test]
fn hashes_of_werkzeug_have_the_result_of_the_version_that_wrote_them() {
    let Some(file) = read("peers/werkzeug.json") else {
        return;
    };
    let mut run = Run::of("peers/werkzeug");
    let all = cases(&file, "cases", |at, case| {
        let method = text(case, "hash").split('$').next().unwrap();
        format!("{at}/{}/{method}", text(case, "werkzeug"))
    });
    let mut accepted = 0;
    for (case, ours) in all.iter().zip(judge_all(&all)) {
        let says = said(&case["expect"]);
        let agrees = match &*says {
            ACCEPTED => ours == ACCEPTED,
            "refused" => ours == WRONG,
            _ => false,
        };
        accepted += usize::from(ours == ACCEPTED);
        run.case(text(case, "id"), &says, agrees, ours);
    }
    assert!(accepted > 140, "{accepted}");
    let odd = cases(&file, "malformed", |_, case| {
        format!(
            "malformed/{}/{}",
            text(case, "werkzeug"),
            text(case, "label")
        )
    });
    for (case, ours) in odd.iter().zip(judge_all(&odd)) {
        let says = said(&case["result"]);
        // A hash for which werkzeug raises an error lets nobody in, too.
        let agrees = (says == ACCEPTED) == (ours == ACCEPTED);
        run.case(text(case, "id"), &says, agrees, ours);
    }
    run.end(306 + 114);
}
