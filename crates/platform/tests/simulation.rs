//! Admission, placement and scaling under a seeded world of arrivals, slow and failing starts,
//! crashes, deploys and changed settings: what must hold at every step, and at the end.
//!
//! A seed that fails is a test that fails the same way each time: `SEED=17 cargo test -p
//! beamlet-platform --test simulation`. `SEEDS=10000` runs more of them.

use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashMap, VecDeque};
use std::sync::Arc;

use beamlet_platform::admission::{self, Admission, Lease};
use beamlet_platform::dispatch::billed_ms;
use beamlet_platform::engine::EnvironmentId;
use beamlet_platform::function::VersionId;
use beamlet_platform::placement::{
    BURST_WINDOW_MS, Decision, Millis, Observation, Placement, Settings, Ticket,
};

/// SplitMix64: all that a seeded world needs of chance.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound.max(1)
    }

    fn percent(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
}

/// What happens at a time; the order of the variants breaks ties.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Happens {
    Arrive,
    Started(EnvironmentId),
    StartFailed(EnvironmentId),
    Answer(EnvironmentId, Ticket),
    Settle(EnvironmentId),
    Crash(EnvironmentId),
    Gone(EnvironmentId),
    Tick,
    Deploy,
    Provision,
    Reserve,
}

#[derive(Debug)]
struct Environment {
    version: VersionId,
    slots: u32,
    running: bool,
    stopping: bool,
    /// Invocations that were assigned and have not settled.
    busy: u32,
    last_used: u64,
    init_us: u64,
}

#[derive(Debug)]
struct Request {
    lease: Lease,
    at: Millis,
}

struct World {
    chance: Chance,
    now: Millis,
    sequence: u64,
    agenda: BinaryHeap<Reverse<(Millis, u64, Happens)>>,
    admission: Admission,
    placement: Placement,
    settings: Settings,
    environments: HashMap<EnvironmentId, Environment>,
    open: HashMap<Ticket, Request>,
    /// By function: the version that requests go to, and its slots.
    current: Vec<(VersionId, u32)>,
    /// Of every version that ever was.
    slots: HashMap<VersionId, u32>,
    reserved: Vec<Option<u32>>,
    account_max: u32,
    next_version: u64,
    next_ticket: u64,
    /// By function: when environments were started for its invocations.
    starts: HashMap<usize, VecDeque<Millis>>,
    /// Of every version that ever was.
    function_of: HashMap<VersionId, usize>,
    arriving: bool,
    resolved: u64,
    throttled: u64,
    fresh: HashMap<EnvironmentId, u32>,
    billed: u64,
    worked_us: u64,
    invocations: u64,
}

impl World {
    fn new(seed: u64) -> World {
        let mut chance = Chance(seed);
        let settings = Settings {
            idle_ms: 1000 + chance.below(5000),
            environments_max: 3 + chance.below(30) as usize,
            finishing_wait_ms: chance.below(10),
            capacity_wait_ms: 100 + chance.below(3000),
            burst_max: 2 + chance.below(40) as u32,
        };
        let account_max = 5 + chance.below(60) as u32;
        let functions = 1 + chance.below(5);
        let mut world = World {
            chance,
            now: 0,
            sequence: 0,
            agenda: BinaryHeap::new(),
            admission: Admission::new(account_max),
            placement: Placement::new(settings.clone()),
            settings,
            environments: HashMap::new(),
            open: HashMap::new(),
            current: Vec::new(),
            slots: HashMap::new(),
            reserved: vec![None; functions as usize],
            account_max,
            next_version: 1,
            next_ticket: 1,
            starts: HashMap::new(),
            function_of: HashMap::new(),
            arriving: true,
            resolved: 0,
            throttled: 0,
            fresh: HashMap::new(),
            billed: 0,
            worked_us: 0,
            invocations: 0,
        };
        for function in 0..functions as usize {
            let version = world.new_version(function);
            world.current.push(version);
        }
        world
    }

