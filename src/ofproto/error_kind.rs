//! The registry of errors: types and codes, a row per meaning, a column per version.
//!
//! Spec: 1.0 section 5.4.4, 1.3 section 7.4.4. A pair of numbers means different things in
//! different versions (type 3 is "flow-mod failed" in 1.0 and "bad instruction" later), so code
//! that cares compares an [`ErrorKind`], not numbers. `tests/ovs_errors.rs` compares every cell
//! with Open vSwitch.

use std::fmt;

use super::by_version::{by_version, cell};
use super::version::Version;

macro_rules! error_types {
    ( $( $row:ident $text:literal = $c0:tt $c1:tt $c2:tt $c3:tt $c4:tt $c5:tt; )* ) => {
        /// What the type of an error means, whatever number its version gives it; 16 bits.
        ///
        /// Which versions have it is what [`wire`](ErrorType::wire) tells.
        ///
        /// Spec: 1.0 section 5.4.4, 1.3 section 7.4.4; `ofp_error_type`.
        ///
        /// ```
        /// use ryu_sdn::ofproto::{ErrorType, V1_0, V1_3};
        ///
        /// assert_eq!(ErrorType::FlowModFailed.wire(V1_0), Some(3));
        /// assert_eq!(ErrorType::FlowModFailed.wire(V1_3), Some(5));
        /// assert_eq!(ErrorType::from_wire(V1_3, 3), Some(ErrorType::BadInstruction));
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorType {
            $( #[doc = concat!(
                "`", $text, "`; its numbers from 1.0 to 1.5, `_` for none: `",
                stringify!($c0 $c1 $c2 $c3 $c4 $c5), "`"
            )] $row, )*
        }

        by_version! { pub ErrorType: u16; $( $row $text = $c0 $c1 $c2 $c3 $c4 $c5; )* }
    };
}

macro_rules! error_kinds {
    ( $( $row:ident $class:ident $text:literal = $c0:tt $c1:tt $c2:tt $c3:tt $c4:tt $c5:tt; )* ) => {
        /// What an error means: its type and its code together, 16 bits each.
        ///
        /// Which versions have it is what [`wire`](ErrorKind::wire) tells; the bytes of a whole
        /// message are in the example of [`ErrorMsg`](super::ErrorMsg).
        ///
        /// Spec: 1.0 section 5.4.4, 1.3 section 7.4.4; `ofp_bad_request_code` and the like.
        ///
        /// ```
        /// use ryu_sdn::ofproto::{ErrorKind, V1_0, V1_3};
        ///
        /// assert_eq!(ErrorKind::FlowModFailedOverlap.wire(V1_0), Some((3, 1)));
        /// assert_eq!(ErrorKind::FlowModFailedOverlap.wire(V1_3), Some((5, 3)));
        /// assert_eq!(ErrorKind::FlowModFailedOverlap.to_string(), "flow_mod_failed/overlap");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum ErrorKind {
            $( #[doc = concat!(
                "`", $text, "` of [`ErrorType::", stringify!($class),
                "`]; its codes from 1.0 to 1.5, `_` for none: `",
                stringify!($c0 $c1 $c2 $c3 $c4 $c5), "`"
            )] $row, )*
        }

        impl ErrorKind {
            /// Every row of the table.
            pub const ALL: &'static [ErrorKind] = &[ $( ErrorKind::$row, )* ];

            /// The type this code belongs to.
            pub const fn error_type(self) -> ErrorType {
                match self { $( ErrorKind::$row => ErrorType::$class, )* }
            }

            /// The name of the code, for instance `"bad_version"`.
            pub const fn code_name(self) -> &'static str {
                match self { $( ErrorKind::$row => $text, )* }
            }

            /// Type and code on the wire; `None` if `version` does not have them.
            pub fn wire(self, version: Version) -> Option<(u16, u16)> {
                let columns: &[Option<u16>; 6] = match self {
                    $( ErrorKind::$row => &[ cell!($c0), cell!($c1), cell!($c2), cell!($c3), cell!($c4), cell!($c5) ], )*
                };
                Some((self.error_type().wire(version)?, columns[version.column()]?))
            }
        }
    };
}

