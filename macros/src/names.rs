//! Words for people: names made from types, types as they are written, the word that was meant.

use quote::ToTokens;
use syn::Type;

/// `L2Switch` as `l2_switch`: what an app is called that was given no name.
pub(crate) fn snake_case(type_name: &str) -> String {
    let letters: Vec<char> = type_name.trim_start_matches("r#").chars().collect();
    let mut name = String::new();
    for (i, &letter) in letters.iter().enumerate() {
        if letter.is_uppercase() {
            let after_lower = i > 0 && !letters[i - 1].is_uppercase() && letters[i - 1] != '_';
            let before_lower = letters.get(i + 1).is_some_and(|next| next.is_lowercase());
            // The second clause parts `HTTPServer` before its last capital.
            if after_lower || (i > 0 && letters[i - 1].is_uppercase() && before_lower) {
                name.push('_');
            }
            name.extend(letter.to_lowercase());
        } else {
            name.push(letter);
        }
    }
    name
}

/// The last name of a path type: `L2Switch` of `apps::L2Switch`.
pub(crate) fn last_name(ty: &Type) -> Option<String> {
    match ty {
        Type::Path(path) => {
            let name = path.path.segments.last()?.ident.to_string();
            Some(name.trim_start_matches("r#").to_owned())
        }
        Type::Group(group) => last_name(&group.elem),
        Type::Paren(paren) => last_name(&paren.elem),
        _ => None,
    }
}

/// The type without the invisible parentheses that a `macro_rules` argument comes in.
pub(crate) fn peeled(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => peeled(&group.elem),
        ty => ty,
    }
}

/// Tokens as a person writes them: `&ofp_event::PacketIn`, not `& ofp_event :: PacketIn`.
pub(crate) fn written(tokens: impl ToTokens) -> String {
    let mut text = tokens.into_token_stream().to_string();
    for (spaced, tight) in [
        (" :: ", "::"),
        (":: ", "::"),
        (" ::", "::"),
        (" < ", "<"),
        ("< ", "<"),
        (" <", "<"),
        (" >", ">"),
        ("& ", "&"),
        (" ,", ","),
    ] {
        text = text.replace(spaced, tight);
    }
    text
}

/// The word of `known` that `given` was probably meant to be.
pub(crate) fn nearest<'a>(given: &str, known: &[&'a str]) -> Option<&'a str> {
    let given = given.to_lowercase();
    known
        .iter()
        .map(|word| (distance(&given, &word.to_lowercase()), *word))
        .filter(|(distance, word)| *distance <= word.len().max(3) / 3)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, word)| word)
}

/// `; did you mean ...?`, or nothing.
pub(crate) fn did_you_mean(given: &str, known: &[&str]) -> String {
    match nearest(given, known) {
        Some(word) => format!("; did you mean `{word}`?"),
        None => String::new(),
    }
}

/// How many letters were mistyped: changed, left out, put in, or swapped with their neighbour.
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut rows = vec![(0..=b.len()).collect::<Vec<usize>>()];
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let changed = rows[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut least = changed.min(rows[i - 1][j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                least = least.min(rows[i - 2][j - 2] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[a.len()][b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_become_names() {
        for (type_name, name) in [
            ("L2Switch", "l2_switch"),
            ("SimpleSwitch13", "simple_switch13"),
            ("HTTPServer", "http_server"),
            ("Dpset", "dpset"),
            ("r#Match", "match"),
            ("My_App", "my_app"),
        ] {
            assert_eq!(snake_case(type_name), name);
        }
    }

    #[test]
    fn near_words_are_found_and_far_ones_are_not() {
        assert_eq!(nearest("versions", &["ofp_versions", "name"]), Some("ofp_versions"));
        assert_eq!(nearest("get", &["PUT", "GET"]), Some("GET"));
        assert_eq!(nearest("MIAN_DISPATCHER", &["MAIN_DISPATCHER"]), Some("MAIN_DISPATCHER"));
        assert_eq!(nearest("nmae", &["help", "name"]), Some("name"));
        assert_eq!(nearest("colour", &["name", "help"]), None);
    }
}