    fn new_version(&mut self, function: usize) -> (VersionId, u32) {
        let version = VersionId(self.next_version);
        self.function_of.insert(version, function);
        self.next_version += 1;
        let slots = if self.chance.percent(25) { 2 + self.chance.below(3) as u32 } else { 1 };
        self.slots.insert(version, slots);
        (version, slots)
    }

    fn at(&mut self, later: Millis, happens: Happens) {
        self.sequence += 1;
        self.agenda.push(Reverse((self.now + later, self.sequence, happens)));
    }

    fn observe(&mut self, observation: Observation) {
        let mut decisions = Vec::new();
        self.placement.step(self.now, observation, &mut decisions);
        for decision in decisions {
            self.carry_out(decision);
        }
        self.check();
        if let Some(at) = self.placement.next_tick(self.now) {
            let later = at.saturating_sub(self.now).max(1);
            self.at(later, Happens::Tick);
        }
    }

    fn carry_out(&mut self, decision: Decision) {
        match decision {
            Decision::Start { environment, version, provisioned } => {
                if !provisioned {
                    let free = self.environments.values().any(|e| {
                        e.version == version && e.running && !e.stopping && e.busy < e.slots
                    });
                    assert!(!free, "a warm environment comes before a new one");
                    let starts = self.starts.entry(self.function_of[&version]).or_default();
                    starts.push_back(self.now);
                    while starts.front().is_some_and(|at| at + BURST_WINDOW_MS <= self.now) {
                        starts.pop_front();
                    }
                    assert!(starts.len() <= self.settings.burst_max as usize, "burst");
                }
                let slots = self.slots[&version];
                let init_ms = 1 + self.chance.below(400);
                let made = Environment {
                    version,
                    slots,
                    running: false,
                    stopping: false,
                    busy: 0,
                    last_used: 0,
                    init_us: init_ms * 1000,
                };
                assert!(self.environments.insert(environment, made).is_none(), "ids are new");
                let happens = if self.chance.percent(10) {
                    Happens::StartFailed(environment)
                } else {
                    Happens::Started(environment)
                };
                self.at(init_ms, happens);
            }
            Decision::Assign { ticket, environment, fresh } => {
                assert!(self.open.contains_key(&ticket), "a ticket is resolved once");
                let chosen = &self.environments[&environment];
                assert!(chosen.running && !chosen.stopping, "it is there");
                if chosen.slots == 1 {
                    let newer = self.environments.values().any(|e| {
                        e.version == chosen.version
                            && e.running
                            && !e.stopping
                            && e.busy == 0
                            && e.last_used > chosen.last_used
                    });
                    assert!(!newer, "the most recently used one comes first");
                }
                let chosen = self.environments.get_mut(&environment).expect("checked above");
                chosen.busy += 1;
                let init_us = fresh.then_some(chosen.init_us);
                *self.fresh.entry(environment).or_default() += u32::from(fresh);
                assert!(self.fresh[&environment] <= 1, "one invocation pays for an init");
                let duration_ms = self.chance.below(200);
                let duration_us = duration_ms * 1000 + self.chance.below(1000);
                self.billed += billed_ms(duration_us, init_us);
                self.worked_us += duration_us + init_us.unwrap_or(0);
                self.invocations += 1;
                let crash = self.chance.percent(5);
                let happens = if crash {
                    Happens::Crash(environment)
                } else {
                    Happens::Answer(environment, ticket)
                };
                if crash {
                    self.resolve(ticket);
                }
                self.at(duration_ms, happens);
            }
            Decision::Stop { environment } => {
                let stopped = self.environments.get_mut(&environment).expect("it is known");
                assert!(stopped.busy == 0, "nothing that works is stopped");
                assert!(!stopped.stopping, "it is stopped once");
                stopped.stopping = true;
                let later = self.chance.below(50);
                self.at(later, Happens::Gone(environment));
            }
            Decision::Fail { ticket, environment } => {
                assert!(!self.environments[&environment].running);
                self.resolve(ticket);
            }
            Decision::Throttle { ticket, .. } => {
                self.throttled += 1;
                self.resolve(ticket);
            }
        }
    }

