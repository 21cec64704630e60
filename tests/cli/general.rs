//! What is the same for all commands.

use super::support::run;

#[test]
fn help_is_given_where_it_is_asked_for_and_where_it_is_needed() {
    for arguments in [&["--help"][..], &["users", "--help"]] {
        let output = run(arguments, b"");
        assert!(output.status.success());
        assert!(String::from_utf8(output.stdout).unwrap().contains("Usage"));
    }
    for arguments in [&[][..], &["users"]] {
        let output = run(arguments, b"");
        assert_eq!(output.status.code(), Some(2));
        assert!(String::from_utf8(output.stderr).unwrap().contains("Usage"));
    }
}
