//! `ryu new`: a crate with an app, a test on the embedded network and a Mininet script.
//!
//! The files are the `.tmpl` files beside this one. In them `{{name}}` stands for a value, and lines
//! from `%if name` to `%end` are there or not.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Arg, ArgAction, ArgMatches, Command};

use crate::conf::Exit;

/// The name of the subcommand.
pub const NAME: &str = "new";

/// Where a file goes, and what it is made from.
const FILES: &[(&str, &str)] = &[
    ("Cargo.toml", include_str!("new/Cargo.toml.tmpl")),
    (".gitignore", "/target\n"),
    ("rustfmt.toml", "use_small_heuristics = \"Max\"\n"),
    ("README.md", include_str!("new/README.md.tmpl")),
    ("src/lib.rs", include_str!("new/lib.rs.tmpl")),
    ("src/main.rs", include_str!("new/main.rs.tmpl")),
    ("tests/network.rs", include_str!("new/network.rs.tmpl")),
    ("mininet_test.py", include_str!("new/mininet_test.py.tmpl")),
];

/// The checkout that this program was built from. It is used where it is still there.
const CHECKOUT: &str = env!("CARGO_MANIFEST_DIR");

/// Names that Rust or cargo keep for themselves.
const RESERVED: &[&str] = &[
    "abstract",
    "alloc",
    "as",
    "async",
    "await",
    "become",
    "box",
    "break",
    "const",
    "continue",
    "core",
    "crate",
    "do",
    "dyn",
    "else",
    "enum",
    "extern",
    "false",
    "final",
    "fn",
    "for",
    "gen",
    "if",
    "impl",
    "in",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "override",
    "priv",
    "proc_macro",
    "pub",
    "ref",
    "return",
    "ryu_sdn",
    "self",
    "static",
    "std",
    "struct",
    "super",
    "test",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "unsized",
    "use",
    "virtual",
    "where",
    "while",
    "yield",
];

/// The longest name: it is a file's name too, in several forms.
const NAME_MAX: usize = 64;

/// The subcommand.
pub fn command() -> Command {
    let option = |name: &'static str, metavar: &'static str| {
        Arg::new(name).long(name).value_name(metavar).num_args(1)
    };
    Command::new(NAME)
        .about("Make a crate with an app of your own, its test and a Mininet script")
        .after_help(
            "The app is a learning switch to begin with. `cargo test` in the crate runs it on the \
             embedded network.\n\n\
             ryu new my_app\n\
             ryu new --rest --openflow 13 ~/apps/my_app",
        )
        .arg(
            Arg::new("crate")
                .value_name("[DIR/]NAME")
                .required(true)
                .help("The crate, which is also the app: lower case, digits and _, a letter first"),
        )
        .arg(
            option("openflow", "VERSIONS")
                .default_value("10,13")
                .help("The versions that the app speaks: 10, 13, or both"),
        )
        .arg(
            Arg::new("rest")
                .long("rest")
                .action(ArgAction::SetTrue)
                .help("With a REST route that shows the app's table"),
        )
        .arg(option("path", "DIR").conflicts_with("git").help(
            "Take ryu-sdn from this folder [default: the one this program was built from, if it \
             is there, else the repository]",
        ))
        .arg(option("git", "URL").help("Take ryu-sdn from this repository"))
}