    /// An invocation has its answer: its lease goes back.
    fn resolve(&mut self, ticket: Ticket) {
        let request = self.open.remove(&ticket).expect("a ticket is resolved once");
        let waited = self.now - request.at;
        let bound = self.settings.capacity_wait_ms + 2000;
        assert!(waited <= bound, "an invocation waited {waited} ms");
        self.admission.step(admission::Observation::Ended { lease: request.lease });
        self.resolved += 1;
    }

    fn check(&self) {
        for environment in self.environments.values() {
            assert!(environment.busy <= environment.slots, "concurrency is above its limit");
        }
        let running = self.admission.running_total();
        assert_eq!(running as usize, self.open.len(), "every lease is an open invocation");
        assert!(running <= self.account_max, "the account's limit");
        let alive = self.environments.values().filter(|e| !e.stopping).count();
        assert!(alive <= self.settings.environments_max, "the machine's limit");
    }

    fn name(function: usize) -> Arc<str> {
        format!("f{function}").into()
    }

    fn arrive(&mut self) {
        let function = self.chance.below(self.current.len() as u64) as usize;
        let (version, slots) = self.current[function];
        let name = World::name(function);
        let decision =
            self.admission.step(admission::Observation::Requested { function: name.clone() });
        match decision {
            admission::Decision::Admit(lease) => {
                if let Some(max) = self.reserved[function] {
                    assert!(self.admission.running(&name) <= max, "the reservation is a limit");
                }
                let ticket = Ticket(self.next_ticket);
                self.next_ticket += 1;
                self.open.insert(ticket, Request { lease, at: self.now });
                self.observe(Observation::Arrived { ticket, function: name, version, slots });
            }
            admission::Decision::Throttle(_) => {
                let running = self.admission.running_total();
                assert!(
                    self.reserved[function].is_some() || running > 0 || self.reserved_sum() > 0,
                    "an idle account takes an invocation"
                );
                self.throttled += 1;
            }
            admission::Decision::Noted => unreachable!(),
        }
        if self.arriving {
            // Bursts and quiet times.
            let later = if self.chance.percent(2) {
                self.chance.below(8000)
            } else {
                self.chance.below(20)
            };
            self.at(later, Happens::Arrive);
        }
    }

    fn reserved_sum(&self) -> u32 {
        self.reserved.iter().flatten().sum()
    }

