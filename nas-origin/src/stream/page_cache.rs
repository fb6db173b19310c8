//! Reading what the kernel has in memory, and nothing that a disk or a network would have to bring (`RWF_NOWAIT`).

use std::fs::File;

/// Reads into `buffer` from `offset` on, as many bytes as are there. `None` when none are, or the file system can't tell.
#[cfg(target_os = "linux")]
pub(super) fn read(file: &File, buffer: &mut [u8], offset: u64) -> Option<usize> {
    use std::io::IoSliceMut;

    use rustix::io::{ReadWriteFlags, preadv2};
    preadv2(file, &mut [IoSliceMut::new(buffer)], offset, ReadWriteFlags::NOWAIT).ok()
}

#[cfg(not(target_os = "linux"))]
pub(super) fn read(_file: &File, _buffer: &mut [u8], _offset: u64) -> Option<usize> {
    None
}

/// Whether the file system can tell what it has in memory. Those of local disks can; one over a network or in a program
/// can't, and any call to it may wait.
#[cfg(target_os = "linux")]
pub(super) fn is_known(file: &File) -> bool {
    use std::io::IoSliceMut;

    use rustix::io::{Errno, ReadWriteFlags, preadv2};
    let tried = preadv2(file, &mut [IoSliceMut::new(&mut [0])], 0, ReadWriteFlags::NOWAIT);
    matches!(tried, Ok(_) | Err(Errno::AGAIN))
}

#[cfg(not(target_os = "linux"))]
pub(super) fn is_known(_file: &File) -> bool {
    false
}
