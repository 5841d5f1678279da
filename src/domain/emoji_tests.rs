use super::*;

fn parsed(text: &str) -> Option<String> {
    Emoji::parse(text).ok().map(|emoji| emoji.to_string())
}

#[test]
fn an_emoji_is_accepted_by_its_form() {
    let good = [
        "🔥",
        "❤️",
        "☎️",
        "©️",
        "👍🏽",
        "👨‍👩‍👧‍👦",
        "👩🏽‍❤️‍💋‍👨🏿",
        "🏳️‍🌈",
        "🏴‍☠️",
        "🕵🏻‍♂️",
        "👁️‍🗨️",
        "🇮🇳",
        "🇦🇺",
        "🏴\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
        "1️⃣",
        "#️⃣",
        "*️⃣",
        // Unassigned, but reserved for emoji.
        "\u{1faff}",
        "\u{1faff}🏽",
        // Not in Unicode yet, but of the right form.
        "🏴‍🔥",
        "❤️‍🏳️",
        ":)",
        "<3",
        ":-(",
        "o_O",
        "^^",
        "xD",
        ":'-(",
    ];
    for text in good {
        assert_eq!(parsed(text).as_deref(), Some(text), "{text:?}");
        assert_eq!(parsed(&format!(" \t{text}\u{a0}\n")).as_deref(), Some(text), "{text:?}");
    }
}

#[test]
fn with_and_without_the_emoji_style_it_is_the_same_emoji() {
    for (text, same) in [
        ("❤", "❤️"),
        ("☎", "☎️"),
        ("©", "©️"),
        ("#⃣", "#️⃣"),
        ("🔥\u{fe0f}", "🔥"),
        ("👍\u{fe0f}", "👍"),
        ("🏳‍🌈", "🏳️‍🌈"),
        ("👁‍🗨️", "👁️‍🗨️"),
        ("👁‍🗨", "👁️‍🗨️"),
        ("🕵🏻‍♂", "🕵🏻‍♂️"),
        ("👩🏽‍❤‍💋‍👨🏿", "👩🏽‍❤️‍💋‍👨🏿"),
        ("❤‍🏳", "❤️‍🏳️"),
        ("🏴‍🔥\u{fe0f}", "🏴‍🔥"),
        ("\u{1faff}\u{fe0f}", "\u{1faff}"),
    ] {
        assert_eq!(parsed(text).as_deref(), Some(same), "{text:?}");
    }
    for emoji in emojis::iter().flat_map(|emoji| emoji.skin_tones().into_iter().flatten().chain([emoji])) {
        let bare = emoji.as_str().replace(EMOJI_STYLE, "");
        assert_eq!(parsed(&bare).as_deref(), Some(emoji.as_str()), "{emoji}");
        assert!(Emoji::parse(emoji.as_str()).is_ok_and(|emoji| emoji.is_listed()), "{emoji}");
    }
}

#[test]
fn a_text_emoticon_is_one_of_a_closed_list() {
    for emoticon in EMOTICONS {
        assert_eq!(parsed(emoticon).as_deref(), Some(emoticon));
        assert!(Emoji::parse(emoticon).is_ok_and(|emoji| emoji.is_listed()));
    }
    for text in ["fuck", "abcd", "123", "....", ":)))", ":000", "<b>", "&lt;", "\"'", "--", "lol"] {
        assert_eq!(parsed(text), None, "{text}");
        assert_eq!(Emoji::from_stored(text), Emoji::other(), "an older database may contain it");
    }
    let documented = include_str!("../../docs/protocol.md");
    let (_, list) = documented.split_once("<!-- emoticons -->\n```\n").expect("the list");
    let (list, _) = list.split_once("\n```").expect("its end");
    assert_eq!(list.split_whitespace().collect::<Vec<_>>(), EMOTICONS);
}

#[test]
fn other_texts_are_refused() {
    let zalgo = format!("🔥{}", "\u{301}".repeat(1_000));
    let family = ["👨"; 20].join("\u{200d}");
    let bad = [
        "",
        " ",
        "a",
        ":",
        "1",
        "#",
        "other",
        "hello",
        ": )",
        "a\0",
        "\0\0",
        "a\tb",
        "é",
        "é)",
        "🔥🔥",
        "🔥 🔥",
        "🔥a",
        "a🔥",
        "🇮",
        "🇮🇳🇦",
        "🇮🇳🇦🇺",
        "🔥\u{301}",
        "🔥\u{200f}",
        "\u{200f}🔥",
        "🔥\0",
        "🔥\u{200d}",
        "\u{200d}🔥",
        "🔥\u{200d}\u{200d}🔥",
        "\u{fe0f}",
        "\u{200d}",
        "1️",
        "1⃣1⃣",
        "🏴\u{e0067}",
        "🏴\u{e007f}",
        "🏴\u{e0067}\u{e0062}\u{e007f}",
        "🔥\u{e0067}\u{e0062}\u{e0073}\u{e0063}\u{e0074}\u{e007f}",
        // A skin tone alone, or on an emoji without skin; letters that are no region; a star that is no emoji.
        "🏽",
        "🏽\u{fe0f}",
        "🏽\u{200d}🔥",
        "🔥\u{200d}🏽",
        "🔥🏽",
        "🇽🇽",
        "🇦🇧",
        "★",
        "❤\u{fe0e}",
        "\u{202e}",
        "中",
        "க்",
        &zalgo,
        &family,
    ];
    for text in bad {
        assert_eq!(Emoji::parse(text), Err(InvalidEmoji), "{text:?}");
    }
}

#[test]
fn no_client_can_send_the_key_of_the_other_emoji() {
    assert!(Emoji::parse("other").is_err());
    assert_eq!(Emoji::from_stored("other"), Emoji::other());
}
