//! Placement: which environment runs an admitted invocation, and when environments start and end.
//!
//! The core is pure: `step(now, observation)` answers with decisions, which the dispatcher
//! carries out. Warm comes before new, and the most recently used environment first, so that the
//! others grow old and end.
//!
//! ```text
//!             Start                Ready                 Assign
//!   (none) ─────────► starting ─────────────► idle ◄───────────────► busy
//!                        │                     │  ▲       Settled     │ Answered
//!                        │ Failed              │  └──────────────── finishing
//!                        ▼                     ▼ Stop
//!                      (none)               stopping ──Gone──► (none)
//! ```
//!
//! A *finishing* environment has given its answer and has not yet asked for the next event. That
//! takes microseconds as a rule, so an arrival waits [`Settings::finishing_wait_ms`] for it before
//! another environment is started: a caller who sends one request after another stays on one
//! environment.

use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;

use crate::admission::Throttle;
use crate::engine::EnvironmentId;
use crate::function::VersionId;

/// Milliseconds on a clock that never goes back.
pub type Millis = u64;

/// One admitted invocation that waits for an environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// The numbers that placement keeps to.
#[derive(Clone, Debug)]
pub struct Settings {
    /// An environment that was idle for so long ends.
    pub idle_ms: u64,
    /// Environments of all functions together.
    pub environments_max: usize,
    /// How long an arrival waits for an environment that is finishing.
    pub finishing_wait_ms: u64,
    /// How long an arrival waits when the machine is full.
    pub capacity_wait_ms: u64,
    /// New environments of one function in any [`BURST_WINDOW_MS`] (AWS: 1,000 in 10 s).
    pub burst_max: u32,
}

/// AWS: "Lambda scaling behavior".
pub const BURST_WINDOW_MS: u64 = 10_000;

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            idle_ms: 600_000,
            environments_max: 1000,
            finishing_wait_ms: 5,
            capacity_wait_ms: 10_000,
            burst_max: 1000,
        }
    }
}

/// Something that placement is told.
#[derive(Clone, Debug)]
pub enum Observation {
    /// An admitted invocation wants an environment that holds `slots` of them at a time.
    Arrived { ticket: Ticket, function: Arc<str>, version: VersionId, slots: u32 },
    /// The init phase went well.
    Ready { environment: EnvironmentId },
    /// The init phase failed and the environment is gone.
    Failed { environment: EnvironmentId },
    /// The response is complete; the environment has not asked for the next event yet.
    Answered { environment: EnvironmentId },
    /// The environment can take another invocation.
    Settled { environment: EnvironmentId },
    /// The environment has ended.
    Gone { environment: EnvironmentId },
    /// So many environments of this version are to be kept ready.
    Provision { version: VersionId, count: u32, slots: u32 },
    /// This version takes no new invocations: end its environments as they become idle.
    Drain { version: VersionId },
    /// Time has passed.
    Tick,
}

/// What the dispatcher is to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Run the invocation there. `fresh`: the environment was started for it.
    Assign {
        ticket: Ticket,
        environment: EnvironmentId,
        fresh: bool,
    },
    /// Start an environment; `provisioned` ones are nobody's cold start.
    Start {
        environment: EnvironmentId,
        version: VersionId,
        provisioned: bool,
    },
    Stop {
        environment: EnvironmentId,
    },
    /// The environment that was started for it failed.
    Fail {
        ticket: Ticket,
        environment: EnvironmentId,
    },
    Throttle {
        ticket: Ticket,
        why: Throttle,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Starting { provisioned: bool },
    Running,
    Stopping,
}

/// What an environment is started for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Purpose {
    Invocation,
    Provisioned,
}

#[derive(Debug)]
struct Place {
    version: VersionId,
    phase: Phase,
    /// Invocations that it runs, of `slots`.
    busy: u32,
    /// Of those, the ones that were answered.
    finishing: u32,
    slots: u32,
    idle_since: Millis,
    /// It has never had an invocation.
    fresh: bool,
}

#[derive(Debug)]
struct Waiting {
    ticket: Ticket,
    /// Start an environment for it from then on.
    start_at: Millis,
    /// Throttle it from then on, if the machine is still full.
    give_up_at: Millis,
}

#[derive(Debug, Default)]
struct Version {
    /// Whose version it is, from its first arrival on.
    function: Arc<str>,
    slots: u32,
    /// Environments with a free slot, the most recently used one last.
    free: Vec<EnvironmentId>,
    waiting: VecDeque<Waiting>,
    starting: u32,
    finishing: u32,
    alive: u32,
    provisioned: u32,
    draining: bool,
}

