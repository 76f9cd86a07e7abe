//! A list that nearly always holds one thing: the actions of an entry, its instructions.

use std::ops::{Deref, DerefMut};
use std::{mem, option, slice, vec};

/// None, one, two, or a vector of them; up to two need no heap.
///
/// Each number of them is a variant, so whoever makes, reads or drops the usual list of one finds out
/// with one comparison what to do. (What a vector in place does instead, counting, was a tenth of
/// the instructions that a flow-mod took.)
#[derive(Clone, Debug, Default)]
pub(crate) enum Few<T> {
    #[default]
    None,
    One(T),
    Two([T; 2]),
    Many(Vec<T>),
}

impl<T> Few<T> {
    /// Adds one at the end; it is now there.
    #[inline]
    pub(crate) fn push(&mut self, item: T) -> &mut T {
        match self {
            Few::None => *self = Few::One(item),
            Few::Many(items) => items.push(item),
            Few::One(_) | Few::Two(_) => self.push_more(item),
        }
        let last = self.len() - 1;
        &mut self[last]
    }

    /// Adds one to one or two.
    fn push_more(&mut self, item: T) {
        *self = match mem::take(self) {
            Few::One(first) => Few::Two([first, item]),
            few => {
                let mut items = Vec::with_capacity(4);
                items.extend(few);
                items.push(item);
                Few::Many(items)
            }
        };
    }
}

impl<T> Deref for Few<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        match self {
            Few::None => &[],
            Few::One(item) => slice::from_ref(item),
            Few::Two(items) => items,
            Few::Many(items) => items,
        }
    }
}

impl<T> DerefMut for Few<T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut [T] {
        match self {
            Few::None => &mut [],
            Few::One(item) => slice::from_mut(item),
            Few::Two(items) => items,
            Few::Many(items) => items,
        }
    }
}

/// Equal if they hold the same, in whatever form.
impl<T: PartialEq> PartialEq for Few<T> {
    fn eq(&self, other: &Few<T>) -> bool {
        self[..] == other[..]
    }
}

impl<T: Eq> Eq for Few<T> {}

impl<T> Extend<T> for Few<T> {
    fn extend<I: IntoIterator<Item = T>>(&mut self, items: I) {
        for item in items {
            self.push(item);
        }
    }
}

impl<T> FromIterator<T> for Few<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Few<T> {
        let mut few = Few::None;
        few.extend(items);
        few
    }
}

impl<T, const N: usize> From<[T; N]> for Few<T> {
    #[inline]
    fn from(items: [T; N]) -> Few<T> {
        let mut few = Few::None;
        for item in items {
            few.push(item);
        }
        few
    }
}

impl<T> From<Vec<T>> for Few<T> {
    fn from(items: Vec<T>) -> Few<T> {
        Few::Many(items)
    }
}

/// The items of a list that is given away, in order.
///
/// ```
/// use ryu_sdn::ofproto::{Action, ActionList};
///
/// let list: ActionList = [Action::PopVlan, Action::DecNwTtl].into();
/// assert_eq!(list.into_iter().collect::<Vec<_>>(), [Action::PopVlan, Action::DecNwTtl]);
/// ```
#[derive(Clone, Debug)]
pub struct IntoIter<T> {
    first: option::IntoIter<T>,
    second: option::IntoIter<T>,
    rest: vec::IntoIter<T>,
}

impl<T> Iterator for IntoIter<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.first.next().or_else(|| self.second.next()).or_else(|| self.rest.next())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.first.len() + self.second.len() + self.rest.len();
        (left, Some(left))
    }
}

impl<T> ExactSizeIterator for IntoIter<T> {}

impl<T> IntoIterator for Few<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    fn into_iter(self) -> IntoIter<T> {
        let (first, second, rest) = match self {
            Few::None => (None, None, Vec::new()),
            Few::One(item) => (Some(item), None, Vec::new()),
            Few::Two([first, second]) => (Some(first), Some(second), Vec::new()),
            Few::Many(items) => (None, None, items),
        };
        IntoIter { first: first.into_iter(), second: second.into_iter(), rest: rest.into_iter() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_a_vector() {
        for n in 0..9 {
            let (mut few, mut all) = (Few::None, Vec::new());
            for item in 0..n {
                let item = item.to_string();
                all.push(item.clone());
                assert_eq!(*few.push(item.clone()), item);
                few[all.len() - 1].push('!');
                all.last_mut().unwrap().push('!');
                assert_eq!(few[..], all[..]);
            }
            assert_eq!(few, Few::from(all.clone()));
            assert_eq!(few, all.iter().cloned().collect());
            assert_eq!(few.clone().into_iter().len(), n);
            assert_eq!(few.into_iter().collect::<Vec<_>>(), all);
        }
        assert_ne!(Few::from([1, 2]), Few::from([1, 3]));
        assert_ne!(Few::from([1]), Few::from([1, 1]));
    }
}
