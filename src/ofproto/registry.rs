//! The registry: message bodies, actions, instructions and match fields that apps define.
//!
//! An app's crate says [`register!`](crate::ofproto::register); the linker collects what was said
//! there, as it collects apps. It is looked into only where nothing of the house has the number, so
//! what is known here is read no slower for it, and cannot be taken over.

use std::error::Error;
use std::fmt;
use std::sync::OnceLock;

use serde_json::{Map, Value};

use super::extension;
use super::json::JsonError;
use super::message::Message;
use super::oxm::FieldInfo;
use super::registered::{ExperimenterType, Registered};
use super::version::Version;
use super::{action, ovs};
use crate::wire::{DecodeError, Reader};

/// Where a registered type stands; in every version, but instructions since 1.1.
///
/// Spec: 1.3 sections 7.5.4 (messages), 7.3.5.15 (multipart messages), 7.2.5 (actions) and 7.2.4
/// (instructions). See the example of [`ExperimenterBody`](super::ExperimenterBody).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// It is an experimenter message (1.0: vendor).
    Message,
    /// It is a request of experimenter statistics.
    MultipartRequest,
    /// It is a reply of experimenter statistics.
    MultipartReply,
    /// It is an experimenter action.
    Action,
    /// It is an experimenter instruction.
    Instruction,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Place::Message => "message",
            Place::MultipartRequest => "multipart request",
            Place::MultipartReply => "multipart reply",
            Place::Action => "action",
            Place::Instruction => "instruction",
        })
    }
}

/// What [`register!`](crate::ofproto::register) says of a type.
///
/// Spec: as [`Place`] says, since 1.0.
/// See the example of [`ExperimenterBody`](super::ExperimenterBody).
#[derive(Debug)]
pub struct Registration {
    /// Where the type stands.
    pub place: Place,
    /// Its class in JSON, and its name in errors and text.
    pub class: &'static str,
    /// Who defined it, 32 bits: an IEEE OUI, or a number that ONF gave.
    pub experimenter: u32,
    /// Which of theirs it is: 32 bits of a message, 16 of an action or instruction; `None` for all
    /// that have no registration of their own.
    pub exp_type: Option<u32>,
    /// First version that has it.
    pub since: Version,
    /// Last version that has it.
    pub until: Version,
    /// The path of the Rust type.
    pub path: &'static str,
    decode: fn(&'static Registration, Version, &mut Reader<'_>) -> Result<Registered, DecodeError>,
    from_json: fn(&'static Registration, Map<String, Value>) -> Result<Registered, JsonError>,
}

impl Registration {
    /// A row for the type `T`; `register!` writes it.
    #[doc(hidden)]
    pub const fn of<T: ExperimenterType>(
        place: Place,
        class: &'static str,
        key: (u32, Option<u32>),
        versions: (Version, Version),
        path: &'static str,
    ) -> Registration {
        let ((experimenter, exp_type), (since, until)) = (key, versions);
        assert!(since as u8 <= until as u8, "the first version comes before the last");
        if let (Place::Action | Place::Instruction, Some(exp_type)) = (place, exp_type) {
            assert!(exp_type <= 0xffff, "the type of an action or instruction has 16 bits");
        }
        Registration {
            place,
            class,
            experimenter,
            exp_type,
            since,
            until,
            path,
            decode: Registered::decode::<T>,
            from_json: Registered::from_json::<T>,
        }
    }

    /// Everything that apps registered, sorted by path: the same in every run.
    pub fn all() -> impl Iterator<Item = &'static Registration> {
        registry().bodies.iter().copied()
    }

    /// Id and type of an action or instruction.
    pub(super) fn key(&self) -> (u32, Option<u16>) {
        (self.experimenter, self.exp_type.map(|exp_type| exp_type as u16))
    }

    /// Whether `version` has it.
    pub fn is_in(&self, version: Version) -> bool {
        self.since <= version && version <= self.until
    }

    pub(super) fn decode(
        &'static self,
        version: Version,
        r: &mut Reader<'_>,
    ) -> Result<Registered, DecodeError> {
        r.name(self.class);
        (self.decode)(self, version, r)
    }

    pub(super) fn read_members(
        &'static self,
        members: Map<String, Value>,
    ) -> Result<Registered, JsonError> {
        (self.from_json)(self, members)
    }

    fn overlaps(&self, other: &Registration) -> bool {
        self.since <= other.until && other.since <= self.until
    }

    fn versions(&self) -> impl Iterator<Item = Version> {
        Version::ALL.into_iter().filter(|version| self.is_in(*version))
    }

