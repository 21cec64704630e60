//! Renaming a user while an object stops or a message is lost.

use portcullis::account::StoredUser;
use portcullis::account::object::Unanswered;
use portcullis::account::object::protocol::{
    Create, Envelope, Message, Rename, RenameAnswer, TransferAnswer, UpdateUser,
};

use super::create::{created, sign_up};
use super::operator::{remove, set_password, update};
use super::rename::{Pair, renamed};
use super::*;

#[test]
fn an_object_that_stops_after_the_name_was_reserved_keeps_its_user() {
    let mut pair = Pair::new();
    pair.start();
    let _ = pair.deliver();
    pair.old.restart();
    pair.wait(29);
    assert!(pair.new.questions.is_empty());
    pair.wait(1);
    assert_eq!(pair.ask_back(), TransferAnswer::NotCommitted);
    assert_eq!(pair.names(), (true, false));
    assert_eq!(pair.new.stored, None);
    pair.old.log_in();
    renamed(pair.rename());
}

#[test]
fn an_abandoned_rename_does_not_commit_when_the_response_comes_late() {
    let mut pair = Pair::new();
    let call = pair.start();
    let (question, answer) = pair.deliver();
    pair.wait(30);
    assert_eq!(pair.ask_back(), TransferAnswer::NotCommitted);
    pair.old.answered(question, answer);
    assert!(matches!(pair.answer(call), RenameAnswer::Aborted));
    assert_eq!(pair.names(), (true, false));
}

#[test]
fn an_object_that_stops_after_the_commit_has_lost_no_user() {
    let mut pair = Pair::new();
    pair.start();
    pair.exchange();
    assert_eq!(pair.asked(), "Activate");
    pair.old.restart();
    assert_eq!(pair.names(), (false, false));
    pair.wait(30);
    assert_eq!(pair.ask_back(), TransferAnswer::Committed);
    assert_eq!(pair.names(), (false, true));
    pair.new.log_in();
}

#[test]
fn a_new_object_that_loses_its_storage_before_the_commit_has_lost_no_user() {
    let mut pair = Pair::new();
    created(pair.new.ask(sign_up(None)));
    remove(&mut pair.new).unwrap();
    let call = pair.start();
    pair.exchange();
    pair.exchange();
    assert_eq!(pair.asked(), "Activate");
    pair.new.lose_storage();
    pair.exchange();
    let state = renamed(pair.answer(call));
    assert_eq!(state.record.username, "bob");
    // The tombstone had version 2.
    assert_eq!(state.version, Some(3));
    assert_eq!(pair.names(), (false, true));
    pair.new.log_in();
    // The rename is complete, so it does not restore a user whom an operator removes.
    remove(&mut pair.new).unwrap();
    pair.rename();
    assert_eq!(pair.names(), (false, false));
}

#[test]
fn an_operator_who_repeats_a_committed_rename_completes_it() {
    let mut pair = Pair::new();
    pair.start();
    pair.exchange();
    pair.old.restart();
    renamed(pair.rename());
    assert_eq!(pair.names(), (false, true));
}

#[test]
fn a_rename_whose_last_response_is_lost_is_complete() {
    let mut pair = Pair::new();
    let call = pair.start();
    pair.exchange();
    let (question, _) = pair.deliver();
    pair.old.answered(question, Err(Unanswered));
    assert!(pair.old.take_json(call).unwrap().is_err());
    assert_eq!(pair.names(), (false, true));
    renamed(pair.rename());
}

#[test]
fn a_new_object_that_stops_asks_again_after_its_restart() {
    let mut pair = Pair::new();
    pair.start();
    pair.exchange();
    pair.old.restart();
    pair.new.restart();
    pair.wait(30);
    // The question is lost and then repeated.
    pair.new.questions.clear();
    pair.wait(30);
    assert_eq!(pair.ask_back(), TransferAnswer::Committed);
    assert_eq!(pair.names(), (false, true));
}

