//! Fair sharing of a limited resource. While much is free, one client may hold almost all of it. The less is free,
//! the fewer places a client may hold to get another one.

use std::collections::HashMap;
use std::hash::Hash;

/// How many times the free places a holder may hold. With a factor of `f`, a single holder gets up to `f / (1 + f)`
/// of the capacity. If each of `n` holders wants as many as possible, they share equally, and `1 / (1 + fn)` stays
/// free for new ones.
///
/// After Choudhury and Hahne, "Dynamic queue length thresholds for shared-memory packet switches", IEEE/ACM
/// Transactions on Networking 6(2), 1998.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimesFree(usize);

impl TimesFree {
    /// A single holder gets half.
    pub const HALF: Self = Self(1);
    /// A single holder gets nine tenths.
    pub const MOST: Self = Self(9);
}

/// A number of equal places, and their holders.
#[derive(Debug)]
pub struct FairShare<K> {
    capacity: usize,
    factor: TimesFree,
    used: usize,
    held: HashMap<K, u32>,
}

impl<K: Hash + Eq> FairShare<K> {
    /// `capacity` places, all free.
    pub fn new(capacity: usize, factor: TimesFree) -> Self {
        Self { capacity, factor, used: 0, held: HashMap::new() }
    }

    /// The number of held places.
    pub fn used(&self) -> usize {
        self.used
    }

    /// Whether no place is free.
    pub fn is_full(&self) -> bool {
        self.used >= self.capacity
    }

    /// Gives a holder one more place, if it may have it.
    pub fn take(&mut self, holder: K) -> bool {
        self.take_several(holder, 1)
    }

    /// Gives a holder several places, or none.
    pub fn take_several(&mut self, holder: K, count: u32) -> bool {
        let held = self.held.get(&holder).copied().unwrap_or(0);
        // If the holder may have the last one, it may have the others too.
        let before = count.saturating_sub(1);
        let used = self.used.saturating_add(usize::try_from(before).unwrap_or(usize::MAX));
        let may = self.factor.may_take(held.saturating_add(before), used, self.capacity);
        if may {
            self.add(holder, count);
        }
        may
    }

    /// Takes a place back from a holder, which must have one.
    pub fn release(&mut self, holder: &K) {
        self.used = self.used.saturating_sub(1);
        if let Some(held) = self.held.get_mut(holder) {
            *held -= 1;
            if *held == 0 {
                self.held.remove(holder);
                if self.held.len() < self.held.capacity() / 4 {
                    self.held.shrink_to_fit();
                }
            }
        }
    }

    /// Transfers a place to another holder, and returns whether that holder was entitled to it. The transfer happens
    /// in any case, so that the counts stay correct.
    pub fn transfer(&mut self, from: &K, to: K) -> bool {
        self.release(from);
        let held = self.held.get(&to).copied().unwrap_or(0);
        let may = self.factor.may_take(held, self.used, self.capacity);
        self.add(to, 1);
        may
    }

    fn add(&mut self, holder: K, count: u32) {
        self.used += usize::try_from(count).unwrap_or(usize::MAX);
        *self.held.entry(holder).or_insert(0) += count;
    }
}

impl TimesFree {
    /// Whether a holder of `held` places may take one more, with `used` of `capacity` places taken.
    fn may_take(self, held: u32, used: usize, capacity: usize) -> bool {
        let free = capacity.saturating_sub(used);
        usize::try_from(held).is_ok_and(|held| held < free.saturating_mul(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_holder_gets_one_more_while_it_holds_less_than_nine_times_the_free_places() {
        for (held, used, capacity, may) in [
            (0, 0, 1, true),
            (0, 1, 1, false),
            (1, 1, 2, true),
            // Alone.
            (899, 899, 1000, true),
            (900, 900, 1000, false),
            // With others.
            (500, 900, 1000, true),
            (899, 900, 1000, true),
            (90, 990, 1000, false),
            (89, 990, 1000, true),
            (9, 999, 1000, false),
            (8, 999, 1000, true),
            (0, 999, 1000, true),
            (0, 1000, 1000, false),
            (0, 1001, 1000, false),
            (0, 0, 0, false),
            (u32::MAX, 0, usize::MAX, true),
        ] {
            assert_eq!(TimesFree::MOST.may_take(held, used, capacity), may, "{held} of {used} of {capacity}");
        }
    }

    /// The places that each holder gets if all of them take in turn until none gets more.
    fn greedy(shares: &mut FairShare<usize>, holders: usize) -> Vec<usize> {
        let mut got = vec![0; holders];
        loop {
            let before: usize = got.iter().sum();
            for (holder, got) in got.iter_mut().enumerate() {
                *got += usize::from(shares.take(holder));
            }
            if got.iter().sum::<usize>() == before {
                return got;
            }
        }
    }

    #[test]
    fn a_single_holder_gets_nine_tenths_and_many_share_equally_and_leave_some() {
        for (holders, each, left) in [(1, 900, 100), (2, 474, 52), (10, 99, 10), (100, 9, 100)] {
            let mut shares = FairShare::new(1000, TimesFree::MOST);
            let got = greedy(&mut shares, holders);
            assert!(got.iter().all(|got| got.abs_diff(each) <= 1), "{holders}: {got:?}");
            let free = 1000 - shares.used();
            assert!(free.abs_diff(left) <= holders, "{holders}: {free}");
            // A newcomer finds room.
            assert!(shares.take(usize::MAX), "{holders}");
        }
    }

    #[test]
    fn with_a_factor_of_one_a_single_holder_gets_half_and_many_share_equally() {
        for (holders, got) in [(1, vec![32]), (2, vec![22, 21]), (3, vec![16; 3]), (63, vec![1; 63])] {
            let mut shares = FairShare::new(64, TimesFree::HALF);
            assert_eq!(greedy(&mut shares, holders), got);
        }
    }

    #[test]
    fn a_released_place_can_be_taken_by_anybody_and_its_holder_is_forgotten() {
        let mut shares = FairShare::new(2, TimesFree::MOST);
        assert!(shares.take("a") && shares.take("b"));
        assert!(!shares.take("c") && shares.is_full());
        shares.release(&"a");
        assert!(shares.take("c"));
        shares.release(&"b");
        shares.release(&"c");
        assert_eq!((shares.used(), shares.held.len()), (0, 0));
    }

    #[test]
    fn a_transferred_place_counts_for_its_new_holder_even_if_it_may_not_have_it() {
        let mut shares = FairShare::new(20, TimesFree::MOST);
        for _ in 0..18 {
            assert!(shares.take("a"));
        }
        assert!(!shares.take("a") && shares.take("proxy"));
        assert!(!shares.transfer(&"proxy", "a"));
        assert_eq!((shares.held["a"], shares.used()), (19, 19));
        assert!(shares.transfer(&"a", "b"));
        assert_eq!((shares.held["a"], shares.held["b"], shares.used()), (18, 1, 19));
    }
}
