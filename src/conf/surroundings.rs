//! What a program finds where it is started, besides its command line: the environment, and the
//! configuration files that are read without having been named.

use std::env;
use std::path::{Path, PathBuf};

/// The file that Ryu reads before it looks for any other.
const FIRST_CHOICE: &str = "usr/local/etc/ryu/ryu.conf";

/// The environment variables that may set options, and the configuration files that are read when
/// the command line names none. [`Surroundings::default`] is a place where there is nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Surroundings {
    /// Variables that begin with `OS_`, such as `OS_DEFAULT__WSAPI_PORT`, by name.
    pub variables: Vec<(String, String)>,
    /// Files that are read if there is no `--config-file`.
    pub files: Vec<PathBuf>,
    /// Directories that are read if there is no `--config-dir`.
    pub directories: Vec<PathBuf>,
}

impl Surroundings {
    /// Those of this process; `executable` is `ryu-manager` or `ryu`.
    ///
    /// The file is `/usr/local/etc/ryu/ryu.conf`. If there is none, it is `ryu.conf` and
    /// `<executable>.conf`, each from the first of these directories that has it: `~/.ryu`, `~`,
    /// `/etc/ryu`, `/etc`, and `etc/ryu` below `$SNAP_COMMON` and `$SNAP`. Directories with
    /// the names `ryu.conf.d` and `<executable>.conf.d` are looked for in the same places.
    pub fn of_process(executable: &str) -> Surroundings {
        let variables = env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        Surroundings::below(Path::new("/"), executable, variables)
    }

    /// As [`of_process`](Surroundings::of_process), for these variables, in the file system below
    /// `root`.
    pub fn below(
        root: &Path,
        executable: &str,
        mut variables: Vec<(String, String)>,
    ) -> Surroundings {
        let of = |name: &str| {
            let value = variables.iter().find(|(known, _)| known == name)?.1.as_str();
            let path = Path::new(value);
            // An absolute path is one below the root, too.
            (!value.is_empty()).then(|| root.join(path.strip_prefix("/").unwrap_or(path)))
        };
        let (home, snap) = (of("HOME"), [of("SNAP_COMMON"), of("SNAP")]);
        let mut places = Vec::new();
        if let Some(home) = home {
            places.extend([home.join(".ryu"), home]);
        }
        places.extend([root.join("etc/ryu"), root.join("etc")]);
        places.extend(snap.into_iter().flatten().map(|snap| snap.join("etc/ryu")));

        let mut names = vec!["ryu", executable];
        names.dedup();
        let found = |extension: &str| -> Vec<PathBuf> {
            let of_name = |name: &&str| {
                let in_place = |place: &PathBuf| place.join(format!("{name}.{extension}"));
                places.iter().map(in_place).find(|path| path.exists())
            };
            names.iter().filter_map(of_name).collect()
        };
        let first = root.join(FIRST_CHOICE);
        let files = if first.exists() { vec![first] } else { found("conf") };
        let directories = found("conf.d");
        variables.retain(|(name, _)| name.starts_with("OS_"));
        variables.sort();
        Surroundings { variables, files, directories }
    }
}
