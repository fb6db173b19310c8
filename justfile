# For people; CI runs .ci/run.

# List the recipes.
default:
    @just --list

# What CI runs.
ci:
    .ci/run

test *ARGS:
    cargo test --workspace {{ARGS}}

lint:
    cargo fmt --all
    cargo clippy --workspace --all-targets -- -D warnings
    cargo deny check bans licenses sources

# Both planes on a demo library, or on your music.
demo *ARGS:
    cargo run --release --bin quickstart -- {{ARGS}}

# Measure: import DIR, import SMALL LARGE, import DB, export DB, get_album, album_list READ_DB, search READ_DB, scale SMALL LARGE, publish DATA_DIR, delta DATA_DIR, start STORE, swap STORE, stream (docs/performance.md).
bench NAME *ARGS:
    cargo bench --workspace --bench {{NAME}} -- {{ARGS}}

# Kill publishers and edges, break their stores, race, fill disks, swap under load: many rounds (cargo test plays a few).
torture ROUNDS="1000":
    TORTURE_ROUNDS={{ROUNDS}} cargo test -p e2e-tests --test torture -- --nocapture --test-threads=1

# Publish to Garage, which ignores conditional writes: GARAGE is the program (`cargo install garage`, a quarter of an hour).
test-garage GARAGE="garage":
    GARAGE="$(command -v {{GARAGE}})" cargo test -p e2e-tests --test stores garage -- --nocapture

# Make a catalog of 1,000,000 tracks to measure with.
catalog-1m DATA_DIR *TRACKS:
    cargo run --release -p nas-origin --example catalog_1m -- {{DATA_DIR}} {{TRACKS}}

# Make a folder of 1,000,000 small tagged files to import.
library-1m DIR *TRACKS:
    cargo run --release -p nas-origin --example library_1m -- {{DIR}} {{TRACKS}}

# Accept the snapshots that tests wrote; read the diff before you commit it.
bless:
    INSTA_UPDATE=always cargo test --workspace
    git diff --stat

doc:
    cargo doc --workspace --no-deps --open