    /// The name of what the house has under this key, in one of the versions.
    fn key_of_ours(&self) -> Option<&'static str> {
        self.versions().find_map(|version| match self.place {
            Place::Action => action::name_of_ours(version, self.experimenter, self.exp_type),
            Place::Instruction => None,
            place => extension::name_of_ours(place, version, self.experimenter, self.exp_type),
        })
    }

    /// Whether the house has a class of this name, in one of the versions.
    fn class_of_ours(&self) -> bool {
        self.versions().any(|version| match self.place {
            Place::Action => action::is_class_of_ours(version, self.class),
            Place::Instruction => super::instruction::is_class_of_ours(version, self.class),
            _ => Message::is_class_of_ours(version, self.class),
        })
    }

    /// Classes are looked for in one place: all messages share one.
    fn shares_classes(&self, other: &Registration) -> bool {
        let message = |place| !matches!(place, Place::Action | Place::Instruction);
        self.place == other.place || message(self.place) && message(other.place)
    }
}

impl fmt::Display for Registration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.path, self.class)
    }
}

/// What `register!` hands to the linker.
#[doc(hidden)]
#[derive(Debug)]
pub enum Entry {
    /// A type.
    Body(&'static Registration),
    /// A match field, and the path of the module that registers it.
    Field(FieldInfo, &'static str),
}

inventory::collect!(Entry);

/// Two registrations that cannot stand together; the first may be one of the house.
///
/// Spec: none; it is about this program, whatever the version.
///
/// ```
/// use ryu_sdn::ofproto::{RegistrationError, RegistrationErrors};
///
/// let (what, first, second) = ("class Blink".into(), "a::Blink (Blink)".into(), "b".into());
/// let errors = RegistrationErrors(vec![RegistrationError { what, first, second }]);
/// assert_eq!(
///     errors.to_string(),
///     "class Blink is registered twice: by a::Blink (Blink) and by b"
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationError {
    /// What both want, for instance `"message 0x00ac3e01:7"`.
    pub what: String,
    /// Who has it.
    pub first: String,
    /// Who wants it too.
    pub second: String,
}

impl fmt::Display for RegistrationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let RegistrationError { what, first, second } = self;
        write!(f, "{what} is registered twice: by {first} and by {second}")
    }
}

/// Everything that is wrong with what apps registered, one line each; see [`check_registrations`].
///
/// Spec: none, as there. See the example of [`RegistrationError`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistrationErrors(pub Vec<RegistrationError>);

impl fmt::Display for RegistrationErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, error) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl Error for RegistrationErrors {}

/// Whether everything that apps registered can stand together. The programs say so before they
/// start; a program of one's own, or a test, may ask.
///
/// ```
/// assert_eq!(ryu_sdn::ofproto::check_registrations(), Ok(()));
/// ```
///
/// # Errors
/// Every number, class and name that is registered twice, or is one of the house, with both who
/// want it. The house keeps its own; of two others the one whose path comes first is used.
pub fn check_registrations() -> Result<(), RegistrationErrors> {
    let registry = registry();
    let mut errors = registry.errors.clone();
    for row in &registry.bodies {
        if row.class_of_ours() {
            errors.push(RegistrationError {
                what: format!("class {}", row.class),
                first: format!("ryu_sdn ({})", row.class),
                second: row.to_string(),
            });
        }
    }
    if errors.is_empty() { Ok(()) } else { Err(RegistrationErrors(errors)) }
}

/// The registration of the body that starts at `r`, with the experimenter's id.
#[cold]
pub(super) fn next(
    place: Place,
    version: Version,
    r: &Reader<'_>,
) -> Option<&'static Registration> {
    let mut r = r.clone();
    let experimenter = r.u32().ok()?;
    let exp_type = match place {
        Place::Action | Place::Instruction => r.u16().ok().map(u32::from),
        _ => r.u32().ok(),
    };
    let of_id = |row: &&&Registration| {
        row.place == place && row.experimenter == experimenter && row.is_in(version)
    };
    let rows = || registry().bodies.iter().filter(of_id);
    let exact = rows().find(|row| exp_type.is_some() && row.exp_type == exp_type);
    exact.or_else(|| rows().find(|row| row.exp_type.is_none())).copied()
}

/// The registration of a class in JSON.
#[cold]
pub(super) fn of_class(
    places: &[Place],
    version: Version,
    class: &str,
) -> Option<&'static Registration> {
    let mut rows = registry().bodies.iter();
    rows.find(|row| places.contains(&row.place) && row.class == class && row.is_in(version))
        .copied()
}

/// The row of a field that an app registered.
#[cold]
pub(super) fn field(
    class: u16,
    number: u8,
    experimenter: Option<u32>,
    exp_type: Option<u16>,
) -> Option<&'static FieldInfo> {
    fields().find(|info| {
        (info.class, info.number, info.experimenter) == (class, number, experimenter)
            && (info.exp_type.is_none() || info.exp_type == exp_type)
    })
}

