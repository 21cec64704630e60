//! The changes that the import makes through the Worker: renames, users with freed names, other
//! changes, and users who are missing in the source. KV is up to a minute old, so each user is read
//! from the Worker first.

use std::collections::{HashMap, HashSet};

use zeroize::Zeroizing;

use super::change::Differences;
use super::outcome::Outcome;
use super::progress::Progress;
use super::standing::{Facts, Holder, SourceUser};
use crate::admin::{Admin, NewUser, UserChange};
use crate::failure::{self, Failure};
use crate::kv::Kv;
use crate::output::Output;
use portcullis::account::{UserId, Username};

/// A user with a request for the Worker.
pub(super) struct Task {
    /// The number of the user's file among the open files.
    pub(super) file: usize,
    pub(super) user: SourceUser,
    pub(super) kind: Kind,
}

/// The request of a [`Task`].
pub(super) enum Kind {
    Change,
    Rename {
        from: Username,
        /// Whether another user has to give up the new name first.
        waits: bool,
    },
    /// The id is new, and the name is or was another user's.
    Create {
        /// Whether another user has to give up the name first.
        waits: bool,
    },
}

/// The result of a task.
pub(super) struct Answered {
    pub(super) file: usize,
    pub(super) user: SourceUser,
    pub(super) outcome: Outcome,
    /// Whether the user keeps a password that was changed here.
    pub(super) keeps_password: bool,
}

/// Carries out all tasks. A rename frees a name for which another task may wait, so chains of
/// renames are carried out from their end.
///
/// # Errors
/// The Worker is not reached, or its refusal concerns more than one user.
pub(super) fn carry_out(
    admin: &Admin,
    mut tasks: Vec<Task>,
    force: bool,
    progress: &mut Progress,
    output: &mut Output,
) -> failure::Outcome<Vec<Answered>> {
    let all = tasks.len() as u64;
    let mut answered = Vec::with_capacity(tasks.len());
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
            answered.push(one(admin, task, force, &mut freed)?);
            progress.user(answered.len() as u64, all, output);
        }
    }
    answered.extend(never_ready(tasks));
    Ok(answered)
}

/// The answers for the tasks whose names are never freed.
fn never_ready(tasks: Vec<Task>) -> impl Iterator<Item = Answered> {
    let swapped = swapped(&tasks);
    tasks.into_iter().map(move |task| {
        let is_swap = swapped.contains(&task.user.name);
        Answered {
            file: task.file,
            user: task.user,
            outcome: Outcome::NameTaken { is_swap },
            keeps_password: false,
        }
    })
}

/// The new names of users who exchange names with each other: two or more users in a ring.
fn swapped(tasks: &[Task]) -> HashSet<Username> {
    let renames: HashMap<&Username, &Username> = tasks
        .iter()
        .filter_map(|task| match &task.kind {
            Kind::Rename { from, .. } => Some((from, &task.user.name)),
            Kind::Change | Kind::Create { .. } => None,
        })
        .collect();
    // One user gives up a name and one user wants it, so each name is in one chain or in one ring.
    let mut swapped = HashSet::new();
    let mut seen: HashSet<&Username> = HashSet::new();
    for start in renames.keys() {
        let mut passed = Vec::new();
        let mut name = *start;
        while seen.insert(name) {
            passed.push(name);
            name = renames.get(name).copied().unwrap_or(name);
        }
        if name == *start {
            swapped.extend(passed.into_iter().cloned());
        }
    }
    swapped
}

fn one(
    admin: &Admin,
    task: Task,
    force: bool,
    freed: &mut HashSet<Username>,
) -> failure::Outcome<Answered> {
    let Task { file, user, kind } = task;
    let done = match &kind {
        Kind::Change => change(admin, &user, None, force, freed),
        Kind::Rename { from, .. } => change(admin, &user, Some(from), force, freed),
        Kind::Create { .. } => create(admin, &user),
    };
    let (outcome, keeps_password) = match done {
        Ok(done) => done,
        Err(Failure::Refused { code, problem, .. }) => (Outcome::Refused(code, problem), false),
        Err(failure) => return Err(failure),
    };
    Ok(Answered {
        file,
        user,
        outcome,
        keeps_password,
    })
}

