//! The tasks that only the Worker can do: it renames and changes existing users, gives the name of a
//! former user to a new user, and disables users who are missing in the source. KV may be a minute
//! old, so the import reads each user from the Worker before it changes the user.

use std::collections::{HashMap, HashSet};

use zeroize::Zeroizing;

use super::change::Differences;
use super::comparison::{ExistingUser, Holder, SourceUser};
use super::outcome::Outcome;
use super::progress::Progress;
use crate::admin::{Admin, NewUser, UserChange};
use crate::failure::{self, Failure};
use crate::kv::Kv;
use crate::output::Output;
use portcullis::account::{UserId, Username};

/// A change of one user through the Worker.
pub(super) struct Task {
    /// The index of the user's file among the open files.
    pub(super) file: usize,
    pub(super) user: SourceUser,
    pub(super) kind: Kind,
}

/// The kind of a [`Task`].
pub(super) enum Kind {
    /// Change a user who has the same name in the source.
    Change,
    /// Rename the user to the name in the source, and then change other values.
    Rename {
        from: Username,
        /// Whether another user has to give up the new name first.
        waits: bool,
    },
    /// Add a user with a new id and a name that belongs or belonged to another user.
    Create {
        /// Whether another user has to give up the name first.
        waits: bool,
    },
}

/// The result of a task.
pub(super) struct TaskResult {
    pub(super) file: usize,
    pub(super) user: SourceUser,
    pub(super) outcome: Outcome,
    /// Whether the user keeps a password that was changed in Portcullis.
    pub(super) keeps_password: bool,
}

/// Carries out all tasks. A task that needs the name of another user waits until that user is
/// renamed: a chain of renames starts with the user whose new name is free.
///
/// # Errors
/// The Worker is not reached, or its refusal concerns more than one user.
pub(super) fn carry_out(
    admin: &Admin,
    mut tasks: Vec<Task>,
    force: bool,
    progress: &mut Progress,
    output: &mut Output,
) -> failure::Outcome<Vec<TaskResult>> {
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
            answered.push(carry_out_one(admin, task, force, &mut freed)?);
            progress.user(answered.len() as u64, all, output);
        }
    }
    answered.extend(without_free_name(tasks));
    Ok(answered)
}

/// The results of the tasks that cannot start, because nobody gives up the name that they need.
fn without_free_name(tasks: Vec<Task>) -> impl Iterator<Item = TaskResult> {
    let swapped = swapped(&tasks);
    tasks.into_iter().map(move |task| {
        let is_swap = swapped.contains(&task.user.name);
        TaskResult {
            file: task.file,
            user: task.user,
            outcome: Outcome::NameTaken { is_swap },
            keeps_password: false,
        }
    })
}

/// The new names of users who exchange names: each of two or more users gets the name of the next,
/// and the last gets the name of the first.
fn swapped(tasks: &[Task]) -> HashSet<Username> {
    let renames: HashMap<&Username, &Username> = tasks
        .iter()
        .filter_map(|task| match &task.kind {
            Kind::Rename { from, .. } => Some((from, &task.user.name)),
            Kind::Change | Kind::Create { .. } => None,
        })
        .collect();
    // At most one user gives up a name and at most one gets it. So following the renames from a name
    // leads to the end of a chain, or back to the same name.
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

fn carry_out_one(
    admin: &Admin,
    task: Task,
    force: bool,
    freed: &mut HashSet<Username>,
) -> failure::Outcome<TaskResult> {
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
    Ok(TaskResult {
        file,
        user,
        outcome,
        keeps_password,
    })
}

/// Renames a user who still has the name `from`, and changes other values. Also returns whether the
/// user keeps a password that was changed in Portcullis.
fn change(
    admin: &Admin,
    user: &SourceUser,
    from: Option<&Username>,
    force: bool,
    freed: &mut HashSet<Username>,
) -> failure::Outcome<(Outcome, bool)> {
    let existing = ExistingUser::from(admin.user(from.unwrap_or(&user.name))?.0);
    if existing.id != user.id() {
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
    let differences = Differences::between(user, &existing, force);
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

/// Adds a new user through the Worker, because the name belonged to another user.
fn create(admin: &Admin, user: &SourceUser) -> failure::Outcome<(Outcome, bool)> {
    admin.add(&NewUser {
        username: &user.name,
        hash_password: Zeroizing::new(user.record.hash_password.clone()),
        phone: user.usable_phone().unwrap_or_default(),
        id: Some(user.id()),
        imported: Some(true),
    })?;
    if user.record.disabled {
        admin.change(&user.name, &disable())?;
    }
    Ok((Outcome::Put, false))
}

/// The numbers of missing users by the Worker's answer.
#[derive(Default, Clone, Copy)]
pub(super) struct Disabled {
    /// Users whom the Worker disabled.
    pub(super) users: u64,
    /// Users whom the Worker refused to disable.
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
        let is_to_disable = |existing: &ExistingUser| existing.id == id && !existing.disabled;
        match Holder::read(stored.as_deref(), &name) {
            Holder::User(existing) if is_to_disable(&existing) => {}
            _ => continue,
        }
        let done = admin.user(&name).and_then(|(user, _)| {
            let is_to_disable = is_to_disable(&ExistingUser::from(user));
            if is_to_disable {
                admin.change(&name, &disable())?;
            }
            Ok(is_to_disable)
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

fn disable() -> UserChange {
    UserChange {
        disabled: Some(true),
        ..UserChange::default()
    }
}
