//! Clients by the names that they give themselves.

/// Whether a text begins with a client's name or has it as a word, in any case.
pub(super) fn is_named(text: &str, name: &str) -> bool {
    let (text, name) = (text.to_lowercase(), name.to_lowercase());
    let is_edge = |next: Option<char>| !next.is_some_and(char::is_alphanumeric);
    let is_word = |at: usize| {
        let (before, after) = (&text[..at], &text[at + name.len()..]);
        is_edge(before.chars().next_back()) && is_edge(after.chars().next())
    };
    text.starts_with(&name) || text.match_indices(&name).any(|(at, _)| is_word(at))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_counts_at_the_beginning_and_as_a_word() {
        for text in ["DSub", "dsub", "DSub2000", "app DSub/5", "x (dsub)"] {
            assert!(is_named(text, "DSub"), "{text}");
        }
        for text in ["", "andsub", "my-dsubtle/1", "Symfonium"] {
            assert!(!is_named(text, "DSub"), "{text}");
        }
    }
}
