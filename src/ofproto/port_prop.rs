//! Properties of ports: of their description, their commands and their counters. 1.4 and later.
//!
//! Spec: 1.4 sections 7.2.1.1 (description), 7.3.4.3 (modification), 7.3.5.6 (statistics).

use super::codec::{wire_struct, wire_union};
use super::ids::PortNo;
use super::oxm_id::OxmId;
use super::port::PortFeatures;
use super::property::PropExperimenter;

wire_union! {
    /// A property of a port.
    pub enum PortDescProp "port description property" ("type" "length" Outside) {
        /// Speeds and media.
        Ethernet(PortDescPropEthernet) = 0, "OFPPortDescPropEthernet";
        /// Wavelengths and power.
        Optical(PortDescPropOptical) = 1, "OFPPortDescPropOptical";
        /// Fields that the pipeline gets from the port. 1.5.
        PipelineInput(PortDescPropOxm) = 2, "OFPPortDescPropOxm";
        /// Fields that the port gets from the pipeline. 1.5.
        PipelineOutput(PortDescPropOxm) = 3, "OFPPortDescPropOxm";
        /// Ports that packets come back in by. 1.5.
        Recirculate(PortDescPropRecirculate) = 4, "OFPPortDescPropRecirculate";
        /// A vendor's property.
        Experimenter(PropExperimenter) = 65535, "OFPPortDescPropExperimenter";
    }
}

wire_struct! {
    /// Speeds and media of a port.
    pub struct PortDescPropEthernet "ethernet" "OFPPortDescPropEthernet" {
        pad: 4,
        /// Features in use.
        curr: PortFeatures,
        /// Features the port advertises.
        advertised: PortFeatures,
        /// Features the port has.
        supported: PortFeatures,
        /// Features the link partner advertises.
        peer: PortFeatures,
        /// Current speed in kbit/s.
        curr_speed: u32,
        /// Highest speed in kbit/s.
        max_speed: u32,
    }
}

wire_struct! {
    /// Wavelengths and power of a port.
    pub struct PortDescPropOptical "optical" "OFPPortDescPropOptical" {
        pad: 4,
        /// What it can do, bits.
        supported: u32,
        /// Lowest frequency or wavelength sent, in MHz or hundredths of a nanometre.
        tx_min_freq_lmda: u32,
        /// Highest one sent.
        tx_max_freq_lmda: u32,
        /// Grid of those sent.
        tx_grid_freq_lmda: u32,
        /// Lowest one received.
        rx_min_freq_lmda: u32,
        /// Highest one received.
        rx_max_freq_lmda: u32,
        /// Grid of those received.
        rx_grid_freq_lmda: u32,
        /// Lowest power, in tenths of a dBm.
        tx_pwr_min: u16,
        /// Highest power, in tenths of a dBm.
        tx_pwr_max: u16,
    }
}

wire_struct! {
    /// Fields that are known at a port. 1.5.
    pub struct PortDescPropOxm "fields" "OFPPortDescPropOxm" {
        /// The fields.
        oxm_ids: Vec<OxmId>,
    }
}

wire_struct! {
    /// Ports that packets come back in by. 1.5.
    pub struct PortDescPropRecirculate "recirculate" "OFPPortDescPropRecirculate" {
        /// The ports.
        port_nos: Vec<PortNo>,
    }
}

wire_union! {
    /// A property of a port-mod.
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
    /// Features to advertise.
    pub struct PortModPropEthernet "ethernet" "OFPPortModPropEthernet" {
        /// Features to advertise; none leaves them as they are.
        advertise: PortFeatures,
    }
}

wire_struct! {
    /// Wavelength and power to send with.
    pub struct PortModPropOptical "optical" "OFPPortModPropOptical" {
        /// What is set, bits.
        configure: u32,
        /// Frequency or wavelength.
        freq_lmda: u32,
        /// Signed offset in MHz or hundredths of a nanometre.
        fl_offset: u32,
        /// Size of the grid.
        grid_span: u32,
        /// Power in tenths of a dBm.
        tx_pwr: u32,
    }
}

wire_union! {
    /// A property of port counters.
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
    /// Errors of Ethernet.
    pub struct PortStatsPropEthernet "ethernet" "OFPPortStatsPropEthernet" {
        pad: 4,
        /// Frame alignment errors.
        rx_frame_err: u64,
        /// Overruns.
        rx_over_err: u64,
        /// Checksum errors.
        rx_crc_err: u64,
        /// Collisions.
        collisions: u64,
    }
}

wire_struct! {
    /// State of the optics.
    pub struct PortStatsPropOptical "optical" "OFPPortStatsPropOptical" {
        pad: 4,
        /// Which of these are valid, bits.
        flags: u32,
        /// Frequency or wavelength sent.
        tx_freq_lmda: u32,
        /// Its offset.
        tx_offset: u32,
        /// Its grid.
        tx_grid_span: u32,
        /// Frequency or wavelength received.
        rx_freq_lmda: u32,
        /// Its offset.
        rx_offset: u32,
        /// Its grid.
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