error_types! {
    // meaning                                         1.0 1.1 1.2 1.3 1.4 1.5
    HelloFailed          "hello_failed"           =   0   0   0   0   0   0;
    BadRequest           "bad_request"            =   1   1   1   1   1   1;
    BadAction            "bad_action"             =   2   2   2   2   2   2;
    BadInstruction       "bad_instruction"        =   _   3   3   3   3   3;
    BadMatch             "bad_match"              =   _   4   4   4   4   4;
    FlowModFailed        "flow_mod_failed"        =   3   5   5   5   5   5;
    GroupModFailed       "group_mod_failed"       =   _   6   6   6   6   6;
    PortModFailed        "port_mod_failed"        =   4   7   7   7   7   7;
    TableModFailed       "table_mod_failed"       =   _   8   8   8   8   8;
    QueueOpFailed        "queue_op_failed"        =   5   9   9   9   9   9;
    SwitchConfigFailed   "switch_config_failed"   =   _  10  10  10  10  10;
    RoleRequestFailed    "role_request_failed"    =   _   _  11  11  11  11;
    MeterModFailed       "meter_mod_failed"       =   _   _   _  12  12  12;
    TableFeaturesFailed  "table_features_failed"  =   _   _   _  13  13  13;
    BadProperty          "bad_property"           =   _   _   _   _  14  14;
    AsyncConfigFailed    "async_config_failed"    =   _   _   _   _  15  15;
    FlowMonitorFailed    "flow_monitor_failed"    =   _   _   _   _  16  16;
    BundleFailed         "bundle_failed"          =   _   _   _   _  17  17;
    Experimenter         "experimenter"           =   _   _ 65535 65535 65535 65535;
}