#[test]
fn a_tombstone_stays_when_a_rename_to_its_name_is_abandoned() {
    let mut pair = Pair::new();
    created(pair.new.ask(sign_up(None)));
    remove(&mut pair.new).unwrap();
    pair.start();
    // The first response names the tombstone, which the second request repeats.
    pair.exchange();
    assert_eq!(pair.asked(), "Reserve");
    let _ = pair.deliver();
    pair.old.restart();
    pair.wait(30);
    assert_eq!(pair.ask_back(), TransferAnswer::NotCommitted);
    let answer = pair.new.ask(ReadUser { shown: None });
    assert_eq!(user(answer).err(), Some(None));
    assert!(matches!(pair.new.in_kv(), StoredUser::Removed(_)));
}

#[test]
fn a_change_between_reserve_and_commit_is_not_lost() {
    let changes: [fn(&mut Object); 3] = [
        |object| drop(set_password(object, "reset")),
        |object| {
            let request = UpdateUser {
                phone: Some("+1".into()),
                ..update(object)
            };
            user(object.ask(request)).unwrap();
        },
        |object| {
            let shown = object.shown();
            let attempt = object.check_password(1, "old", shown).ok().unwrap();
            object.admit(&attempt, Some("$old, today")).unwrap();
        },
    ];
    for change in changes {
        let mut pair = Pair::new();
        let call = pair.start();
        let (question, answer) = pair.deliver();
        change(&mut pair.old);
        let expected = pair.old.read().record.to_json().unwrap();
        pair.old.answered(question, answer);
        assert!(matches!(pair.answer(call), RenameAnswer::Aborted));
        assert_eq!(pair.names(), (true, false));
        assert_eq!(pair.old.read().record.to_json().unwrap(), expected);
    }
}

#[test]
fn the_next_rename_completes_the_previous_one() {
    let mut pair = Pair::new();
    pair.start();
    pair.exchange();
    pair.old.restart();
    let shown = pair.old.shown();
    created(pair.old.ask(Create {
        by_operator: true,
        ..sign_up(shown)
    }));
    let call = pair.old.send(Rename {
        to: Username::new("carol").unwrap(),
        shown: pair.old.shown(),
        shown_at_new: None,
    });
    assert_eq!(pair.asked(), "Activate");
    pair.exchange();
    assert_eq!(pair.names(), (true, true));
    // Now the new user's own rename continues.
    assert_eq!(pair.asked(), "Reserve");
    pair.new = Object::empty("carol");
    pair.new.now = pair.old.now;
    pair.exchange();
    pair.exchange();
    let answer = pair.answer(call);
    assert_eq!(renamed(answer).record.username, "carol");
    assert_eq!(pair.names(), (false, true));
}

#[test]
fn a_new_user_of_the_old_name_does_not_undo_a_commit() {
    let mut pair = Pair::new();
    pair.start();
    pair.exchange();
    pair.old.restart();
    // An operator gives the old name to a new user before the new name's object has asked.
    let shown = pair.old.shown();
    created(pair.old.ask(Create {
        by_operator: true,
        ..sign_up(shown)
    }));
    pair.wait(30);
    assert_eq!(pair.ask_back(), TransferAnswer::Committed);
    assert_eq!(pair.names(), (true, true));
}

#[test]
fn a_reserve_that_arrives_twice_does_not_restore_a_removed_user() {
    let mut pair = Pair::new();
    let call = pair.start();
    let (_, reserve) = &pair.old.questions[0];
    let reserve: Envelope = (**reserve).clone();
    assert!(matches!(reserve.message, Message::Reserve(_)));
    while pair.asked() != "nothing" {
        pair.exchange();
    }
    renamed(pair.answer(call));
    remove(&mut pair.new).unwrap();
    pair.new.send_envelope(reserve);
    for _ in 0..3 {
        pair.wait(30);
        if !pair.new.questions.is_empty() {
            pair.ask_back();
        }
    }
    assert_eq!(pair.names(), (false, false));
}
