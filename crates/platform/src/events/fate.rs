//! What becomes of an event: the rules of asynchronous invocation, without a clock or a store.
//!
//! [`before`] says whether it may still run, [`after`] what an attempt leads to. The caller keeps
//! the time and carries the fate out.
//!
//! AWS: "Error handling for asynchronous invocations" and "Retaining records of asynchronous
//! invocations".

use super::Event;

/// AWS: retries after an error of the function.
pub const RETRIES_MAX: u32 = 2;

/// AWS: an event is given up after 6 hours.
pub const AGE_MAX_S: u32 = 21_600;

/// AWS: throttles and errors of the system are tried again after 1 s, doubling up to 5 minutes.
pub const BACKOFF_MS: (u64, u64) = (1_000, 300_000);

/// What holds for the events of one function and qualifier.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// After the first and the second error.
    pub retry_ms: [u64; 2],
    pub retries_max: u32,
    pub age_max_ms: u64,
}

/// What came of one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attempt {
    Returned,
    /// The function ran and failed.
    Failed,
    /// It could not run: a throttle, or a fault of the system.
    Throttled,
}

/// What becomes of the event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Succeeded,
    Again { due_ms: u64 },
    GivenUp(Condition),
}

/// Why an event was given up, in AWS's words where AWS has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    RetriesExhausted,
    EventAgeExceeded,
    ZeroReservedConcurrency,
    /// The version or alias that it was for is gone.
    FunctionNotFound,
}

impl Condition {
    pub fn name(self) -> &'static str {
        match self {
            Condition::RetriesExhausted => "RetriesExhausted",
            Condition::EventAgeExceeded => "EventAgeExceeded",
            Condition::ZeroReservedConcurrency => "ZeroReservedConcurrency",
            Condition::FunctionNotFound => "FunctionNotFound",
        }
    }
}

/// Why an event is not to be run any more, if it is not.
pub fn before(
    now_ms: u64,
    event: &Event,
    rules: &Rules,
    reserved_concurrency: Option<u32>,
) -> Option<Condition> {
    if now_ms >= event.accepted_ms + rules.age_max_ms {
        return Some(Condition::EventAgeExceeded);
    }
    (reserved_concurrency == Some(0)).then_some(Condition::ZeroReservedConcurrency)
}

/// What an attempt that ended at `now_ms` leads to; counts it in the event.
pub fn after(now_ms: u64, event: &mut Event, rules: &Rules, attempt: Attempt) -> Fate {
    let later_ms = match attempt {
        Attempt::Returned => return Fate::Succeeded,
        Attempt::Failed => {
            event.attempts += 1;
            if event.attempts > rules.retries_max {
                return Fate::GivenUp(Condition::RetriesExhausted);
            }
            rules.retry_ms[(event.attempts as usize - 1).min(1)]
        }
        Attempt::Throttled => {
            event.backoffs += 1;
            let doubled = BACKOFF_MS.0 << (event.backoffs - 1).min(20);
            doubled.min(BACKOFF_MS.1)
        }
    };
    let due_ms = now_ms + later_ms;
    if due_ms >= event.accepted_ms + rules.age_max_ms {
        return Fate::GivenUp(Condition::EventAgeExceeded);
    }
    Fate::Again { due_ms }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: Rules = Rules {
        retry_ms: [60_000, 120_000],
        retries_max: RETRIES_MAX,
        age_max_ms: AGE_MAX_S as u64 * 1000,
    };

    /// Any time will do.
    const ACCEPTED_MS: u64 = 1_790_000_000_000;

    fn event() -> Event {
        Event {
            request_id: "r".into(),
            function: "f".into(),
            qualifier: None,
            payload: "{}".into(),
            trace_id: String::new(),
            client_context: None,
            accepted_ms: ACCEPTED_MS,
            attempts: 0,
            backoffs: 0,
        }
    }

    /// The waits between attempts that all end the same way, each at once, and how it ends.
    fn waits_s(rules: &Rules, attempt: Attempt) -> (Vec<u64>, Fate) {
        let (mut event, mut now_ms, mut waits) = (event(), ACCEPTED_MS, Vec::new());
        loop {
            assert_eq!(before(now_ms, &event, rules, None), None, "it is due while it may run");
            match after(now_ms, &mut event, rules, attempt) {
                Fate::Again { due_ms } => {
                    waits.push((due_ms - now_ms) / 1000);
                    now_ms = due_ms;
                }
                fate => return (waits, fate),
            }
        }
    }

    #[test]
    fn a_throttled_event_backs_off_from_one_second_to_five_minutes_for_six_hours() {
        let (waits, fate) = waits_s(&RULES, Attempt::Throttled);
        assert_eq!(waits[..9], [1, 2, 4, 8, 16, 32, 64, 128, 256]);
        assert!(waits[9..].iter().all(|wait| *wait == 300));
        // 511 s of doubling, and then as many times 300 s as fit below 21,600 s.
        assert_eq!(waits.len(), 9 + (21_600 - 511) / 300);
        assert_eq!(fate, Fate::GivenUp(Condition::EventAgeExceeded));
    }

    #[test]
    fn an_event_that_fails_is_tried_again_after_one_and_two_minutes() {
        let exhausted = Fate::GivenUp(Condition::RetriesExhausted);
        assert_eq!(waits_s(&RULES, Attempt::Failed), (vec![60, 120], exhausted));
        let once = Rules { retries_max: 1, ..RULES };
        assert_eq!(waits_s(&once, Attempt::Failed), (vec![60], exhausted));
        let never = Rules { retries_max: 0, ..RULES };
        assert_eq!(waits_s(&never, Attempt::Failed), (vec![], exhausted));
    }

    #[test]
    fn throttles_do_not_use_up_the_retries() {
        let mut event = event();
        for _ in 0..50 {
            after(ACCEPTED_MS, &mut event, &RULES, Attempt::Throttled);
        }
        let fate = after(ACCEPTED_MS, &mut event, &RULES, Attempt::Failed);
        assert_eq!(fate, Fate::Again { due_ms: ACCEPTED_MS + 60_000 });
        assert_eq!(after(ACCEPTED_MS, &mut event, &RULES, Attempt::Returned), Fate::Succeeded);
    }

    #[test]
    fn an_event_past_its_age_is_given_up_before_and_after_it_runs() {
        let minute = Rules { age_max_ms: 60_000, ..RULES };
        let exceeded = Condition::EventAgeExceeded;
        assert_eq!(before(ACCEPTED_MS + 59_999, &event(), &minute, None), None);
        assert_eq!(before(ACCEPTED_MS + 60_000, &event(), &minute, None), Some(exceeded));
        // A retry that would come too late is none.
        assert_eq!(waits_s(&minute, Attempt::Failed), (vec![], Fate::GivenUp(exceeded)));
        assert_eq!(
            waits_s(&minute, Attempt::Throttled),
            (vec![1, 2, 4, 8, 16], Fate::GivenUp(exceeded))
        );
    }

    #[test]
    fn a_function_that_is_stopped_runs_no_event() {
        let stopped = Some(Condition::ZeroReservedConcurrency);
        assert_eq!(before(ACCEPTED_MS, &event(), &RULES, Some(0)), stopped);
        assert_eq!(before(ACCEPTED_MS, &event(), &RULES, Some(1)), None);
    }
}
