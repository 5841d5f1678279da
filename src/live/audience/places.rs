//! Fair choice of the messages that are sent to a room together.

use crate::domain::sender::Source;

/// Viewers' messages per batch: 80 a second are more than anybody reads.
const MESSAGES_AT_A_TIME: usize = 20;
/// How many places one network may take for each free place. Alone it gets 16; two networks get 9 each, and a third
/// one still finds a place.
const OF_NETWORK: usize = 4;
/// How many places one account may take for each free place.
const OF_CLIENT: usize = 1;

/// Whether a source may queue one more message, given the sources of the queued ones. The fewer places are free, the
/// fewer each network may take (Choudhury and Hahne, "Dynamic queue length thresholds", 1998).
pub(super) fn has_place(waiting: &[Source], new: Source) -> bool {
    let free = MESSAGES_AT_A_TIME.saturating_sub(waiting.len());
    let of_network = waiting.iter().filter(|source| source.network == new.network).count();
    let of_client = waiting.iter().filter(|source| **source == new).count();
    of_network < OF_NETWORK * free && of_client < OF_CLIENT * free
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::network::NetworkKey;

    /// How many messages each network gets in if all keep trying in turn.
    fn taken(networks: u64, clients: u64) -> Vec<usize> {
        let mut waiting = Vec::new();
        for round in 0..1_000 {
            for network in 0..networks {
                let new = Source { network: NetworkKey(network), client: round % clients };
                if has_place(&waiting, new) {
                    waiting.push(new);
                }
            }
        }
        let of = |network| waiting.iter().filter(|source| source.network == NetworkKey(network)).count();
        (0..networks).map(of).collect()
    }

    #[test]
    fn places_for_messages_are_shared_by_network_and_one_alone_has_most() {
        assert_eq!(taken(1, 100), [16]);
        assert_eq!(taken(1, 1), [10], "one client");
        assert_eq!(taken(2, 100), [9, 9]);
        for floods in 1..4 {
            let mut waiting = Vec::new();
            for round in 0..1_000 {
                let new = Source { network: NetworkKey(round % floods), client: round };
                if has_place(&waiting, new) {
                    waiting.push(new);
                }
            }
            assert!(
                has_place(&waiting, Source { network: NetworkKey(99), client: 99 }),
                "with {floods} floods"
            );
        }
    }
}
