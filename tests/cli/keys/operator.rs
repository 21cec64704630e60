//! `portcullis keys operator`.

use portcullis::account::{OperatorKeys, OperatorSigner};
use serde_json::Value;

use crate::support::Folder;

#[test]
fn an_operators_key_is_written_to_a_private_file_and_its_public_part_is_printed() {
    let folder = Folder::new();
    folder.write("wrangler.toml", "");
    let printed = folder.done(&["keys", "operator"]);
    assert!(OperatorKeys::from_jwk_set(&printed).is_ok());
    assert_eq!(printed.lines().count(), 1);
    let private = folder.read(".portcullis/operator.json");
    let signer = OperatorSigner::from_jwk(&private).unwrap();
    let set: Value = serde_json::from_str(&printed).unwrap();
    assert_eq!(set["keys"][0]["kid"], signer.key_id().as_str());
    assert_eq!(set["keys"][0].get("d"), None);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        for (name, mode) in [(".portcullis", 0o700), (".portcullis/operator.json", 0o600)] {
            let permissions = folder.path(name).metadata().unwrap().permissions();
            assert_eq!(permissions.mode() & 0o777, mode);
        }
    }
    assert_eq!(folder.done(&["keys", "operator", "--public"]), printed);
}

#[test]
fn an_existing_operators_key_is_not_overwritten() {
    let folder = Folder::new();
    folder.done(&["keys", "operator", "--key", "operator.json"]);
    let before = folder.read("operator.json");
    let ran = folder.run(&["keys", "operator", "--key", "operator.json"]);
    ran.is_refused(1, "operator.json already exists");
    assert_eq!(folder.read("operator.json"), before);
}

#[test]
fn a_symmetric_key_has_no_public_part_to_print() {
    let folder = Folder::new();
    folder.write(
        "a.json",
        r#"{"kty":"oct","k":"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE","alg":"HS256"}"#,
    );
    let ran = folder.run(&["keys", "operator", "--public", "--key", "a.json"]);
    ran.is_refused(1, "a symmetric key has no public part");
}
