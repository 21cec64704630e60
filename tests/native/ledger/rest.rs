//! The ledger as it is kept, and what is shown of it.

use super::*;

/// With something of everything.
fn full() -> (Object, Vec<OpenSession>) {
    let mut object = Object::new();
    let checked = object.record();
    object.wait(2);
    let first = opened(object.admit_with(Some(1), &checked, Some("$today"))).unwrap();
    let second = object.refresh(&first.claim).unwrap();
    let third = object.log_in();
    object.end(&third.claim.session);
    (object, vec![first, second, third])
}

#[test]
fn what_is_kept_is_read_back_and_goes_on_as_before() {
    let (mut object, sessions) = full();
    let kept = object.ledger.to_json().unwrap();
    object.ledger = Ledger::from_json(&kept).unwrap();
    assert_eq!(object.ledger.to_json().unwrap(), kept);
    let again = object.refresh(&sessions[0].claim).unwrap();
    assert_eq!(text(&again.claim), text(&sessions[1].claim));
    object.refresh(&sessions[1].claim).unwrap();
    assert_eq!(object.wait(2), 0);
    assert_eq!(object.wait(2), 0);
    assert_eq!(object.wait(2), 900);
}

#[test]
fn no_refresh_token_can_be_had_from_what_is_kept() {
    let (object, sessions) = full();
    let kept = object.ledger.to_json().unwrap();
    for session in sessions {
        let token = text(&session.claim);
        let secret = token.rsplit('.').next().unwrap();
        assert_eq!(secret.len(), 43);
        assert!(!kept.contains(secret), "{kept}");
    }
}

#[test]
fn an_address_is_not_in_what_is_kept() {
    let (object, _) = full();
    assert!(!object.ledger.to_json().unwrap().contains("192.0.2"));
}

#[test]
fn what_is_not_a_ledger_is_corrupt() {
    let (object, _) = full();
    let kept = object.ledger.to_json().unwrap();
    let cut = &kept[..kept.len() - 1];
    for text in ["", "null", "1", "\"x\"", r#"{"sessions":{}}"#, cut] {
        assert!(Ledger::from_json(text).is_err(), "{text}");
    }
    assert!(Ledger::from_json("{}").unwrap().is_empty());
}

#[test]
fn when_all_is_over_nothing_is_left() {
    let (mut object, _) = full();
    object.write();
    let mut looks = 0;
    while let Some(look) = object.ledger.next_look() {
        assert!(look > object.now, "there is always something to do next");
        object.now = look;
        object.ledger.tidy(look);
        looks += 1;
    }
    assert!(object.ledger.is_empty());
    assert!(looks < 10, "{looks}");
    assert_eq!(object.now, NOW + 31 * 24 * 3600);
}

#[test]
fn to_ask_an_empty_ledger_leaves_it_empty() {
    let mut object = Object::new();
    object.newer();
    let claim = RefreshClaim {
        session: SessionId::new([1; 16]),
        ..Object::new().log_in().claim
    };
    object.refresh(&claim).unwrap_err();
    object.stored = None;
    object.end(&claim.session);
    object.admit_with(Some(1), "", None);
    object.change_password("", "$new", None);
    assert!(object.ledger.is_empty());
}

#[test]
fn no_hash_no_phone_and_no_secret_is_shown_of_a_command_or_its_answer() {
    let (mut object, sessions) = full();
    let claim = sessions[1].claim.clone();
    let token = text(&claim);
    let secret = token.rsplit('.').next().unwrap();
    let commands = [
        Command::Admit {
            username: alice(),
            from: Some(client(1)),
            stored: record(|_| ()),
            rehash: Some("$today".into()),
            lifetime: HOUR,
        },
        Command::Refresh {
            username: alice(),
            claim: claim.clone(),
            stored: Some(record(|_| ())),
            access_lifetime: HOUR,
        },
        Command::ChangePassword {
            username: alice(),
            from: client(1),
            stored: object.record(),
            hash_password: "$new".into(),
            kept: Some(claim.session.clone()),
            access_lifetime: HOUR,
        },
        Command::Register {
            username: alice(),
            hash_password: "$new".into(),
            phone: "+44".into(),
            id: UserId::new(7).unwrap(),
            stored: None,
        },
        Command::Look,
    ];
    let mut shown = Vec::new();
    for command in commands {
        shown.push(format!("{command:?}"));
        shown.push(format!("{:?}", object.apply(command)));
    }
    shown.push(format!("{:?}", object.ledger.to_write()));
    shown.push(format!("{:?}", UnverifiedRefreshToken::parse(&token)));
    let shown = shown.join("\n");
    for hidden in ["$", "+44", "[7", "7, 7", secret] {
        assert!(!shown.contains(hidden), "{hidden} in {shown}");
    }
}

#[test]
fn commands_and_answers_travel_as_json() {
    let (mut object, sessions) = full();
    let carry = |command: Command| -> Command {
        serde_json::from_str(&serde_json::to_string(&command).unwrap()).unwrap()
    };
    let (from, limits) = (client(3), LIMITS);
    let command = carry(Command::Begin { from, limits });
    assert!(matches!(object.apply(command), Answer::Begun { .. }));
    let command = carry(Command::Refresh {
        username: alice(),
        claim: sessions[1].claim.clone(),
        stored: object.stored.clone(),
        access_lifetime: HOUR,
    });
    let answer = serde_json::to_string(&object.apply(command)).unwrap();
    let next = opened(serde_json::from_str(&answer).unwrap()).unwrap();
    object.refresh(&next.claim).unwrap();
}
