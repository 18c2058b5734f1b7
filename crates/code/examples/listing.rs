//! Prints the instructions of a `.beam` file, and the verdict on it.

use beamlet_code::listing::Listing;

fn main() {
    let path = std::env::args_os().nth(1).expect("the argument is a .beam file");
    let bytes = std::fs::read(path).expect("the file can be read");
    match beamlet_code::read::read(&bytes) {
        Ok(module) => match beamlet_code::verify::verify(module.clone()) {
            Ok(verified) => print!("{}", Listing::with_facts(&verified)),
            Err(refusal) => println!("{}\n{refusal}", Listing::of(&module)),
        },
        Err(error) => println!("{error}"),
    }
}
