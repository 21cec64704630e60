//! Secrets from tutorials, templates and documentation. Many projects copy such a
//! secret and never change it, so attackers try these first.

/// Secrets that are long enough for a signing key, one per line.
const LONG: &str = "\
a-string-secret-at-least-256-bits-long
a-valid-string-secret-that-is-at-least-384-bits-long-which-is-long
a-valid-string-secret-that-is-at-least-512-bits-long-which-is-very-long
09d25e094faa6ca2556c818166b7a9563b93f7099f6f0f4caa6cf63b88e8d3e7
192b9bdd22ab9ed4d12e236c78afcb9a393ec15f71bbf5dc987d54727823bcbf
404e635266556a586e3272357538782f413f4428472b4b6250645367566b5970
5791628bb0b13ce0c676dfde280ba245
super-secret-jwt-token-with-at-least-32-characters-long
your-super-secret-jwt-token-with-at-least-32-characters-long
do not use this value. instead, create a complex secret and keep it safe outside of the source code.
the quick brown fox jumps over the lazy dog
the quick brown fox jumped over the lazy dog
a really really really really long secret key
this-is-my-very-long-secret-key-which-is-surely-long-enough-for-it";

/// Secrets that are too short for a signing key, one per line. A Flask application
/// may still use one.
const SHORT: &str = "\
a0zr98j/3yx r~xhh!jmn]lwx/,?rt
asdf1234
bezkoder-secret-key
change me
change-me
change_me
changeme
changethis
dev
development
development key
flask-secret-key
hard to guess string
hard-to-guess-string
insecure
jwt-secret
jwt-secret-string
jwt_secret_key
keyboard cat
my precious
my secret key
my-secret
my-secret-key
my_precious
my_secret
my_secret_key
mysecret
mysecretkey
password
s3cr3t
secret
secret!
secret key
secret-key
secret_key
secretkey
shhhhh
shhhhhared-secret
some random string
some secret key
super secret
super secret key
super-secret
super-secret-key
supersecret
supersecretkey
test
the random string
thisisasecret
thisisasecretkey
thisismysecretkey
top secret
top-secret
topsecret
very secret
you will never guess
you-will-never-guess
you-will-never-know
your secret key
your-256-bit-secret
your-384-bit-secret
your-512-bit-secret
your-secret-key
your-secret-key-here
your_jwt_secret
your_secret_key";

/// Whether a secret is published and long enough for a signing key. Ignores case and
/// white space at both ends.
pub(super) fn is_published_long(secret: &str) -> bool {
    has(LONG, secret)
}

/// Whether a secret of any length is published.
///
/// The Worker does not call this: it rejects a short signing key in any case, and
/// the list of short secrets would make its WASM larger.
#[must_use]
pub fn is_published(secret: &str) -> bool {
    has(LONG, secret) || has(SHORT, secret)
}

fn has(list: &str, secret: &str) -> bool {
    let secret = secret.as_bytes().trim_ascii();
    let mut known = list.as_bytes().split(|byte| *byte == b'\n');
    known.any(|known| known.eq_ignore_ascii_case(secret))
}
