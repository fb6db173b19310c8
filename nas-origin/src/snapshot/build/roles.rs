//! All parts that an artist has in a catalog, gathered while its tracks and albums are read.

use snapshot_format::row_json::RoleJson;

/// In the order to write.
const ALL: [RoleJson; 13] = [
    RoleJson::Artist,
    RoleJson::AlbumArtist,
    RoleJson::Composer,
    RoleJson::Lyricist,
    RoleJson::Conductor,
    RoleJson::Performer,
    RoleJson::Arranger,
    RoleJson::Producer,
    RoleJson::Director,
    RoleJson::Engineer,
    RoleJson::Mixer,
    RoleJson::DjMixer,
    RoleJson::Remixer,
];

/// A set of parts: a bit for each.
#[derive(Clone, Copy, PartialEq, Eq, Default, Debug)]
pub(super) struct Roles(u16);

impl Roles {
    /// Adds a part.
    pub(super) fn add(&mut self, role: RoleJson) {
        self.0 |= bit(role);
    }

    /// All of them, in order.
    pub(super) fn to_list(self) -> Vec<RoleJson> {
        ALL.into_iter().filter(|role| self.0 & bit(*role) != 0).collect()
    }
}

const fn bit(role: RoleJson) -> u16 {
    1 << role as u16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_listed_once_and_in_order() {
        let mut roles = Roles::default();
        for role in [RoleJson::Remixer, RoleJson::Artist, RoleJson::Remixer] {
            roles.add(role);
        }
        assert_eq!(roles.to_list(), [RoleJson::Artist, RoleJson::Remixer]);
    }
}
