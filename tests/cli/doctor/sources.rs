//! The project's own sources.

use super::Project;

#[test]
fn numbers_in_the_sources_that_cloudflare_refuses_are_named_with_their_place() {
    let project = Project::new();
    project.file(
        "src/index.ts",
        r#"
// crypto.subtle.deriveBits({ name: "PBKDF2", iterations: 999999 })
const ROUNDS = 600_000;
const TTL = 30;
const algorithm = { name: "PBKDF2", hash: "SHA-256", salt, iterations: ROUNDS };
const low = { name: "PBKDF2", hash: "SHA-256", salt, "iterations": 100000 };
await env.KV.get("https://a", { cacheTtl: 29 });
await env.KV.get("b", { cacheTtl: TTL, type: "json" });
await fetch(url, { cf: { cacheTtl: 5, cacheEverything: true } });
await env.KV.put("c", "d", { expirationTtl: 59 });
await env.KV.put("c", "d", { expirationTtl: 5 * 60 });
await env.KV.put("c", "d", { expirationTtl: seconds });
/* expirationTtl: 1
   expirationTtl: 1 */ const last = { "expirationTtl": 1 };
"#,
    );
    project.file(
        "src/node_modules/other/index.js",
        "x({ expirationTtl: 1 });\n",
    );
    project.file("src/notes.txt", "{ expirationTtl: 1 }\n");
    project.file("src/argon2.ts", "argon2({ iterations: 200000 });\n");
    assert_eq!(
        project.found(),
        [
            "warning pbkdf2_iterations src/index.ts:5",
            "warning kv_cache_ttl src/index.ts:7",
            "warning kv_expiration_ttl src/index.ts:10",
            "warning kv_expiration_ttl src/index.ts:14",
        ]
    );
    assert!(project.run(&[]).status.success(), "a warning is no error");
}
