//! What the Worker and the object say to each other.

use portcullis::account::object::Question;
use portcullis::account::object::protocol::{Envelope, SignOut};

use super::*;

#[test]
fn an_object_answers_this_protocol_and_the_one_before_and_no_other() {
    for (protocol, answers) in [(0, false), (1, true), (2, true), (3, false)] {
        let mut object = Object::imported();
        let shown = object.shown();
        let answer = object.send_with_protocol(SignOut { shown }, protocol);
        assert_eq!(answer.unwrap().is_ok(), answers, "{protocol}");
        assert_eq!(object.stored.is_some(), answers, "{protocol}");
    }
}

#[test]
fn a_question_is_shown_without_the_record_in_it() {
    let request = SignOut {
        shown: Some(seed(|_| ())),
    };
    let envelope = Box::new(Envelope::new(alice(), request));
    let shown = format!("{:?}", Question::Account(envelope));
    assert_eq!(shown, "SignOut");
}

#[test]
fn an_answer_that_is_not_understood_is_no_answer() {
    let mut object = Object::imported();
    let to = Username::new("bob").unwrap();
    let call = object.send(portcullis::account::object::protocol::Rename {
        to,
        shown: object.shown(),
        shown_at_new: None,
    });
    let (question, _) = object.questions.remove(0);
    object.answered(question, Ok("\"of a later version\"".into()));
    assert!(object.take_json(call).unwrap().is_err());
    // A second answer to the same question changes nothing.
    object.answered(question, Ok("{}".into()));
    assert!(object.take_json(call).is_none());
}
