//! Numbers of the VM against their laws and against stock `erl`.

mod floats;
mod integers;
mod laws;
mod math;
mod oracle;
