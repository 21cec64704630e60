//! `POST /introspect`.

use serde_json::{Map, Value};
use worker::Request;

use super::bearer::{self, Presented};
use crate::body;
use crate::call::Call;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::{header, now};
use portcullis::settings::Config;
use portcullis::token::UnverifiedToken;

/// `POST /introspect` (RFC 7662): says whether a token is active. The caller must
/// have `INTROSPECTION_SECRET`.
pub(super) async fn answer(call: &Call, request: &mut Request) -> Result<Reply, Problem> {
    let config = call.config()?;
    let secret = config.introspection.as_ref().ok_or_else(|| {
        Problem::forbidden(
            "introspection is closed; the operator opens it with INTROSPECTION_SECRET",
        )
        .because("introspection_closed")
    })?;
    let header = header(request, "authorization");
    secret
        .check(bearer::credentials(&header)?)
        .map_err(|_| Problem::token_incorrect().because("introspection_secret_wrong"))?;
    let body = body::read_form(request).await?;
    let mut tokens = body.iter().filter(|(name, _)| name == "token");
    let (Some((_, token)), None) = (tokens.next(), tokens.next()) else {
        return Err(Problem::request_malformed(
            "the form must have the parameter \"token\" exactly once",
        ));
    };
    match active(call, &config, token).await {
        Ok(claims) => Ok(Reply::json(200, &claims).because("token_active")),
        // After a failure of the service, nobody knows whether the token is active
        // (RFC 7662 §2.2).
        Err(problem) if problem.status() >= 500 => Err(problem),
        Err(problem) => {
            let inactive = Map::from_iter([("active".into(), Value::Bool(false))]);
            Ok(Reply::json(200, &inactive).because(problem.reason()))
        }
    }
}

/// The claims of an active token, with the members that RFC 7662 §2.2 adds.
async fn active(call: &Call, config: &Config, token: &str) -> Result<Map<String, Value>, Problem> {
    let mut claims = match bearer::verify(config, token, now())? {
        Presented::Access(access) => {
            call.about(config, access.username());
            bearer::user(call, access.username(), &access.facts(), None).await?;
            let token =
                UnverifiedToken::parse(token).map_err(|e| Problem::token_refused(&e.into()))?;
            serde_json::from_str(token.json().claims()).unwrap_or_default()
        }
        Presented::Legacy(access) => {
            let (username, user) = bearer::legacy_user(call, config, &access).await?;
            let mut claims = Map::new();
            claims.insert("sub".into(), user.id.to_string().into());
            claims.insert(
                "id".into(),
                serde_json::to_value(user.id).unwrap_or_default(),
            );
            claims.insert("username".into(), username.as_str().into());
            claims.insert("exp".into(), access.expires_at().seconds().into());
            claims
        }
    };
    claims.insert("active".into(), Value::Bool(true));
    claims.insert("token_type".into(), "Bearer".into());
    Ok(claims)
}
