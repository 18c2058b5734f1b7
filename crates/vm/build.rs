//! Hands the target's name to the crate: programs ask for it (`system_info(system_architecture)`).
fn main() {
    println!("cargo::rustc-env=BEAMLET_TARGET={}", std::env::var("TARGET").unwrap_or_default());
}
