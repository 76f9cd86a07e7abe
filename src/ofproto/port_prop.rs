//! Properties of ports: of their description, their commands and their counters. 1.4 and later.
//!
//! Spec: 1.4 sections 7.2.1.1 (description), 7.3.4.3 (modification), 7.3.5.6 (statistics).

use super::codec::{wire_struct, wire_union};
use super::ids::PortNo;
use super::oxm_id::OxmId;
use super::port::PortFeatures;
use super::property::PropExperimenter;
use crate::wire_flags;

wire_union! {
    /// A property of a port; 1.4 and later.
    ///
    /// Spec: 1.4 and 1.5 `ofp_port_desc_prop_header` and what `ofp_port_desc_prop_type` lists.
    ///
    /// # Example: the speed of a port, and what it knows of a packet
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::{Encode, OxmId, Port, PortDescProp, PortDescPropEthernet};
    /// use ryu_sdn::ofproto::{PortDescPropOxm, PortNo, PortStatus, V1_5, Xid, oxm};
    /// use ryu_sdn::wire::hex;
    ///
    /// let speed = PortDescPropEthernet { curr_speed: 10_000_000, ..Default::default() };
    /// let known = PortDescPropOxm { oxm_ids: vec![OxmId::of(oxm::TUNNEL_ID)] };
    /// let properties = vec![PortDescProp::Ethernet(speed), PortDescProp::PipelineInput(known)];
    /// let desc = Port { port_no: PortNo(2), properties, ..Port::default() };
    /// let mut buf = BytesMut::new();
    /// PortStatus { desc, ..PortStatus::default() }.encode(V1_5, Xid(1), &mut buf)?;
    /// assert_eq!(
    ///     hex::encode(&buf[56..]),
    ///     "0000002000000000000000000000000000000000000000000098968000000000\
    ///      0002000880004c08"
    /// );
    /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
    /// ```
    pub enum PortDescProp "port description property" ("type" "length" Outside) {
        /// Speeds and media.
        Ethernet(PortDescPropEthernet) = 0, "OFPPortDescPropEthernet";
        /// Wavelengths and power.
        Optical(PortDescPropOptical) = 1, "OFPPortDescPropOptical";
        /// Fields that the pipeline gets from the port. 1.5.
        PipelineInput(PortDescPropOxm) = 2, "OFPPortDescPropOxm", since V1_5;
        /// Fields that the port gets from the pipeline. 1.5.
        PipelineOutput(PortDescPropOxm) = 3, "OFPPortDescPropOxm", since V1_5;
        /// Ports that packets come back in by. 1.5.
        Recirculate(PortDescPropRecirculate) = 4, "OFPPortDescPropRecirculate", since V1_5;
        /// A vendor's property.
        Experimenter(PropExperimenter) = 65535, "OFPPortDescPropExperimenter";
    }
}

wire_struct! {
    /// Speeds and media of a port; 1.4 and later.
    ///
    /// Spec: 1.4 and 1.5 `ofp_port_desc_prop_ethernet`. See the example of [`PortDescProp`].
    pub struct PortDescPropEthernet "ethernet" "OFPPortDescPropEthernet" {
        pad: 4,
        /// Features in use; 4 bytes, 0 if unknown.
        curr: PortFeatures,
        /// Features the port advertises; 4 bytes, 0 if unknown.
        advertised: PortFeatures,
        /// Features the port has; 4 bytes, 0 if unknown.
        supported: PortFeatures,
        /// Features the link partner advertises; 4 bytes, 0 if unknown.
        peer: PortFeatures,
        /// Current speed in kbit/s; 0 if unknown.
        curr_speed: u32,
        /// Highest speed in kbit/s; 0 if unknown.
        max_speed: u32,
    }
}

wire_struct! {
    /// Wavelengths and power of a port; 1.4 and later.
    ///
    /// Spec: 1.4 and 1.5 `ofp_port_desc_prop_optical`. See the example of [`PortDescProp`].
    pub struct PortDescPropOptical "optical" "OFPPortDescPropOptical" {
        pad: 4,
        /// What it can do: bit 0 tunes what it receives, bit 1 what it sends, bit 2 sets the
        /// power it sends with, bit 3 counts in frequencies (else in wavelengths).
        supported: u32,
        /// Lowest frequency or wavelength sent, in MHz or hundredths of a nanometre.
        tx_min_freq_lmda: u32,
        /// Highest one sent, in the same unit.
        tx_max_freq_lmda: u32,
        /// Spacing of the grid of those sent, in the same unit.
        tx_grid_freq_lmda: u32,
        /// Lowest one received, in the same unit.
        rx_min_freq_lmda: u32,
        /// Highest one received, in the same unit.
        rx_max_freq_lmda: u32,
        /// Spacing of the grid of those received, in the same unit.
        rx_grid_freq_lmda: u32,
        /// Lowest power, in tenths of a dBm.
        tx_pwr_min: u16,
        /// Highest power, in tenths of a dBm.
        tx_pwr_max: u16,
    }
}

