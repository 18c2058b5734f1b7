//! Parts of an isolate that only one family of natives knows, found by their type.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

#[derive(Default)]
pub struct Extensions {
    parts: HashMap<TypeId, Box<dyn Any>, Quick>,
}

impl Extensions {
    /// The part of that type; made empty when it is first asked for.
    pub fn get<T: Any + Default>(&mut self) -> &mut T {
        self.parts
            .entry(TypeId::of::<T>())
            .or_insert_with(|| Box::<T>::default())
            .downcast_mut()
            .expect("the part is of the type that it is filed under")
    }

    /// The part, if it has been used.
    pub fn peek<T: Any>(&self) -> Option<&T> {
        self.parts.get(&TypeId::of::<T>()).and_then(|part| part.downcast_ref())
    }
}

/// Hashes numbers that the isolate itself gives out, and types: nobody chooses them to collide.
pub type Quick = BuildHasherDefault<Multiply>;

#[derive(Default)]
pub struct Multiply(u64);

impl Hasher for Multiply {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    fn write_u64(&mut self, number: u64) {
        // The golden ratio; the high bits, which tell entries apart, depend on all of the number.
        let mixed = (self.0 ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        self.0 = mixed ^ mixed >> 32;
    }
}
