//! `role:grant` and `role:revoke` of `/admin`.

use crate::domain::email::EmailAddress;
use crate::transport::error::Failure;
use crate::transport::socket::call::{Call, Outcome, done};
use crate::transport::socket::protocol::accounts::RoleChange;

/// Gives an account a role, or takes it.
pub async fn change(call: &mut Call<'_>, granted: bool) -> Outcome {
    let RoleChange { email, role } = call.parse()?;
    let email = EmailAddress::parse(&email).map_err(|error| Failure::bad_request(error.to_string()))?;
    call.context.services.set_role(call.credential()?, email, role, granted).await?;
    done()
}
