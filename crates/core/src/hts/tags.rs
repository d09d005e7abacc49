//! A record's optional fields (SAM specification 4.2.4), parsed with every length checked, because the bytes come
//! from a file and may be malformed.

/// The value of one tag.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum TagValue<'a> {
    /// Any of the six integer types (`c C s S i I`).
    Integer(i64),
    /// `Z` or `H`, without the closing NUL.
    Text(&'a [u8]),
    /// `A`, `f`, `d` or `B`, which are not used here.
    Other,
}

impl<'a> TagValue<'a> {
    /// The value as a count, if it is a non-negative integer.
    pub fn count(self) -> Option<u32> {
        match self {
            Self::Integer(n) => u32::try_from(n).ok(),
            _ => None,
        }
    }

    /// The text of a `Z` or `H` tag; not of a single character (`A`).
    pub const fn text(self) -> Option<&'a [u8]> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// The optional fields of one record, in file order. Ends at the first damaged field; [`Tags::is_damaged`] shows
/// whether there was one.
#[derive(Clone, Debug)]
pub struct Tags<'a> {
    rest: &'a [u8],
    damaged: bool,
}

impl<'a> Tags<'a> {
    /// From the bytes after the qualities in a BAM record.
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            damaged: false,
        }
    }

    /// Whether parsing ended at bytes that are not a tag.
    pub const fn is_damaged(&self) -> bool {
        self.damaged
    }

    fn step(&mut self) -> Option<([u8; 2], TagValue<'a>)> {
        let (head, body) = self.rest.split_first_chunk::<3>()?;
        let (value, used) = match head[2] {
            b'A' => (TagValue::Other, 1),
            b'c' => (TagValue::Integer(i64::from(i8::from_le_bytes(array(body)?))), 1),
            b'C' => (TagValue::Integer(i64::from(u8::from_le_bytes(array(body)?))), 1),
            b's' => (TagValue::Integer(i64::from(i16::from_le_bytes(array(body)?))), 2),
            b'S' => (TagValue::Integer(i64::from(u16::from_le_bytes(array(body)?))), 2),
            b'i' => (TagValue::Integer(i64::from(i32::from_le_bytes(array(body)?))), 4),
            b'I' => (TagValue::Integer(i64::from(u32::from_le_bytes(array(body)?))), 4),
            b'f' => (TagValue::Other, 4),
            b'd' => (TagValue::Other, 8),
            b'Z' | b'H' => {
                let len = body.iter().position(|&b| b == 0)?;
                (TagValue::Text(&body[..len]), len + 1)
            }
            b'B' => {
                let width: usize = match *body.first()? {
                    b'c' | b'C' => 1,
                    b's' | b'S' => 2,
                    b'i' | b'I' | b'f' => 4,
                    _ => return None,
                };
                let count = u32::from_le_bytes(array(body.get(1..)?)?) as usize;
                (TagValue::Other, width.checked_mul(count)?.checked_add(5)?)
            }
            _ => return None,
        };
        self.rest = body.get(used..)?;
        Some(([head[0], head[1]], value))
    }
}

impl<'a> Iterator for Tags<'a> {
    type Item = ([u8; 2], TagValue<'a>);

    fn next(&mut self) -> Option<Self::Item> {
        if self.rest.is_empty() || self.damaged {
            return None;
        }
        let item = self.step();
        self.damaged = item.is_none();
        item
    }
}

fn array<const N: usize>(bytes: &[u8]) -> Option<[u8; N]> {
    bytes.first_chunk::<N>().copied()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn integers_come_in_six_types() {
        let bytes = b"NHc\x07HIC\xf0NMs\xfe\xffX0S\xff\xffX1i\x00\x00\x00\x80X2I\xff\xff\xff\xffRGZone\0";
        let tags: Vec<_> = Tags::new(bytes).collect();
        let numbers = [7, 240, -2, 65_535, -2_147_483_648, 4_294_967_295];
        for (tag, number) in tags.iter().zip(numbers) {
            assert_eq!(tag.1, TagValue::Integer(number));
        }
        assert_eq!(tags[6], (*b"RG", TagValue::Text(b"one")));
    }

    #[test]
    fn damaged_tags_end_the_parsing_and_keep_earlier_tags() {
        for bad in [
            &b"SAZno end"[..],
            b"NM",
            b"NMi\x01",
            b"NM?\x01",
            b"XBBi\xff\xff\xff\xff\x01",
            b"XBBq\x01\0\0\0\x01",
        ] {
            let bytes = [b"NHC\x03", bad].concat();
            let mut tags = Tags::new(&bytes);
            assert_eq!(tags.next(), Some((*b"NH", TagValue::Integer(3))));
            assert_eq!(tags.next(), None, "{bad:?}");
            assert!(tags.is_damaged(), "{bad:?}");
        }
    }

    proptest! {
        #[test]
        fn no_bytes_break_the_parser(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut tags = Tags::new(&bytes);
            prop_assert!(tags.by_ref().count() <= bytes.len());
        }
    }
}
