//! Compares the reference of settings and the comments in wrangler.toml with the
//! table of settings. With `PORTCULLIS_WRITE=1` these tests update both files.

use std::fmt::Write as _;
use std::fs;
use std::path::PathBuf;

use portcullis::settings::{Form, Place, Setting, Settings, TABLE, Value};

fn file(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Asserts that the file has `part` between the line with `first` and `last`,
/// or writes `part` there.
fn assert_part(name: &str, first: &str, last: &str, part: &str) {
    let path = file(name);
    let text = fs::read_to_string(&path).unwrap();
    let from =
        text.find(first).unwrap() + text[text.find(first).unwrap()..].find('\n').unwrap() + 1;
    let to = from + text[from..].find(last).unwrap();
    if std::env::var_os("PORTCULLIS_WRITE").is_some() {
        fs::write(&path, format!("{}{part}{}", &text[..from], &text[to..])).unwrap();
    } else {
        assert_eq!(
            &text[from..to],
            part,
            "{name} differs from src/settings/table.rs. Fix: PORTCULLIS_WRITE=1 cargo test -p portcullis --test native settings_table"
        );
    }
}

fn default(setting: &Setting) -> String {
    match setting.form {
        Form::Number(number) if number.default == 0 => format!("none; {}", range(setting)),
        Form::Number(number) => format!("`{}`; {}", number.default, range(setting)),
        Form::Words(words) => format!("`{}`; or `{}`", words.default, words.other),
        Form::Text(text) if text.starts_with("HS") => format!("`{text}`"),
        Form::Text(text) => text.into(),
        Form::Required(_) => "required".into(),
        Form::Optional => "none".into(),
    }
}

fn range(setting: &Setting) -> String {
    let Form::Number(number) = setting.form else {
        return String::new();
    };
    format!("{} to {}", number.bounds().start(), number.bounds().end())
}

fn sentence(text: &str) -> String {
    let mut words: Vec<_> = text.split(' ').map(str::to_owned).collect();
    for word in &mut words {
        let name = word.trim_end_matches([',', ';', ':']);
        let is_code = name.starts_with('/') && name.len() > 1
            || name.len() > 3 && name.contains('_') && !name.contains('`');
        if is_code {
            *word = word.replace(name, &format!("`{name}`"));
        }
    }
    let text = words.join(" ");
    let (first, rest) = text.split_at(1);
    format!("{}{rest}.", first.to_uppercase())
}

#[test]
fn the_reference_has_every_setting_with_its_default_and_bounds() {
    let mut part = String::new();
    for (title, place) in [("Variables", 0), ("Secrets", 1), ("Bindings", 2)] {
        write!(part, "\n## {title}\n\n").unwrap();
        part.push_str("| Name | Default and values | Effect |\n|---|---|---|\n");
        for setting in TABLE {
            let (of, from) = match setting.place {
                Place::Variable => (0, String::new()),
                Place::Secret => (1, String::new()),
                Place::Binding(section) => (2, format!(" (`{section}`)")),
            };
            if of == place {
                let name = setting.name;
                let effect = [sentence(setting.summary), setting.detail.into()];
                let effect = effect.join(" ");
                let effect = effect.trim_end();
                writeln!(
                    part,
                    "| `{name}`{from} | {} | {effect} |",
                    default(&setting)
                )
                .unwrap();
            }
        }
    }
    part.push('\n');
    assert_part(
        "docs/reference/settings.md",
        "<!-- settings -->",
        "<!-- end -->",
        &part,
    );
}

#[test]
fn wrangler_toml_has_every_variable_with_its_example() {
    let set = ["TOKEN_ALGORITHM", "TOKEN_EXPIRATION"];
    let mut part = String::new();
    for setting in TABLE {
        if setting.place == Place::Variable {
            let hash = if set.contains(&setting.name) {
                ""
            } else {
                "# "
            };
            let line = format!("{hash}{} = {}", setting.name, setting.example);
            writeln!(part, "{line:<50}  # {}", setting.summary).unwrap();
        }
    }
    part.push('\n');
    assert_part("wrangler.toml", "[vars]", "[observability]", &part);
}

#[test]
fn the_environment_takes_every_name_of_the_table_and_no_name_twice() {
    for (at, setting) in TABLE.iter().enumerate() {
        let mut settings = Settings::default();
        let value = || Some(Value::Text("x".to_owned().into()));
        assert_eq!(settings.put(setting.name, value), Ok(()));
        assert!(settings.is_set(setting.name), "{}", setting.name);
        let before = &TABLE[..at];
        assert!(before.iter().all(|other| other.name != setting.name));
    }
}
