//! The messages between the Worker and the object.

use portcullis::account::object::Question;
use portcullis::account::object::protocol::{Envelope, SignOut};

use super::*;

#[test]
fn an_object_answers_this_protocol_version_and_the_previous_one_and_no_other() {
    for (protocol, answers) in [(0, false), (1, true), (2, true), (3, false)] {
        let mut object = Object::imported();
        let shown = object.shown();
        let answer = object.send_with_protocol(SignOut { shown }, protocol);
        assert_eq!(answer.unwrap().is_ok(), answers, "{protocol}");
        assert_eq!(object.stored.is_some(), answers, "{protocol}");
    }
}

#[test]
fn the_debug_output_of_a_question_contains_no_record() {
    let request = SignOut {
        shown: Some(seed(|_| ())),
    };
    let envelope = Box::new(Envelope::new(alice(), request));
    let shown = format!("{:?}", Question::Account(envelope));
    assert_eq!(shown, "SignOut");
}

#[test]
fn a_response_that_cannot_be_parsed_counts_as_no_response() {
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
    // A second response to the same question changes nothing.
    object.answered(question, Ok("{}".into()));
    assert!(object.take_json(call).is_none());
}
