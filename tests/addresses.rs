//! The small types against what Ryu 4.34, netaddr and Python's ipaddress make of the same texts:
//! tests/vectors/addresses.jsonl, made by tests/real/address_oracle.py. And round trips.

use std::collections::BTreeMap;
use std::fmt::{Debug, Display};
use std::net::{Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use proptest::prelude::*;
use ryu_sdn::ofproto::{Dpid, PortNo};
use ryu_sdn::wire::{IpNet, Ipv4Net, Ipv6Net, MacAddr, Maskable, Masked};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// The lines of one kind.
fn lines(kind: &str) -> Vec<Value> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/vectors/addresses.jsonl");
    let text = std::fs::read_to_string(path).expect(path);
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).expect(line));
    let lines: Vec<_> = lines.filter(|line| line["kind"] == kind).collect();
    assert!(!lines.is_empty(), "{kind}");
    lines
}

fn text<'a>(line: &'a Value, key: &str) -> &'a str {
    line[key].as_str().unwrap_or_else(|| panic!("{key} of {line}"))
}

#[test]
fn mac_addresses_as_ryu_reads_them() {
    let mut spellings = BTreeMap::new();
    for line in lines("mac") {
        let mac: Result<MacAddr, _> = text(&line, "text").parse();
        match line["shown"].as_str() {
            None => assert!(mac.is_err(), "{line}: {mac:?}"),
            Some(shown) => {
                let mac = mac.unwrap_or_else(|error| panic!("{line}: {error}"));
                assert_eq!(mac.to_string(), shown);
                assert_eq!(Some(mac.to_bits()), line["number"].as_u64());
                assert_eq!(MacAddr::from_bits(mac.to_bits()), Some(mac));
            }
        }
        *spellings.entry(mac.is_ok()).or_insert(0) += 1;
    }
    assert!(spellings[&true] > 100 && spellings[&false] > 50, "{spellings:?}");
    for line in lines("mac_and") {
        let [a, b, both] =
            ["a", "b", "both"].map(|key| text(&line, key).parse::<MacAddr>().unwrap());
        assert_eq!(a & b, both);
        assert_eq!(Some(a.is_multicast()), line["multicast"].as_bool());
    }
}

/// Texts about which we differ on purpose from netaddr, ipaddress, or both.
fn refused_on_purpose(text: &str) -> bool {
    let (address, mask) = text.split_once('/').unwrap_or((text, ""));
    // A sign or a blank in front of the length.
    let signed = mask.starts_with(['+', ' ']);
    // Masks with the ones behind, which others turn round.
    let wildcard = matches!(mask, "0.0.0.255" | "::ffff");
    signed || wildcard || address.contains('%')
}

#[test]
fn networks_as_netaddr_and_ipaddress_read_them() {
    let mut accepted = 0;
    for line in [lines("net4"), lines("net6")].concat() {
        let text = text(&line, "text");
        let net: Result<IpNet, _> = text.parse();
        let known = [&line["netaddr"], &line["ipaddress"]].map(|value| value.as_array());
        let accepting = known.into_iter().flatten().next();
        let Some(accepting) = accepting.filter(|_| !refused_on_purpose(text)) else {
            assert!(net.is_err(), "{line}: {net:?}");
            continue;
        };
        accepted += 1;
        let net = net.unwrap_or_else(|error| panic!("{line}: {error}"));
        // Python writes 64:ff9b::c000:221 either way, so addresses are compared and not their text.
        assert_eq!(net.addr(), accepting[0].as_str().unwrap().parse::<std::net::IpAddr>().unwrap());
        assert_eq!(Some(u64::from(net.prefix_len())), accepting[1].as_u64(), "{line}");
        if let Some([_, _, network, mask, last]) = known[1].map(Vec::as_slice) {
            let ours = [net.network(), net.mask(), net.last()].map(|address| address.to_string());
            assert_eq!(
                ours.each_ref().map(|text| Some(text.as_str())),
                [network, mask, last].map(Value::as_str)
            );
        }
    }
    assert!(accepted > 70, "{accepted}");
}