/// Makes the crate. `is_taken` says whether an app of that name is compiled in already.
///
/// # Errors
/// The [`Exit`] to report: a name that cannot be, a folder that is there already, a file that cannot be
/// written.
pub fn run(matches: &ArgMatches, is_taken: impl Fn(&str) -> bool) -> Result<ExitCode, Exit> {
    let text = |name: &str| matches.get_one::<String>(name).map(String::as_str);
    let folder = PathBuf::from(text("crate").unwrap_or_default());
    let name = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
    check_name(name, is_taken)?;
    let versions = versions(text("openflow").unwrap_or_default())?;
    let dependency = dependency(text("path"), text("git"))?;
    let speaks_1_3 = versions.contains(&"V1_3");
    let values = [
        ("app", name.to_owned()),
        ("type", type_name(name)),
        ("versions", versions.join(", ")),
        ("protocols", if speaks_1_3 { "OpenFlow13" } else { "OpenFlow10" }.to_owned()),
        ("dependency", dependency.clone()),
        ("ryu_version", env!("CARGO_PKG_VERSION").to_owned()),
    ];
    let conditions = [
        ("rest", matches.get_flag("rest")),
        ("only_1_3", versions == ["V1_3"]),
        ("both", versions.len() == 2),
        ("miss", speaks_1_3),
    ];
    let files: Vec<(&str, String)> =
        FILES.iter().map(|(path, text)| (*path, fill(text, &values, &conditions))).collect();
    write(&folder, &files)?;

    let mut out = format!("{} with ryu-sdn = {dependency}:\n", folder.display());
    files.iter().for_each(|(path, _)| out += &format!("    {path}\n"));
    let shown = folder.display();
    out += &format!(
        "\ncd {shown}\n\
         cargo test                                          # on the embedded network\n\
         cargo run -- sim --topo linear,3 --test pingall {name}\n\
         cargo run                                           # waits for switches on 6653 and 6633\n"
    );
    Err(Exit::output(out))
}

/// A name of a crate that is also one of an app that is not there yet.
fn check_name(name: &str, is_taken: impl Fn(&str) -> bool) -> Result<(), Exit> {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let why = if name.is_empty() || name.len() > NAME_MAX {
        format!("expected 1 to {NAME_MAX} characters")
    } else if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(good) {
        let mut better = name.to_ascii_lowercase().replace(['-', ' ', '.'], "_");
        better.retain(good);
        let better = better.trim_start_matches(|c: char| !c.is_ascii_lowercase());
        let hint = match better {
            "" => String::new(),
            better => format!("; did you mean {better}?"),
        };
        format!("expected lower case, digits and _, a letter first{hint}")
    } else if RESERVED.contains(&name) {
        "Rust keeps that name for itself".to_owned()
    } else if is_taken(name) {
        "an app of that name is built in, and both would be in your program".to_owned()
    } else {
        return Ok(());
    };
    Err(Exit::failure(format_args!("the name {name:?} cannot be used: {why}")))
}

/// `10,13` as the names of our constants, ascending.
fn versions(text: &str) -> Result<Vec<&'static str>, Exit> {
    let mut versions = Vec::new();
    for one in text.split(',') {
        versions.push(match one.trim() {
            "10" | "1.0" => "V1_0",
            "13" | "1.3" => "V1_3",
            other => {
                let reason = format!("--openflow: {other:?} is none of 10, 13");
                return Err(Exit::failure(reason));
            }
        });
    }
    versions.sort_unstable();
    versions.dedup();
    Ok(versions)
}

/// What stands behind `ryu-sdn =` in the crate.
fn dependency(path: Option<&str>, git: Option<&str>) -> Result<String, Exit> {
    if let Some(url) = git {
        return Ok(format!("{{ git = {} }}", quoted(url)));
    }
    let is_ours = |folder: &Path| {
        let manifest = read(&folder.join("Cargo.toml")).unwrap_or_default();
        manifest.lines().any(|line| line.trim() == "name = \"ryu-sdn\"")
    };
    if let Some(path) = path {
        let folder = Path::new(path);
        if !is_ours(folder) {
            let reason = format_args!("--path: {path} has no Cargo.toml of ryu-sdn").to_string();
            return Err(Exit::failure(reason));
        }
        let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.to_owned());
        return Ok(format!("{{ path = {} }}", quoted(&folder.display().to_string())));
    }
    Ok(match is_ours(Path::new(CHECKOUT)) {
        true => format!("{{ path = {} }}", quoted(CHECKOUT)),
        false => format!("{{ git = {} }}", quoted(env!("CARGO_PKG_REPOSITORY"))),
    })
}

/// A string of TOML, which those of JSON are.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// `my_app` as `MyApp`.
fn type_name(name: &str) -> String {
    let words = name.split('_').filter(|word| !word.is_empty());
    let capital = |word: &str| word[..1].to_ascii_uppercase() + &word[1..];
    words.map(capital).collect()
}

