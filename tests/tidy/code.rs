//! Reading Rust, as far as the rules of the tidy test need it: text without comments and literals,
//! and the paths that are named in it. No parser: what it does not understand it steps over.

use std::fmt;

/// Replaces comments and the inside of string and character literals by spaces. Line breaks stay.
pub(crate) fn strip(text: &str) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    // Copies `n` bytes as blanks.
    let blank = |out: &mut Vec<u8>, from: usize, to: usize| {
        out.extend(bytes[from..to].iter().map(|&b| if b == b'\n' { b'\n' } else { b' ' }));
    };
    while at < bytes.len() {
        let rest = &bytes[at..];
        let after_word = at > 0 && is_word(bytes[at - 1]);
        let end = if rest.starts_with(b"//") {
            at + rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len())
        } else if rest.starts_with(b"/*") {
            at + block_comment_len(rest)
        } else if let (false, Some(len)) = (after_word, raw_string_len(rest)) {
            at + len
        } else if rest[0] == b'"' {
            at + quoted_len(rest)
        } else if let (b'\'', Some(len)) = (rest[0], char_len(rest)) {
            at + len
        } else {
            out.push(rest[0]);
            at += 1;
            continue;
        };
        blank(&mut out, at, end);
        at = end;
    }
    String::from_utf8(out).expect("only whole literals and comments are replaced")
}

