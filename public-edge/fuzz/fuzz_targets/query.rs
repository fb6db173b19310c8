//! Queries and forms.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| public_edge::http::subsonic::fuzzing::read_query(bytes));