error_kinds! {
    // meaning                             type                 code                           1.0 1.1 1.2 1.3 1.4 1.5
    HelloFailedIncompatible              HelloFailed          "incompatible"               =   0   0   0   0   0   0;
    HelloFailedEperm                     HelloFailed          "eperm"                      =   1   1   1   1   1   1;
    BadRequestBadVersion                 BadRequest           "bad_version"                =   0   0   0   0   0   0;
    BadRequestBadType                    BadRequest           "bad_type"                   =   1   1   1   1   1   1;
    BadRequestBadMultipart               BadRequest           "bad_multipart"              =   2   2   2   2   2   2;
    BadRequestBadExperimenter            BadRequest           "bad_experimenter"           =   3   3   3   3   3   3;
    BadRequestBadExpType                 BadRequest           "bad_exp_type"               =   4   4   4   4   4   4;
    BadRequestEperm                      BadRequest           "eperm"                      =   5   5   5   5   5   5;
    BadRequestBadLen                     BadRequest           "bad_len"                    =   6   6   6   6   6   6;
    BadRequestBufferEmpty                BadRequest           "buffer_empty"               =   7   7   7   7   7   7;
    BadRequestBufferUnknown              BadRequest           "buffer_unknown"             =   8   8   8   8   8   8;
    BadRequestBadTableId                 BadRequest           "bad_table_id"               =   _   9   9   9   9   9;
    BadRequestIsSlave                    BadRequest           "is_slave"                   =   _   _  10  10  10  10;
    BadRequestBadPort                    BadRequest           "bad_port"                   =   _   _  11  11  11  11;
    BadRequestBadPacket                  BadRequest           "bad_packet"                 =   _   _  12  12  12  12;
    BadRequestMultipartBufferOverflow    BadRequest           "multipart_buffer_overflow"  =   _   _   _  13  13  13;
    BadRequestMultipartRequestTimeout    BadRequest           "multipart_request_timeout"  =   _   _   _   _  14  14;
    BadRequestMultipartReplyTimeout      BadRequest           "multipart_reply_timeout"    =   _   _   _   _  15  15;
    BadRequestMultipartBadSched          BadRequest           "multipart_bad_sched"        =   _   _   _   _   _  16;
    BadRequestPipelineFieldsOnly         BadRequest           "pipeline_fields_only"       =   _   _   _   _   _  17;
    BadRequestUnknown                    BadRequest           "unknown"                    =   _   _   _   _   _  18;
    BadActionBadType                     BadAction            "bad_type"                   =   0   0   0   0   0   0;
    BadActionBadLen                      BadAction            "bad_len"                    =   1   1   1   1   1   1;
    BadActionBadExperimenter             BadAction            "bad_experimenter"           =   2   2   2   2   2   2;
    BadActionBadExpType                  BadAction            "bad_exp_type"               =   3   3   3   3   3   3;
    BadActionBadOutPort                  BadAction            "bad_out_port"               =   4   4   4   4   4   4;
    BadActionBadArgument                 BadAction            "bad_argument"               =   5   5   5   5   5   5;
    BadActionEperm                       BadAction            "eperm"                      =   6   6   6   6   6   6;
    BadActionTooMany                     BadAction            "too_many"                   =   7   7   7   7   7   7;
    BadActionBadQueue                    BadAction            "bad_queue"                  =   8   8   8   8   8   8;
    BadActionBadOutGroup                 BadAction            "bad_out_group"              =   _   9   9   9   9   9;
    BadActionMatchInconsistent           BadAction            "match_inconsistent"         =   _  10  10  10  10  10;
    BadActionUnsupportedOrder            BadAction            "unsupported_order"          =   _  11  11  11  11  11;
    BadActionBadTag                      BadAction            "bad_tag"                    =   _  12  12  12  12  12;
    BadActionBadSetType                  BadAction            "bad_set_type"               =   _   _  13  13  13  13;
    BadActionBadSetLen                   BadAction            "bad_set_len"                =   _   _  14  14  14  14;
    BadActionBadSetArgument              BadAction            "bad_set_argument"           =   _   _  15  15  15  15;
    BadActionBadSetMask                  BadAction            "bad_set_mask"               =   _   _   _   _   _  16;
    BadActionBadMeter                    BadAction            "bad_meter"                  =   _   _   _   _   _  17;
    BadInstructionUnknownInst            BadInstruction       "unknown_inst"               =   _   0   0   0   0   0;
    BadInstructionUnsupInst              BadInstruction       "unsup_inst"                 =   _   1   1   1   1   1;
    BadInstructionBadTableId             BadInstruction       "bad_table_id"               =   _   2   2   2   2   2;
    BadInstructionUnsupMetadata          BadInstruction       "unsup_metadata"             =   _   3   3   3   3   3;
    BadInstructionUnsupMetadataMask      BadInstruction       "unsup_metadata_mask"        =   _   4   4   4   4   4;
    BadInstructionBadExperimenter        BadInstruction       "bad_experimenter"           =   _   5   5   5   5   5;
    BadInstructionBadExpType             BadInstruction       "bad_exp_type"               =   _   _   6   6   6   6;
    BadInstructionBadLen                 BadInstruction       "bad_len"                    =   _   _   7   7   7   7;
    BadInstructionEperm                  BadInstruction       "eperm"                      =   _   _   8   8   8   8;
    BadInstructionDupInst                BadInstruction       "dup_inst"                   =   _   _   _   _   9   9;
    BadMatchBadType                      BadMatch             "bad_type"                   =   _   0   0   0   0   0;
    BadMatchBadLen                       BadMatch             "bad_len"                    =   _   1   1   1   1   1;
    BadMatchBadTag                       BadMatch             "bad_tag"                    =   _   2   2   2   2   2;
    BadMatchBadDlAddrMask                BadMatch             "bad_dl_addr_mask"           =   _   3   3   3   3   3;
    BadMatchBadNwAddrMask                BadMatch             "bad_nw_addr_mask"           =   _   4   4   4   4   4;
    BadMatchBadWildcards                 BadMatch             "bad_wildcards"              =   _   5   5   5   5   5;
    BadMatchBadField                     BadMatch             "bad_field"                  =   _   6   6   6   6   6;
    BadMatchBadValue                     BadMatch             "bad_value"                  =   _   7   7   7   7   7;
    BadMatchBadMask                      BadMatch             "bad_mask"                   =   _   _   8   8   8   8;
    BadMatchBadPrereq                    BadMatch             "bad_prereq"                 =   _   _   9   9   9   9;
    BadMatchDupField                     BadMatch             "dup_field"                  =   _   _  10  10  10  10;
    BadMatchEperm                        BadMatch             "eperm"                      =   _   _  11  11  11  11;
    FlowModFailedUnknown                 FlowModFailed        "unknown"                    =   _   0   0   0   0   0;
    FlowModFailedTableFull               FlowModFailed        "table_full"                 =   0   1   1   1   1   1;
    FlowModFailedBadTableId              FlowModFailed        "bad_table_id"               =   _   2   2   2   2   2;
    FlowModFailedOverlap                 FlowModFailed        "overlap"                    =   1   3   3   3   3   3;
    FlowModFailedEperm                   FlowModFailed        "eperm"                      =   2   4   4   4   4   4;
    FlowModFailedBadTimeout              FlowModFailed        "bad_timeout"                =   _   5   5   5   5   5;
    FlowModFailedBadEmergTimeout         FlowModFailed        "bad_emerg_timeout"          =   3   _   _   _   _   _;
    FlowModFailedBadCommand              FlowModFailed        "bad_command"                =   4   6   6   6   6   6;
    FlowModFailedUnsupported             FlowModFailed        "unsupported"                =   5   _   _   _   _   _;
    FlowModFailedBadFlags                FlowModFailed        "bad_flags"                  =   _   _   7   7   7   7;
    FlowModFailedCantSync                FlowModFailed        "cant_sync"                  =   _   _   _   _   8   8;
    FlowModFailedBadPriority             FlowModFailed        "bad_priority"               =   _   _   _   _   9   9;
    FlowModFailedIsSync                  FlowModFailed        "is_sync"                    =   _   _   _   _  10  10;
    GroupModFailedGroupExists            GroupModFailed       "group_exists"               =   _   0   0   0   0   0;
    GroupModFailedInvalidGroup           GroupModFailed       "invalid_group"              =   _   1   1   1   1   1;
    GroupModFailedWeightUnsupported      GroupModFailed       "weight_unsupported"         =   _   2   2   2   2   2;
    GroupModFailedOutOfGroups            GroupModFailed       "out_of_groups"              =   _   3   3   3   3   3;
    GroupModFailedOutOfBuckets           GroupModFailed       "out_of_buckets"             =   _   4   4   4   4   4;
    GroupModFailedChainingUnsupported    GroupModFailed       "chaining_unsupported"       =   _   5   5   5   5   5;
    GroupModFailedWatchUnsupported       GroupModFailed       "watch_unsupported"          =   _   6   6   6   6   6;
    GroupModFailedLoop                   GroupModFailed       "loop"                       =   _   7   7   7   7   7;
    GroupModFailedUnknownGroup           GroupModFailed       "unknown_group"              =   _   8   8   8   8   8;
    GroupModFailedChainedGroup           GroupModFailed       "chained_group"              =   _   _   9   9   9   9;
    GroupModFailedBadType                GroupModFailed       "bad_type"                   =   _   _  10  10  10  10;
    GroupModFailedBadCommand             GroupModFailed       "bad_command"                =   _   _  11  11  11  11;
    GroupModFailedBadBucket              GroupModFailed       "bad_bucket"                 =   _   _  12  12  12  12;
    GroupModFailedBadWatch               GroupModFailed       "bad_watch"                  =   _   _  13  13  13  13;
    GroupModFailedEperm                  GroupModFailed       "eperm"                      =   _   _  14  14  14  14;
    GroupModFailedUnknownBucket          GroupModFailed       "unknown_bucket"             =   _   _   _   _   _  15;
    GroupModFailedBucketExists           GroupModFailed       "bucket_exists"              =   _   _   _   _   _  16;
    PortModFailedBadPort                 PortModFailed        "bad_port"                   =   0   0   0   0   0   0;
    PortModFailedBadHwAddr               PortModFailed        "bad_hw_addr"                =   1   1   1   1   1   1;
    PortModFailedBadConfig               PortModFailed        "bad_config"                 =   _   2   2   2   2   2;
    PortModFailedBadAdvertise            PortModFailed        "bad_advertise"              =   _   3   3   3   3   3;
    PortModFailedEperm                   PortModFailed        "eperm"                      =   _   _   4   4   4   4;
    TableModFailedBadTable               TableModFailed       "bad_table"                  =   _   0   0   0   0   0;
    TableModFailedBadConfig              TableModFailed       "bad_config"                 =   _   1   1   1   1   1;
    TableModFailedEperm                  TableModFailed       "eperm"                      =   _   _   2   2   2   2;
    QueueOpFailedBadPort                 QueueOpFailed        "bad_port"                   =   0   0   0   0   0   0;
    QueueOpFailedBadQueue                QueueOpFailed        "bad_queue"                  =   1   1   1   1   1   1;
    QueueOpFailedEperm                   QueueOpFailed        "eperm"                      =   2   2   2   2   2   2;
    SwitchConfigFailedBadFlags           SwitchConfigFailed   "bad_flags"                  =   _   0   0   0   0   0;
    SwitchConfigFailedBadLen             SwitchConfigFailed   "bad_len"                    =   _   1   1   1   1   1;
    SwitchConfigFailedEperm              SwitchConfigFailed   "eperm"                      =   _   _   2   2   2   2;
    RoleRequestFailedStale               RoleRequestFailed    "stale"                      =   _   _   0   0   0   0;
    RoleRequestFailedUnsup               RoleRequestFailed    "unsup"                      =   _   _   1   1   1   1;
    RoleRequestFailedBadRole             RoleRequestFailed    "bad_role"                   =   _   _   2   2   2   2;
    RoleRequestFailedIdUnsup             RoleRequestFailed    "id_unsup"                   =   _   _   _   _   _   3;
    RoleRequestFailedIdInUse             RoleRequestFailed    "id_in_use"                  =   _   _   _   _   _   4;
    MeterModFailedUnknown                MeterModFailed       "unknown"                    =   _   _   _   0   0   0;
    MeterModFailedMeterExists            MeterModFailed       "meter_exists"               =   _   _   _   1   1   1;
    MeterModFailedInvalidMeter           MeterModFailed       "invalid_meter"              =   _   _   _   2   2   2;
    MeterModFailedUnknownMeter           MeterModFailed       "unknown_meter"              =   _   _   _   3   3   3;
    MeterModFailedBadCommand             MeterModFailed       "bad_command"                =   _   _   _   4   4   4;
    MeterModFailedBadFlags               MeterModFailed       "bad_flags"                  =   _   _   _   5   5   5;
    MeterModFailedBadRate                MeterModFailed       "bad_rate"                   =   _   _   _   6   6   6;
    MeterModFailedBadBurst               MeterModFailed       "bad_burst"                  =   _   _   _   7   7   7;
    MeterModFailedBadBand                MeterModFailed       "bad_band"                   =   _   _   _   8   8   8;
    MeterModFailedBadBandValue           MeterModFailed       "bad_band_value"             =   _   _   _   9   9   9;
    MeterModFailedOutOfMeters            MeterModFailed       "out_of_meters"              =   _   _   _  10  10  10;
    MeterModFailedOutOfBands             MeterModFailed       "out_of_bands"               =   _   _   _  11  11  11;
    TableFeaturesFailedBadTable          TableFeaturesFailed  "bad_table"                  =   _   _   _   0   0   0;
    TableFeaturesFailedBadMetadata       TableFeaturesFailed  "bad_metadata"               =   _   _   _   1   1   1;
    TableFeaturesFailedBadType           TableFeaturesFailed  "bad_type"                   =   _   _   _   2   _   _;
    TableFeaturesFailedBadLen            TableFeaturesFailed  "bad_len"                    =   _   _   _   3   _   _;
    TableFeaturesFailedBadArgument       TableFeaturesFailed  "bad_argument"               =   _   _   _   4   _   _;
    TableFeaturesFailedEperm             TableFeaturesFailed  "eperm"                      =   _   _   _   5   5   5;
    TableFeaturesFailedBadCapa           TableFeaturesFailed  "bad_capa"                   =   _   _   _   _   _   6;
    TableFeaturesFailedBadMaxEnt         TableFeaturesFailed  "bad_max_ent"                =   _   _   _   _   _   7;
    TableFeaturesFailedBadFeatures       TableFeaturesFailed  "bad_features"               =   _   _   _   _   _   8;
    TableFeaturesFailedBadCommand        TableFeaturesFailed  "bad_command"                =   _   _   _   _   _   9;
    TableFeaturesFailedTooMany           TableFeaturesFailed  "too_many"                   =   _   _   _   _   _  10;
    BadPropertyBadType                   BadProperty          "bad_type"                   =   _   _   _   _   0   0;
    BadPropertyBadLen                    BadProperty          "bad_len"                    =   _   _   _   _   1   1;
    BadPropertyBadValue                  BadProperty          "bad_value"                  =   _   _   _   _   2   2;
    BadPropertyTooMany                   BadProperty          "too_many"                   =   _   _   _   _   3   3;
    BadPropertyDupType                   BadProperty          "dup_type"                   =   _   _   _   _   4   4;
    BadPropertyBadExperimenter           BadProperty          "bad_experimenter"           =   _   _   _   _   5   5;
    BadPropertyBadExpType                BadProperty          "bad_exp_type"               =   _   _   _   _   6   6;
    BadPropertyBadExpValue               BadProperty          "bad_exp_value"              =   _   _   _   _   7   7;
    BadPropertyEperm                     BadProperty          "eperm"                      =   _   _   _   _   8   8;
    AsyncConfigFailedInvalid             AsyncConfigFailed    "invalid"                    =   _   _   _   _   0   0;
    AsyncConfigFailedUnsupported         AsyncConfigFailed    "unsupported"                =   _   _   _   _   1   1;
    AsyncConfigFailedEperm               AsyncConfigFailed    "eperm"                      =   _   _   _   _   2   2;
    FlowMonitorFailedUnknown             FlowMonitorFailed    "unknown"                    =   _   _   _   _   0   0;
    FlowMonitorFailedMonitorExists       FlowMonitorFailed    "monitor_exists"             =   _   _   _   _   1   1;
    FlowMonitorFailedInvalidMonitor      FlowMonitorFailed    "invalid_monitor"            =   _   _   _   _   2   2;
    FlowMonitorFailedUnknownMonitor      FlowMonitorFailed    "unknown_monitor"            =   _   _   _   _   3   3;
    FlowMonitorFailedBadCommand          FlowMonitorFailed    "bad_command"                =   _   _   _   _   4   4;
    FlowMonitorFailedBadFlags            FlowMonitorFailed    "bad_flags"                  =   _   _   _   _   5   5;
    FlowMonitorFailedBadTableId          FlowMonitorFailed    "bad_table_id"               =   _   _   _   _   6   6;
    FlowMonitorFailedBadOut              FlowMonitorFailed    "bad_out"                    =   _   _   _   _   7   7;
    BundleFailedUnknown                  BundleFailed         "unknown"                    =   _   _   _   _   0   0;
    BundleFailedEperm                    BundleFailed         "eperm"                      =   _   _   _   _   1   1;
    BundleFailedBadId                    BundleFailed         "bad_id"                     =   _   _   _   _   2   2;
    BundleFailedBundleExist              BundleFailed         "bundle_exist"               =   _   _   _   _   3   3;
    BundleFailedBundleClosed             BundleFailed         "bundle_closed"              =   _   _   _   _   4   4;
    BundleFailedOutOfBundles             BundleFailed         "out_of_bundles"             =   _   _   _   _   5   5;
    BundleFailedBadType                  BundleFailed         "bad_type"                   =   _   _   _   _   6   6;
    BundleFailedBadFlags                 BundleFailed         "bad_flags"                  =   _   _   _   _   7   7;
    BundleFailedMsgBadLen                BundleFailed         "msg_bad_len"                =   _   _   _   _   8   8;
    BundleFailedMsgBadXid                BundleFailed         "msg_bad_xid"                =   _   _   _   _   9   9;
    BundleFailedMsgUnsup                 BundleFailed         "msg_unsup"                  =   _   _   _   _  10  10;
    BundleFailedMsgConflict              BundleFailed         "msg_conflict"               =   _   _   _   _  11  11;
    BundleFailedMsgTooMany               BundleFailed         "msg_too_many"               =   _   _   _   _  12  12;
    BundleFailedMsgFailed                BundleFailed         "msg_failed"                 =   _   _   _   _  13  13;
    BundleFailedTimeout                  BundleFailed         "timeout"                    =   _   _   _   _  14  14;
    BundleFailedBundleInProgress         BundleFailed         "bundle_in_progress"         =   _   _   _   _  15  15;
    BundleFailedSchedNotSupported        BundleFailed         "sched_not_supported"        =   _   _   _   _   _  16;
    BundleFailedSchedFuture              BundleFailed         "sched_future"               =   _   _   _   _   _  17;
    BundleFailedSchedPast                BundleFailed         "sched_past"                 =   _   _   _   _   _  18;
}

impl ErrorType {
    /// The meaning of a number on the wire; `None` if `version` does not define it.
    pub fn from_wire(version: Version, number: u16) -> Option<ErrorType> {
        ErrorType::ALL.iter().copied().find(|t| t.wire(version) == Some(number))
    }
}

impl ErrorKind {
    /// The meaning of type and code on the wire; `None` if `version` does not define them.
    pub fn from_wire(version: Version, error_type: u16, code: u16) -> Option<ErrorKind> {
        ErrorKind::ALL.iter().copied().find(|k| k.wire(version) == Some((error_type, code)))
    }
}

impl fmt::Display for ErrorKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.error_type().name(), self.code_name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_number_twice_in_a_column() {
        for version in Version::ALL {
            for &t in ErrorType::ALL {
                if let Some(number) = t.wire(version) {
                    assert_eq!(ErrorType::from_wire(version, number), Some(t), "{version}");
                }
            }
            for &k in ErrorKind::ALL {
                if let Some((t, c)) = k.wire(version) {
                    assert_eq!(ErrorKind::from_wire(version, t, c), Some(k), "{version}");
                }
            }
        }
    }
}
