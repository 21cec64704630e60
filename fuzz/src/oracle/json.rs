//! Strict JSON, read with serde_json.

use std::collections::HashSet;
use std::fmt;

use portcullis::encoding::json::{self, JsonValue};
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};

/// A value with its members in their order.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Tree {
    Null,
    Bool(bool),
    /// As it is written.
    Number(String),
    String(String),
    Array(Vec<Tree>),
    Object(Vec<(String, Tree)>),
}

impl Tree {
    pub(crate) fn members(&self) -> Option<&[(String, Tree)]> {
        match self {
            Self::Object(members) => Some(members),
            _ => None,
        }
    }

    pub(crate) fn member(&self, name: &str) -> Option<&Tree> {
        let (_, value) = self.members()?.iter().find(|(has, _)| has == name)?;
        Some(value)
    }

    pub(crate) fn as_str(&self) -> Option<&str> {
        match self {
            Self::String(string) => Some(string),
            _ => None,
        }
    }

    fn any(&self, is: &dyn Fn(&Tree) -> bool) -> bool {
        is(self)
            || match self {
                Self::Array(elements) => elements.iter().any(|element| element.any(is)),
                Self::Object(members) => members.iter().any(|(_, value)| value.any(is)),
                _ => false,
            }
    }

    /// Whether it has a number that is rounded to the largest double. Which of
    /// these a double can hold is a matter of taste, so that nothing is said
    /// of them.
    fn is_at_the_edge(&self) -> bool {
        self.any(&|value| match value {
            Self::Number(text) => text.parse::<f64>().is_ok_and(|n| n.abs() == f64::MAX),
            _ => false,
        })
    }
}

/// The value as which strict JSON must be read, or the reason for which it must be refused.
pub(crate) fn read(text: &str) -> Option<Tree> {
    let mut reader = serde_json::Deserializer::from_str(text);
    let tree = Strict { depth: 0 }.deserialize(&mut reader).ok()?;
    reader.end().ok()?;
    Some(tree)
}

/// Reads with the core's reader and with the oracle, and asserts that they agree.
/// `None` if the oracle has no result.
pub(crate) fn agreed(text: &str) -> Option<Option<Tree>> {
    // serde_json returns numbers under a name that a text can imitate.
    if text.contains('$') || text.contains("\\u0024") {
        return None;
    }
    match (json::read_value(text), read(text)) {
        (Ok(ours), Some(theirs)) => {
            assert_same(&ours, &theirs);
            Some(Some(theirs))
        }
        (Err(_), None) => Some(None),
        (Err(_), Some(theirs)) if theirs.is_at_the_edge() => None,
        (ours, theirs) => panic!("one reader accepts: {ours:?}, {theirs:?}"),
    }
}

/// Like [`agreed`], for bytes that may not be a text.
pub(crate) fn agreed_bytes(bytes: &[u8]) -> Option<Option<Tree>> {
    match core::str::from_utf8(bytes) {
        Ok(text) => agreed(text),
        Err(_) => Some(None),
    }
}

fn assert_same(ours: &JsonValue<'_>, theirs: &Tree) {
    match (ours, theirs) {
        (JsonValue::Null, Tree::Null) => {}
        (JsonValue::Bool(ours), Tree::Bool(theirs)) => assert_eq!(ours, theirs),
        (JsonValue::Number(ours), Tree::Number(theirs)) => {
            assert_eq!(ours.parse::<f64>(), theirs.parse::<f64>());
        }
        (JsonValue::String(ours), Tree::String(theirs)) => {
            assert_eq!(ours.decode(), theirs.as_str());
            assert!(ours.is(theirs));
            assert_eq!(ours.is_empty(), theirs.is_empty());
        }
        (JsonValue::Array(text), Tree::Array(theirs)) => {
            let mut theirs = theirs.iter();
            json::read_array(text, |ours| assert_same(ours, theirs.next().unwrap())).unwrap();
            assert!(theirs.next().is_none());
        }
        (JsonValue::Object(text), Tree::Object(theirs)) => {
            let mut members = theirs.iter();
            json::read_object(text, |name, ours| {
                let (expected, theirs) = members.next().unwrap();
                assert_eq!(name.decode(), expected.as_str());
                assert_same(ours, theirs);
            })
            .unwrap();
            assert!(members.next().is_none());
        }
        (ours, theirs) => panic!("{ours:?} is not {theirs:?}"),
    }
}

/// Builds a tree, with each rule that serde_json does not have.
#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
}

impl Strict {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        let depth = self.depth + 1;
        if depth > json::MAX_DEPTH {
            return Err(E::custom("too deep"));
        }
        Ok(Self { depth })
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Tree;

    fn deserialize<D: serde::Deserializer<'de>>(self, reader: D) -> Result<Tree, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Tree;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("strict JSON")
    }

    fn visit_unit<E>(self) -> Result<Tree, E> {
        Ok(Tree::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Tree, E> {
        Ok(Tree::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Tree, E> {
        Ok(Tree::Number(value.to_string()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Tree, E> {
        Ok(Tree::Number(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Tree, E> {
        Ok(Tree::String(value.into()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut elements: A) -> Result<Tree, A::Error> {
        let deeper = self.deeper()?;
        let mut array = Vec::new();
        while let Some(element) = elements.next_element_seed(deeper)? {
            array.push(element);
        }
        Ok(Tree::Array(array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Tree, A::Error> {
        let mut object = Vec::new();
        let mut names = HashSet::new();
        while let Some(name) = members.next_key::<String>()? {
            if name == "$serde_json::private::Number" {
                let number: String = members.next_value()?;
                let value: f64 = number.parse().map_err(A::Error::custom)?;
                return if value.is_finite() {
                    Ok(Tree::Number(number))
                } else {
                    Err(A::Error::custom("no double"))
                };
            }
            let value = members.next_value_seed(self.deeper()?)?;
            if !names.insert(name.clone()) {
                return Err(A::Error::custom("twice"));
            }
            object.push((name, value));
        }
        self.deeper::<A::Error>()?;
        Ok(Tree::Object(object))
    }
}
