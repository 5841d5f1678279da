//! The parsers of `transport`: client input before and after the engine.

use http::HeaderMap;
use serde_json::Value;
use serde_json::value::RawValue;

use super::{fuzz, mutated, mutated_text};
use crate::live::message::to_ascii;
use crate::transport::client::hello::Hello;
use crate::transport::socketio::decode::{Value as RawMessage, decode};
use crate::transport::socketio::workarounds::eio3_query::{NamespaceQuery, take_query, take_query_of_body};
use crate::transport::wire::{
    EventArchive, EventAssign, EventCreate, EventDelete, EventList, EventRef, EventStatus, EventUpdate, Join,
    MessageDelete, React, Score, ScoreCorrect, StatsOf, Words, Write, WriteOfficial,
};

/// Messages of both namespaces, as clients send them.
const MESSAGES: [&str; 16] = [
    r#"["join",{"eventId":"match-7","id":"ann","since":{"epoch":"e","seq":12}}]"#,
    r#"["join","match-7"]"#,
    r#"["join",{"eventId":7,"since":"e:12"}]"#,
    r#"["leave",{"eventId":"match-7"}]"#,
    r#"["reaction",{"emoji":"🔥","comment":"é","eventId":"match-7","id":"x"}]"#,
    r#"["message",{"text":"héllo","eventId":"match-7"}]"#,
    r#"["message","bare"]"#,
    r#"["action:start",{"eventId":"match-7","action":"quiz"}]"#,
    r#"["event:create",{"eventId":"m","sport":"cricket","title":"A v B","startsAt":1700000000000,"competitors":["A","B"],"actions":[{"name":"quiz","points":10,"minMs":1000,"cooldownMs":0,"dailyCap":5}]}]"#,
    r#"["event:update",{"eventId":"m","title":"C","messages":false}]"#,
    r#"["event:status",{"eventId":"m","status":"live"}]"#,
    r#"["event:assign",{"eventId":"m","email":"ann@example.org"}]"#,
    r#"["score",{"eventId":"m","data":{"runs":4,"x":null},"opId":"1","baseSeq":"3"}]"#,
    r#"["score:correct",{"eventId":"m","voids":[1,"2"],"data":{},"reason":"wrong"}]"#,
    r#"["message:delete",{"eventId":"m","messageId":"1"}]"#,
    r#"["stats",{"eventId":null}]"#,
];

#[test]
fn a_payload_is_read_or_refused() {
    fuzz(|u| {
        let json = mutated_text(u, &MESSAGES)?;
        let attachments = u.ratio(1, 8)?.then(|| [mutated(u, &[b"bytes"]).unwrap_or_default().into()].into());
        let Ok(payload) = decode(&RawMessage::Str(json.into(), attachments)) else { return Ok(()) };
        let _ = payload.is_bare();
        let _ = (payload.parse::<Join>(), payload.parse::<React>(), payload.parse::<Write>());
        let _ = (payload.parse_bare::<Words>(), payload.parse_or_default::<EventRef>());
        let _ =
            (payload.parse::<EventCreate>(), payload.parse::<EventUpdate>(), payload.parse::<EventStatus>());
        let _ = (payload.parse::<EventAssign>(), payload.parse_or_default::<EventList>());
        let _ = (payload.parse::<EventArchive>(), payload.parse::<EventDelete>());
        let _ = (payload.parse::<WriteOfficial>(), payload.parse::<MessageDelete>());
        let _ = (
            payload.parse::<Score>(),
            payload.parse::<ScoreCorrect>(),
            payload.parse_or_default::<StatsOf>(),
        );
        Ok(())
    });
}

#[test]
fn json_in_ascii_means_the_same() {
    fuzz(|u| {
        let Ok(json) = RawValue::from_string(mutated_text(u, &MESSAGES)?) else { return Ok(()) };
        let json = json.into();
        let ascii = to_ascii(&json);
        assert!(ascii.get().is_ascii());
        let value = |json: &RawValue| serde_json::from_str::<Value>(json.get()).ok();
        assert_eq!(value(&json), value(&ascii));
        Ok(())
    });
}

#[test]
fn an_introduction_is_read_whatever_it_says() {
    fuzz(|u| {
        let auths = [
            r#"{"token":"tl_x","eventId":"m","id":"ann","since":{"epoch":"e","seq":1}}"#,
            "null",
            r#"{"token":7}"#,
        ];
        let queries = ["EIO=4&transport=polling&token=tl_x&eventId=m&since=e:1", "token=%ff%00&&=&id", ""];
        let auth = serde_json::from_str::<Value>(&mutated_text(u, &auths)?).ok();
        let (namespace, connection) = (mutated_text(u, &queries)?, mutated_text(u, &queries)?);
        let mut headers = HeaderMap::new();
        if let Ok(value) = mutated(u, &[b"Bearer tl_x", b"Basic eDp5"])?.as_slice().try_into() {
            headers.insert(http::header::AUTHORIZATION, value);
        }
        let introduction = Hello::read(auth, [&namespace, &connection], &headers);
        // An empty token counts as none; an empty `Authorization` is an invalid one.
        assert!(introduction.token.as_deref() != Some("") || !headers.is_empty());
        Ok(())
    });
}

#[test]
fn a_body_of_an_old_client_loses_its_queries_and_nothing_else() {
    fuzz(|u| {
        let corpus: [&[u8]; 5] = [
            b"25:40/admin?token=tl_abcdef,1:2",
            b"\x00\x02\x04\xff40/admin?token=tl_abcdef",
            b"12:42[\"a?b\",1]x",
            b"99999999:40/admin?token=x",
            b"40/admin?token=x,",
        ];
        let body = mutated(u, &corpus)?;
        let kept = NamespaceQuery::default();
        let changed = take_query_of_body(&body, &kept);
        // If a packet ends within a character, the body ends with bytes that the engine refuses.
        let is_cut = changed.ends_with(b"x:");
        assert!(kept.lock().is_some() || *changed == *body || is_cut, "changed without a query");
        let again = NamespaceQuery::default();
        assert_eq!(take_query_of_body(&changed, &again), changed);
        if let Some(packet) = take_query(&body, &NamespaceQuery::default()) {
            assert!(packet.len() < body.len() && take_query(&packet, &again).is_none());
        }
        Ok(())
    });
}