pub(crate) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// Length of the block comment (they nest) that `rest` begins with.
fn block_comment_len(rest: &[u8]) -> usize {
    let (mut at, mut open) = (0, 0);
    while at < rest.len() {
        if rest[at..].starts_with(b"/*") {
            open += 1;
            at += 2;
        } else if rest[at..].starts_with(b"*/") {
            open -= 1;
            at += 2;
            if open == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    rest.len()
}

/// Length of the raw string (`r"..."`, `r#"..."#`, `br..`, `cr..`) that `rest` begins with.
fn raw_string_len(rest: &[u8]) -> Option<usize> {
    let prefix = usize::from(matches!(rest.first(), Some(b'b' | b'c')));
    if rest.get(prefix) != Some(&b'r') {
        return None;
    }
    let hashes = rest[prefix + 1..].iter().take_while(|&&b| b == b'#').count();
    let start = prefix + 1 + hashes;
    if rest.get(start) != Some(&b'"') {
        return None;
    }
    let mut end = vec![b'"'];
    end.resize(1 + hashes, b'#');
    let inside = &rest[start + 1..];
    let len = inside.windows(end.len()).position(|window| window == end);
    Some(len.map_or(rest.len(), |len| start + 1 + len + end.len()))
}

/// Length of the plain string that `rest` begins with.
fn quoted_len(rest: &[u8]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    rest.len()
}

/// Length of the character literal that `rest` begins with; `None` if it is a lifetime.
fn char_len(rest: &[u8]) -> Option<usize> {
    if rest.get(1) == Some(&b'\\') {
        // The escaped character may itself be a quote.
        let end = rest.get(3..)?.iter().take(10).position(|&b| b == b'\'')?;
        return Some(3 + end + 1);
    }
    let first = *rest.get(1)?;
    let width = match first {
        b'\'' => return None,
        0..=0x7F => 1,
        0x80..=0xDF => 2,
        0xE0..=0xEF => 3,
        _ => 4,
    };
    (rest.get(1 + width) == Some(&b'\'')).then_some(2 + width)
}

/// A path as it stands in the code, groups unfolded: `use a::{b, c::d}` is `a::b` and `a::c::d`.
#[derive(Debug, PartialEq)]
pub(crate) struct Named {
    pub(crate) line: usize,
    pub(crate) segments: Vec<String>,
    /// How many `mod name { .. }` blocks of this file are around it.
    pub(crate) inline_mods: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Token {
    Word(String),
    Sep,
    Sign(char),
}

pub(crate) fn tokens(code: &str) -> Vec<(usize, Token)> {
    let mut out = Vec::new();
    for (number, line) in code.lines().enumerate() {
        let mut rest = line;
        while let Some(first) = rest.chars().next() {
            let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            let (token, len) = if word > 0 {
                (Some(Token::Word(rest[..word].to_owned())), word)
            } else if rest.starts_with("::") {
                (Some(Token::Sep), 2)
            } else {
                ((!first.is_whitespace()).then_some(Token::Sign(first)), first.len_utf8())
            };
            out.extend(token.map(|token| (number + 1, token)));
            rest = &rest[len..];
        }
    }
    out
}

/// Every path in (stripped) code that has at least two segments, and every `use` of one.
pub(crate) fn paths(code: &str) -> Vec<Named> {
    let tokens = tokens(code);
    let mut found = Vec::new();
    // Depth of braces; those of the inline modules that are open.
    let (mut depth, mut mods): (usize, Vec<usize>) = (0, Vec::new());
    let mut at = 0;
    while at < tokens.len() {
        match &tokens[at].1 {
            Token::Sign('{') => depth += 1,
            Token::Sign('}') => {
                depth = depth.saturating_sub(1);
                if mods.last() == Some(&depth) {
                    mods.pop();
                }
            }
            Token::Word(word) if word == "mod" => {
                let next = tokens.get(at + 2).map(|(_, token)| token);
                if next == Some(&Token::Sign('{')) {
                    mods.push(depth);
                }
            }
            Token::Word(word) => {
                let follows = tokens.get(at + 1).map(|(_, token)| token);
                let is_use = word == "use";
                if is_use || follows == Some(&Token::Sep) {
                    let before = found.len();
                    // `use ::name` and `use name` are the same thing here.
                    let mut start = at + usize::from(is_use);
                    if is_use && tokens.get(start).map(|(_, t)| t) == Some(&Token::Sep) {
                        start += 1;
                    }
                    at = tree(&tokens, start, &mut Vec::new(), &mut found);
                    for named in &mut found[before..] {
                        named.inline_mods = mods.len();
                    }
                    continue;
                }
            }
            _ => {}
        }
        at += 1;
    }
    found
}

/// Reads one path or group from `at` on, below `prefix`; where it ends.
fn tree(
    tokens: &[(usize, Token)],
    mut at: usize,
    prefix: &mut Vec<String>,
    found: &mut Vec<Named>,
) -> usize {
    let base = prefix.len();
    let mut line = tokens.get(at).map_or(0, |(line, _)| *line);
    loop {
        match tokens.get(at).map(|(_, token)| token) {
            Some(Token::Word(word)) => {
                line = tokens[at].0;
                prefix.push(word.clone());
                at += 1;
                if tokens.get(at).map(|(_, token)| token) == Some(&Token::Sep) {
                    at += 1;
                    continue;
                }
                found.push(Named { line, segments: prefix.clone(), inline_mods: 0 });
                break;
            }
            Some(Token::Sign('{')) => {
                at += 1;
                while at < tokens.len() && tokens[at].1 != Token::Sign('}') {
                    // A comma, or the new name of `as`: nothing of ours.
                    let is_as = tokens[at].1 == Token::Word("as".to_owned());
                    at = match &tokens[at].1 {
                        Token::Word(_) if is_as => at + 2,
                        Token::Word(_) | Token::Sign('{' | '*') => tree(tokens, at, prefix, found),
                        _ => at + 1,
                    };
                }
                at += 1;
                break;
            }
            Some(Token::Sign('*')) => {
                found.push(Named { line, segments: prefix.clone(), inline_mods: 0 });
                at += 1;
                break;
            }
            // `Vec::<u8>::new()`, and whatever is no path.
            _ => {
                if prefix.len() > base {
                    found.push(Named { line, segments: prefix.clone(), inline_mods: 0 });
                }
                // Always at least one further, or the caller would not end.
                at += usize::from(prefix.len() == base);
                break;
            }
        }
    }
    prefix.truncate(base);
    at
}

impl Named {
    pub(crate) fn starts_with(&self, wanted: &[&str]) -> bool {
        self.segments.len() >= wanted.len() && self.segments.iter().zip(wanted).all(|(a, b)| a == b)
    }

    pub(crate) fn contains(&self, wanted: &[&str]) -> bool {
        self.segments.windows(wanted.len()).any(|window| window == wanted)
    }

    pub(crate) fn supers(&self) -> usize {
        let chain = self.segments.iter().skip_while(|segment| *segment == "self");
        chain.take_while(|segment| *segment == "super").count()
    }
}

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.segments.join("::"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(code: &str) -> Vec<String> {
        paths(&strip(code)).iter().map(Named::to_string).collect()
    }

    #[test]
    fn comments_and_literals_are_blanked_and_lines_stay() {
        let text =
            "a // crate::x\nb /* c /* d */ e */ f\n\"g \\\" h\" i 'j' 'k: '\\'' r#\"l \" m\"# n";
        let code = strip(text);
        assert_eq!(code.len(), text.len());
        assert_eq!(code.lines().count(), 3);
        let words: Vec<_> = code.split_whitespace().collect();
        assert_eq!(words, ["a", "b", "f", "i", "'k:", "n"]);
    }

    #[test]
    fn literals_of_every_kind_end_where_they_end() {
        assert_eq!(strip("x = b\"y\\\\\"; z").split_whitespace().last(), Some("z"));
        assert_eq!(strip("'\\u{1F600}' z").trim(), "z");
        assert_eq!(strip("'ü' z").trim(), "z");
        assert_eq!(strip("br##\"a\"# b\"## z").trim(), "z");
        assert_eq!(strip("fn f<'a>(x: &'a str) {}"), "fn f<'a>(x: &'a str) {}");
        assert_eq!(strip("for_r\"a\" z").trim_end(), "for_r    z");
    }

    #[test]
    fn groups_are_unfolded() {
        assert_eq!(
            all(
                "use crate::{wire::{Reader, self}, hub as h, ofproto::*};\nlet x = a::b::<T>::new();"
            ),
            ["crate::wire::Reader", "crate::wire::self", "crate::hub", "crate::ofproto", "a::b"]
        );
        assert_eq!(all("use serde;"), ["serde"]);
        assert_eq!(all("use ::mio::net;"), ["mio::net"]);
        assert_eq!(all("match x { A::B => c::d(), _ => {} }"), ["A::B", "c::d"]);
    }

    #[test]
    fn inline_modules_are_counted() {
        let found = paths(
            "use super::a;\nmod t { use super::b; fn f() { super::c::d(); } }\nuse super::e;",
        );
        let counts: Vec<_> = found.iter().map(|named| (named.line, named.inline_mods)).collect();
        assert_eq!(counts, [(1, 0), (2, 1), (2, 1), (3, 0)]);
    }
}
