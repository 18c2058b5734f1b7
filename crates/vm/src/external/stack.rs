//! A stack as deep as a term is: its memory is the isolate's.

use crate::env::Env;

pub struct Stack<'e, T> {
    items: Vec<T>,
    env: &'e Env,
}

impl<'e, T> Stack<'e, T> {
    /// Items of a stack that grows for the first time.
    const FIRST: usize = 64;

    pub fn new(env: &'e Env) -> Stack<'e, T> {
        Stack { items: Vec::new(), env }
    }

    pub fn push(&mut self, item: T) {
        if self.items.len() == self.items.capacity() {
            let more = self.items.capacity().max(Self::FIRST);
            self.env.account.add_bytes(more * size_of::<T>());
            self.items.reserve_exact(more);
        }
        self.items.push(item);
    }

    pub fn pop(&mut self) -> Option<T> {
        self.items.pop()
    }

    pub fn last_mut(&mut self) -> Option<&mut T> {
        self.items.last_mut()
    }

    pub fn len(&self) -> usize {
        self.items.len()
    }

    pub fn from(&self, start: usize) -> &[T] {
        &self.items[start..]
    }

    pub fn truncate(&mut self, len: usize) {
        self.items.truncate(len);
    }
}

impl<T> Drop for Stack<'_, T> {
    fn drop(&mut self) {
        self.env.account.remove_bytes(self.items.capacity() * size_of::<T>());
    }
}
