//! CRC32c (RFC 9260 appendix A): Castagnoli's polynomial, bits reflected.

/// The sum before the first byte.
pub(super) const START: u32 = !0;

/// The sum with some bytes more.
pub(super) fn update(sum: u32, bytes: &[u8]) -> u32 {
    bytes.iter().fold(sum, |sum, byte| sum >> 8 ^ TABLE[usize::from(sum as u8 ^ byte)])
}

/// The checksum.
pub(super) fn finish(sum: u32) -> u32 {
    !sum
}

static TABLE: [u32; 256] = table();

const fn table() -> [u32; 256] {
    let mut table = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut sum = byte as u32;
        let mut bit = 0;
        while bit < 8 {
            sum = if sum & 1 == 1 { sum >> 1 ^ 0x82f6_3b78 } else { sum >> 1 };
            bit += 1;
        }
        table[byte] = sum;
        byte += 1;
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 3720 appendix B.4.
    #[test]
    fn known_sums() {
        let sum = |bytes: &[u8]| finish(update(START, bytes)).to_le_bytes();
        assert_eq!(sum(&[0; 32]), [0xaa, 0x36, 0x91, 0x8a]);
        assert_eq!(sum(&[0xff; 32]), [0x43, 0xab, 0xa8, 0x62]);
        assert_eq!(sum(b"123456789"), 0xe306_9283_u32.to_le_bytes());
    }
}
