//! Counts under a flood of reactions.

use std::time::Duration;

use super::*;
use crate::live::tally::UNLISTED_LIMIT;

fn reactions(singles: u32) -> Reactions {
    Reactions::new(Vec::new(), Rate { count: singles, per: Duration::from_secs(1) }, true)
}

fn react(reactions: &mut Reactions, emoji: &str) {
    let emoji = Emoji::parse(emoji).expect("the test's emoji is valid");
    reactions.count(&emoji);
}

/// Any number of different emoji, in the form of a flag.
fn strange(number: usize) -> String {
    let tag = |digit: char| char::from_u32(0xe_0000 + u32::from(digit)).expect("a tag");
    format!("🏴{}\u{e007f}", format!("{number:04}").chars().map(tag).collect::<String>())
}

/// Different emoji from Unicode's list, from its end.
fn named(count: usize) -> impl Iterator<Item = &'static str> {
    let all: Vec<_> = emojis::iter().map(emojis::Emoji::as_str).filter(|emoji| *emoji != "🔥").collect();
    all.into_iter().rev().take(count)
}

#[test]
fn no_reaction_is_lost_and_no_window_grows_without_bounds() {
    let mut reactions = reactions(20);
    for number in 0..1000 {
        react(&mut reactions, &strange(number));
        react(&mut reactions, "🔥");
    }
    let window = reactions.take_window();
    assert_eq!((window.len(), window.values().sum::<u64>()), (65, 2000));
    assert_eq!(window[&Emoji::parse("🔥").expect("valid")], 1000);
    assert_eq!(window[&Emoji::other()], 1000 - 63);
    let totals = reactions.totals();
    assert_eq!((totals.len(), totals.values().sum::<u64>()), (65, 2000));
    assert_eq!(totals[&Emoji::parse("🔥").expect("valid")], 1000);
    assert!(!reactions.has_window());
    assert_eq!((reactions.take_recent(), reactions.take_recent()), (2000, 0));
}

#[test]
fn invented_emoji_are_bounded_and_hide_no_real_one() {
    let mut reactions = reactions(20);
    for number in 0..2_000 {
        react(&mut reactions, &strange(number));
    }
    for emoji in named(1_500) {
        react(&mut reactions, emoji);
    }
    react(&mut reactions, "🔥");
    let unsaved = reactions.unsaved();
    assert_eq!(unsaved.len(), UNLISTED_LIMIT + 1 + 1_501);
    assert_eq!(unsaved.iter().map(|(_, count)| count).sum::<u64>(), 3_501);
    let count = |emoji: &Emoji| unsaved.iter().find(|(kept, _)| kept == emoji).map(|(_, count)| *count);
    assert_eq!(count(&Emoji::parse("🔥").expect("valid")), Some(1));
    assert_eq!(count(&Emoji::other()), Some(2_000 - UNLISTED_LIMIT as u64));
}

#[test]
fn the_most_frequent_emoji_is_in_the_window_whatever_came_before() {
    let mut reactions = reactions(20);
    for emoji in named(1_000) {
        react(&mut reactions, emoji);
    }
    for _ in 0..2 {
        react(&mut reactions, "🔥");
    }
    let window = reactions.take_window();
    assert_eq!((window.len(), window.values().sum::<u64>()), (65, 1_002));
    assert_eq!(window[&Emoji::parse("🔥").expect("valid")], 2);
}

#[test]
fn totals_are_saved_whole_and_other_runs_counts_are_added() {
    let mut reactions = reactions(20);
    react(&mut reactions, "🔥");
    let saved = reactions.unsaved();
    react(&mut reactions, "🔥");
    reactions.saved(&saved);
    let fire = saved[0].0.clone();
    assert_eq!(reactions.unsaved(), [(fire.clone(), 2)]);
    reactions.read(vec![KeptTotal {
        emoji: fire.clone(),
        own: 1,
        others: [("other".to_owned(), 40)].into(),
    }]);
    assert_eq!(reactions.totals()[&fire], 42);
    reactions.saved(&[(fire, 2)]);
    assert!(reactions.unsaved().is_empty());
}

#[test]
fn other_nodes_counts_are_added_once_however_often_they_arrive() {
    let (mut here, mut there) = (reactions(20), reactions(20));
    for _ in 0..3 {
        react(&mut there, "🔥");
    }
    react(&mut here, "🔥");
    let fire = Emoji::parse("🔥").expect("valid");
    let (counts, _) = there.take_unpublished();
    assert_eq!(counts, [(fire.clone(), 3)]);
    assert_eq!(there.take_unpublished().0, []);
    for _ in 0..2 {
        here.on_count("there", &counts[0].0, counts[0].1);
    }
    assert_eq!((here.totals()[&fire], here.take_window()[&fire]), (4, 4));
    // The database is behind, or equal, or ahead after a lost message.
    for (kept, total, window) in [(2, 4, None), (3, 4, None), (5, 6, Some(2))] {
        here.read(vec![KeptTotal {
            emoji: fire.clone(),
            own: 0,
            others: [("there".to_owned(), kept)].into(),
        }]);
        assert_eq!(here.totals()[&fire], total);
        assert_eq!(here.take_window().get(&fire).copied(), window);
    }
    assert_eq!(here.unsaved(), [(fire, 1)], "each run saves its own");
    assert_eq!(here.take_recent(), 1);
}
