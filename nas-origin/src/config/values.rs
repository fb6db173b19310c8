//! Values as an owner writes them: `30d`, `1GiB`, `10.0.0.0/8`.

use std::net::IpAddr;
use std::time::Duration;

use bytesize::ByteSize;
use ipnet::IpNet;
use serde::Deserialize;
use serde::de::{Deserializer, Error};

/// Reads `90s`, `15m`, `6h`, `30d` and sums such as `1h 30m`.
pub(super) fn duration<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    let text = String::deserialize(deserializer)?;
    humantime::parse_duration(&text)
        .map_err(|error| D::Error::custom(format!("is `{text}`, not a duration such as 30d or 6h: {error}")))
}

/// Reads `1GiB`, `500MB` or a plain number of bytes.
pub(super) fn size_bytes<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Size {
        Bytes(u64),
        Text(String),
    }
    match Size::deserialize(deserializer)? {
        Size::Bytes(bytes) => Ok(bytes),
        Size::Text(text) => {
            let bad = || D::Error::custom(format!("is `{text}`, not a size such as 1GiB or 500MB"));
            text.parse::<ByteSize>().ok().map(|size| size.as_u64()).ok_or_else(bad)
        }
    }
}

/// Reads addresses and ranges of them: `192.168.1.7`, `10.0.0.0/8`.
pub(super) fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    let network = |text: String| {
        let parsed = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
        let bad = || D::Error::custom(format!("is `{text}`, not an address or a range such as 10.0.0.0/8"));
        parsed.ok().ok_or_else(bad)
    };
    texts.into_iter().map(network).collect()
}

/// Reads texts of which none is empty.
pub(super) fn filled_texts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    if texts.iter().any(String::is_empty) {
        return Err(D::Error::custom("has an empty text, which separates nothing"));
    }
    Ok(texts)
}