/// The text of a template.
fn fill(template: &str, values: &[(&str, String)], conditions: &[(&str, bool)]) -> String {
    let mut text = String::new();
    let mut is_in = true;
    for line in template.lines() {
        let line_is = line.trim();
        if let Some(name) = line_is.strip_prefix("%if ") {
            is_in = conditions.iter().any(|(other, holds)| *other == name && *holds);
        } else if line_is == "%end" {
            is_in = true;
        } else if is_in {
            text += line;
            text.push('\n');
        }
    }
    values.iter().fold(text, |text, (name, value)| text.replace(&format!("{{{{{name}}}}}"), value))
}

#[expect(clippy::disallowed_methods, reason = "no loop runs in this program")]
fn read(path: &Path) -> io::Result<String> {
    fs::read_to_string(path)
}

/// Writes the files into a folder that is not there yet.
#[expect(clippy::disallowed_methods, reason = "no loop runs in this program")]
fn write(folder: &Path, files: &[(&str, String)]) -> Result<(), Exit> {
    let failed = |path: &Path, error: io::Error| {
        Exit::failure(format_args!("cannot make {}: {error}", path.display()))
    };
    match fs::create_dir(folder) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let reason = format_args!("{} is there already; nothing is changed", folder.display());
            return Err(Exit::failure(reason));
        }
        made => made.map_err(|error| failed(folder, error))?,
    }
    for (path, text) in files {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|error| failed(parent, error))?;
        }
        fs::write(&path, text).map_err(|error| failed(&path, error))?;
        #[cfg(unix)]
        if path.extension().is_some_and(|end| end == "py") {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::Permissions::from_mode(0o755);
            fs::set_permissions(&path, mode).map_err(|error| failed(&path, error))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(name: &str) -> String {
        check_name(name, |name| name == "simple_switch_13")
            .map_or_else(|exit| exit.stderr, |()| String::new())
    }

    #[test]
    fn names() {
        for good in ["my_app", "a", "fw2"] {
            assert_eq!(refused(good), "");
        }
        for (bad, why) in [
            ("", "1 to 64"),
            ("My-App", "did you mean my_app?"),
            ("2fast", "did you mean fast?"),
            ("_x", "did you mean x?"),
            ("größe", "did you mean gre?"),
            ("match", "Rust keeps"),
            ("ryu_sdn", "Rust keeps"),
            ("simple_switch_13", "is built in"),
        ] {
            assert!(refused(bad).contains(why), "{bad}: {}", refused(bad));
        }
        assert_eq!(type_name("my_2nd_app"), "My2ndApp");
    }

    #[test]
    fn templates_have_no_marks_left_in_any_form() {
        let names = ["app", "type", "versions", "protocols", "dependency", "ryu_version"];
        let values = names.map(|name| (name, "x".to_owned()));
        for bits in 0..16_u8 {
            let names = ["rest", "only_1_3", "both", "miss"];
            let conditions: Vec<_> =
                names.iter().enumerate().map(|(i, name)| (*name, bits >> i & 1 == 1)).collect();
            for (path, template) in FILES {
                let text = fill(template, &values, &conditions);
                assert!(!text.contains("{{") && !text.contains("%if"), "{path}: {text}");
                assert_eq!(template.matches("%if ").count(), template.matches("%end").count());
            }
        }
    }

    #[test]
    fn versions_and_where_the_library_comes_from() {
        assert_eq!(versions("13,10, 1.3").unwrap(), ["V1_0", "V1_3"]);
        assert!(versions("14").unwrap_err().stderr.contains("\"14\" is none of 10, 13"));
        assert_eq!(dependency(None, Some("https://x/y")).unwrap(), "{ git = \"https://x/y\" }");
        assert!(dependency(Some("src"), None).unwrap_err().stderr.contains("no Cargo.toml"));
        assert_eq!(dependency(None, None).unwrap(), format!("{{ path = {CHECKOUT:?} }}"));
    }
}
