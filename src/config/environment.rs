//! The environment variable that each setting is read from.

use std::env;

use clap::{Arg, Command};

/// Prefix for settings whose plain name other programs use too.
const PREFIX: &str = "TOUCHLINE_";
/// How Kubernetes begins the variables that it sets for a service named `touchline`, such as `TOUCHLINE_PORT`.
const LINKS: [&str; 3] = ["tcp://", "udp://", "sctp://"];

/// Reads each setting from `TOUCHLINE_NAME` if that is set, or else from `NAME`. If neither sets a listen address,
/// `PORT` sets its port.
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
        // Errors then name the variable that was set.
        return setting.env(port).value_name("PORT");
    }
    setting
}

/// The variable that is set for a setting: the prefixed one first.
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
    // The parser keeps names for as long as the program runs. They are few, and leaked once.
    Some(set.leak())
}