/// Environments by phase, for the metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Census {
    pub starting: usize,
    pub busy: usize,
    pub idle: usize,
    pub stopping: usize,
}

/// The state of all environments.
#[derive(Debug)]
pub struct Placement {
    settings: Settings,
    places: HashMap<EnvironmentId, Place>,
    versions: HashMap<VersionId, Version>,
    /// By function: when environments were started for its invocations, in the last
    /// [`BURST_WINDOW_MS`] and at most [`Settings::burst_max`] times.
    starts: HashMap<Arc<str>, VecDeque<Millis>>,
    /// Versions with somebody waiting whose time may come.
    queued: HashSet<VersionId>,
    /// Idle environments by the time they became idle: the oldest ends first.
    idle: BTreeMap<(Millis, EnvironmentId), ()>,
    next_environment: u64,
}

impl Placement {
    pub fn new(settings: Settings) -> Placement {
        Placement {
            settings,
            places: HashMap::new(),
            versions: HashMap::new(),
            starts: HashMap::new(),
            queued: HashSet::new(),
            idle: BTreeMap::new(),
            next_environment: 1,
        }
    }

    /// When `Tick` will next have something to do.
    pub fn next_tick(&self, now: Millis) -> Option<Millis> {
        let expiry = self.idle.keys().next().map(|(since, _)| since + self.settings.idle_ms);
        let queued = self.queued.iter().filter_map(|version| {
            let waiting = &self.versions.get(version)?.waiting;
            // A time that is past waits for an environment, not for the clock.
            waiting.iter().flat_map(|w| [w.start_at, w.give_up_at]).filter(|at| *at > now).min()
        });
        queued.chain(expiry).min()
    }

    pub fn census(&self) -> Census {
        let mut census = Census::default();
        for place in self.places.values() {
            match place.phase {
                Phase::Starting { .. } => census.starting += 1,
                Phase::Stopping => census.stopping += 1,
                Phase::Running if place.busy > 0 => census.busy += 1,
                Phase::Running => census.idle += 1,
            }
        }
        census
    }

    /// Whether a version has environments, somebody waiting, or environments to keep.
    pub fn knows(&self, version: VersionId) -> bool {
        self.versions.contains_key(&version)
    }

    /// Environments of a version that can run or do run invocations.
    pub fn ready_of(&self, version: VersionId) -> u32 {
        self.versions.get(&version).map_or(0, |v| v.alive - v.starting)
    }

    /// How many environments of a version are to be kept ready; fewer than were asked for when
    /// some failed.
    pub fn provisioned_of(&self, version: VersionId) -> u32 {
        self.versions.get(&version).map_or(0, |v| v.provisioned)
    }

    /// Decisions are appended to `out`, in the order in which they are to be carried out.
    pub fn step(&mut self, now: Millis, observation: Observation, out: &mut Vec<Decision>) {
        match observation {
            Observation::Arrived { ticket, function, version, slots } => {
                let entry = self.versions.entry(version).or_default();
                entry.slots = slots;
                entry.function = function;
                self.arrive(now, ticket, version, out);
            }
            Observation::Ready { environment } => self.ready(now, environment, out),
            Observation::Failed { environment } => self.failed(now, environment, out),
            Observation::Answered { environment } => {
                if let Some(place) = self.places.get_mut(&environment)
                    && place.phase == Phase::Running
                {
                    place.finishing += 1;
                    self.versions.get_mut(&place.version).expect("of a place").finishing += 1;
                }
            }
            Observation::Settled { environment } => self.settled(now, environment, out),
            Observation::Gone { environment } => self.gone(now, environment, out),
            Observation::Provision { version, count, slots } => {
                let entry = self.versions.entry(version).or_default();
                entry.provisioned = count;
                entry.slots = slots;
                self.fill_provisioned(version, out);
                self.forget_if_empty(version);
            }
            Observation::Drain { version } => self.drain(version, out),
            Observation::Tick => self.tick(now, out),
        }
    }

    fn arrive(&mut self, now: Millis, ticket: Ticket, version: VersionId, out: &mut Vec<Decision>) {
        let entry = self.versions.get_mut(&version).expect("of an arrival");
        // A request that was resolved just before a deploy may arrive after it.
        if let Some(environment) = entry.free.last().copied() {
            self.assign(ticket, environment, out);
            return;
        }
        let may_settle = entry.finishing as usize > entry.waiting.len();
        let wait = if may_settle { self.settings.finishing_wait_ms } else { 0 };
        entry.waiting.push_back(Waiting {
            ticket,
            start_at: now + wait,
            give_up_at: now + self.settings.capacity_wait_ms,
        });
        self.queued.insert(version);
        if !may_settle {
            self.start_for_waiting(now, version, out);
        }
    }

