//! Memory that a native holds beside the heaps for as long as it works: vectors as long as a guest's
//! data. It is counted in the isolate's account, before it is taken.

use crate::env::Env;

pub struct Held<'e> {
    env: &'e Env,
    bytes: usize,
}

impl<'e> Held<'e> {
    pub fn new(bytes: usize, env: &'e Env) -> Held<'e> {
        env.account.add_bytes(bytes);
        Held { env, bytes }
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.env.account.remove_bytes(self.bytes);
    }
}
