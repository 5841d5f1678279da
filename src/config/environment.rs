//! Which environment variable each setting is read from.

use std::env;

use clap::{Arg, Command};

/// Stands before the name of a setting where the plain name means something to other programs too.
const PREFIX: &str = "TOUCHLINE_";
/// How Kubernetes begins the values that it sets for a service of the name `touchline`, such as `TOUCHLINE_PORT`.
const LINKS: [&str; 3] = ["tcp://", "udp://", "sctp://"];

/// Has each setting read from `TOUCHLINE_NAME` where that is set, or else from `NAME`. Where neither names an address
/// to listen on, `PORT` names its port.
pub(super) fn read(command: Command) -> Command {
    command.mut_args(read_setting).mut_subcommands(read)
}

fn read_setting(setting: Arg) -> Arg {
    let Some(name) = setting.get_env().and_then(|name| name.to_str()).map(str::to_owned) else {
        return setting;
    };
    if let Some(variable) = variable_of(&name) {
        return setting.env(variable);
    }
    if name == "BIND_ADDR"
        && let Some(port) = variable_of("PORT")
    {
        // An error then names what was set.
        return setting.env(port).value_name("PORT");
    }
    setting
}

/// The variable that is set for a setting: with the prefix, or else without.
fn variable_of(name: &str) -> Option<&'static str> {
    let prefixed = format!("{PREFIX}{name}");
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    let is_link = |name: &str| {
        env::var_os(name).is_some_and(|value| {
            LINKS.iter().any(|scheme| value.as_encoded_bytes().starts_with(scheme.as_bytes()))
        })
    };
    let set = if is_set(&prefixed) && !is_link(&prefixed) {
        prefixed
    } else if is_set(name) {
        name.to_owned()
    } else {
        return None;
    };
    // The parser keeps names for as long as the program runs. There are few, and they are made once.
    Some(set.leak())
}