#[test]
fn relations_of_networks_as_ipaddress_sees_them() {
    for line in lines("relation") {
        let [a, b] = ["a", "b"].map(|key| text(&line, key).parse::<IpNet>().unwrap());
        assert_eq!(Some(a.contains_net(b)), line["contains"].as_bool(), "{line}");
        assert_eq!(Some(a.contains(b.addr())), line["has"].as_bool(), "{line}");
        assert_eq!(Some(a < b), line["less"].as_bool(), "{line}");
        let overlaps = match (a, b) {
            (IpNet::V4(a), IpNet::V4(b)) => a.overlaps(b),
            (IpNet::V6(a), IpNet::V6(b)) => a.overlaps(b),
            _ => panic!("{line}"),
        };
        assert_eq!(Some(overlaps), line["overlaps"].as_bool(), "{line}");
    }
}

#[test]
fn masked_addresses_as_ryu_sends_them() {
    fn check<A: Maskable>(line: &Value, hex: impl Fn(A) -> String) {
        let masked: Masked<A> = text(line, "text").parse().unwrap();
        assert_eq!(
            line["bytes"],
            serde_json::json!([hex(masked.value), hex(masked.mask)]),
            "{line}"
        );
    }
    for line in lines("masked4") {
        check::<Ipv4Addr>(&line, |address| format!("{:08x}", address.to_bits()));
    }
    for line in lines("masked6") {
        check::<Ipv6Addr>(&line, |address| format!("{:032x}", address.to_bits()));
    }
}

#[test]
fn masks_of_any_pattern() {
    for (text, shown) in [
        ("10.0.0.1/0.0.0.255", "10.0.0.1/0.0.0.255"),
        ("10.0.0.1/32", "10.0.0.1"),
        ("10.0.0.1/0", "10.0.0.1/0"),
        ("10.0.0.1/255.254.0.0", "10.0.0.1/15"),
    ] {
        assert_eq!(text.parse::<Masked<Ipv4Addr>>().unwrap().to_string(), shown);
    }
    let mac: Masked<MacAddr> = "0-0-0-0-0-a/ffffffff0000".parse().unwrap();
    assert_eq!(mac.to_string(), "00:00:00:00:00:0a/ff:ff:ff:ff:00:00");
    assert_eq!(mac.trimmed().value, MacAddr::ZERO);
    for bad in ["", "/", "10.0.0.1/", "10.0.0.1/33", "10.0.0.1/+8", "10.0.0.1/8/8"] {
        assert!(bad.parse::<Masked<Ipv4Addr>>().is_err(), "{bad}");
    }
    assert!("00:00:00:00:00:01/24".parse::<Masked<MacAddr>>().is_err());
}

#[test]
fn datapath_ids_as_ryu_reads_them() {
    for line in lines("dpid") {
        let text = text(&line, "text");
        let number = |key: &str| line[key].as_u64().map(Dpid);
        assert_eq!(Dpid::from_integer(text).ok(), number("integer"), "{line}");
        assert_eq!(Dpid::from_digits(text).ok(), number("digits"), "{line}");
        // Python takes any number of leading zeros.
        let lenient = number("lenient").filter(|_| text.trim_start_matches("0x").len() <= 16);
        assert_eq!(text.parse::<Dpid>().ok(), lenient, "{line}");
    }
    for line in lines("dpid_shown") {
        let dpid = Dpid(line["number"].as_u64().unwrap());
        assert_eq!(dpid.to_string(), text(&line, "shown"));
    }
}

#[test]
fn port_numbers_as_ryu_reads_them() {
    for line in lines("port") {
        let port = PortNo::from_user(text(&line, "text")).ok();
        assert_eq!(port.map(|port| u64::from(port.0)), line["number"].as_u64(), "{line}");
    }
    for line in lines("port_digits") {
        let port = PortNo(line["number"].as_u64().unwrap() as u32);
        assert_eq!(port.digits().to_string(), text(&line, "shown"));
        assert_eq!(PortNo::from_digits(text(&line, "shown")), Ok(port));
    }
}

