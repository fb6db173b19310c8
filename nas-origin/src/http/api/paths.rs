//! Texts for the outside: no folder of the NAS is named in them (DESIGN section 11).

use std::path::Path;

use crate::config::Config;

/// `text` with the folders that the configuration names replaced by what they are.
pub(super) fn without_paths(config: &Config, text: &str) -> String {
    let store = config.publish.store.as_ref().and_then(|store| store.as_url().to_file_path().ok());
    let sources = config.sources.iter().map(|(name, source)| (source.path.as_path(), format!("<source {name}>")));
    let own = [(config.data_dir.as_path(), "<data_dir>".to_owned())];
    let store = store.as_deref().map(|path| (path, "<store>".to_owned()));
    let mut folders: Vec<(String, String)> = sources.chain(own).chain(store).flat_map(spellings).collect();
    // A folder inside another one goes first.
    folders.sort_by_key(|(path, _)| std::cmp::Reverse(path.len()));
    folders.iter().fold(text.to_owned(), |text, (path, word)| text.replace(path, word))
}

/// As it is configured, and without symbolic links. The root names nothing.
fn spellings((path, word): (&Path, String)) -> Vec<(String, String)> {
    let resolved = std::fs::canonicalize(path).ok();
    let all = [Some(path.to_owned()), resolved].into_iter().flatten();
    let texts = all.map(|path| path.to_string_lossy().trim_end_matches('/').to_owned());
    texts.filter(|text| text.len() > 1).map(|text| (text, word.clone())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Layers;

    #[test]
    fn configured_folders_are_named_by_what_they_are() {
        let flags =
            ["data_dir=/srv/music/.origin", "sources.local.path=/srv/music", "publish.store=file:///srv/objects"];
        let flags = flags.map(str::to_owned).to_vec();
        let config = Config::from_layers(&Layers { flags, ..Layers::default() }).expect("a configuration");
        let told =
            without_paths(&config, "/srv/music/.origin/work can't be used; file:///srv/objects; /srv/music is gone");
        assert_eq!(told, "<data_dir>/work can't be used; file://<store>; <source local> is gone");
    }
}
