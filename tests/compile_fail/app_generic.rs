//! An app of any type.

use ryu_sdn::prelude::*;

#[derive(Default)]
struct Table<T> {
    rows: Vec<T>,
}

#[app]
impl<T: Default> Table<T> {
    #[start]
    fn begin(&mut self) {
        self.rows.clear();
    }
}

fn main() {}
