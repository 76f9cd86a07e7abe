//! Hooks that want more than the app.

use ryu_sdn::prelude::*;

#[derive(Default)]
struct Wanting;

#[app]
impl Wanting {
    #[start]
    fn begin(&mut self, _app: AppHandle) -> AppResult {
        Ok(())
    }

    #[stop]
    async fn end(_reason: String) {}
}

fn main() {}
