//! The project's own JavaScript and TypeScript: numbers that the local runtime
//! takes and Cloudflare does not. Only what stands there in figures is seen, or
//! in a constant of the same file.

use std::fs;
use std::path::{Path, PathBuf};

use toml::Value;

use super::finding::Findings;
use super::project::Project;

/// What is asked for by name, the least or the most that works, and what is
/// wrong with more or less.
struct Limit {
    code: &'static str,
    name: &'static str,
    least: f64,
    most: f64,
    problem: &'static str,
    mend: &'static str,
}

const LIMITS: [Limit; 3] = [
    Limit {
        code: "pbkdf2_iterations",
        name: "iterations",
        least: 0.0,
        most: 100_000.0,
        problem: "rounds of PBKDF2 by WebCrypto: it works here, and Cloudflare refuses more than 100,000",
        mend: "have Portcullis check the hash (its PBKDF2 has no such limit), or at most 100,000",
    },
    Limit {
        code: "kv_cache_ttl",
        name: "cacheTtl",
        least: 30.0,
        most: f64::INFINITY,
        problem: "seconds of cacheTtl: KV takes no less than 30",
        mend: "30 or more; what must be seen sooner belongs into a Durable Object",
    },
    Limit {
        code: "kv_expiration_ttl",
        name: "expirationTtl",
        least: 60.0,
        most: f64::INFINITY,
        problem: "seconds of expirationTtl: KV takes no less than 60",
        mend: "60 or more; what must go sooner belongs into a Durable Object",
    },
];

const KINDS: [&str; 8] = ["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx"];
const MOST_FILES: usize = 2000;
const MOST_BYTES: u64 = 1_000_000;

/// Looks through the entry's folder, and `src` beside the config.
pub(super) fn check(project: &Project, findings: &mut Findings) {
    let main = project.inherited("main").and_then(Value::as_str);
    let entry = main.map(|main| project.folder.join(main));
    let entry = entry.as_deref().and_then(Path::parent);
    // An entry beside the config: then that is the project's whole folder.
    let folders = [entry.map(Path::to_owned), Some(project.folder.join("src"))];
    let mut files = Vec::new();
    for folder in folders.into_iter().flatten() {
        collect(&folder, &mut files);
    }
    files.sort();
    files.dedup();
    if files.len() >= MOST_FILES {
        findings.note(
            "sources_many",
            "sources",
            format!("are more than {MOST_FILES} files: the others were not looked at"),
            "let `main` be in a folder of its own",
        );
    }
    for file in files {
        let small = file.metadata().is_ok_and(|file| file.len() <= MOST_BYTES);
        // What is no text is no source.
        if let Some(text) = small.then(|| fs::read_to_string(&file).ok()).flatten() {
            let name = file.strip_prefix(&project.folder).unwrap_or(&file);
            check_text(&name.display().to_string(), &text, findings);
        }
    }
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    for entry in entries {
        let path = entry.path();
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let left_out = name.starts_with('.') || ["node_modules", "target"].contains(&&*name);
        // Not through links: they may go round.
        let Ok(kind) = entry.file_type() else {
            continue;
        };
        if left_out || files.len() >= MOST_FILES {
            continue;
        }
        if kind.is_dir() {
            collect(&path, files);
        } else if kind.is_file()
            && path
                .extension()
                .is_some_and(|kind| KINDS.iter().any(|known| kind == *known))
        {
            files.push(path);
        }
    }
}

fn check_text(file: &str, text: &str, findings: &mut Findings) {
    let code = without_comments(text);
    let has_pbkdf2 = code.contains("PBKDF2");
    for limit in &LIMITS {
        if limit.name == "iterations" && !has_pbkdf2 {
            continue;
        }
        for (at, _) in code.match_indices(limit.name) {
            if !is_word(&code, at, limit.name.len()) || is_of_fetch(&code, at) {
                continue;
            }
            let end = at.saturating_add(limit.name.len());
            let after = code.get(end..).unwrap_or_default();
            let Some(number) = value(&code, after) else {
                continue;
            };
            if number < limit.least || number > limit.most {
                let lines = code.get(..at).unwrap_or_default().matches('\n').count();
                findings.warning(
                    limit.code,
                    format!("{file}:{}", lines.saturating_add(1)),
                    format!("has {number} {}", limit.problem),
                    limit.mend,
                );
            }
        }
    }
}