    fn assign(&mut self, ticket: Ticket, environment: EnvironmentId, out: &mut Vec<Decision>) {
        let place = self.places.get_mut(&environment).expect("a free environment is known");
        if place.busy == 0 {
            self.idle.remove(&(place.idle_since, environment));
        }
        place.busy += 1;
        let fresh = std::mem::take(&mut place.fresh);
        if place.busy >= place.slots {
            let free = &mut self.versions.get_mut(&place.version).expect("of a place").free;
            let at = free.iter().rposition(|e| *e == environment).expect("it was free");
            free.remove(at);
        }
        out.push(Decision::Assign { ticket, environment, fresh });
    }

    /// Starts as many environments as the invocations that have waited long enough need.
    fn start_for_waiting(&mut self, now: Millis, version: VersionId, out: &mut Vec<Decision>) {
        loop {
            let Some(entry) = self.versions.get_mut(&version) else {
                return;
            };
            let due = entry.waiting.iter().filter(|w| w.start_at <= now).count();
            if due <= (entry.starting * entry.slots.max(1)) as usize {
                break;
            }
            let function = entry.function.clone();
            let starts = self.starts.entry(function.clone()).or_default();
            while starts.front().is_some_and(|at| now.saturating_sub(*at) >= BURST_WINDOW_MS) {
                starts.pop_front();
            }
            if starts.len() >= self.settings.burst_max as usize {
                let ticket = entry.waiting.pop_back().expect("one is due").ticket;
                out.push(Decision::Throttle { ticket, why: Throttle::Burst });
                continue;
            }
            if self.places.len() >= self.settings.environments_max && !self.evict(version, out) {
                // Wait for somebody to leave; `tick` gives up at the end.
                break;
            }
            self.starts.entry(function).or_default().push_back(now);
            self.start(version, Purpose::Invocation, out);
        }
        self.settle_queue(version);
        self.forget_if_empty(version);
    }

    fn start(&mut self, version: VersionId, purpose: Purpose, out: &mut Vec<Decision>) {
        let provisioned = purpose == Purpose::Provisioned;
        let environment = EnvironmentId(self.next_environment);
        self.next_environment += 1;
        let entry = self.versions.get_mut(&version).expect("started for a known version");
        entry.starting += 1;
        entry.alive += 1;
        self.places.insert(
            environment,
            Place {
                version,
                phase: Phase::Starting { provisioned },
                busy: 0,
                finishing: 0,
                slots: entry.slots.max(1),
                idle_since: 0,
                fresh: !provisioned,
            },
        );
        out.push(Decision::Start { environment, version, provisioned });
    }

    /// Ends the longest idle environment of another version that does not have to be kept.
    ///
    /// Its room is counted as free at once: the machine is over its number of environments for
    /// as long as the old one takes to end.
    fn evict(&mut self, needy: VersionId, out: &mut Vec<Decision>) -> bool {
        let found = self.idle.keys().map(|(_, environment)| *environment).find(|environment| {
            let version = self.places[environment].version;
            let entry = &self.versions[&version];
            version != needy && entry.alive - entry.starting > entry.provisioned
        });
        let Some(environment) = found else {
            return false;
        };
        self.stop(environment, out);
        true
    }

    fn stop(&mut self, environment: EnvironmentId, out: &mut Vec<Decision>) {
        let place = self.places.remove(&environment).expect("stopped while it is known");
        self.idle.remove(&(place.idle_since, environment));
        let entry = self.versions.get_mut(&place.version).expect("of a place");
        entry.free.retain(|e| *e != environment);
        entry.alive -= 1;
        // Still counted in the census until it is gone.
        let place = Place { phase: Phase::Stopping, ..place };
        self.places.insert(environment, place);
        out.push(Decision::Stop { environment });
    }

    fn ready(&mut self, now: Millis, environment: EnvironmentId, out: &mut Vec<Decision>) {
        let Some(place) = self.places.get_mut(&environment) else {
            return;
        };
        if !matches!(place.phase, Phase::Starting { .. }) {
            return;
        }
        place.phase = Phase::Running;
        place.idle_since = now;
        let (version, slots) = (place.version, place.slots);
        let entry = self.versions.get_mut(&version).expect("of a place");
        entry.starting -= 1;
        entry.free.push(environment);
        self.idle.insert((now, environment), ());
        if entry.draining && entry.waiting.is_empty() {
            self.stop(environment, out);
            return;
        }
        self.serve(environment, slots, out);
    }