wire_struct! {
    /// Fields that are known at a port; 1.5.
    ///
    /// Spec: 1.5 `ofp_port_desc_prop_oxm`. See the example of [`PortDescProp`].
    pub struct PortDescPropOxm "fields" "OFPPortDescPropOxm" {
        /// The fields, 4 bytes each (8 of an experimenter's).
        oxm_ids: Vec<OxmId>,
    }
}

wire_struct! {
    /// Ports that packets come back in by; 1.5.
    ///
    /// Spec: 1.5 `ofp_port_desc_prop_recirculate`. See the example of [`PortDescProp`].
    pub struct PortDescPropRecirculate "recirculate" "OFPPortDescPropRecirculate" {
        /// The ports, 4 bytes each.
        port_nos: Vec<PortNo>,
    }
}

wire_union! {
    /// A property of a port-mod; 1.4 and later.
    ///
    /// Spec: 1.4 and 1.5 `ofp_port_mod_prop_header` and what `ofp_port_mod_prop_type` lists.
    ///
    /// # Example: copper only, and a wavelength of 1550.12 nm
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::{Encode, PortFeatures, PortMod, PortModProp, PortModPropEthernet};
    /// use ryu_sdn::ofproto::{PortModPropOptical, PortNo, V1_4, Xid};
    /// use ryu_sdn::wire::hex;
    ///
    /// let ethernet = PortModPropEthernet { advertise: PortFeatures::COPPER };
    /// let optical =
    ///     PortModPropOptical { configure: 1 << 1, freq_lmda: 155_012, ..Default::default() };
    /// let properties = vec![PortModProp::Ethernet(ethernet), PortModProp::Optical(optical)];
    /// let mut buf = BytesMut::new();
    /// let port_mod = PortMod { port_no: PortNo(2), properties, ..PortMod::default() };
    /// port_mod.encode(V1_4, Xid(1), &mut buf)?;
    /// assert_eq!(
    ///     hex::encode(&buf[32..]),
    ///     "0000000800000800000100180000000200025d84000000000000000000000000"
    /// );
    /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
    /// ```
    pub enum PortModProp "port modification property" ("type" "length" Outside) {
        /// Features to advertise.
        Ethernet(PortModPropEthernet) = 0, "OFPPortModPropEthernet";
        /// Wavelengths and power.
        Optical(PortModPropOptical) = 1, "OFPPortModPropOptical";
        /// A vendor's property.
        Experimenter(PropExperimenter) = 65535, "OFPPortModPropExperimenter";
    }
}

wire_struct! {
    /// Features to advertise; 1.4 and later.
    ///
    /// Spec: 1.4 and 1.5 `ofp_port_mod_prop_ethernet`. See the example of [`PortModProp`].
    pub struct PortModPropEthernet "ethernet" "OFPPortModPropEthernet" {
        /// Features to advertise, 4 bytes; none leaves them as they are.
        advertise: PortFeatures,
    }
}

wire_struct! {
    /// Wavelength and power to send with; 1.4 and later.
    ///
    /// Spec: 1.4 and 1.5 `ofp_port_mod_prop_optical`. See the example of [`PortModProp`].
    pub struct PortModPropOptical "optical" "OFPPortModPropOptical" {
        /// What is set: the bits of `supported` in [`PortDescPropOptical`].
        configure: u32,
        /// Middle frequency or wavelength, in MHz or hundredths of a nanometre.
        freq_lmda: u32,
        /// Signed offset from it, in the same unit.
        fl_offset: u32,
        /// Width of the channel, in the same unit.
        grid_span: u32,
        /// Power in tenths of a dBm.
        tx_pwr: u32,
    }
}

