//! Admission: may this invocation run? Counting only; where it runs is placement's question.
//!
//! The core is pure: `step` takes what was observed and answers, without a clock or a lock.
//! A lease is taken for every admitted invocation and must come back exactly once.
//!
//! ```text
//!   account limit 1000 ─┬─ reserved for f: 100   f counts against these alone
//!                       ├─ reserved for g: 0     g is stopped
//!                       └─ unreserved: 900       everybody else shares these
//! ```

use std::collections::HashMap;
use std::sync::Arc;

/// AWS keeps at least this much for functions without a reservation.
pub const UNRESERVED_MIN: u32 = 100;

/// Something that admission is told.
#[derive(Clone, Debug)]
pub enum Observation {
    /// An invocation wants to run.
    Requested { function: Arc<str> },
    /// An admitted invocation has ended.
    Ended { lease: Lease },
    /// A reservation was set, changed or taken back.
    Reserved { function: Arc<str>, concurrency: Option<u32> },
}

/// The answer to [`Observation::Requested`].
#[derive(Debug, PartialEq)]
pub enum Decision {
    Admit(Lease),
    Throttle(Throttle),
    /// Nothing to decide.
    Noted,
}

/// The right to run one invocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    pub function: Arc<str>,
    pool: Pool,
}

/// Which count a lease was taken from; it goes back there whatever was reserved since.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pool {
    Reserved,
    Unreserved,
}

/// Why an invocation may not run now (AWS: `TooManyRequestsException`'s `Reason`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Throttle {
    /// The function's own reservation is used up, or is 0.
    Reserved,
    /// The account's unreserved concurrency is used up.
    Account,
    /// New environments were asked for faster than AWS's scaling rate.
    Burst,
    /// The machine has no room for another environment.
    Capacity,
}

/// The counts.
#[derive(Debug)]
pub struct Admission {
    account_max: u32,
    functions: HashMap<Arc<str>, Counts>,
    reserved_sum: u32,
    unreserved_running: u32,
    running: u32,
}

#[derive(Debug, Default)]
struct Counts {
    reservation: Option<u32>,
    reserved_running: u32,
    unreserved_running: u32,
}

impl Admission {
    /// `account_max`: concurrent invocations of the whole account (AWS's default is 1,000).
    pub fn new(account_max: u32) -> Admission {
        Admission {
            account_max,
            functions: HashMap::new(),
            reserved_sum: 0,
            unreserved_running: 0,
            running: 0,
        }
    }

    /// What functions without a reservation share.
    pub fn unreserved_max(&self) -> u32 {
        self.account_max.saturating_sub(self.reserved_sum)
    }

    /// What would be left unreserved if `function` reserved `concurrency`.
    pub fn unreserved_after(&self, function: &str, concurrency: u32) -> i64 {
        let own = self.functions.get(function).and_then(|counts| counts.reservation).unwrap_or(0);
        i64::from(self.account_max) - i64::from(self.reserved_sum) + i64::from(own)
            - i64::from(concurrency)
    }

    /// Invocations of `function` that hold a lease.
    pub fn running(&self, function: &str) -> u32 {
        self.functions
            .get(function)
            .map_or(0, |counts| counts.reserved_running + counts.unreserved_running)
    }

    /// Invocations that hold a lease.
    pub fn running_total(&self) -> u32 {
        self.running
    }

    pub fn step(&mut self, observation: Observation) -> Decision {
        match observation {
            Observation::Requested { function } => self.request(function),
            Observation::Ended { lease } => {
                self.end(&lease);
                Decision::Noted
            }
            Observation::Reserved { function, concurrency } => {
                let counts = self.functions.entry(function).or_default();
                self.reserved_sum -= counts.reservation.unwrap_or(0);
                self.reserved_sum += concurrency.unwrap_or(0);
                counts.reservation = concurrency;
                Decision::Noted
            }
        }
    }

    fn request(&mut self, function: Arc<str>) -> Decision {
        let unreserved_max = self.unreserved_max();
        // Invocations that began before a reservation changed may hold what it now promises to
        // others; the account's limit holds all the same.
        let is_full = self.running >= self.account_max;
        if !self.functions.contains_key(&function) {
            self.functions.insert(function.clone(), Counts::default());
        }
        let counts = self.functions.get_mut(&function).expect("inserted above");
        let pool = match counts.reservation {
            // Invocations from before the reservation count against it until they end.
            Some(max) => {
                if counts.reserved_running + counts.unreserved_running >= max {
                    return Decision::Throttle(Throttle::Reserved);
                }
                if is_full {
                    return Decision::Throttle(Throttle::Account);
                }
                counts.reserved_running += 1;
                Pool::Reserved
            }
            None => {
                if self.unreserved_running >= unreserved_max || is_full {
                    return Decision::Throttle(Throttle::Account);
                }
                counts.unreserved_running += 1;
                self.unreserved_running += 1;
                Pool::Unreserved
            }
        };
        self.running += 1;
        Decision::Admit(Lease { function, pool })
    }

    fn end(&mut self, lease: &Lease) {
        self.running -= 1;
        let counts =
            self.functions.get_mut(&lease.function).expect("a lease names a function it was for");
        match lease.pool {
            Pool::Reserved => counts.reserved_running -= 1,
            Pool::Unreserved => {
                counts.unreserved_running -= 1;
                self.unreserved_running -= 1;
            }
        }
        let idle = counts.reserved_running + counts.unreserved_running == 0;
        if idle && counts.reservation.is_none() {
            self.functions.remove(&lease.function);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(admission: &mut Admission, function: &str) -> Decision {
        admission.step(Observation::Requested { function: function.into() })
    }

    fn admit(admission: &mut Admission, function: &str) -> Lease {
        match request(admission, function) {
            Decision::Admit(lease) => lease,
            other => panic!("{function} was not admitted: {other:?}"),
        }
    }

    fn reserve(admission: &mut Admission, function: &str, concurrency: Option<u32>) {
        admission.step(Observation::Reserved { function: function.into(), concurrency });
    }

    #[test]
    fn a_reservation_is_both_a_promise_and_a_limit() {
        let mut admission = Admission::new(3);
        reserve(&mut admission, "f", Some(1));
        let _held = [admit(&mut admission, "g"), admit(&mut admission, "g")];
        assert_eq!(request(&mut admission, "g"), Decision::Throttle(Throttle::Account));
        let lease = admit(&mut admission, "f");
        assert_eq!(request(&mut admission, "f"), Decision::Throttle(Throttle::Reserved));
        admission.step(Observation::Ended { lease });
        admit(&mut admission, "f");
    }

    #[test]
    fn a_reservation_of_zero_stops_a_function() {
        let mut admission = Admission::new(1000);
        reserve(&mut admission, "f", Some(0));
        assert_eq!(request(&mut admission, "f"), Decision::Throttle(Throttle::Reserved));
        reserve(&mut admission, "f", None);
        admit(&mut admission, "f");
    }

    #[test]
    fn a_lease_goes_back_where_it_came_from() {
        let mut admission = Admission::new(1);
        let lease = admit(&mut admission, "f");
        reserve(&mut admission, "f", Some(1));
        assert_eq!(request(&mut admission, "f"), Decision::Throttle(Throttle::Reserved));
        admission.step(Observation::Ended { lease });
        admit(&mut admission, "f");
        assert_eq!(admission.running_total(), 1);
    }
}
