//! The processes of an isolate, found by their number in one step.
//!
//! Numbers go up and are never used again; a process stands in the place that the low bits of its
//! number name, and the next number is one whose place is free.

use crate::process::Process;
use crate::term::Pid;

const PLACES_MIN: usize = 256;
/// The numbers that a pid has room for when it is printed: `<0.Number.Serial>`.
const NUMBER_MAX: u32 = (1 << 28) - 1;

enum Place {
    Free,
    Here(Box<Process>),
    /// Running: whoever runs it has taken it out.
    Out(Pid),
}

pub struct Processes {
    places: Vec<Place>,
    next: u32,
    count: usize,
}

impl Processes {
    pub fn new() -> Processes {
        Processes { places: (0..PLACES_MIN).map(|_| Place::Free).collect(), next: 0, count: 0 }
    }

    pub fn count(&self) -> usize {
        self.count
    }

    /// The pid of the process to come, for which there is a place.
    pub fn next_pid(&mut self) -> Pid {
        if self.count * 2 >= self.places.len() {
            self.grow();
        }
        loop {
            let pid = Pid(self.next);
            if matches!(self.places[self.place(pid)], Place::Free) {
                return pid;
            }
            self.step();
        }
    }

    fn step(&mut self) {
        self.next = if self.next == NUMBER_MAX { 0 } else { self.next + 1 };
    }

    const fn place(&self, pid: Pid) -> usize {
        pid.0 as usize & (self.places.len() - 1)
    }

    fn grow(&mut self) {
        let larger = self.places.len() * 2;
        let before =
            std::mem::replace(&mut self.places, (0..larger).map(|_| Place::Free).collect());
        for place in before {
            let pid = match &place {
                Place::Free => continue,
                Place::Here(process) => process.pid,
                Place::Out(pid) => *pid,
            };
            let index = self.place(pid);
            self.places[index] = place;
        }
    }

    /// Adds the process whose pid `next_pid` has given.
    pub fn insert(&mut self, process: Box<Process>) {
        let index = self.place(process.pid);
        assert!(matches!(self.places[index], Place::Free), "next_pid has found a free place");
        self.places[index] = Place::Here(process);
        self.count += 1;
        self.step();
    }

    pub fn get(&self, pid: Pid) -> Option<&Process> {
        match &self.places[self.place(pid)] {
            Place::Here(process) if process.pid == pid => Some(process),
            _ => None,
        }
    }

    pub fn get_mut(&mut self, pid: Pid) -> Option<&mut Process> {
        let index = self.place(pid);
        match &mut self.places[index] {
            Place::Here(process) if process.pid == pid => Some(process),
            _ => None,
        }
    }

    /// Is there such a process, running or not?
    pub fn contains(&self, pid: Pid) -> bool {
        match &self.places[self.place(pid)] {
            Place::Here(process) => process.pid == pid,
            Place::Out(out) => *out == pid,
            Place::Free => false,
        }
    }

    /// Takes the process out to run it.
    pub fn take(&mut self, pid: Pid) -> Option<Box<Process>> {
        let index = self.place(pid);
        match &self.places[index] {
            Place::Here(process) if process.pid == pid => {}
            _ => return None,
        }
        match std::mem::replace(&mut self.places[index], Place::Out(pid)) {
            Place::Here(process) => Some(process),
            _ => unreachable!("it was there"),
        }
    }

    /// Puts it back after its turn.
    pub fn put(&mut self, process: Box<Process>) {
        let index = self.place(process.pid);
        debug_assert!(matches!(self.places[index], Place::Out(pid) if pid == process.pid));
        self.places[index] = Place::Here(process);
    }

    /// The process that was taken out does not come back.
    pub fn remove(&mut self, pid: Pid) {
        let index = self.place(pid);
        debug_assert!(matches!(self.places[index], Place::Out(out) if out == pid));
        self.places[index] = Place::Free;
        self.count -= 1;
    }

    /// Pids of all that have not been removed, in ascending order.
    pub fn pids(&self) -> Vec<Pid> {
        let mut pids: Vec<Pid> = self
            .places
            .iter()
            .filter_map(|place| match place {
                Place::Free => None,
                Place::Here(process) => Some(process.pid),
                Place::Out(pid) => Some(*pid),
            })
            .collect();
        pids.sort_unstable();
        pids
    }
}

impl Default for Processes {
    fn default() -> Processes {
        Processes::new()
    }
}
