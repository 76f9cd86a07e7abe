#[app]
impl SimpleSwitch {}

#[app(help = "said here")]
#[cfg(unix)]
/// Not said here.
impl apps::HttpThing {
    #[init]
    fn new() -> AppResult<Self> {
        Ok(HttpThing)
    }
}
