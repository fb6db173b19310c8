//! `public-edge`: see `public-edge --help`.

use std::process::ExitCode;

fn main() -> ExitCode {
    public_edge::cli::run()
}
