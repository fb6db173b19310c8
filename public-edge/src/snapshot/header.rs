//! The first hundred bytes of a database file (R4), read before SQLite sees any of it.

use snapshot_format::read_schema::{APPLICATION_ID, PAGE_SIZE_BYTES};

/// Length of an SQLite header.
pub(super) const HEADER_BYTES: usize = 100;

const MAGIC: &[u8; 16] = b"SQLite format 3\0";
const ROLLBACK_JOURNAL: u8 = 1;
const UTF_8: u32 = 1;

/// A header that no read snapshot has.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum HeaderError {
    /// Not SQLite's.
    #[error("the file is not an SQLite database")]
    NotSqlite,
    /// Reading it would write beside it.
    #[error("the database was left in WAL mode")]
    WalMode,
    /// Another page size than the format's.
    #[error("the database has pages of {0} bytes instead of {PAGE_SIZE_BYTES}")]
    PageSize(u32),
    /// Part of each page set aside for an extension.
    #[error("the database sets {0} bytes of each page aside")]
    ReservedBytes(u8),
    /// Text that isn't UTF-8.
    #[error("the database's text is not UTF-8")]
    Encoding,
    /// Pages are missing, or something follows them.
    #[error("the database says that it has {pages} pages, and the file has {size_bytes} bytes")]
    Length {
        /// Pages by the header.
        pages: u32,
        /// The file's size.
        size_bytes: u64,
    },
    /// Another program's database.
    #[error("the database is not a read snapshot: its application id is {0:#010x}")]
    ForeignApplication(u32),
    /// The manifest says another version.
    #[error("the database has schema version {found} where the manifest says {expected}")]
    SchemaVersion {
        /// The database's `user_version`.
        found: u32,
        /// The manifest's `schema_version`.
        expected: u32,
    },
}

/// Checks a header against the file's size and the manifest's schema version.
pub(super) fn check(header: &[u8; HEADER_BYTES], size_bytes: u64, schema_version: u32) -> Result<(), HeaderError> {
    if !header.starts_with(MAGIC) {
        return Err(HeaderError::NotSqlite);
    }
    if header[18] != ROLLBACK_JOURNAL || header[19] != ROLLBACK_JOURNAL {
        return Err(HeaderError::WalMode);
    }
    let page_size = u32::from(u16::from_be_bytes([header[16], header[17]]));
    if page_size != PAGE_SIZE_BYTES {
        return Err(HeaderError::PageSize(page_size));
    }
    if header[20] != 0 {
        return Err(HeaderError::ReservedBytes(header[20]));
    }
    if number(header, 56) != UTF_8 {
        return Err(HeaderError::Encoding);
    }
    let pages = number(header, 28);
    if u64::from(pages) * u64::from(page_size) != size_bytes {
        return Err(HeaderError::Length { pages, size_bytes });
    }
    if number(header, 68) != APPLICATION_ID.cast_unsigned() {
        return Err(HeaderError::ForeignApplication(number(header, 68)));
    }
    match number(header, 60) {
        found if found == schema_version => Ok(()),
        found => Err(HeaderError::SchemaVersion { found, expected: schema_version }),
    }
}

fn number(header: &[u8; HEADER_BYTES], at: usize) -> u32 {
    u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn good() -> [u8; HEADER_BYTES] {
        let mut header = [0; HEADER_BYTES];
        header[..16].copy_from_slice(MAGIC);
        header[16..18].copy_from_slice(&4096u16.to_be_bytes());
        header[18..20].copy_from_slice(&[1, 1]);
        header[28..32].copy_from_slice(&3u32.to_be_bytes());
        header[56..60].copy_from_slice(&1u32.to_be_bytes());
        header[60..64].copy_from_slice(&1u32.to_be_bytes());
        header[68..72].copy_from_slice(&APPLICATION_ID.to_be_bytes());
        header
    }

    #[test]
    fn each_field_is_looked_at() {
        assert_eq!(check(&good(), 3 * 4096, 1), Ok(()));
        let refuse = |at: usize, value: u8| {
            let mut header = good();
            header[at] = value;
            check(&header, 3 * 4096, 1).expect_err("must be refused")
        };
        assert_eq!(refuse(0, b'X'), HeaderError::NotSqlite);
        assert_eq!((refuse(18, 2), refuse(19, 2)), (HeaderError::WalMode, HeaderError::WalMode));
        assert_eq!(refuse(16, 0x20), HeaderError::PageSize(0x2000));
        assert_eq!(refuse(20, 32), HeaderError::ReservedBytes(32));
        assert_eq!(refuse(59, 2), HeaderError::Encoding);
        assert_eq!(refuse(31, 4), HeaderError::Length { pages: 4, size_bytes: 3 * 4096 });
        assert!(matches!(refuse(68, 0), HeaderError::ForeignApplication(_)));
        assert_eq!(refuse(63, 2), HeaderError::SchemaVersion { found: 2, expected: 1 });
    }
}
