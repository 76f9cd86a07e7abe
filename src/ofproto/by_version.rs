//! What tables with a column for each version have in common.

/// A cell: a number, or `_` for "not in this version".
macro_rules! cell {
    (_) => {
        None
    };
    ($number:tt) => {
        Some($number)
    };
}
pub(crate) use cell;

/// The methods of an enumeration whose rows have a name and a number of type `$int` in each version.
macro_rules! by_version {
    (
        $vis:vis $table:ident: $int:ty;
        $( $row:ident $text:literal = $c0:tt $c1:tt $c2:tt $c3:tt $c4:tt $c5:tt; )*
    ) => {
        impl $table {
            /// Every row of the table.
            $vis const ALL: &'static [$table] = &[ $( $table::$row, )* ];

            /// The name in logs, for instance `"flow_mod"`.
            $vis const fn name(self) -> &'static str {
                match self { $( $table::$row => $text, )* }
            }

            /// The number on the wire; `None` if `version` has no such thing.
            #[inline]
            $vis const fn wire(self, version: Version) -> Option<$int> {
                use $crate::ofproto::by_version::cell;
                let columns: &[Option<$int>; 6] = match self {
                    $( $table::$row => &[
                        cell!($c0), cell!($c1), cell!($c2), cell!($c3), cell!($c4), cell!($c5)
                    ], )*
                };
                columns[version.column()]
            }
        }
    };
}
pub(crate) use by_version;
