//! Turns a refusal of the Worker into a failure of one line that says what to do.

use std::path::Path;

use serde::Deserialize;

use super::http::Answer;
use super::url::WorkerUrl;
use crate::failure::Failure;
use crate::words::amount;
use portcullis::account::{SessionId, UserId, Username};
use portcullis::time::UnixTime;

/// The members of problem details (RFC 9457) that are used here.
#[derive(Deserialize)]
struct Problem {
    code: String,
    #[serde(default)]
    detail: String,
}

/// The subject of a request.
#[derive(Default, Clone, Copy)]
pub(super) struct Subject<'a> {
    /// The user that the request is about.
    pub(super) user: Option<&'a Username>,
    /// The new name for a user.
    pub(super) new_name: Option<&'a Username>,
    /// The new number for a user.
    pub(super) new_id: Option<UserId>,
    /// The session that the request is about.
    pub(super) session: Option<&'a SessionId>,
}

/// The Worker that got the request, and the operator's key.
pub(super) struct Asked<'a> {
    pub(super) worker: &'a WorkerUrl,
    pub(super) key_id: &'a str,
    pub(super) key_file: &'a Path,
    /// When the request was signed, by this machine's clock.
    pub(super) at: UnixTime,
}

/// The allowed clock difference in seconds. A signature is valid for a minute, and half of it is
/// left for the transfer.
const CLOCK_MAY_BE_OFF: u64 = 30;

/// Whether the answer says that KV's value under the name is not a user.
pub(super) fn is_record_corrupt(answer: &Answer) -> bool {
    let problem = serde_json::from_slice::<Problem>(&answer.body);
    problem.is_ok_and(|problem| problem.code == "record_corrupt")
}

pub(super) fn failure(answer: &Answer, asked: &Asked<'_>, subject: Subject<'_>) -> Failure {
    let worker = asked.worker;
    let status = answer.status;
    if (300..400).contains(&status) {
        return Failure::new(format_args!("{worker} redirects to another URL"))
            .fix("give that URL with --url");
    }
    let Ok(problem) = serde_json::from_slice::<Problem>(&answer.body) else {
        return Failure::new(format_args!(
            "{worker} answered {status}, but not in the format of a Portcullis Worker"
        ))
        .fix("check --url");
    };
    let failure = of_problem(&problem, answer, asked, subject);
    if OF_THE_USER.contains(&problem.code.as_str()) {
        return failure.refused(&problem.code);
    }
    failure
}

/// The codes that concern only the user of the request.
const OF_THE_USER: [&str; 6] = [
    "body_too_large",
    "id_taken",
    "request_malformed",
    "session_unknown",
    "user_unknown",
    "username_taken",
];

fn of_problem(
    problem: &Problem,
    answer: &Answer,
    asked: &Asked<'_>,
    subject: Subject<'_>,
) -> Failure {
    let (worker, status) = (asked.worker, answer.status);
    let Problem { code, detail } = problem;
    let name = |username: Option<&Username>| username.map_or("", Username::as_str).to_owned();
    match code.as_str() {
        "user_unknown" => Failure::new(format_args!(
            "there is no user {} at {worker}",
            name(subject.user)
        ))
        .fix("run `portcullis users list` to see the users, or name another Worker with --url"),
        "session_unknown" => {
            let session = subject.session.map(SessionId::to_string);
            Failure::new(format_args!(
                "{} has no session {}",
                name(subject.user),
                session.unwrap_or_default()
            ))
            .fix("run `portcullis users sessions` to see the open sessions")
        }
        "username_taken" => Failure::new(format_args!(
            "there is already a user {} at {worker}",
            name(subject.new_name)
        ))
        .fix("choose another name; to change the existing user, see `portcullis users --help`"),
        "id_taken" => {
            let id = subject.new_id;
            let number = id.map_or("the number of the user".into(), |id| {
                format!("the number {id}")
            });
            Failure::new(format_args!(
                "{number} belongs or belonged to another user at {worker}"
            ))
            .fix("choose another number, or leave --id out")
        }
        "record_corrupt" => {
            let user = name(subject.user);
            let problem =
                format_args!("the value that KV holds for {user} at {worker} is not a user");
            Failure::new(problem).fix(format_args!(
                "delete the value with `portcullis users remove {user}`; then import or add the user again"
            ))
        }
        "operator_refused" => operator_refused(detail, answer, asked),
        "not_found" => Failure::new(format_args!("{worker} has no /admin")).fix(
            "set OPERATOR_KEYS of the Worker (`portcullis keys operator --public` prints the \
             value), and check --url",
        ),
        "misconfigured" => Failure::new(format_args!("{worker}: {detail} ({code})"))
            .fix("look for the setting in the Worker's log, or run `portcullis doctor`"),
        "store_unavailable" | "too_many_attempts" => {
            Failure::new(format_args!("{worker}: {detail} ({code})")).fix("try again in a minute")
        }
        _ => Failure::new(format_args!(
            "{worker} answered {status}: {detail} ({code})"
        )),
    }
}

fn operator_refused(detail: &str, answer: &Answer, asked: &Asked<'_>) -> Failure {
    let problem = format!(
        "{} refuses the operator's key {} of {}: {detail}",
        asked.worker,
        asked.key_id,
        asked.key_file.display()
    );
    if let Some(date) = answer.date {
        // Both are far inside the range of an i64.
        let ahead = asked.at.seconds().saturating_sub(date.seconds());
        if ahead.unsigned_abs() > CLOCK_MAY_BE_OFF {
            let off = amount(ahead.unsigned_abs());
            let way = if ahead > 0 { "ahead of" } else { "behind" };
            return Failure::new(problem).fix(format_args!(
                "this machine's clock is {off} {way} the Worker's: set it"
            ));
        }
    }
    Failure::new(problem).fix(
        "add the key's public part to OPERATOR_KEYS (`portcullis keys operator --public` \
         prints it), and check that this machine's clock is right",
    )
}
