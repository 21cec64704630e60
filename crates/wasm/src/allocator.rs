//! The allocator of the npm package's modules. The standard library's takes
//! 8 kB, an eighth of the whole and more than half of `portcullis/inspect`.
//! This one has a list of free blocks for each power of two, and a block never
//! changes its size: what is asked for here are keys, and a few buffers that
//! grow with the longest token.
//!
//! In `portcullis/password` there is beside them the memory of a hash, one at a
//! time: it has a block of its own, which grows with the most that was asked
//! for. By powers of two, hashes of many costs would take twice that.

use core::alloc::{GlobalAlloc, Layout};
use core::arch::wasm32;
use core::cell::Cell;
use core::ptr;

static BLOCKS: Blocks = Blocks {
    free: [const { Cell::new(ptr::null_mut()) }; CLASSES],
    next: Cell::new(0),
    end: Cell::new(0),
    large: Cell::new((0, 0)),
    large_in_use: Cell::new(false),
};

/// The classes of all sizes that an address can have.
const CLASSES: usize = usize::BITS as usize;
const PAGE: usize = 65536;
/// From here on it is the memory of a hash.
const LARGE: usize = 1 << 20;

/// The allocator of a module that hashes no passwords.
#[derive(Debug)]
pub struct SmallBlocks;

/// The allocator of a module that hashes passwords: it has the large block.
#[derive(Debug)]
pub struct WithLargeBlock;

struct Blocks {
    /// By the logarithm of the size: the first free block, which holds the
    /// address of the next.
    free: [Cell<*mut u8>; CLASSES],
    /// Where that begins and ends which was had of the engine and not yet
    /// handed out. The end is one of a page.
    next: Cell<usize>,
    end: Cell<usize>,
    /// Where the one large block begins and ends, both of a page.
    large: Cell<(usize, usize)>,
    large_in_use: Cell<bool>,
}

// SAFETY: without atomics a module has one thread.
#[cfg(not(target_feature = "atomics"))]
unsafe impl Sync for Blocks {}

/// Has the large block back of a call that was ended in its midst.
pub(crate) fn free_large() {
    BLOCKS.large_in_use.set(false);
}

/// The logarithm of a block's size, which has room for an address.
fn class(layout: Layout) -> usize {
    let size = layout.size().max(layout.align()).max(size_of::<usize>());
    let bits = usize::BITS.wrapping_sub(size.wrapping_sub(1).leading_zeros());
    bits as usize
}

impl Blocks {
    /// The large block, with room for `size` bytes; `None` if the engine has
    /// not as much.
    fn take_large(&self, size: usize) -> Option<*mut u8> {
        let (mut start, end) = self.large.get();
        if end.wrapping_sub(start) < size {
            // It grows where it is, unless something has come behind it. What
            // it leaves, at first a page, is for small blocks, so that nothing
            // more comes behind it.
            let top = wasm32::memory_size::<0>().checked_mul(PAGE)?;
            let mut left = None;
            if end == 0 {
                start = top.checked_add(PAGE)?;
                left = Some((top, start));
            } else if end != top {
                left = Some((start, end));
                start = top;
            }
            let pages = start.checked_add(size)?.checked_sub(top)?.div_ceil(PAGE);
            let new_end = top.checked_add(pages.checked_mul(PAGE)?)?;
            if wasm32::memory_grow::<0>(pages) == usize::MAX {
                return None;
            }
            self.large.set((start, new_end));
            if let Some((start, end)) = left
                && end.wrapping_sub(start) > self.end.get().wrapping_sub(self.next.get())
            {
                self.next.set(start);
                self.end.set(end);
            }
        }
        self.large_in_use.set(true);
        Some(ptr::with_exposed_provenance_mut(start))
    }

    /// Whether `block` is the large block: no other block begins there.
    fn is_large(&self, block: *mut u8, layout: Layout) -> bool {
        layout.size() >= LARGE && block.addr() == self.large.get().0
    }

    /// A new block, at a multiple of its size or at least of a page; null if
    /// the engine has no more.
    fn cut(&self, size: usize) -> *mut u8 {
        let cut = || {
            let start = self.next.get().checked_next_multiple_of(size.min(PAGE))?;
            let end = start.checked_add(size)?;
            (end <= self.end.get()).then(|| {
                self.next.set(end);
                ptr::with_exposed_provenance_mut(start)
            })
        };
        cut()
            .or_else(|| {
                let pages = size.div_ceil(PAGE);
                // `usize::MAX` if it refuses, which no multiplication passes.
                let start = wasm32::memory_grow::<0>(pages).checked_mul(PAGE)?;
                if start != self.end.get() {
                    self.next.set(start);
                }
                // The last page of all ends where no address is.
                self.end.set(start.checked_add(pages.checked_mul(PAGE)?)?);
                cut()
            })
            .unwrap_or(ptr::null_mut())
    }
}

// SAFETY: a block has at least the layout's size and alignment, and is in use
// or in one list.
unsafe impl GlobalAlloc for SmallBlocks {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let class = class(layout);
        let blocks = &BLOCKS;
        let Some(free) = blocks.free.get(class).filter(|_| layout.align() <= PAGE) else {
            return ptr::null_mut();
        };
        let block = free.get();
        if block.is_null() {
            return blocks.cut(1 << class);
        }
        // SAFETY: a free block holds an address, and is aligned for one.
        free.set(unsafe { block.cast::<*mut u8>().read() });
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if let Some(free) = BLOCKS.free.get(class(layout)) {
            // SAFETY: the block is the caller's to give, and has room.
            unsafe { block.cast::<*mut u8>().write(free.get()) };
            free.set(block);
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller keeps to `GlobalAlloc`, for which the size does
        // not overflow.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        if class(wanted) == class(layout) {
            return block;
        }
        // SAFETY: as above; the caller gives a block of this allocator.
        unsafe { move_block(self, block, layout, wanted) }
    }
}

// SAFETY: as for `SmallBlocks`; the large block is in no list.
unsafe impl GlobalAlloc for WithLargeBlock {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() >= LARGE
            && layout.align() <= PAGE
            && !BLOCKS.large_in_use.get()
            && let Some(block) = BLOCKS.take_large(layout.size())
        {
            return block;
        }
        // SAFETY: the caller keeps to `GlobalAlloc`.
        unsafe { SmallBlocks.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if BLOCKS.is_large(block, layout) {
            BLOCKS.large_in_use.set(false);
        } else {
            // SAFETY: any other block is one of `SmallBlocks`.
            unsafe { SmallBlocks.dealloc(block, layout) }
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as in `SmallBlocks`.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        if class(wanted) == class(layout) && !BLOCKS.is_large(block, layout) {
            return block;
        }
        // SAFETY: the caller gives a block of this allocator.
        unsafe { move_block(self, block, layout, wanted) }
    }
}

/// Moves the content of `block` into a new block of `allocator`.
///
/// # Safety
/// `block` is in use, of `allocator`, with this layout.
unsafe fn move_block(
    allocator: &impl GlobalAlloc,
    block: *mut u8,
    layout: Layout,
    wanted: Layout,
) -> *mut u8 {
    // SAFETY: both blocks have room for the smaller size, and a new block lies
    // apart from one in use.
    unsafe {
        let new = allocator.alloc(wanted);
        if !new.is_null() {
            ptr::copy_nonoverlapping(block, new, layout.size().min(wanted.size()));
            allocator.dealloc(block, layout);
        }
        new
    }
}
