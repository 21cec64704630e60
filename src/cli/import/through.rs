//! What goes through the Worker: renames, users of freed names, changes, and
//! users who are gone at the source. The Worker knows more than KV shows, so
//! each user is read there first.

use std::collections::HashSet;

use zeroize::Zeroizing;

use super::change::Differences;
use super::outcome::Outcome;
use super::progress::Progress;
use super::standing::{Facts, Holder, SourceUser};
use crate::account::{UserId, Username};
use crate::cli::admin::{Admin, NewUser, UserChange};
use crate::cli::failure::{self, Failure};
use crate::cli::kv::Kv;
use crate::cli::output::Output;

/// A user whom the Worker is asked about.
pub(super) struct Task {
    /// The number of the user's file among those that are open.
    pub(super) file: usize,
    pub(super) user: SourceUser,
    pub(super) kind: Kind,
}

/// What is asked.
pub(super) enum Kind {
    Change,
    Rename {
        from: Username,
        /// The new name has to be freed first.
        waits: bool,
    },
    /// The id is new, and the name is or was another user's.
    Create {
        /// The name has to be freed first.
        waits: bool,
    },
}

/// What became of a task, and whether the user keeps a password from here.
pub(super) struct Answered {
    pub(super) file: usize,
    pub(super) user: SourceUser,
    pub(super) outcome: Outcome,
    pub(super) keeps_password: bool,
}

/// Carries out all tasks. A rename frees a name, which another task may wait for.
///
/// # Errors
/// The Worker is not reached, or refuses not only one user.
pub(super) fn carry_out(
    admin: &Admin,
    mut tasks: Vec<Task>,
    force: bool,
    progress: &mut Progress,
    output: &mut Output,
) -> failure::Outcome<Vec<Answered>> {
    let all = tasks.len();
    let mut answered = Vec::with_capacity(all);
    let mut freed: HashSet<Username> = HashSet::new();
    loop {
        let is_ready = |task: &mut Task| match &task.kind {
            Kind::Rename { waits, .. } | Kind::Create { waits } => {
                !waits || freed.contains(&task.user.name)
            }
            Kind::Change => true,
        };
        let ready: Vec<Task> = tasks.extract_if(.., is_ready).collect();
        if ready.is_empty() {
            break;
        }
        for task in ready {
            let answer = one(admin, task, force)?;
            if let (
                Outcome::Changed { renamed: true, .. },
                Some(from),
            ) = (&answer.1.outcome, answer.0)
            {
                freed.insert(from);
            }
            answered.push(answer.1);
            progress.user(answered.len() as u64, all as u64, output);
        }
    }
    // Names that nobody frees, and those of two users who changed names.
    answered.extend(tasks.into_iter().map(|task| Answered {
        file: task.file,
        user: task.user,
        outcome: Outcome::NameTaken,
        keeps_password: false,
    }));
    Ok(answered)
}

/// The name that a rename leaves, and what became of the task.
fn one(
    admin: &Admin,
    task: Task,
    force: bool,
) -> failure::Outcome<(Option<Username>, Answered)> {
    let Task { file, user, kind } = task;
    let done = match &kind {
        Kind::Change => change(admin, &user, &user.name, force),
        Kind::Rename { from, .. } => change(admin, &user, from, force),
        Kind::Create { .. } => create(admin, &user),
    };
    let (outcome, keeps_password) = match done {
        Ok(done) => done,
        Err(Failure::Refused { code, problem, .. }) => (Outcome::Refused(code, problem), false),
        Err(failure) => return Err(failure),
    };
    let from = match kind {
        Kind::Rename { from, .. } => Some(from),
        Kind::Change | Kind::Create { .. } => None,
    };
    let answered = Answered {
        file,
        user,
        outcome,
        keeps_password,
    };
    Ok((from, answered))
}

/// Changes the user whom the Worker has under `here`.
fn change(
    admin: &Admin,
    user: &SourceUser,
    here: &Username,
    force: bool,
) -> failure::Outcome<(Outcome, bool)> {
    let facts = Facts::from(admin.user(here)?.0);
    if facts.id != user.id() {
        return Ok((Outcome::NameTaken, false));
    }
    let renamed = *here != user.name;
    if renamed {
        admin.rename(here, &user.name)?;
    }
    let differences = Differences::between(user, &facts, force);
    let password = differences
        .change
        .as_ref()
        .is_some_and(|change| change.hash_password.is_some());
    if let Some(change) = &differences.change {
        admin.change(&user.name, change)?;
    }
    let outcome = if renamed || differences.change.is_some() {
        Outcome::Changed { renamed, password }
    } else {
        Outcome::AlreadyThere { is_different: false }
    };
    Ok((outcome, differences.keeps_password))
}

/// Only the Worker gives the name of a former user to a new one.
fn create(admin: &Admin, user: &SourceUser) -> failure::Outcome<(Outcome, bool)> {
    admin.add(&NewUser {
        username: &user.name,
        hash_password: Zeroizing::new(user.record.hash_password.clone()),
        phone: &user.record.phone,
        id: Some(user.id()),
        imported: Some(true),
    })?;
    if user.record.disabled {
        admin.change(&user.name, &disabling())?;
    }
    Ok((Outcome::Put, false))
}

/// Disables the users of these ids, and says how many were not disabled before.
pub(super) fn disable_missing(
    admin: &Admin,
    kv: &Kv,
    ids: &[UserId],
) -> failure::Outcome<u64> {
    let keys: Vec<String> = ids.iter().map(|id| id.index_key()).collect();
    let names = kv.get_all(&keys)?;
    let named = ids.iter().zip(names).filter_map(|(id, name)| {
        let name = Username::new(&name?).ok()?;
        Some((*id, name))
    });
    let named: Vec<(UserId, Username)> = named.collect();
    let keys: Vec<String> = named.iter().map(|(_, name)| name.record_key()).collect();
    let stored = kv.get_all(&keys)?;
    let mut disabled = 0_u64;
    for ((id, name), stored) in named.into_iter().zip(stored) {
        let is_one =
            |facts: &Facts| facts.id == id && !facts.disabled;
        match Holder::read(stored.as_deref(), &name) {
            Holder::User(facts) if is_one(&facts) => {}
            _ => continue,
        }
        let facts = match admin.user(&name) {
            Ok((user, _)) => Facts::from(user),
            // Removed or renamed since.
            Err(Failure::Refused { .. }) => continue,
            Err(failure) => return Err(failure),
        };
        if is_one(&facts) {
            admin.change(&name, &disabling())?;
            disabled = disabled.saturating_add(1);
        }
    }
    Ok(disabled)
}

fn disabling() -> UserChange {
    UserChange {
        disabled: Some(true),
        ..UserChange::default()
    }
}