/// Changes a user, after renaming them if their name is `from`. Also returns whether the user keeps
/// a password that was changed here.
fn change(
    admin: &Admin,
    user: &SourceUser,
    from: Option<&Username>,
    force: bool,
    freed: &mut HashSet<Username>,
) -> failure::Outcome<(Outcome, bool)> {
    let facts = Facts::from(admin.user(from.unwrap_or(&user.name))?.0);
    if facts.id != user.id() {
        let outcome = match from {
            Some(_) => Outcome::IdTaken,
            None => Outcome::NameTaken { is_swap: false },
        };
        return Ok((outcome, false));
    }
    if let Some(from) = from {
        admin.rename(from, &user.name)?;
        freed.insert(from.clone());
    }
    let differences = Differences::between(user, &facts, force);
    let password = differences
        .change
        .as_ref()
        .is_some_and(|change| change.hash_password.is_some());
    if let Some(change) = &differences.change {
        admin.change(&user.name, change)?;
    }
    let renamed = from.is_some();
    let outcome = if renamed || differences.change.is_some() {
        Outcome::Changed { renamed, password }
    } else {
        Outcome::AlreadyThere {
            is_different: false,
        }
    };
    Ok((outcome, differences.keeps_password))
}

/// Adds a new user with the name of a former user, which only the Worker can do.
fn create(admin: &Admin, user: &SourceUser) -> failure::Outcome<(Outcome, bool)> {
    admin.add(&NewUser {
        username: &user.name,
        hash_password: Zeroizing::new(user.record.hash_password.clone()),
        phone: user.usable_phone().unwrap_or_default(),
        id: Some(user.id()),
        imported: Some(true),
    })?;
    if user.record.disabled {
        admin.change(&user.name, &disabling())?;
    }
    Ok((Outcome::Put, false))
}

/// The numbers of users of `ids` whom the Worker disabled, and whom it refused to disable.
#[derive(Default, Clone, Copy)]
pub(super) struct Disabled {
    pub(super) users: u64,
    pub(super) refused: u64,
}

/// Disables the users of these ids who are not disabled yet.
///
/// # Errors
/// The errors of [`carry_out`].
pub(super) fn disable_missing(
    admin: &Admin,
    kv: &Kv,
    ids: &[UserId],
    output: &mut Output,
) -> failure::Outcome<Disabled> {
    let keys: Vec<String> = ids.iter().map(|id| id.index_key()).collect();
    let names = kv.get_all(&keys)?;
    let named = ids.iter().zip(names).filter_map(|(id, name)| {
        let name = Username::new(&name?).ok()?;
        Some((*id, name))
    });
    let named: Vec<(UserId, Username)> = named.collect();
    let keys: Vec<String> = named.iter().map(|(_, name)| name.record_key()).collect();
    let stored = kv.get_all(&keys)?;
    let mut disabled = Disabled::default();
    for ((id, name), stored) in named.into_iter().zip(stored) {
        let is_due = |facts: &Facts| facts.id == id && !facts.disabled;
        match Holder::read(stored.as_deref(), &name) {
            Holder::User(facts) if is_due(&facts) => {}
            _ => continue,
        }
        let done = admin.user(&name).and_then(|(user, _)| {
            let is_due = is_due(&Facts::from(user));
            if is_due {
                admin.change(&name, &disabling())?;
            }
            Ok(is_due)
        });
        match done {
            Ok(is_new) => disabled.users = disabled.users.saturating_add(is_new.into()),
            // The user was removed or renamed after KV was read.
            Err(Failure::Refused { code, .. }) if code == "user_unknown" => {}
            Err(Failure::Refused { problem, .. }) => {
                disabled.refused = disabled.refused.saturating_add(1);
                let problem = crate::json_text::shown(&problem);
                output.say(format_args!(
                    "id {id} is missing in the source, but was not disabled: {problem}"
                ));
            }
            Err(failure) => return Err(failure),
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
