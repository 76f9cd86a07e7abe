//! What was found, and how it is told.

use std::fmt;

use crate::logging::Escaped;

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::manager) enum Level {
    /// As it should be.
    Ok,
    /// Good to know.
    Note,
    /// Works, and is perhaps not what is meant.
    Warning,
    /// Does not work.
    Problem,
}

impl Level {
    pub(super) fn name(self) -> &'static str {
        match self {
            Level::Ok => "ok",
            Level::Note => "note",
            Level::Warning => "warning",
            Level::Problem => "problem",
        }
    }
}

/// One thing that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::manager) struct Finding {
    pub(super) level: Level,
    /// Which check found it: `ports`, `rest` ...
    pub(super) check: &'static str,
    pub(super) text: String,
    /// What to do about it; empty if nothing is to be done.
    pub(super) advice: String,
}

impl Finding {
    fn new(level: Level, check: &'static str, text: impl fmt::Display) -> Finding {
        // Names of processes, bridges and files are anybody's.
        Finding { level, check, text: Escaped(text).to_string(), advice: String::new() }
    }

    pub(super) fn ok(check: &'static str, text: impl fmt::Display) -> Finding {
        Finding::new(Level::Ok, check, text)
    }

    pub(super) fn note(check: &'static str, text: impl fmt::Display) -> Finding {
        Finding::new(Level::Note, check, text)
    }

    pub(super) fn warning(check: &'static str, text: impl fmt::Display) -> Finding {
        Finding::new(Level::Warning, check, text)
    }

    pub(super) fn problem(check: &'static str, text: impl fmt::Display) -> Finding {
        Finding::new(Level::Problem, check, text)
    }

    /// With what to do about it.
    pub(super) fn advised(self, advice: impl fmt::Display) -> Finding {
        Finding { advice: Escaped(advice).to_string(), ..self }
    }
}

/// All that was found.
#[derive(Debug, Default)]
pub(in crate::manager) struct Report {
    findings: Vec<Finding>,
}

impl Report {
    pub(super) fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    pub(super) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    pub(super) fn count(&self, level: Level) -> usize {
        self.findings.iter().filter(|finding| finding.level == level).count()
    }

    pub(super) fn has_problem(&self) -> bool {
        self.count(Level::Problem) > 0
    }
}

/// A line for each finding, its advice below it, and the sum at the end.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in &self.findings {
            writeln!(f, "{:<8} {:<9} {}", finding.level.name(), finding.check, finding.text)?;
            if !finding.advice.is_empty() {
                writeln!(f, "{:<18} -> {}", "", finding.advice)?;
            }
        }
        let many = |count: usize, what: &str| match count {
            1 => format!("1 {what}"),
            count => format!("{count} {what}s"),
        };
        let problems = many(self.count(Level::Problem), "problem");
        writeln!(f, "{problems}, {}", many(self.count(Level::Warning), "warning"))
    }
}
