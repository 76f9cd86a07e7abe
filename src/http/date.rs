//! Dates as HTTP and its logs write them, in UTC.

use std::time::{SystemTime, UNIX_EPOCH};

/// A moment, as a calendar has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Date {
    year: u64,
    /// 0 to 11.
    month: usize,
    /// 1 to 31.
    day: u64,
    /// 0 is Sunday.
    weekday: usize,
    hour: u64,
    minute: u64,
    second: u64,
}

const MONTHS: [&str; 12] =
    ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const WEEKDAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];
const SECONDS_PER_DAY: u64 = 86_400;

impl Date {
    /// The date of `time`; a time before 1970 is the beginning of 1970.
    pub(super) fn new(time: SystemTime) -> Self {
        let seconds = time.duration_since(UNIX_EPOCH).map_or(0, |span| span.as_secs());
        let (days, second) = (seconds / SECONDS_PER_DAY, seconds % SECONDS_PER_DAY);
        // Counted from the first of March of the year 0, so that a leap day is the last of its year
        // and the lengths of the months follow one rule: 153 days for each five.
        let from_march = days + 719_468;
        let (era, day_of_era) = (from_march / 146_097, from_march % 146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month_from_march = (5 * day_of_year + 2) / 153;
        let is_next_year = month_from_march >= 10;
        Date {
            year: era * 400 + year_of_era + u64::from(is_next_year),
            month: (month_from_march as usize + 2) % 12,
            day: day_of_year - (153 * month_from_march + 2) / 5 + 1,
            weekday: (days as usize + 4) % 7,
            hour: second / 3600,
            minute: second / 60 % 60,
            second: second % 60,
        }
    }

    /// `Sun, 22 Nov 2026 00:39:58 GMT` (RFC 9110 section 5.6.7).
    pub(super) fn header(&self) -> String {
        let Date { year, day, hour, minute, second, .. } = *self;
        let (weekday, month) = (WEEKDAYS[self.weekday], MONTHS[self.month]);
        format!("{weekday}, {day:02} {month} {year:04} {hour:02}:{minute:02}:{second:02} GMT")
    }

    /// `22/Nov/2026 00:39:58`.
    pub(super) fn log(&self) -> String {
        let Date { year, day, hour, minute, second, .. } = *self;
        format!("{day:02}/{}/{year:04} {hour:02}:{minute:02}:{second:02}", MONTHS[self.month])
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn header(seconds: u64) -> String {
        Date::new(UNIX_EPOCH + Duration::from_secs(seconds)).header()
    }

    #[test]
    fn known_days() {
        assert_eq!(header(0), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(header(784_111_777), "Sun, 06 Nov 1994 08:49:37 GMT");
        assert_eq!(header(951_782_399), "Mon, 28 Feb 2000 23:59:59 GMT");
        assert_eq!(header(951_782_400), "Tue, 29 Feb 2000 00:00:00 GMT");
        assert_eq!(header(951_868_800), "Wed, 01 Mar 2000 00:00:00 GMT");
        assert_eq!(header(1_709_164_800), "Thu, 29 Feb 2024 00:00:00 GMT");
        assert_eq!(header(1_798_761_599), "Thu, 31 Dec 2026 23:59:59 GMT");
        assert_eq!(header(4_107_542_400), "Mon, 01 Mar 2100 00:00:00 GMT");
        assert_eq!(header(4_107_542_399), "Sun, 28 Feb 2100 23:59:59 GMT");
    }

    #[test]
    fn the_log_has_the_day_first() {
        let date = Date::new(UNIX_EPOCH + Duration::from_secs(1_795_307_998));
        assert_eq!(date.log(), "22/Nov/2026 00:39:58");
    }

    #[test]
    fn days_follow_each_other() {
        let mut last = Date::new(UNIX_EPOCH);
        for day in 1..80_000 {
            let date = Date::new(UNIX_EPOCH + Duration::from_secs(day * SECONDS_PER_DAY));
            assert_eq!(date.weekday, (last.weekday + 1) % 7);
            let is_next_day =
                (date.day, date.month, date.year) == (last.day + 1, last.month, last.year);
            let is_new_month = date.day == 1 && date.month == (last.month + 1) % 12;
            assert!(is_next_day || is_new_month, "{last:?} {date:?}");
            last = date;
        }
    }
}
