//! A NAS with a configuration and one file of music, for tests that run the real binary over it.

use std::fs;
use std::process::{Command, Output};

use tempfile::TempDir;

/// A NAS with a configuration and one file of music.
pub(crate) struct Yard {
    folder: TempDir,
}

impl Yard {
    pub(crate) fn new(more: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("music")).unwrap();
        fs::write(folder.path().join("music/first.wav"), super::daemon::wav(1)).unwrap();
        let yard = Self { folder };
        let store = yard.path("objects").display().to_string();
        yard.configure(&format!("{more}\n[sources.local]\npath = 'music'\n[publish]\nstore = 'file://{store}'\n"));
        yard
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn configure(&self, text: &str) {
        fs::write(self.path("nas-origin.toml"), format!("listen = '127.0.0.1:0'\ndata_dir = 'data'\n{text}")).unwrap();
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_nas-origin"));
        command.current_dir(self.folder.path()).env_clear().args(arguments).output().unwrap()
    }

    /// Runs a command that must end well.
    pub(crate) fn done(&self, arguments: &[&str]) {
        let output = self.run(arguments);
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Runs a command that must end with an exit code and all these words on stderr.
    pub(crate) fn refused(&self, arguments: &[&str], code: i32, words: &[&str]) {
        let output = self.run(arguments);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        assert!(output.stdout.is_empty(), "{arguments:?}");
        for word in words {
            assert!(said.contains(word), "{arguments:?}: {word:?} is not in {said}");
        }
    }
}
