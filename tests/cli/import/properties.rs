use proptest::prelude::*;
use serde_json::{Value, json};

use super::{PBKDF2, SCRYPT, bulk_files, json_lines, rejected, report};
use crate::support::Folder;

fn any_row() -> impl Strategy<Value = Value> {
    let id = prop_oneof![
        4 => (0_u64..20).prop_map(|id| json!(id)),
        1 => any::<i64>().prop_map(|id| json!(id)),
        1 => any::<f64>().prop_map(|id| json!(id)),
        1 => "[0-9a-z]{0,4}".prop_map(Value::from),
        1 => Just(json!(null)),
    ];
    let name = prop_oneof![
        4 => "[a-dA-DäÄ]{1,2}".prop_map(Value::from),
        1 => ".{0,90}".prop_map(Value::from),
        1 => Just(json!(null)),
    ];
    let hash = prop_oneof![
        4 => Just(json!(PBKDF2)),
        1 => (0..SCRYPT.len()).prop_map(|end| json!(SCRYPT[..end])),
        1 => "[a-z0-9:$,=]{0,40}".prop_map(Value::from),
        1 => Just(json!(null)),
    ];
    let phone = prop_oneof![
        ".{0,50}".prop_map(Value::from),
        Just(json!(null)),
        Just(json!(7))
    ];
    (id, name, hash, phone).prop_map(|(id, name, hash, phone)| {
        json!({"id": id, "username": name, "hash_password": hash, "phone": phone})
    })
}

proptest! {
    // Each case starts a process.
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_row_goes_to_kv_or_is_rejected(rows in proptest::collection::vec(any_row(), 0..40)) {
        let folder = Folder::new();
        // This row comes first, so that the columns are known.
        let first = json!({"id": 4_000_000, "username": "the first one", "hash_password": PBKDF2, "phone": ""});
        let rows = [vec![first], rows].concat();
        folder.write("a.jsonl", &json_lines(&rows));
        let report = report(&folder, &["--from", "a.jsonl"]);
        let pairs: usize = bulk_files(&folder, "portcullis-import").iter().map(Vec::len).sum();
        let rejected = rejected(&folder, "portcullis-import");
        prop_assert_eq!(pairs % 2, 0);
        prop_assert_eq!(pairs / 2 + rejected.len(), rows.len());
        prop_assert_eq!(report["rows"].as_u64(), Some(rows.len() as u64));
        prop_assert_eq!(report["importable"].as_u64(), Some(pairs as u64 / 2));
        prop_assert_eq!(report["rejected"].as_u64(), Some(rejected.len() as u64));
        // Each rejected row is in rejected.jsonl unchanged.
        for mut row in rejected {
            let why = row.as_object_mut().unwrap().remove("rejected").unwrap();
            let number = usize::try_from(why["row"].as_u64().unwrap()).unwrap();
            row.as_object_mut().unwrap().remove("disabled");
            prop_assert_eq!(&row, &rows[number - 1]);
        }
    }
}
