//! What `benches/guard` counts the instructions of: packet-ins through an app, no socket, no clock.
//!
//! ```text
//! cargo run --release --example instructions -- simple_switch 6400
//! ```
//!
//! All addresses are known and all buffers as large as they get before the first of these packet-ins;
//! what a run with 0 of them costs is what comes before.

use std::env;
use std::error::Error;

mod rig;

use rig::{APPS, BATCH, Rig};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = env::args().skip(1).collect();
    let [app, count] = &args[..] else { return Err("usage: instructions APP PACKET-INS".into()) };
    let known = APPS.into_iter().find(|(name, _)| name == app);
    let (name, version) = known.ok_or_else(|| format!("no app named {app} is measured"))?;
    let turns = count.parse::<u64>()?.div_ceil(BATCH);

    let (hub, apps) = rig::start(&[name]);
    let mut rig = Rig::new(version);
    let bus = apps.bus().clone();
    let written = hub.block_on(async {
        for _ in 0..rig.batches.len() {
            rig.turn(&bus).await;
        }
        let mut written = 0;
        for _ in 0..turns {
            written += rig.turn(&bus).await;
        }
        written
    });
    println!("{} packet-ins, {written} bytes of answers", turns * BATCH);
    Ok(())
}
