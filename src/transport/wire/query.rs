//! The query of an address, as the fields of a message.

use serde_json::map::Entry;
use serde_json::{Map, Value};

/// The fields of a query. A field that is given several times is an array.
pub fn fields(query: &str) -> Map<String, Value> {
    let mut fields = Map::new();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        let value = Value::String(value.into_owned());
        match fields.entry(name.into_owned()) {
            Entry::Vacant(entry) => {
                entry.insert(value);
            }
            Entry::Occupied(mut entry) => match entry.get_mut() {
                Value::Array(values) => values.push(value),
                first => *first = Value::Array(vec![first.take(), value]),
            },
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_field_that_is_given_several_times_is_an_array() {
        let read = Value::Object(fields("status=live&q=a%20b&status=paused&status=ended&sport="));
        assert_eq!(read, json!({ "status": ["live", "paused", "ended"], "q": "a b", "sport": "" }));
    }
}
