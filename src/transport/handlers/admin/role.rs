//! `role:grant`, `role:revoke` and `operator:list` of `/admin`.

use std::sync::Arc;

use crate::domain::email::EmailAddress;
use crate::services::accounts::Accounts;
use crate::transport::error::Failure;
use crate::transport::handlers::call::{Call, Outcome, done, yes};
use crate::transport::wire::accounts::{OperatorList, OperatorsAnswer, RoleChange};

/// Grants a role to an account, or revokes it.
pub async fn change(call: &mut Call<'_>, accounts: &Arc<Accounts>, granted: bool) -> Outcome {
    let RoleChange { email, role } = call.parse()?;
    let email = EmailAddress::parse(&email).map_err(|error| Failure::bad_request(error.to_string()))?;
    accounts.set_role(call.credential()?, email, role, granted).await?;
    done()
}

/// Lists the accounts that have a role, or that are assigned to an event.
pub async fn list(call: &mut Call<'_>, accounts: &Arc<Accounts>) -> Outcome {
    let OperatorList { event_id } = call.payload.parse_or_default()?;
    let operators = accounts.list_operators(call.credential()?, event_id).await?;
    yes(&OperatorsAnswer { operators: operators.into_iter().map(Into::into).collect() })
}
