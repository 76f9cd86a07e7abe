//! The nearest known name to a mistyped one, for "did you mean" in messages.

/// The candidate that differs from `name` by the fewest typing slips (a letter too many, too few,
/// wrong, or two swapped; upper and lower case are the same), if that is few enough to be likely:
/// a third of the name's length.
///
/// Of candidates equally near the first is returned.
///
/// ```
/// use ryu_sdn::conf::nearest;
/// assert_eq!(nearest("wsapi_prot", ["wsapi_host", "wsapi_port"]), Some("wsapi_port"));
/// assert_eq!(nearest("colour", ["wsapi_host", "wsapi_port"]), None);
/// ```
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest_all(name, candidates).first().copied()
}

/// All candidates that [`nearest`] would consider, the nearest first.
pub fn nearest_all<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let folded = |name: &str| name.chars().map(|c| c.to_ascii_lowercase()).collect::<Vec<_>>();
    let name = folded(name);
    let slips_max = (name.len() / 3).max(1);
    let mut near: Vec<_> = candidates
        .into_iter()
        .map(|candidate| (slips(&name, &folded(candidate)), candidate))
        .filter(|(slips, _)| *slips <= slips_max)
        .collect();
    near.sort_by_key(|(slips, _)| *slips);
    near.into_iter().map(|(_, candidate)| candidate).collect()
}

/// Number of slips between two names (optimal string alignment distance).
fn slips(a: &[char], b: &[char]) -> usize {
    // Three rows of the table are enough: this one, the one before, and one more for a swap.
    let mut before_last = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i; b.len() + 1];
        for j in 1..=b.len() {
            let wrong = usize::from(a[i - 1] != b[j - 1]);
            row[j] = (last[j] + 1).min(row[j - 1] + 1).min(last[j - 1] + wrong);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                row[j] = row[j].min(before_last[j - 2] + 1);
            }
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(a: &str, b: &str) -> usize {
        slips(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>())
    }

    #[test]
    fn slips_are_counted_one_by_one() {
        assert_eq!(count("port", "port"), 0);
        assert_eq!(count("port", "prt"), 1);
        assert_eq!(count("port", "poort"), 1);
        assert_eq!(count("port", "part"), 1);
        assert_eq!(count("port", "prot"), 1);
        assert_eq!(count("", "port"), 4);
        assert_eq!(count("port", ""), 4);
    }

    #[test]
    fn a_name_that_is_nothing_alike_has_no_nearest() {
        assert_eq!(nearest("", ["verbose"]), None);
        assert_eq!(nearest("xyz", ["verbose", "log-file"]), None);
        assert_eq!(nearest("verbsoe", ["log-file", "verbose"]), Some("verbose"));
    }
}
