//! Accepts only JSON objects: serde's derived `Deserialize` also accepts an array of a struct's fields in
//! order.

use std::fmt;
use std::marker::PhantomData;

use serde::de::value::MapAccessDeserializer;
use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// A wire type that must be an object, not an array.
#[derive(Debug)]
pub struct Object<T>(pub T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(OfFields(PhantomData)).map(Self)
    }
}

struct OfFields<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for OfFields<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, fields: A) -> Result<T, A::Error> {
        T::deserialize(MapAccessDeserializer::new(fields))
    }
}

/// For a field that holds an object.
pub(super) fn object<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    Object::deserialize(deserializer).map(|Object(value)| value)
}

/// For a field that may be missing or `null`, or else holds an object.
pub(super) fn optional_object<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    Ok(Option::<Object<T>>::deserialize(deserializer)?.map(|Object(value)| value))
}

/// The same for a field of which `null` says something.
#[expect(clippy::option_option, reason = "the field has three states: missing, null, or an object")]
pub(super) fn given_object<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    optional_object(deserializer).map(Some)
}

/// For a field that holds an array of objects.
pub(super) fn objects<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Vec<T>, D::Error> {
    let list = Vec::<Object<T>>::deserialize(deserializer)?;
    Ok(list.into_iter().map(|Object(value)| value).collect())
}

/// For a field that may be missing or `null`, or else holds an array of objects.
pub(super) fn optional_objects<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<Vec<T>>, D::Error> {
    let list = Option::<Vec<Object<T>>>::deserialize(deserializer)?;
    Ok(list.map(|list| list.into_iter().map(|Object(value)| value).collect()))
}

#[cfg(test)]
mod tests {
    use serde::de::DeserializeOwned;

    use super::*;
    use crate::transport::wire::accounts::VerifyBody;
    use crate::transport::wire::{EventCreate, EventUpdate, Join};

    fn is_taken<T: DeserializeOwned>(json: &str) -> bool {
        serde_json::from_str::<Object<T>>(json).is_ok()
    }

    #[test]
    fn an_object_is_accepted_and_an_array_of_its_fields_is_not() {
        let verify =
            |device: &str| format!(r#"{{"challengeId":"c","code":"1","device":{device},"more":[1]}}"#);
        assert!(is_taken::<VerifyBody>(&verify(r#"{"id":"d"}"#)));
        assert!(!is_taken::<VerifyBody>(&verify(r#"["d","phone"]"#)));
        assert!(!is_taken::<VerifyBody>(r#"["c","1",{"id":"d"}]"#));
        let since = |since: &str| format!(r#"{{"eventId":"e","since":{since}}}"#);
        assert!(is_taken::<Join>(&since(r#"{"epoch":"e","seq":1}"#)) && is_taken::<Join>(&since(r#""e:1""#)));
        assert!(!is_taken::<Join>(&since(r#"["e",1]"#)));
        let tap = r#"{"name":"tap","points":1,"minMs":0,"cooldownMs":0,"dailyCap":9}"#;
        for (actions, expected) in [(format!("[{tap}]"), true), (r#"[["tap",1,0,0,9]]"#.to_owned(), false)] {
            let create = format!(r#"{{"sport":"s","title":"t","actions":{actions}}}"#);
            let update = format!(r#"{{"eventId":"e","actions":{actions}}}"#);
            assert_eq!(
                (is_taken::<EventCreate>(&create), is_taken::<EventUpdate>(&update)),
                (expected, expected)
            );
        }
        assert!(is_taken::<EventUpdate>(r#"{"eventId":"e","actions":null}"#));
    }
}
