//! The page `docs/options.md`, generated from the rows.

use super::option::{Kind, Row};
use super::table::Table;

const HEAD: &str = "\
# Options

Of `ryu-manager` and `ryu run`. Generated from the option table; a test keeps it current
(`UPDATE_EXPECT=1 cargo test --lib conf` rewrites it).

Values come from, the later over the earlier: the defaults below, configuration files, the environment,
the command line.

| Where | How |
|---|---|
| command line | `--name VALUE` or `--name=VALUE`; `--x` and `--nox` for a switch; underscores for dashes; as much of a name as tells it from the others (what was enough for Ryu's is enough here); lists with commas; the last of several counts |
| environment | `OS_DEFAULT__WSAPI_PORT=9090`, `OS_ZAPI__SERVER_HOST=::1`: the group, two underscores, the key, all in capitals |
| file | `--config-file FILE`, more than once if need be; without one `/usr/local/etc/ryu/ryu.conf`, or else `ryu.conf` and `ryu-manager.conf` out of `~/.ryu`, `~`, `/etc/ryu`, `/etc` |
| directory | `--config-dir DIR`: its `*.conf` and `*.toml` in the order of their names; without one `ryu.conf.d` and `ryu-manager.conf.d` out of the same places |

A file whose name ends with `.toml` is TOML, one that ends with `.conf` or `.ini` is in the form of Ryu's
(`key = value`, `[group]`, `$other_key` in values); any other is what it can be read as. Keys have
underscores; a key of a group stands in the table of its name, any other at the top or in `[DEFAULT]`.
`$name` and `${group.name}` stand for another option's value on the command line and in the environment,
too, as in Ryu; `$$` is a dollar sign. An unknown key is a warning, a value that an option does not accept
is an error.

Exit status: 0 after SIGTERM and SIGINT, `--help` and `--version`; 1 if a value, a file, an app or a port
is wrong; 2 if the command line is.
";

/// A Markdown page with every option of the table.
pub fn page(table: &Table) -> String {
    let mut out = HEAD.to_owned();
    let mut heading = "";
    for (section, row) in table.rows().filter(|(_, row)| row.no_effect().is_none()) {
        if heading != section {
            heading = section;
            out.push_str(&format!(
                "\n## {section}\n\n| Option | Value | Default | |\n|---|---|---|---|\n"
            ));
        }
        let help = row.help().join(" ");
        out.push_str(&format!(
            "| {} | {} | {} | {} |\n",
            name(row),
            accepted(row),
            default(row),
            cell(&help)
        ));
    }
    out.push_str(
        "\n## Ryu's, without effect\n\nAccepted, checked and passed over with a line that says so.\n\n\
         | Option | Value | Default | Why |\n|---|---|---|---|\n",
    );
    for (_, row) in table.rows() {
        if let Some(reason) = row.no_effect() {
            out.push_str(&format!(
                "| {} | {} | {} | {} |\n",
                name(row),
                accepted(row),
                default(row),
                cell(reason)
            ));
        }
    }
    out
}

fn name(row: &Row) -> String {
    match row.on_command_line() {
        true => format!("`--{}`", row.long()),
        false => format!("`{}`, not on the command line", row.full_key()),
    }
}

fn accepted(row: &Row) -> String {
    let unit = row.unit().map_or(String::new(), |unit| format!(" {unit}"));
    let text = match row.kind() {
        Kind::Bool => "switch".to_owned(),
        Kind::Text => "text".to_owned(),
        Kind::Path => "path".to_owned(),
        Kind::List => "list".to_owned(),
        Kind::Choice(words) => words.join(", "),
        kind => format!("{} {}{unit}", kind.noun(), kind.accepted()),
    };
    cell(&text)
}

fn default(row: &Row) -> String {
    let value = row.default_value().map(|value| row.shown_on_command_line(&value));
    match value.filter(|value| !value.is_empty()) {
        Some(value) if row.kind() == Kind::Bool => {
            if value == "true" { "on" } else { "off" }.to_owned()
        }
        Some(value) => format!("`{value}`"),
        None => "none".to_owned(),
    }
}

/// Text that cannot end its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}