#[test]
fn addresses_of_a_network_are_bounded() {
    let all: Vec<_> = "10.0.0.254/30".parse::<Ipv4Net>().unwrap().addresses(usize::MAX).collect();
    assert_eq!(all, [252, 253, 254, 255].map(|last| Ipv4Addr::new(10, 0, 0, last)));
    let top = "255.255.255.255".parse::<Ipv4Net>().unwrap();
    assert_eq!(top.addresses(9).count(), 1);
    assert_eq!(Ipv6Net::ALL.addresses(9).last(), Some(Ipv6Addr::from_bits(8)));
    assert_eq!(Ipv4Net::ALL.addresses(0).count(), 0);
}

/// Through text and through JSON.
fn comes_back<T>(value: T) -> Result<(), TestCaseError>
where
    T: Display + FromStr<Err: Debug> + Serialize + DeserializeOwned + PartialEq + Debug,
{
    prop_assert_eq!(&value.to_string().parse::<T>().unwrap(), &value);
    let json = serde_json::to_string(&value).unwrap();
    prop_assert_eq!(&serde_json::from_str::<T>(&json).unwrap(), &value);
    Ok(())
}

proptest! {
    #[test]
    fn text_and_json_round_trips(
        octets in any::<[u8; 6]>(), mask in any::<[u8; 6]>(),
        v4 in any::<u32>(), v6 in any::<u128>(), len in any::<u8>(), number in any::<u64>(),
    ) {
        comes_back(MacAddr(octets))?;
        comes_back(Masked { value: MacAddr(octets), mask: MacAddr(mask) })?;
        let (a, b) = (Ipv4Addr::from_bits(v4), Ipv6Addr::from_bits(v6));
        comes_back(Masked { value: a, mask: Ipv4Addr::from_bits(number as u32) })?;
        comes_back(Masked { value: b, mask: Ipv6Addr::from_bits(v6.rotate_left(len.into())) })?;
        prop_assert_eq!(Ipv4Net::new(a, len).is_some(), len <= 32);
        prop_assert_eq!(Ipv6Net::new(b, len).is_some(), len <= 128);
        comes_back(IpNet::from(Ipv4Net::new(a, len % 33).unwrap()))?;
        comes_back(IpNet::from(Ipv6Net::new(b, len % 129).unwrap()))?;
        comes_back(Dpid(number))?;
        comes_back(PortNo(v4))?;
        prop_assert_eq!(Dpid::from_digits(&Dpid(number).to_string()), Ok(Dpid(number)));
        prop_assert_eq!(Dpid::from_integer(&number.to_string()), Ok(Dpid(number)));
    }

    #[test]
    fn a_network_is_the_addresses_from_first_to_last(v6 in any::<u128>(), len in 0..=128_u8, other in any::<u128>()) {
        let net = Ipv6Net::new(Ipv6Addr::from_bits(v6), len).unwrap();
        let other = Ipv6Addr::from_bits(other);
        prop_assert_eq!(net.contains(other), (net.network()..=net.last()).contains(&other));
        prop_assert_eq!(Masked::from(net).matches(other), net.contains(other));
        prop_assert_eq!(Ipv6Net::with_mask(net.addr(), net.mask()), Some(net));
        prop_assert!(!net.trimmed().has_host_bits() && net.contains(net.addr()));
    }

    #[test]
    fn no_text_panics_and_errors_say_where(text in ".{0,24}|[0-9a-f:./-]{0,24}") {
        let errors = [
            text.parse::<MacAddr>().err(), text.parse::<IpNet>().err(), text.parse::<Dpid>().err(),
            text.parse::<PortNo>().err(), PortNo::from_user(&text).err(), text.parse::<Masked<Ipv6Addr>>().err(),
            Dpid::from_digits(&text).err(), Dpid::from_integer(&text).err(), PortNo::from_digits(&text).err(),
        ];
        for error in errors.into_iter().flatten() {
            prop_assert!(error.offset <= text.len(), "{text:?}: {error}");
        }
    }
}
