//! A list that nearly always holds one thing: the actions of an entry, its instructions.

use std::ops::{Deref, DerefMut};
use std::{mem, option, slice, vec};

/// None, one, or a vector of them; one needs no heap.
///
/// Whoever makes, reads or drops the usual list of one finds out with one comparison what to do, and
/// it is no larger than the one: a flow-mod is made, moved and dropped for most packet-ins. (A vector in
/// place that counts its items was a tenth of the instructions of that; room for two, twice the size.)
#[derive(Clone, Debug, Default)]
pub(crate) enum Few<T> {
    #[default]
    None,
    One(T),
    Many(Vec<T>),
}

impl<T> Few<T> {
    /// Adds one at the end; it is now there.
    #[inline]
    pub(crate) fn push(&mut self, item: T) -> &mut T {
        match self {
            Few::None => *self = Few::One(item),
            _ => self.push_more(item),
        }
        let last = self.len() - 1;
        &mut self[last]
    }

    /// Adds one to others.
    fn push_more(&mut self, item: T) {
        if let Few::Many(items) = self {
            items.push(item);
            return;
        }
        let mut items = Vec::with_capacity(4);
        items.extend(mem::take(self));
        items.push(item);
        *self = Few::Many(items);
    }
}

impl<T> Deref for Few<T> {
    type Target = [T];

    #[inline]
    fn deref(&self) -> &[T] {
        match self {
            Few::None => &[],
            Few::One(item) => slice::from_ref(item),
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

/// The actions of a list that is given away, in order.
///
/// Spec: 1.0 section 5.2.4, 1.3 section 7.2.5.
///
/// ```
/// use ryu_sdn::ofproto::{Action, ActionList};
///
/// let list: ActionList = [Action::PopVlan, Action::DecNwTtl].into();
/// assert_eq!(list.into_iter().collect::<Vec<_>>(), [Action::PopVlan, Action::DecNwTtl]);
/// ```
#[derive(Clone, Debug)]
pub struct IntoIter<T> {
    one: option::IntoIter<T>,
    many: vec::IntoIter<T>,
}

impl<T> Iterator for IntoIter<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        self.one.next().or_else(|| self.many.next())
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.one.len() + self.many.len();
        (left, Some(left))
    }
}

impl<T> ExactSizeIterator for IntoIter<T> {}

impl<T> IntoIterator for Few<T> {
    type Item = T;
    type IntoIter = IntoIter<T>;

    fn into_iter(self) -> IntoIter<T> {
        let (one, many) = match self {
            Few::None => (None, Vec::new()),
            Few::One(item) => (Some(item), Vec::new()),
            Few::Many(items) => (None, items),
        };
        IntoIter { one: one.into_iter(), many: many.into_iter() }
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
