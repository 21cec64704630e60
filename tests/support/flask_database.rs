//! Writes the database of the Flask tutorial's application, for the test that
//! moves the application to the edge. Reads users as JSON lines from standard
//! input; the argument is the path of the file.

use std::io::{BufRead as _, stdin};

use rusqlite::{Connection, Result};
use serde::Deserialize;

/// The table as SQLAlchemy creates it from the tutorial's model.
const TABLE: &str = "CREATE TABLE user (
    id INTEGER NOT NULL,
    username VARCHAR(80) NOT NULL,
    hash_password VARCHAR(120) NOT NULL,
    phone VARCHAR(20) NOT NULL,
    PRIMARY KEY (id),
    UNIQUE (username)
)";

#[derive(Deserialize)]
struct User {
    id: i64,
    username: String,
    hash_password: String,
    phone: String,
}

fn main() -> Result<()> {
    let path = std::env::args_os().nth(1).unwrap_or_default();
    let mut database = Connection::open(path)?;
    let all = database.transaction()?;
    all.execute_batch(TABLE)?;
    for line in stdin().lock().lines() {
        let line = line.unwrap_or_default();
        let user: User = serde_json::from_str(&line)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        all.execute(
            "INSERT INTO user VALUES (?1, ?2, ?3, ?4)",
            (user.id, user.username, user.hash_password, user.phone),
        )?;
    }
    all.commit()
}
