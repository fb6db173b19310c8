//! `nas-origin`: see `nas-origin --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    nas_origin::cli::run()
}
