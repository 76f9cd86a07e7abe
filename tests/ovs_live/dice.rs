//! Dice that fall the same way every time, so that a failing message can be found again.

/// The seed, from `RYU_SDN_OVS_SEED` if it is there.
pub(crate) fn seed() -> u64 {
    let given = std::env::var("RYU_SDN_OVS_SEED").ok();
    given.map_or(0x0501_1ee7, |text| text.parse().expect("RYU_SDN_OVS_SEED is a number"))
}

pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn roll(&mut self, sides: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }

    pub(crate) fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        of[self.roll(of.len() as u64) as usize].clone()
    }

    pub(crate) fn one_in(&mut self, n: u64) -> bool {
        self.roll(n) == 0
    }

    pub(crate) fn bits(&mut self, bits: u8) -> u128 {
        let all = (0..5).fold(0u128, |all, _| all << 31 | u128::from(self.roll(1 << 31)));
        match bits {
            0 => 0,
            bits => all & u128::MAX >> (128 - u32::from(bits)),
        }
    }
}
