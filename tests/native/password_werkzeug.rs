//! The hashes of `werkzeug.security`.

use portcullis::password::{
    ClearPassword, HashFunction, HashMethod, HashNotUsable, StoredHash, WerkzeugHash, WrongPassword,
};

fn clear(password: &str) -> ClearPassword {
    ClearPassword::new(password.to_owned()).unwrap()
}

/// Made by werkzeug; the password is `correct horse`.
const KNOWN: [(&str, &str); 9] = [
    (
        "pbkdf2:sha256:150000",
        "abcdefgh$dd97a7ee1b632d42d50cb5bdf8cd2341fec3035e1b589654fe5734f6a5ae0204",
    ),
    (
        "pbkdf2:sha256:260000",
        "abcdefghijklmnop$2e28efc23df05f3696d525a59eef7d0e2897ead43152dedc07d94f6c09f910ec",
    ),
    (
        "pbkdf2:sha256:600000",
        "abcdefghijklmnop$0d1a4641f1a9aad40c6e7dc993181b8ac3db35a661fe79bae81fe32cf3306dce",
    ),
    (
        "pbkdf2:sha1:1000",
        "abcdefgh$af7296463577a47bb16ec7ce1e7c94ca39fb1558",
    ),
    (
        "scrypt:32768:8:1",
        "abcdefghijklmnop$81b59dde9d092f718dfb03433d8da9c3665fd3041418559f01d92623eda9e66a6205e9230bf16318717746682357b4a1774d75dde137aea408fcfb874e777296",
    ),
    (
        "scrypt:1024:8:1",
        "abcdefghijklmnop$830444a8d7134ea2f83f355be7a0331de3180cef130f6251e5d5f107cef1c8246a75fd75f3504b99e17e06c8a371500855e79449c19707b341fca05ecde9c382",
    ),
    (
        "sha256",
        "abcdefgh$d897043995e35ed9dbb0d7fd6f8eeeed727b7ab09d1352cb9909cfa6a7a706c5",
    ),
    ("sha1", "abcdefgh$54bb54a9810996447facbdfff17b8d4fc2b364f8"),
    (
        "sha256",
        "$4104d36f8da2c254349f85836793ebe029e0c957063a34c91c2e9203187b5631",
    ),
];

#[test]
fn hashes_of_werkzeug_are_checked() {
    for (method, rest) in KNOWN {
        let hash = StoredHash::parse(&format!("{method}${rest}")).unwrap();
        assert_eq!(hash.check(&clear("correct horse")), Ok(()), "{method}");
        for other in ["correct horsf", "correct horse ", "Correct horse", ""] {
            assert_eq!(hash.check(&clear(other)), Err(WrongPassword), "{method}");
        }
    }
}

#[test]
fn our_scrypt_gives_the_result_of_rfc_7914() {
    // §12, the example whose cost is within our limits.
    let stored = "scrypt:16384:8:1$SodiumChloride$7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887";
    let hash = StoredHash::parse(stored).unwrap();
    assert_eq!(hash.check(&clear("pleaseletmein")), Ok(()));
}

#[test]
fn each_werkzeug_hash_needs_a_rehash_and_names_its_method() {
    for (method, rest) in KNOWN {
        let hash = StoredHash::parse(&format!("{method}${rest}")).unwrap();
        assert!(hash.needs_rehash());
        assert_eq!(hash.method().to_string(), method);
        assert_eq!(hash.stand_in().method(), hash.method());
        assert!(matches!(hash.method(), HashMethod::Werkzeug(_)));
    }
}

#[test]
fn another_salt_is_another_hash() {
    for (method, rest) in KNOWN
        .into_iter()
        .filter(|(method, _)| !method.contains('0'))
    {
        let other = rest.replacen("abc", "abd", 1);
        if other != rest {
            let hash = StoredHash::parse(&format!("{method}${other}")).unwrap();
            assert_eq!(hash.check(&clear("correct horse")), Err(WrongPassword));
        }
    }
}

fn parse(stored: &str) -> Result<(), HashNotUsable> {
    StoredHash::parse(stored).map(|_| ())
}

#[test]
fn the_name_of_a_hash_function_is_accepted_in_either_case_like_in_python() {
    let hash = "SHA1$abcdefgh$54bb54a9810996447facbdfff17b8d4fc2b364f8";
    let hash = StoredHash::parse(hash).unwrap();
    assert_eq!(hash.check(&clear("correct horse")), Ok(()));
    for function in HashFunction::ALL {
        assert_eq!(HashFunction::from_name(function.as_str()), Some(function));
        let hex = "0".repeat(function.size() * 2);
        for name in [function.to_string(), function.as_str().to_uppercase()] {
            assert_eq!(parse(&format!("{name}$salt${hex}")), Ok(()));
            assert_eq!(parse(&format!("pbkdf2:{name}:1$salt${hex}")), Ok(()));
        }
    }
    assert_eq!(HashFunction::from_name("sha3_256"), None);
}

