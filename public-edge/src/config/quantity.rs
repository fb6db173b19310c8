//! Amounts with units, as they are written in the configuration.

use std::str::FromStr;
use std::time::Duration;

use bytesize::ByteSize;

use super::settings::Quantity;

/// A span of time such as `30s`, `6h` or `30d`; never zero.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    match humantime::parse_duration(text) {
        Ok(Duration::ZERO) => Err("must be longer than nothing".to_owned()),
        Ok(duration) => Ok(duration),
        Err(error) => Err(format!("`{text}` is not a span of time such as \"30s\" or \"6h\": {error}")),
    }
}

/// A span of time in whole seconds.
pub(super) fn whole_seconds(text: &str) -> Result<Duration, String> {
    let duration = duration(text)?;
    if duration.subsec_nanos() == 0 { Ok(duration) } else { Err(format!("`{text}` is not a number of whole seconds")) }
}

/// A number of bytes such as `64MiB`.
pub(super) fn bytes(quantity: &Quantity) -> Result<u64, String> {
    match quantity {
        Quantity::Bytes(bytes) => Ok(*bytes),
        Quantity::Text(text) => match ByteSize::from_str(text) {
            Ok(size) => Ok(size.as_u64()),
            Err(error) => Err(format!("`{text}` is not a size such as \"64MiB\": {error}")),
        },
    }
}
