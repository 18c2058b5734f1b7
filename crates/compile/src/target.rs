//! The machine that code is made for: Cranelift's settings, and the name that artifacts carry.

use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::settings::{self, Configurable};

/// Settings that are not Cranelift's defaults. All of them are part of the fingerprint.
const SETTINGS: &[(&str, &str)] = &[
    ("opt_level", "speed"),
    // The context's register.
    ("enable_pinned_reg", "true"),
    // Tail calls want it.
    ("preserve_frame_pointers", "true"),
    // No table of global offsets: what is colocated is reached relative to the program counter
    // anyway, and there is nothing else.
    ("is_pic", "false"),
    // Frames of compiled code are a few words, and none is below another.
    ("enable_probestack", "false"),
    ("unwind_info", "false"),
    // Code loads nothing through an address that a guest chooses and a branch guards.
    ("enable_heap_access_spectre_mitigation", "false"),
    ("enable_table_access_spectre_mitigation", "false"),
];

/// Code for the machine that this runs on, with the features that it has.
pub fn native() -> Result<OwnedTargetIsa, String> {
    let mut flags = settings::builder();
    for (name, value) in SETTINGS {
        flags.set(name, value).map_err(|error| format!("setting {name}: {error}"))?;
    }
    let verifier = if cfg!(debug_assertions) { "true" } else { "false" };
    flags.set("enable_verifier", verifier).map_err(|error| error.to_string())?;
    let builder = cranelift_native::builder().map_err(str::to_owned)?;
    builder.finish(settings::Flags::new(flags)).map_err(|error| error.to_string())
}

/// Everything that decides which bytes the same code becomes.
pub fn fingerprint(isa: &OwnedTargetIsa) -> String {
    let mut text = format!(
        "cranelift {} {} source={}",
        cranelift_codegen::VERSION,
        isa.triple(),
        env!("BEAMLET_COMPILE_SOURCE"),
    );
    for (name, value) in SETTINGS {
        text.push_str(&format!(" {name}={value}"));
    }
    for flag in isa.isa_flags() {
        if flag.as_bool() == Some(true) {
            text.push_str(&format!(" +{}", flag.name));
        }
    }
    text
}