    /// Gives the free slots of an environment to those who wait.
    fn serve(&mut self, environment: EnvironmentId, slots: u32, out: &mut Vec<Decision>) {
        for _ in 0..slots {
            let Some(place) = self.places.get(&environment) else {
                return;
            };
            let version = place.version;
            if place.busy >= place.slots {
                return;
            }
            let entry = self.versions.get_mut(&version).expect("of a place");
            let Some(waiting) = entry.waiting.pop_front() else {
                return;
            };
            self.assign(waiting.ticket, environment, out);
            self.settle_queue(version);
        }
    }

    fn failed(&mut self, now: Millis, environment: EnvironmentId, out: &mut Vec<Decision>) {
        let Some(place) = self.places.get(&environment) else {
            return;
        };
        let (version, phase) = (place.version, place.phase);
        if let Phase::Starting { provisioned } = phase {
            let entry = self.versions.get_mut(&version).expect("of a place");
            // A provisioned environment that fails is not tried again until the next deploy or
            // setting: it would fail again.
            entry.provisioned -= u32::from(provisioned && entry.provisioned > 0);
            if !provisioned && let Some(waiting) = entry.waiting.pop_front() {
                out.push(Decision::Fail { ticket: waiting.ticket, environment });
            }
        }
        self.gone(now, environment, out);
    }

    fn settled(&mut self, now: Millis, environment: EnvironmentId, out: &mut Vec<Decision>) {
        let Some(place) = self.places.get_mut(&environment) else {
            return;
        };
        if place.phase != Phase::Running {
            return;
        }
        let was_full = place.busy >= place.slots;
        place.busy -= 1;
        place.finishing -= 1;
        let (version, idle) = (place.version, place.busy == 0);
        if idle {
            place.idle_since = now;
            self.idle.insert((now, environment), ());
        }
        let entry = self.versions.get_mut(&version).expect("of a place");
        entry.finishing -= 1;
        if !was_full {
            entry.free.retain(|e| *e != environment);
        }
        entry.free.push(environment);
        if entry.draining && idle && entry.waiting.is_empty() {
            self.stop(environment, out);
            return;
        }
        self.serve(environment, 1, out);
    }

    fn gone(&mut self, now: Millis, environment: EnvironmentId, out: &mut Vec<Decision>) {
        let Some(place) = self.places.remove(&environment) else {
            return;
        };
        let version = place.version;
        self.idle.remove(&(place.idle_since, environment));
        if place.phase != Phase::Stopping {
            let entry = self.versions.get_mut(&version).expect("of a place");
            entry.free.retain(|e| *e != environment);
            entry.alive -= 1;
            entry.finishing -= place.finishing;
            if matches!(place.phase, Phase::Starting { .. }) {
                entry.starting -= 1;
            }
            // Whoever waited for it to finish now needs another.
            for waiting in &mut entry.waiting {
                waiting.start_at = waiting.start_at.min(now);
            }
            self.start_for_waiting(now, version, out);
            self.fill_provisioned(version, out);
        }
        self.forget_if_empty(version);
        // There is room for one that waits for room.
        if let Some(needy) = self.queued.iter().next().copied() {
            self.start_for_waiting(now, needy, out);
        }
    }

    fn fill_provisioned(&mut self, version: VersionId, out: &mut Vec<Decision>) {
        let Some(entry) = self.versions.get_mut(&version) else {
            return;
        };
        if entry.draining {
            return;
        }
        let missing = entry.provisioned.saturating_sub(entry.alive);
        for _ in 0..missing {
            if self.places.len() >= self.settings.environments_max && !self.evict(version, out) {
                break;
            }
            self.start(version, Purpose::Provisioned, out);
        }
    }

    fn drain(&mut self, version: VersionId, out: &mut Vec<Decision>) {
        let Some(entry) = self.versions.get_mut(&version) else {
            return;
        };
        entry.draining = true;
        entry.provisioned = 0;
        for environment in entry.free.clone() {
            if self.places[&environment].busy == 0 {
                self.stop(environment, out);
            }
        }
        self.forget_if_empty(version);
    }

