//! Code made up at random that the verifier accepts is run, with values that are only their types,
//! and everything that the verifier has claimed is compared with what happens: an instruction that
//! runs is reached, an operand is of the type that was proven, what is read was set, what is built
//! was set aside, a context stays in registers, and each function leaves as it came.
//!
//! Where compiled code would check (`Helper::Refuse`), the run ends. What tests, BIFs and elements
//! give is chance, within what the language allows.

mod generate;
mod machine;

use rand::SeedableRng;
use rand::rngs::SmallRng;

#[test]
fn whatever_accepted_code_does_the_verifier_has_said_so() {
    let (mut accepted, mut steps) = (0, 0);
    for seed in 0..20_000 {
        let mut chance = SmallRng::seed_from_u64(seed);
        let module = generate::module(&mut chance);
        let Ok(verified) = beamlet_code::verify::verify(module) else { continue };
        accepted += 1;
        for _ in 0..6 {
            steps += machine::run(&verified, &mut chance).unwrap_or_else(|wrong| {
                let listing = beamlet_code::listing::Listing::with_facts(&verified);
                panic!("seed {seed}: {wrong}\n{listing}");
            });
        }
    }
    // Enough gets through to mean something.
    assert!(accepted > 1_000, "{accepted} modules");
    assert!(steps > 50_000, "{steps} instructions");
}
