//! The time for which a replaced key is kept.

use super::*;

#[test]
fn the_token_lifetime_comes_from_wrangler_toml_or_an_option() {
    for (config, more, lifetime) in [
        ("[vars]\nTOKEN_EXPIRATION = \"600\"", &[][..], 600),
        ("[vars]\nTOKEN_EXPIRATION = 600", &[], 600),
        ("[vars]\nTOKEN_ISSUER = \"x\"", &[], HOUR),
        // The longest lifetime of all environments counts, so that no key is dropped too early.
        (
            "[vars]\nTOKEN_EXPIRATION = 600\n[env.a.vars]\nTOKEN_EXPIRATION = \"7200\"\n[env.b]",
            &[],
            7200,
        ),
        (
            "[vars]\nTOKEN_EXPIRATION = 600",
            &["--token-expiration", "15m"],
            900,
        ),
    ] {
        let folder = with_keys();
        folder.write("wrangler.toml", config);
        let rotated = rotate(&folder, more);
        lies_after(&set(&folder)[1]["exp"], rotated, lifetime + HOUR);
    }
    let folder = with_keys();
    folder.write("other.toml", "[vars]\nTOKEN_EXPIRATION = 60");
    let rotated = rotate(&folder, &["--config", "other.toml"]);
    lies_after(&set(&folder)[1]["exp"], rotated, 60 + HOUR);
}

#[test]
fn a_lifetime_that_the_worker_would_reject_rotates_nothing() {
    let folder = with_keys();
    let before = folder.read("keys.json");
    let command = ["keys", "rotate", "--file", "keys.json"];
    for config in [
        "[vars",
        "[vars]\nTOKEN_EXPIRATION = \"1h\"",
        "[vars]\nTOKEN_EXPIRATION = 0",
        "[vars]\nTOKEN_EXPIRATION = 31536001",
        "[vars]\nTOKEN_EXPIRATION = true",
    ] {
        folder.write("wrangler.toml", config);
        folder.run(&command).is_refused(1, "wrangler.toml: ");
    }
    for lifetime in ["0", "2 years", "366d", "x"] {
        let ran = folder.run(&[&command[..], &["--token-expiration", lifetime]].concat());
        ran.is_refused(2, "--token-expiration");
    }
    assert_eq!(folder.read("keys.json"), before);
}