    fn tick(&mut self, now: Millis, out: &mut Vec<Decision>) {
        for version in self.queued.iter().copied().collect::<Vec<_>>() {
            self.start_for_waiting(now, version, out);
            let Some(entry) = self.versions.get_mut(&version) else {
                continue;
            };
            while entry.starting == 0 && entry.waiting.front().is_some_and(|w| w.give_up_at <= now)
            {
                let ticket = entry.waiting.pop_front().expect("there is a front").ticket;
                out.push(Decision::Throttle { ticket, why: Throttle::Capacity });
            }
            self.settle_queue(version);
            self.forget_if_empty(version);
        }
        self.starts.retain(|_, starts| {
            starts.back().is_some_and(|at| now.saturating_sub(*at) < BURST_WINDOW_MS)
        });
        let mut kept = Vec::new();
        while let Some((since, environment)) = self.idle.keys().next().copied() {
            if since + self.settings.idle_ms > now {
                break;
            }
            let entry = &self.versions[&self.places[&environment].version];
            if entry.alive - entry.starting > entry.provisioned {
                let version = self.places[&environment].version;
                self.stop(environment, out);
                self.forget_if_empty(version);
            } else {
                // Kept ready: look at it again after another idle time.
                self.idle.remove(&(since, environment));
                kept.push(environment);
            }
        }
        for environment in kept {
            let place = self.places.get_mut(&environment).expect("kept");
            place.idle_since = now;
            self.idle.insert((now, environment), ());
        }
    }

    /// Keeps `queued` to the versions with somebody waiting; those who only wait for room or for
    /// an environment that is starting need no start of their own.
    fn settle_queue(&mut self, version: VersionId) {
        let waiting = self.versions.get(&version).is_some_and(|v| !v.waiting.is_empty());
        if !waiting {
            self.queued.remove(&version);
        }
    }

    fn forget_if_empty(&mut self, version: VersionId) {
        let empty = self.versions.get(&version).is_some_and(Version::is_empty);
        if empty {
            self.versions.remove(&version);
            self.queued.remove(&version);
        }
    }
}

impl Version {
    /// Nothing of it is there or wanted.
    fn is_empty(&self) -> bool {
        self.alive == 0 && self.waiting.is_empty() && self.provisioned == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Arrivals at one time: how many are assigned, start an environment, and are throttled.
    fn arrive(
        placement: &mut Placement,
        now: Millis,
        (function, version): (&str, u64),
        tickets: std::ops::Range<u64>,
    ) -> (usize, usize, usize) {
        let mut decisions = Vec::new();
        for ticket in tickets {
            let arrived = Observation::Arrived {
                ticket: Ticket(ticket),
                function: function.into(),
                version: VersionId(version),
                slots: 1,
            };
            placement.step(now, arrived, &mut decisions);
        }
        let count = |wanted: fn(&Decision) -> bool| decisions.iter().filter(|d| wanted(d)).count();
        (
            count(|d| matches!(d, Decision::Assign { .. })),
            count(|d| matches!(d, Decision::Start { .. })),
            count(|d| matches!(d, Decision::Throttle { why: Throttle::Burst, .. })),
        )
    }

    /// AWS: "each function can scale by up to 1,000 execution environments every 10 seconds".
    #[test]
    fn a_function_gets_a_thousand_new_environments_in_ten_seconds_and_no_more() {
        let settings = Settings { environments_max: 100_000, ..Settings::default() };
        let mut placement = Placement::new(settings);
        assert_eq!(arrive(&mut placement, 0, ("f", 1), 0..600), (0, 600, 0));
        assert_eq!(arrive(&mut placement, 9_000, ("f", 1), 600..1200), (0, 400, 200));
        // Another version of it is the same function; another function is not.
        assert_eq!(arrive(&mut placement, 9_999, ("f", 2), 1200..1300), (0, 0, 100));
        assert_eq!(arrive(&mut placement, 9_999, ("g", 3), 1300..2400), (0, 1000, 100));
        // Those of the start have left the window, and those of its end have not.
        assert_eq!(arrive(&mut placement, 10_000, ("f", 2), 2400..3400), (0, 600, 400));
        assert_eq!(arrive(&mut placement, 18_999, ("f", 1), 3400..3500), (0, 0, 100));
        assert_eq!(arrive(&mut placement, 19_000, ("f", 1), 3500..4000), (0, 400, 100));
    }

    #[test]
    fn provisioned_environments_do_not_count_as_a_burst() {
        let mut placement = Placement::new(Settings { burst_max: 2, ..Settings::default() });
        let mut decisions = Vec::new();
        let provision = Observation::Provision { version: VersionId(1), count: 5, slots: 1 };
        placement.step(0, provision, &mut decisions);
        assert_eq!(decisions.len(), 5);
        for environment in 1..=5 {
            let ready = Observation::Ready { environment: EnvironmentId(environment) };
            placement.step(1, ready, &mut decisions);
        }
        assert_eq!(arrive(&mut placement, 2, ("f", 1), 0..8), (5, 2, 1));
    }
}