#[test]
fn a_pbkdf2_cost_is_limited_before_the_hash_is_computed() {
    let with = |iterations: &str| {
        let (_, rest) = KNOWN[0];
        parse(&format!("pbkdf2:sha256{iterations}${rest}"))
    };
    for fine in [":1", ":1000", ":1000000", ":2000000"] {
        assert_eq!(with(fine), Ok(()), "{fine}");
    }
    for refused in [
        "",
        ":",
        ":0",
        ":2000001",
        ":4294967295",
        ":4294967296",
        ":99999999999999999999",
        ":-1",
        ":+1",
        ": 1",
        ":1 ",
        ":01000",
        ":1_000",
        ":1e3",
        ":0x10",
        ":\u{661}",
        ":abc",
        ":1000:9",
        ":1000:",
        "::1000",
    ] {
        assert_eq!(with(refused), Err(HashNotUsable), "{refused}");
    }
}

#[test]
fn a_scrypt_cost_is_limited_before_the_hash_is_computed() {
    let with = |cost: &str| {
        let (_, rest) = KNOWN[5];
        parse(&format!("scrypt{cost}${rest}"))
    };
    for fine in [
        ":2:1:1",
        ":32768:8:1",
        ":32768:8:4",
        ":65536:8:2",
        ":524288:1:2",
        ":2:262144:2",
        ":16384:32:1",
    ] {
        assert_eq!(with(fine), Ok(()), "{fine}");
    }
    for refused in [
        "",
        ":32768",
        ":32768:8",
        ":32768:8:1:1",
        ":3:8:1",
        ":0:8:1",
        ":1:8:1",
        ":32768:0:1",
        ":32768:8:0",
        ":32768:8:5",
        ":65536:8:4",
        ":131072:8:1",
        ":1048576:1:1",
        ":2:524288:1",
        ":2147483648:1:1",
        ":4294967296:8:1",
        ":9223372036854775808:8:1",
        ":32768:4294967295:4",
        ":32768:8:4294967295",
        ":-2:8:1",
        ":032768:8:1",
        ":32768:8:",
        "::8:1",
    ] {
        assert_eq!(with(refused), Err(HashNotUsable), "{refused}");
    }
}

#[test]
fn a_salt_has_at_most_128_bytes() {
    let with = |length| parse(&format!("md5${}${}", "s".repeat(length), "0".repeat(32)));
    assert_eq!(with(WerkzeugHash::MAX_SALT_LENGTH), Ok(()));
    assert_eq!(with(WerkzeugHash::MAX_SALT_LENGTH + 1), Err(HashNotUsable));
}

#[test]
fn only_lower_case_hex_of_the_digests_length_is_a_hash() {
    for (method, rest) in KNOWN {
        let (salt, hex) = rest.split_once('$').unwrap();
        for other in [
            String::new(),
            hex.to_uppercase(),
            hex[..hex.len() - 1].into(),
            hex[..hex.len() - 2].into(),
            format!("{hex}0"),
            format!("{hex}00"),
            format!("{hex}\n"),
            format!("{hex}$x"),
            format!(" {}", &hex[1..]),
            format!("g{}", &hex[1..]),
            format!("\u{e9}{}", &hex[2..]),
            hex.replace(['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'], "z"),
        ] {
            let stored = format!("{method}${salt}${other}");
            assert_eq!(parse(&stored), Err(HashNotUsable), "{stored}");
        }
    }
}

#[test]
fn a_scrypt_hash_truncated_by_a_column_of_120_characters_is_not_usable() {
    let (method, rest) = KNOWN[4];
    let stored = format!("{method}${rest}");
    assert_eq!(stored.len(), 162);
    assert_eq!(parse(&stored[..120]), Err(HashNotUsable));
}

#[test]
fn a_hash_that_werkzeug_never_wrote_is_refused() {
    let hex = "0".repeat(64);
    for stored in [
        "",
        "$",
        "$$",
        "plain",
        // The password in plain text.
        "plain$$correct horse",
        "plain$salt$correct horse",
        "pbkdf2:sha256:1000$salt",
        &format!("$salt${hex}"),
        &format!("bogus$salt${hex}"),
        &format!("pbkdf2$salt${hex}"),
        &format!("pbkdf2:$salt${hex}"),
        &format!("pbkdf2:nope:1000$salt${hex}"),
        &format!("pbkdf2:sha3_256:1000$salt${hex}"),
        &format!("PBKDF2:sha256:1000$salt${hex}"),
        &format!("sha256:1000$salt${hex}"),
        &format!(" sha256$salt${hex}"),
        &format!("sha256 $salt${hex}"),
        // PBKDF2 and scrypt hashes of werkzeug always have a salt.
        &format!("pbkdf2:sha256:1000$${hex}"),
        &format!("scrypt:1024:8:1$${hex}{hex}"),
    ] {
        assert_eq!(parse(stored), Err(HashNotUsable), "{stored}");
    }
}

#[test]
fn debug_output_contains_no_salt_and_no_hash_of_werkzeug() {
    for (method, rest) in KNOWN {
        let shown = format!(
            "{:?}",
            StoredHash::parse(&format!("{method}${rest}")).unwrap()
        );
        assert!(
            !shown.contains("abcdef") && shown.contains("method"),
            "{shown}"
        );
        let (_, hex) = rest.split_once('$').unwrap();
        assert!(!shown.contains(&hex[..8]));
    }
}
