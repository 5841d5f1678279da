//! Which reactions are shown individually.

use super::*;
use crate::domain::clock;
use crate::domain::emoji::Emoji;

const TICK: Duration = Duration::from_millis(250);

fn singles() -> Singles {
    Singles::new(Rate { count: 20, per: Duration::from_secs(1) }, true)
}

fn source(network: u64, client: u64) -> Source {
    Source { network: NetworkKey(network), client }
}

/// Sends a reaction with a visible name.
fn react(singles: &mut Singles, source: Source, id: &str, comment: Option<&str>) {
    singles.offer(source, comment.is_some(), || Reaction {
        id: id.to_owned(),
        name: None,
        emoji: Emoji::parse("🔥").expect("valid"),
        comment: comment.map(str::to_owned),
        at: clock::from_millis(0).expect("a time"),
    });
}

/// The reactions shown in each of `ticks` ticks, while `come` adds reactions.
fn shown(ticks: u32, mut come: impl FnMut(&mut Singles, u32)) -> Vec<Vec<Reaction>> {
    let (mut singles, start) = (singles(), Instant::now());
    let tick = |tick| {
        come(&mut singles, tick);
        singles.take(start + TICK * tick, TICK)
    };
    (0..ticks).map(tick).collect()
}

fn ids(reactions: &[Reaction]) -> Vec<&str> {
    reactions.iter().map(|reaction| reaction.id.as_str()).collect()
}

#[test]
fn singles_are_few_and_those_with_a_comment_come_first() {
    let shown = shown(40, |singles, _| {
        for number in 0..100 {
            react(singles, source(1, 1), "ann", (number == 99).then_some("what a ball"));
        }
    });
    for tick in &shown {
        assert!(tick.first().is_none_or(|first| first.comment.is_some()), "{tick:?}");
    }
    let shown: Vec<_> = shown.iter().map(Vec::len).collect();
    // Never more than 20 in any second, even if five ticks touch it.
    assert!(shown.windows(5).all(|second| second.iter().sum::<usize>() <= 20), "{shown:?}");
    assert!(shown.iter().sum::<usize>() >= 150, "{shown:?}");
}

#[test]
fn a_quiet_crowd_is_shown_whole_and_in_order() {
    let names: Vec<_> = (0..21).map(|number| number.to_string()).collect();
    let shown = shown(8, |singles, tick| {
        for (client, name) in names.iter().enumerate().filter(|_| tick == 0) {
            react(singles, source(1, client as u64), name, None);
        }
    });
    assert_eq!(ids(&shown.concat()), names[..20]);
}

#[test]
fn a_network_that_floods_keeps_nobody_else_from_being_shown() {
    for comment in [None, Some("what a ball")] {
        let mut sent = 0;
        let shown = shown(80, |singles, tick| {
            for number in 0..30 {
                react(singles, source(1, number), "flood", Some("look at me"));
            }
            if tick % 4 == 0 {
                sent += 1;
                react(singles, source(2, 1), "fan", comment);
            }
            for number in 0..30 {
                react(singles, source(1, number), "flood", Some("look at me"));
            }
        });
        let shown = shown.concat();
        let of_fan = shown.iter().filter(|reaction| reaction.id == "fan").count();
        assert_eq!((of_fan, sent), (20, 20), "{comment:?}");
        assert!(shown.len() > 300, "the flood gets all other places: {}", shown.len());
    }
}

#[test]
fn a_crowd_behind_one_address_has_all_places_and_its_clients_take_turns() {
    let shown = shown(80, |singles, tick| {
        for number in 0..40 {
            react(singles, source(1, 0), "flood", None);
            if number == 20 && tick % 4 == 0 {
                react(singles, source(1, 1), "fan", None);
            }
        }
    });
    let shown = shown.concat();
    assert!(shown.len() > 300, "{}", shown.len());
    assert_eq!(shown.iter().filter(|reaction| reaction.id == "fan").count(), 20);
}

#[test]
fn the_first_of_each_network_comes_before_the_second_of_any_and_then_comments() {
    let mut singles = singles();
    for number in 0..3 {
        react(&mut singles, source(1, number), &format!("a{number}"), None);
    }
    react(&mut singles, source(2, 0), "b0", None);
    for number in 0..2 {
        react(&mut singles, source(3, 0), &format!("c{number}"), Some("what a ball"));
    }
    react(&mut singles, source(1, 0), "a3", None);
    let order = singles.choose(20).into_iter().map(|single| single.reaction.id);
    assert_eq!(order.collect::<Vec<_>>(), ["c0", "a0", "b0", "c1", "a1", "a2", "a3"]);
    assert!(singles.of_network.is_empty() || singles.waiting.is_empty());
}

#[test]
fn waiting_singles_are_bounded_and_counted_correctly() {
    let (mut singles, start) = (singles(), Instant::now());
    for step in 0..5_000_u64 {
        let (network, client) = (step * 7 % 5, step * 11 % 13);
        react(&mut singles, source(network, client), "x", (step % 3 == 0).then_some("y"));
        assert!(singles.waiting.len() <= 20);
        if step % 50 == 0 {
            singles.take(start + TICK * u32::try_from(step / 50).expect("small"), TICK);
        }
        let counted: u32 = singles.of_network.values().sum();
        assert_eq!(
            (counted as usize, singles.of_client.values().sum::<u32>()),
            (singles.waiting.len(), counted)
        );
    }
}

#[test]
fn a_single_of_another_node_is_shown_fairly_and_not_published_again() {
    let (mut here, mut there, now) = (singles(), singles(), Instant::now());
    for number in 0..30 {
        react(&mut here, source(1, number), "flood", Some("look at me"));
    }
    react(&mut there, source(2, 1), "fan", None);
    assert!(!there.are_untold(), "it is published when it is shown");
    let shown = there.take(now, TICK);
    assert_eq!(ids(&shown), ["fan"]);
    let told = there.take_unpublished();
    assert_eq!(told[0].network, NetworkKey(2));
    for single in told {
        here.offer_shared(single);
    }
    let shown = here.take(now, TICK);
    assert!(ids(&shown[..2]).contains(&"fan"), "{:?}", ids(&shown));
    let told = here.take_unpublished();
    assert_eq!(told.len(), 4, "the ones from this node");
    // Reactions from another node take turns with those of the same network from this node.
    for single in told {
        there.offer_shared(single);
    }
    react(&mut there, source(1, 77), "own", None);
    assert_eq!(there.of_network.get(&NetworkKey(1)), Some(&5));
}