/// The rows of all fields that apps registered.
pub(super) fn fields() -> impl Iterator<Item = &'static FieldInfo> {
    registry().fields.iter().copied()
}

/// Whether an app registered the row.
pub(super) fn is_registered(info: &FieldInfo) -> bool {
    fields().any(|row| std::ptr::eq(row, info))
}

/// What apps registered, without what cannot be used.
#[derive(Debug, Default)]
struct Registry {
    bodies: Vec<&'static Registration>,
    fields: Vec<&'static FieldInfo>,
    errors: Vec<RegistrationError>,
}

fn registry() -> &'static Registry {
    static REGISTRY: OnceLock<Registry> = OnceLock::new();
    REGISTRY.get_or_init(|| Registry::of(inventory::iter::<Entry>.into_iter()))
}

impl Registry {
    fn of(entries: impl Iterator<Item = &'static Entry>) -> Registry {
        let (mut bodies, mut fields) = (Vec::new(), Vec::new());
        for entry in entries {
            match entry {
                Entry::Body(row) => bodies.push(*row),
                Entry::Field(info, path) => fields.push((info, *path)),
            }
        }
        // The linker's order is nobody's: two programs of the same crates shall do the same.
        bodies.sort_by_key(|row| (row.path, row.place, row.class));
        fields.sort_by_key(|(info, path)| (*path, info.name, info.class, info.number));
        let mut registry = Registry::default();
        for row in bodies {
            registry.add_body(row);
        }
        let mut paths = Vec::new();
        for (info, path) in fields {
            registry.add_field(info, path, &mut paths);
        }
        registry
    }

    fn add_body(&mut self, row: &'static Registration) {
        let key = match row.exp_type {
            Some(exp_type) => format!("{} {:#010x}:{exp_type}", row.place, row.experimenter),
            None => format!("{} {:#010x} of any type", row.place, row.experimenter),
        };
        if let Some(ours) = row.key_of_ours() {
            return self.refuse(key, format!("ryu_sdn ({ours})"), row);
        }
        let mut others = self.bodies.iter().filter(|other| row.overlaps(other));
        let same_key = |other: &&&Registration| {
            (other.place, other.experimenter, other.exp_type)
                == (row.place, row.experimenter, row.exp_type)
        };
        if let Some(other) = others.clone().find(same_key) {
            return self.refuse(key, other.to_string(), row);
        }
        if let Some(other) = others.find(|o| row.shares_classes(o) && o.class == row.class) {
            return self.refuse(format!("class {}", row.class), other.to_string(), row);
        }
        self.bodies.push(row);
    }

    fn add_field(
        &mut self,
        info: &'static FieldInfo,
        path: &'static str,
        paths: &mut Vec<&'static str>,
    ) {
        let second = format!("{path} ({})", info.name);
        let overlaps = |o: &FieldInfo| info.since <= o.until && o.since <= info.until;
        let same_key = |o: &FieldInfo| {
            (o.class, o.number, o.experimenter) == (info.class, info.number, info.experimenter)
                && (o.exp_type.is_none() || info.exp_type.is_none() || o.exp_type == info.exp_type)
        };
        let key = match info.experimenter {
            Some(id) => format!("field {id:#010x}:{}", info.number),
            None => format!("field {:#06x}:{}", info.class, info.number),
        };
        let name = format!("field name {:?}", info.name);
        if let Some(ours) = FieldInfo::ours().find(|o| same_key(o)) {
            return self.refuse(key, format!("ryu_sdn ({})", ours.name), second);
        }
        if let Some(at) = self.fields.iter().position(|o| same_key(o)) {
            let first = format!("{} ({})", paths[at], self.fields[at].name);
            return self.refuse(key, first, second);
        }
        if !is_name(info.name) || ovs::is_word(info.name) {
            return self.refuse(name, "the text forms of ryu_sdn", second);
        }
        if FieldInfo::ours().any(|o| o.name == info.name && overlaps(o)) {
            return self.refuse(name, format!("ryu_sdn ({})", info.name), second);
        }
        if let Some(at) = self.fields.iter().position(|o| o.name == info.name && overlaps(o)) {
            let first = format!("{} ({})", paths[at], info.name);
            return self.refuse(name, first, second);
        }
        self.fields.push(info);
        paths.push(path);
    }

    fn refuse(&mut self, what: String, first: impl fmt::Display, second: impl fmt::Display) {
        let (first, second) = (first.to_string(), second.to_string());
        self.errors.push(RegistrationError { what, first, second });
    }
}

/// Whether a field can be called so in every text form: `field_` starts those without a name.
fn is_name(name: &str) -> bool {
    let fits = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || c == b'_';
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.bytes().all(fits)
        && !name.starts_with("field_")
}

#[cfg(test)]
#[path = "registry_tests.rs"]
mod tests;