/// The same length and lines, with blanks for comments.
fn without_comments(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    let mut quote = None;
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(_), '\\') => {
                code.push(c);
                code.extend(chars.next());
                continue;
            }
            // These do not go over a line's end.
            (Some('"' | '\''), '\n') => quote = None,
            (Some(mark), c) if c == mark => quote = None,
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '/') if chars.peek() == Some(&'/') => {
                while chars.next_if(|c| *c != '\n').is_some() {}
                continue;
            }
            (None, '/') if chars.peek() == Some(&'*') => {
                let mut before = ' ';
                for c in chars.by_ref().skip(1) {
                    if c == '\n' {
                        code.push(c);
                    }
                    if (before, c) == ('*', '/') {
                        break;
                    }
                    before = c;
                }
                continue;
            }
            _ => {}
        }
        code.push(c);
    }
    code
}

fn is_part(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$'
}

/// Whether the word begins and ends there.
fn is_word(code: &str, at: usize, length: usize) -> bool {
    let before = code.get(..at).and_then(|before| before.chars().next_back());
    let after = code.get(at.saturating_add(length)..);
    let after = after.and_then(|after| after.chars().next());
    !before.is_some_and(|c| is_part(c) || c == '.') && !after.is_some_and(is_part)
}

/// Whether it stands in `cf: { … }`, where `fetch` has a cacheTtl of another
/// kind.
fn is_of_fetch(code: &str, at: usize) -> bool {
    let mut depth = 0_usize;
    for (position, c) in code.get(..at).unwrap_or_default().char_indices().rev() {
        match c {
            '}' => depth = depth.saturating_add(1),
            '{' if depth == 0 => {
                let before = code.get(..position).unwrap_or_default().trim_end();
                let before = before.trim_end_matches([':', '=', ' ']);
                let before = before.trim_end_matches(['"', '\'']);
                return before.ends_with("cf")
                    && is_word(before, before.len().saturating_sub(2), 2);
            }
            '{' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    false
}

/// What a name is set to that `after` follows: `: 60`, `": 5 * 12`, `: TTL`, or
/// the name alone, of a constant.
fn value(code: &str, after: &str) -> Option<f64> {
    let after = after.trim_start_matches(['"', '\'']).trim_start();
    if let Some(after) = after.strip_prefix([':', '=']) {
        return product(after).or_else(|| constant(code, leading_name(after.trim_start())));
    }
    None
}

fn leading_name(text: &str) -> &str {
    let end = text.find(|c| !is_part(c)).unwrap_or(text.len());
    text.get(..end).unwrap_or_default()
}

/// `const NAME = 60`.
fn constant(code: &str, name: &str) -> Option<f64> {
    if name.is_empty() {
        return None;
    }
    code.match_indices(name)
        .filter(|(at, _)| is_word(code, *at, name.len()))
        .find_map(|(at, _)| {
            let before = code.get(..at)?.trim_end();
            let is_const = before.ends_with("const");
            let after = code.get(at.saturating_add(name.len())..)?.trim_start();
            product(after.strip_prefix('=').filter(|_| is_const)?)
        })
}

/// A number, or several with `*` between them, and nothing else.
fn product(text: &str) -> Option<f64> {
    let end = text.find([',', '}', ';', ')', '\n']).unwrap_or(text.len());
    let factors = text.get(..end)?.split('*');
    factors
        .map(|factor| {
            let factor = factor.trim().replace('_', "");
            let is_number = factor.starts_with(|c: char| c.is_ascii_digit());
            factor.parse::<f64>().ok().filter(|_| is_number)
        })
        .product()
}
