//! The option table: all rows that are linked into the program, in a settled order.

use std::collections::BTreeMap;

use super::option::{Block, Kind, Row};

/// Long options that every program has besides the rows.
const BUILT_IN: [&str; 5] = ["config-dir", "config-file", "help", "shell-completion", "version"];

/// All option rows, sorted by section and then in the order of declaration.
#[derive(Clone, Debug, Default)]
pub struct Table {
    blocks: Vec<&'static Block>,
}

/// Two options want the same name; one line each.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", lines.join("\n"))]
pub struct DuplicateOptions {
    lines: Vec<String>,
}

impl Table {
    /// The rows that [`options!`](crate::options) registered anywhere in this program.
    ///
    /// # Errors
    ///
    /// [`DuplicateOptions`] if two rows want the same name; it lists all such names.
    pub fn collect() -> Result<Table, DuplicateOptions> {
        Table::from_blocks(inventory::iter::<Block>)
    }

    /// A table of these blocks, in whatever order they come.
    ///
    /// # Errors
    ///
    /// [`DuplicateOptions`] if two rows want the same name; it lists all such names.
    pub fn from_blocks(
        blocks: impl IntoIterator<Item = &'static Block>,
    ) -> Result<Table, DuplicateOptions> {
        let mut blocks: Vec<_> = blocks.into_iter().collect();
        // Registration has no order of its own; file and line give declaration order.
        blocks.sort_by_key(|block| (block.section, block.file, block.line));
        let table = Table { blocks };
        let lines = table.duplicates();
        if lines.is_empty() { Ok(table) } else { Err(DuplicateOptions { lines }) }
    }

    /// The part of the table that a program with fewer options wants: the named sections.
    #[must_use]
    pub fn only_sections(&self, sections: &[&str]) -> Table {
        let blocks = self.blocks.iter().copied();
        Table { blocks: blocks.filter(|block| sections.contains(&block.section)).collect() }
    }

    /// Every row with the heading of its section.
    pub fn rows(&self) -> impl Iterator<Item = (&'static str, &'static Row)> + '_ {
        self.blocks.iter().flat_map(|block| block.rows.iter().map(|row| (block.section, *row)))
    }

    /// The row for a key of a file, in the table `group`; dashes and underscores are the same.
    pub(super) fn find(&self, group: Option<&str>, key: &str) -> Option<&'static Row> {
        let name = key.replace('_', "-");
        let group = group.map(|group| group.replace('_', "-"));
        self.rows()
            .map(|(_, row)| row)
            .find(|row| row.name() == name && row.group() == group.as_deref())
    }

    /// The names of the groups, each once, in the order of their first rows.
    pub(super) fn groups(&self) -> Vec<&'static str> {
        let mut groups = Vec::new();
        for group in self.rows().filter_map(|(_, row)| row.group()) {
            if !groups.contains(&group) {
                groups.push(group);
            }
        }
        groups
    }

    /// One line per name that is claimed more than once.
    fn duplicates(&self) -> Vec<String> {
        let mut claims: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for name in BUILT_IN {
            claims.entry(name.to_owned()).or_default().push("built in".to_owned());
        }
        for block in &self.blocks {
            let place = format!("{}:{}", block.file, block.line);
            for row in block.rows {
                claims.entry(row.long().into_owned()).or_default().push(place.clone());
                if row.kind() == Kind::Bool {
                    let off = format!("no{}", row.long());
                    let place = format!("{place} (the off form of --{})", row.long());
                    claims.entry(off).or_default().push(place);
                }
            }
        }
        claims
            .into_iter()
            .filter(|(_, places)| places.len() > 1)
            .map(|(name, places)| {
                format!("option --{name} is declared more than once: {}", places.join(", "))
            })
            .collect()
    }
}