wire_union! {
    /// A property of port counters; 1.4 and later.
    ///
    /// Spec: 1.4 and 1.5 `ofp_port_stats_prop_header` and what `ofp_port_stats_prop_type` lists.
    ///
    /// # Example: checksum errors, and the power received
    ///
    /// ```
    /// use bytes::BytesMut;
    /// use ryu_sdn::ofproto::{Encode, MultipartReply, MultipartReplyBody, PortStats, V1_4, Xid};
    /// use ryu_sdn::ofproto::{PortStatsProp, PortStatsPropEthernet, PortStatsPropOptical};
    /// use ryu_sdn::wire::hex;
    ///
    /// let ethernet = PortStatsPropEthernet { rx_crc_err: 7, ..Default::default() };
    /// let optical = PortStatsPropOptical { flags: OpticalFlags::RX_PWR, rx_pwr: 125, ..Default::default() };
    /// let properties = vec![PortStatsProp::Ethernet(ethernet), PortStatsProp::Optical(optical)];
    /// let stats = PortStats { properties, ..PortStats::default() };
    /// let body = MultipartReplyBody::PortStats(vec![stats]);
    /// let mut buf = BytesMut::new();
    /// MultipartReply::new(body).encode(V1_4, Xid(1), &mut buf)?;
    /// assert_eq!(
    ///     hex::encode(&buf[96..]),
    ///     "0000002800000000000000000000000000000000000000000000000000000007\
    ///      00000000000000000001002c0000000000000010000000000000000000000000\
    ///      0000000000000000000000000000007d0000000000000000"
    /// );
    /// # Ok::<(), ryu_sdn::ofproto::EncodeError>(())
    /// ```
    pub enum PortStatsProp "port statistics property" ("type" "length" Outside) {
        /// Errors of Ethernet.
        Ethernet(PortStatsPropEthernet) = 0, "OFPPortStatsPropEthernet";
        /// State of the optics.
        Optical(PortStatsPropOptical) = 1, "OFPPortStatsPropOptical";
        /// A vendor's property.
        Experimenter(PropExperimenter) = 65535, "OFPPortStatsPropExperimenter";
    }
}

wire_struct! {
    /// Errors of Ethernet; 1.4 and later.
    ///
    /// Spec: 1.4 and 1.5 `ofp_port_stats_prop_ethernet`. See the example of [`PortStatsProp`].
    pub struct PortStatsPropEthernet "ethernet" "OFPPortStatsPropEthernet" {
        pad: 4,
        /// Frames with alignment errors.
        rx_frame_err: u64,
        /// Packets lost in overruns.
        rx_over_err: u64,
        /// Frames with checksum errors.
        rx_crc_err: u64,
        /// Collisions.
        collisions: u64,
    }
}

wire_flags! {
    /// What of the state of the optics is valid; 32 bits, 1.4 and later.
    ///
    /// Spec: 1.4 and 1.5 `ofp_port_stats_optical_flags`.
    ///
    /// See the example of [`PortStatsProp`].
    pub struct OpticalFlags(u32) {
        /// What is received.
        RX_TUNE = 1 << 0, "rx_tune";
        /// What is sent.
        TX_TUNE = 1 << 1, "tx_tune";
        /// The power sent.
        TX_PWR = 1 << 2, "tx_pwr";
        /// The power received.
        RX_PWR = 1 << 4, "rx_pwr";
        /// The bias current.
        TX_BIAS = 1 << 5, "tx_bias";
        /// The temperature.
        TX_TEMP = 1 << 6, "tx_temp";
    }
}

wire_struct! {
    /// State of the optics; 1.4 and later.
    ///
    /// Spec: 1.4 and 1.5 `ofp_port_stats_prop_optical`. See the example of [`PortStatsProp`].
    pub struct PortStatsPropOptical "optical" "OFPPortStatsPropOptical" {
        pad: 4,
        /// Which of these are valid.
        flags: OpticalFlags,
        /// Frequency or wavelength sent, in MHz or hundredths of a nanometre.
        tx_freq_lmda: u32,
        /// Its offset, in the same unit.
        tx_offset: u32,
        /// Its spacing, in the same unit.
        tx_grid_span: u32,
        /// Frequency or wavelength received, in the same unit.
        rx_freq_lmda: u32,
        /// Its offset, in the same unit.
        rx_offset: u32,
        /// Its spacing, in the same unit.
        rx_grid_span: u32,
        /// Power sent, in tenths of a dBm.
        tx_pwr: u16,
        /// Power received, in tenths of a dBm.
        rx_pwr: u16,
        /// Bias current in tenths of a mA.
        bias_current: u16,
        /// Temperature in tenths of a degree Celsius.
        temperature: u16,
    }
}
