//! Parts of an isolate that only one family of natives knows, found by their type.

use std::any::{Any, TypeId};
use std::collections::HashMap;

#[derive(Default)]
pub struct Extensions {
    parts: HashMap<TypeId, Box<dyn Any>>,
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
