//! The allocator of the npm package's modules. The standard library's allocator
//! would make `portcullis/inspect` a quarter larger; `bench/README.md` has the sizes.
//!
//! This allocator has a list of free blocks for each power of two, and a block never
//! changes its size. That is enough, because the modules only allocate keys and a
//! few buffers that grow with the longest token.
//!
//! `portcullis/password` also allocates the working memory of a hash, for one hash at
//! a time: argon2id and scrypt use up to 64 MiB. This memory is one large block, which
//! grows to the largest size that was requested. With a block for each power of two,
//! hashes of different costs would keep a block each, together twice as much memory.

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

/// The number of size classes: one for each power of two that a `usize` can hold.
const CLASSES: usize = usize::BITS as usize;
/// The size of a page of WebAssembly memory, in bytes.
const PAGE: usize = 65536;
/// The size in bytes from which an allocation is the working memory of a hash.
const LARGE: usize = 1 << 20;

/// The allocator of a module that hashes no passwords.
#[derive(Debug)]
pub struct SmallBlocks;

/// The allocator of a module that hashes passwords: it has the large block.
#[derive(Debug)]
pub struct WithLargeBlock;

struct Blocks {
    /// The first free block of each class, by the logarithm of its size. A free
    /// block holds the address of the next free block.
    free: [Cell<*mut u8>; CLASSES],
    /// The start and end of the memory that the engine has provided and that is
    /// not yet part of a block. The end is at a page boundary.
    next: Cell<usize>,
    end: Cell<usize>,
    /// The start and end of the large block, both at page boundaries.
    large: Cell<(usize, usize)>,
    large_in_use: Cell<bool>,
}

// SAFETY: without atomics, a module has only one thread.
#[cfg(not(target_feature = "atomics"))]
unsafe impl Sync for Blocks {}

/// Frees the large block after the engine aborted the call that used it.
pub(crate) fn free_large() {
    BLOCKS.large_in_use.set(false);
}

/// The logarithm of the size of a block for `layout`. Every block has room for an
/// address.
fn class(layout: Layout) -> usize {
    let size = layout.size().max(layout.align()).max(size_of::<usize>());
    let bits = usize::BITS.wrapping_sub(size.wrapping_sub(1).leading_zeros());
    bits as usize
}

impl Blocks {
    /// Takes the large block, with room for `size` bytes; `None` if the engine does
    /// not have enough memory.
    fn take_large(&self, size: usize) -> Option<*mut u8> {
        let (mut start, end) = self.large.get();
        if end.wrapping_sub(start) < size {
            // The large block grows in place if it is at the end of the memory, else
            // it moves to the end. Small blocks get the memory that it leaves, or the
            // first time one page in front of it. With this room they do not soon
            // need memory behind the large block, which would stop it from growing.
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

    /// Whether `block` is the large block. No other block has the same address.
    fn is_large(&self, block: *mut u8, layout: Layout) -> bool {
        layout.size() >= LARGE && block.addr() == self.large.get().0
    }

    /// A new small block. `size` is a power of two. The block's address is a multiple
    /// of `size`, or of a page if `size` is larger than a page. Null if the engine has
    /// no more memory.
    fn new_block(&self, size: usize) -> *mut u8 {
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
                // `memory_grow` returns `usize::MAX` on failure; `checked_mul` then
                // returns `None`.
                let start = wasm32::memory_grow::<0>(pages).checked_mul(PAGE)?;
                if start != self.end.get() {
                    self.next.set(start);
                }
                // The end of the last page of a 4 GiB memory does not fit a `usize`;
                // `checked_add` then returns `None`.
                self.end.set(start.checked_add(pages.checked_mul(PAGE)?)?);
                cut()
            })
            .unwrap_or(ptr::null_mut())
    }
}

// SAFETY: a block has at least the layout's size and alignment. A block is either
// in use or in exactly one list.
unsafe impl GlobalAlloc for SmallBlocks {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let class = class(layout);
        let blocks = &BLOCKS;
        let Some(free) = blocks.free.get(class).filter(|_| layout.align() <= PAGE) else {
            return ptr::null_mut();
        };
        let block = free.get();
        if block.is_null() {
            return blocks.new_block(1 << class);
        }
        // SAFETY: a free block holds an address, and is aligned for an address.
        free.set(unsafe { block.cast::<*mut u8>().read() });
        block
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if let Some(free) = BLOCKS.free.get(class(layout)) {
            // SAFETY: the caller gives up the block, which has room for an address.
            unsafe { block.cast::<*mut u8>().write(free.get()) };
            free.set(block);
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: the caller upholds the contract of `GlobalAlloc`, by which the
        // size does not overflow.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        if class(wanted) == class(layout) {
            return block;
        }
        // SAFETY: as above; the block is from this allocator.
        unsafe { move_block(self, block, layout, wanted) }
    }
}

// SAFETY: as for `SmallBlocks`; the large block is never in a list.
unsafe impl GlobalAlloc for WithLargeBlock {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() >= LARGE
            && layout.align() <= PAGE
            && !BLOCKS.large_in_use.get()
            && let Some(block) = BLOCKS.take_large(layout.size())
        {
            return block;
        }
        // SAFETY: the caller upholds the contract of `GlobalAlloc`.
        unsafe { SmallBlocks.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        if BLOCKS.is_large(block, layout) {
            BLOCKS.large_in_use.set(false);
        } else {
            // SAFETY: every other block is from `SmallBlocks`.
            unsafe { SmallBlocks.dealloc(block, layout) }
        }
    }

    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: as in `SmallBlocks`.
        let wanted = unsafe { Layout::from_size_align_unchecked(size, layout.align()) };
        if class(wanted) == class(layout) && !BLOCKS.is_large(block, layout) {
            return block;
        }
        // SAFETY: the block is from this allocator.
        unsafe { move_block(self, block, layout, wanted) }
    }
}

/// Moves the content of `block` into a new block of `allocator`.
///
/// # Safety
/// `block` must be in use, and be from `allocator` with the layout `layout`.
unsafe fn move_block(
    allocator: &impl GlobalAlloc,
    block: *mut u8,
    layout: Layout,
    wanted: Layout,
) -> *mut u8 {
    // SAFETY: both blocks have room for the smaller size, and a new block does not
    // overlap a block in use.
    unsafe {
        let new = allocator.alloc(wanted);
        if !new.is_null() {
            ptr::copy_nonoverlapping(block, new, layout.size().min(wanted.size()));
            allocator.dealloc(block, layout);
        }
        new
    }
}