    fn happen(&mut self, happens: Happens) {
        match happens {
            Happens::Arrive => self.arrive(),
            Happens::Started(id) => {
                let environment = self.environments.get_mut(&id).expect("it was starting");
                environment.running = true;
                self.sequence += 1;
                environment.last_used = self.sequence;
                self.observe(Observation::Ready { environment: id });
            }
            Happens::StartFailed(id) => {
                // The environment is gone when this is told; kept for what the step decides.
                self.environments.get_mut(&id).expect("it was starting").stopping = true;
                self.observe(Observation::Failed { environment: id });
                self.environments.remove(&id);
            }
            Happens::Answer(id, ticket) => {
                self.resolve(ticket);
                self.observe(Observation::Answered { environment: id });
                let later = self.chance.below(15);
                self.at(later, Happens::Settle(id));
            }
            Happens::Settle(id) => {
                let Some(environment) = self.environments.get_mut(&id) else { return };
                environment.busy -= 1;
                self.sequence += 1;
                environment.last_used = self.sequence;
                self.observe(Observation::Settled { environment: id });
            }
            Happens::Crash(id) => {
                // Everything that it runs ends with it.
                let Some(gone) = self.environments.remove(&id) else { return };
                let mut kept = BinaryHeap::new();
                for Reverse((at, sequence, happens)) in std::mem::take(&mut self.agenda) {
                    match happens {
                        Happens::Answer(other, ticket) if other == id => self.resolve(ticket),
                        Happens::Settle(other) | Happens::Crash(other) if other == id => {}
                        happens => kept.push(Reverse((at, sequence, happens))),
                    }
                }
                self.agenda = kept;
                assert!(gone.busy > 0);
                self.observe(Observation::Gone { environment: id });
            }
            Happens::Gone(id) => {
                self.environments.remove(&id);
                self.observe(Observation::Gone { environment: id });
            }
            Happens::Tick => self.observe(Observation::Tick),
            Happens::Deploy => {
                let function = self.chance.below(self.current.len() as u64) as usize;
                let (old, _) = self.current[function];
                self.current[function] = self.new_version(function);
                self.observe(Observation::Drain { version: old });
            }
            Happens::Provision => {
                let function = self.chance.below(self.current.len() as u64) as usize;
                let (version, slots) = self.current[function];
                let count = self.chance.below(4) as u32;
                self.observe(Observation::Provision { version, count, slots });
            }
            Happens::Reserve => {
                let function = self.chance.below(self.current.len() as u64) as usize;
                let wanted =
                    if self.chance.percent(50) { None } else { Some(self.chance.below(5) as u32) };
                let name = World::name(function);
                let after = self.admission.unreserved_after(&name, wanted.unwrap_or(0));
                if after > 0 {
                    self.reserved[function] = wanted;
                    let observation =
                        admission::Observation::Reserved { function: name, concurrency: wanted };
                    self.admission.step(observation);
                }
            }
        }
    }

    fn run(&mut self) {
        const BUSY_MS: Millis = 60_000;
        self.at(0, Happens::Arrive);
        for _ in 0..12 {
            let at = self.chance.below(BUSY_MS);
            let happens = match self.chance.below(3) {
                0 => Happens::Deploy,
                1 => Happens::Provision,
                _ => Happens::Reserve,
            };
            self.at(at, happens);
        }
        let mut quiet = false;
        let mut steps = 0;
        while let Some(Reverse((at, _, happens))) = self.agenda.pop() {
            steps += 1;
            assert!(steps < 5_000_000, "the world comes to rest");
            assert!(at >= self.now);
            self.now = at;
            if at > BUSY_MS && !quiet {
                quiet = true;
                self.arriving = false;
                for (version, slots) in self.current.clone() {
                    self.observe(Observation::Provision { version, count: 0, slots });
                }
            }
            if quiet && self.now > BUSY_MS + 60_000 && self.environments.is_empty() {
                break;
            }
            if quiet && happens == Happens::Arrive {
                continue;
            }
            self.happen(happens);
        }
        assert!(self.open.is_empty(), "every invocation has its answer: {:?}", self.open);
        assert_eq!(self.admission.running_total(), 0, "every lease is back");
        assert!(self.environments.is_empty(), "scale to zero: {:?}", self.environments);
        let census = self.placement.census();
        assert_eq!(census, Default::default(), "and the census says so");
        // Billing is the sum of the durations, each rounded up to a millisecond.
        let worked_ms = self.worked_us / 1000;
        assert!(self.billed >= worked_ms && self.billed <= worked_ms + 2 * self.invocations);
    }
}

#[test]
fn the_invariants_hold_in_every_world() {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    let seeds = match number("SEED") {
        Some(seed) => seed..seed + 1,
        None => 0..number("SEEDS").unwrap_or(150),
    };
    let (mut resolved, mut throttled) = (0, 0);
    for seed in seeds.clone() {
        let mut world = World::new(seed);
        let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| world.run()));
        if let Err(panic) = result {
            panic!("SEED={seed}: {:?}", panic.downcast_ref::<String>());
        }
        resolved += world.resolved;
        throttled += world.throttled;
    }
    // A simulation in which nothing happens shows nothing.
    if seeds.end - seeds.start > 10 {
        assert!(resolved > 10_000 && throttled > 100, "{resolved} answered, {throttled} throttled");
    }
}
