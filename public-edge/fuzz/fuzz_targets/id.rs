//! Ids, and names of operations.

#![no_main]

libfuzzer_sys::fuzz_target!(|text: &str| public_edge::http::subsonic::fuzzing::read_id(text));
