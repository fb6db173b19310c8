//! What an owner wants passed over: `.nomedia` in a folder shuts all of it, `.ndignore` and the source's `ignore` hold
//! patterns as in a `.gitignore`.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use ignore::Match;
use ignore::gitignore::{Gitignore, GitignoreBuilder};

/// A folder that holds this is passed over with all that lies below it.
const SHUT: &str = ".nomedia";
/// Patterns for the folder that it lies in and for all below.
const PATTERNS: &str = ".ndignore";
/// A larger file of patterns is cut, in bytes.
const MAX_PATTERNS_BYTES: u64 = 64 * 1024;

/// The patterns that hold at one place of a walk that goes into the depth first.
pub(super) struct Ignored {
    /// Each with the depth of its folder; the root's is 0.
    stack: Vec<(usize, Gitignore)>,
}

impl Ignored {
    /// At the root, with the source's own patterns; a bad one is left out, since the configuration refuses those.
    pub(super) fn at(root: &Path, patterns: &[String]) -> Self {
        let own = compile(root, patterns.iter().map(String::as_str));
        let mut ignored = Self { stack: own.map(|own| (0, own)).into_iter().collect() };
        ignored.enter(root, 0);
        ignored
    }

    /// Whether the walk passes over what it found at `depth`. A folder that it doesn't pass over is entered.
    pub(super) fn covers(&mut self, path: &Path, depth: usize, is_folder: bool) -> bool {
        while self.stack.last().is_some_and(|(of, _)| *of >= depth) {
            self.stack.pop();
        }
        if self.matches(path, is_folder) {
            return true;
        }
        if !is_folder {
            return false;
        }
        let is_shut = path.join(SHUT).exists();
        if !is_shut {
            self.enter(path, depth);
        }
        is_shut
    }

    /// The innermost patterns that say anything decide.
    fn matches(&self, path: &Path, is_folder: bool) -> bool {
        let told = self.stack.iter().rev().map(|(_, patterns)| patterns.matched(path, is_folder));
        told.into_iter().find(|told| !told.is_none()).is_some_and(|told: Match<_>| told.is_ignore())
    }

    /// Takes a folder's own patterns.
    fn enter(&mut self, folder: &Path, depth: usize) {
        let Ok(file) = File::open(folder.join(PATTERNS)) else { return };
        let mut bytes = Vec::new();
        if let Err(error) = file.take(MAX_PATTERNS_BYTES).read_to_end(&mut bytes) {
            tracing::warn!(folder = %folder.display(), "{PATTERNS} can't be read: {error}");
        }
        let text = String::from_utf8_lossy(&bytes);
        self.stack.extend(compile(folder, text.lines()).map(|patterns| (depth, patterns)));
    }
}

fn compile<'a>(folder: &Path, lines: impl Iterator<Item = &'a str>) -> Option<Gitignore> {
    let mut builder = GitignoreBuilder::new(folder);
    for line in lines {
        if let Err(error) = builder.add_line(None, line) {
            tracing::warn!(folder = %folder.display(), line, "a pattern is left out: {error}");
        }
    }
    builder.build().ok().filter(|patterns| !patterns.is_empty())
}
