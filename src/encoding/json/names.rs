//! The search for repeated member names.

use std::collections::BinaryHeap;

use super::{JsonError, JsonString};

/// Up to this many names are stored without an allocation, and compared pairwise.
const FEW: usize = 12;

/// The member names of all objects whose `}` was not read yet. The names of the
/// innermost object come last.
pub(super) struct OpenNames<'a> {
    /// The names, as long as there are at most `FEW` of them.
    first: [JsonString<'a>; FEW],
    /// The number of names, in `first` or in `all`.
    length: usize,
    /// All names, once there were more than `FEW`. If `all` is empty, `first` counts.
    all: Vec<JsonString<'a>>,
}

impl<'a> OpenNames<'a> {
    pub(super) fn new() -> Self {
        Self {
            first: [JsonString::EMPTY; FEW],
            length: 0,
            all: Vec::new(),
        }
    }

    pub(super) fn len(&self) -> usize {
        self.length
    }

    #[inline(always)]
    pub(super) fn last(&self) -> Option<&JsonString<'a>> {
        let last = self.length.checked_sub(1)?;
        match self.all.as_slice() {
            [] => self.first.get(last),
            all => all.get(last),
        }
    }

    #[inline(always)]
    pub(super) fn push(&mut self, name: JsonString<'a>) {
        match self.first.get_mut(self.length) {
            Some(slot) if self.all.is_empty() => *slot = name,
            _ => {
                if self.all.is_empty() {
                    self.all.extend_from_slice(&self.first);
                }
                self.all.push(name);
            }
        }
        self.length = self.length.saturating_add(1);
    }

    /// Removes the names of the innermost object, which start at index `start`.
    ///
    /// # Errors
    /// [`JsonError`] when two of these names are the same.
    pub(super) fn close(&mut self, start: usize) -> Result<(), JsonError> {
        let names = match self.all.as_slice() {
            [] => self.first.get(start..self.length),
            all => all.get(start..),
        };
        let duplicate = has_duplicate(names.unwrap_or_default());
        self.length = start;
        self.all.truncate(start);
        if duplicate { Err(JsonError) } else { Ok(()) }
    }
}

fn has_duplicate(names: &[JsonString<'_>]) -> bool {
    if names.len() <= FEW && names.iter().all(|name| !name.is_escaped()) {
        let mut rest = names;
        while let [before @ .., last] = rest {
            if before.iter().any(|name| name.is_written_as(last)) {
                return true;
            }
            rest = before;
        }
        return false;
    }
    // A heap takes less code than a sort.
    let mut sorted: BinaryHeap<_> = names.iter().map(|name| name.decode()).collect();
    let mut last = None;
    while let Some(name) = sorted.pop() {
        if last.as_ref() == Some(&name) {
            return true;
        }
        last = Some(name);
    }
    false
}
