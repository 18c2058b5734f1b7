//! Prints Cranelift's code of the functions of a `.beam` file.

use beamlet_compile::{Cranelift, Options};

fn main() {
    let path = std::env::args_os().nth(1).expect("the path of a .beam file");
    let bytes = std::fs::read(path).expect("a file");
    let module = beamlet_code::read::read(&bytes).expect("a .beam file");
    let verified = beamlet_code::verify::verify(module).expect("code that is proven");
    let compiler = Cranelift::new(Options::default()).expect("this machine");
    println!("{}", compiler.listing(&verified).expect("code that is compiled"));
}
