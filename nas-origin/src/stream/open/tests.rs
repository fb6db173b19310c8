use std::fs;
use std::io::Read;
use std::os::unix::fs::symlink;
use std::path::Path;

use rstest::rstest;
use rustix::fs::{CWD, FileType, Mode, mknodat};

use super::{FOLDER, open_beneath, walk};
use crate::stream::{Pace, StreamError};

/// A root with a file, links of every kind and a FIFO; beside it a secret.
fn yard() -> tempfile::TempDir {
    let yard = tempfile::tempdir().unwrap();
    let root = yard.path().join("root");
    fs::create_dir_all(root.join("album")).unwrap();
    fs::write(yard.path().join("secret"), "secret").unwrap();
    fs::write(root.join("album/song"), "song").unwrap();
    symlink("song", root.join("album/inside")).unwrap();
    symlink("album", root.join("folder_inside")).unwrap();
    symlink("../secret", root.join("outside")).unwrap();
    symlink("..", root.join("parent")).unwrap();
    symlink(root.join("album/song"), root.join("absolute")).unwrap();
    symlink("loop", root.join("loop")).unwrap();
    mknodat(CWD, root.join("fifo"), FileType::Fifo, Mode::RUSR, 0).unwrap();
    yard
}

fn read(root: &Path, locator: &str) -> Result<String, StreamError> {
    let mut text = String::new();
    open_beneath(root, locator, Pace::MayWait)?.0.read_to_string(&mut text).unwrap();
    Ok(text)
}

#[rstest]
#[case("album/song")]
#[case("album/inside")]
#[case("folder_inside/song")]
fn what_stays_beneath_the_root_opens(#[case] locator: &str) {
    let yard = yard();
    assert_eq!(read(&yard.path().join("root"), locator).unwrap(), "song");
}

#[rstest]
#[case("outside")]
#[case("parent/secret")]
#[case("absolute")]
#[case("loop")]
#[case("../secret")]
#[case("album/../../secret")]
#[case("album/../album/song")]
#[case("/etc/passwd")]
#[case("fifo")]
#[case("album")]
#[case("nothing")]
#[case("album/song/more")]
#[case("")]
#[case(".")]
#[case("album/so\0ng")]
fn what_leads_out_or_is_no_file_is_absent(#[case] locator: &str) {
    let yard = yard();
    let refused = read(&yard.path().join("root"), locator).unwrap_err();
    assert!(matches!(refused, StreamError::Absent), "{refused:?}");
}

#[test]
fn a_device_is_absent() {
    let refused = open_beneath(Path::new("/dev"), "null", Pace::MayWait).unwrap_err();
    assert!(matches!(refused, StreamError::Absent), "{refused:?}");
}

#[test]
fn a_root_that_is_gone_is_trouble_not_absence() {
    let refused = open_beneath(Path::new("/nowhere/music"), "song", Pace::MayWait).unwrap_err();
    assert!(matches!(refused, StreamError::Unreadable(_)), "{refused:?}");
}

#[test]
fn without_openat2_no_symlink_is_followed() {
    let yard = yard();
    let root = rustix::fs::open(yard.path().join("root"), FOLDER, Mode::empty()).unwrap();
    assert!(walk(&root, Path::new("album/song")).is_ok());
    for link in ["album/inside", "folder_inside/song", "outside", "parent/secret", "absolute"] {
        assert!(walk(&root, Path::new(link)).is_err(), "{link}");
    }
}

#[test]
fn what_may_not_wait_finds_the_same_or_leaves_it_to_what_may() {
    let yard = yard();
    let root = yard.path().join("root");
    let opens = |locator, pace| open_beneath(&root, locator, pace).is_ok();
    for locator in ["album/song", "album/inside", "folder_inside/song"] {
        assert!(opens(locator, Pace::MayWait));
        // In memory since; a kernel before 5.12 says that it would have to wait.
        let at_once = open_beneath(&root, locator, Pace::AtOnce);
        assert!(matches!(at_once, Ok(_) | Err(StreamError::Unreadable(_))), "{locator}: {at_once:?}");
    }
    for locator in ["outside", "parent/secret", "absolute", "loop", "../secret", "fifo", "album", "nothing"] {
        assert!(!opens(locator, Pace::AtOnce), "{locator}");
    }
    let gone = open_beneath(Path::new("/nowhere/music"), "song", Pace::AtOnce).unwrap_err();
    assert!(matches!(gone, StreamError::Unreadable(_)), "{gone:?}");
}
