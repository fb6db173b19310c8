//! `[access]`: who may listen at the edges.

use serde::Deserialize;

/// Who may listen at the edges.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AccessConfig {
    /// Anybody, or those who have credentials.
    pub mode: AccessMode,
}

/// Who may listen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AccessMode {
    /// Anybody.
    #[default]
    Public,
    /// Who has credentials of an account: a publish tells edges what these are.
    Listeners,
}
