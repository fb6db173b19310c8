//! The name of a folder that is imported by its path alone. A track belongs to its source by name, so the same folder
//! must get the same name every time.

use std::path::Path;

/// A folder that would be imported twice.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{folder} overlaps with the source {name} at {known}: import that one")]
pub struct Overlap {
    /// The folder that was asked for.
    pub folder: String,
    /// The source that has it.
    pub name: String,
    /// The source's folder.
    pub known: String,
}

/// The name for `folder`, given all known sources by name and folder: the one that it has, else `local`, `local-2`, …
///
/// # Errors
/// When the folder lies in a source's folder or holds one.
pub fn name_for(folder: &Path, known: &[(String, String)]) -> Result<String, Overlap> {
    if let Some((name, _)) = known.iter().find(|(_, path)| Path::new(path) == folder) {
        return Ok(name.clone());
    }
    let overlaps = |path: &str| folder.starts_with(path) || Path::new(path).starts_with(folder);
    if let Some((name, path)) = known.iter().find(|(_, path)| overlaps(path)) {
        return Err(Overlap { folder: folder.display().to_string(), name: name.clone(), known: path.clone() });
    }
    let is_free = |candidate: &String| known.iter().all(|(name, _)| name != candidate);
    let numbered = (2..).map(|number| format!("local-{number}"));
    Ok(std::iter::once("local".to_owned()).chain(numbered).find(is_free).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_keeps_its_name_and_none_is_imported_twice() {
        let known = [("local".to_owned(), "/music".to_owned()), ("books".to_owned(), "/books".to_owned())];
        let named = |folder: &str, known: &[(String, String)]| name_for(Path::new(folder), known).ok();
        assert_eq!(named("/books", &known).as_deref(), Some("books"));
        assert_eq!(named("/more", &known).as_deref(), Some("local-2"));
        assert_eq!(named("/musical", &known).as_deref(), Some("local-2"));
        assert_eq!(named("/musical", &[]).as_deref(), Some("local"));
        assert_eq!(named("/music/jazz", &known), None);
        assert_eq!(named("/", &known), None);
    }
}
