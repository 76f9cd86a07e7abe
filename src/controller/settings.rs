//! From options to what they mean: addresses, rules, files. No sockets, nothing is opened.

use std::net::SocketAddr;

use thiserror::Error;

use super::accept_policy::AcceptPolicy;
use super::options::{
    CA_CERTS, CIPHERS, CTL_CERT, CTL_PRIVKEY, OFP_ACCEPT_ALLOW, OFP_ACCEPT_DENY,
    OFP_ACCEPT_HOLD_TIME, OFP_ACCEPT_RATE, OFP_LISTEN, OFP_LISTEN_HOST, OFP_MAX_CONNECTIONS,
    OFP_SSL_LISTEN_PORT, OFP_SWITCH_ADDRESS_LIST, OFP_TCP_LISTEN_PORT, TLS_MIN_VERSION,
};
use super::transport::{self, Transport, TransportAddress};
use crate::conf::Conf;
use crate::tls::{TlsSettings, TlsVersion};

/// The ports that Ryu listens on when none is asked for: the one IANA assigned, and the one that
/// was in use before.
pub const OFP_PORTS: [u16; 2] = [6653, 6633];

/// An option whose value means nothing, or nothing together with the others.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("option {option}: {reason}")]
pub struct BadOption {
    /// The option's name.
    pub option: &'static str,
    /// What is wrong with its value.
    pub reason: String,
}

fn bad(option: &'static str, reason: impl ToString) -> BadOption {
    BadOption { option, reason: reason.to_string() }
}

/// Where switches are awaited.
///
/// | Ports set | Without ctl-privkey and ctl-cert | With them |
/// |---|---|---|
/// | none | TCP 6653 and 6633 | TLS 6653 and 6633 |
/// | TCP | TCP | an error: the other port has to be said, too |
/// | TLS | an error | TLS |
/// | both | an error | both |
///
/// Where Ryu fails at its first connection, or goes on in the clear, this is an error. With both
/// ports and a certificate Ryu opens TLS only.
///
/// # Errors
/// Which option is wrong, and why.
pub fn listening(conf: &Conf) -> Result<Vec<TransportAddress>, BadOption> {
    let has_identity = conf.get(&CTL_PRIVKEY).is_some() && conf.get(&CTL_CERT).is_some();
    let port = |port: Option<u16>| port.filter(|&port| port != 0);
    let tcp = port(conf.get(&OFP_TCP_LISTEN_PORT));
    let ssl = port(conf.get(&OFP_SSL_LISTEN_PORT));
    let listed = conf.get(&OFP_LISTEN);
    let mut addresses = Vec::new();
    if !listed.is_empty() {
        if tcp.or(ssl).is_some() {
            let reason = "says everything there is to listen on; leave out the options of ports";
            return Err(bad("ofp-listen", reason));
        }
        for text in listed {
            addresses.push(text.parse().map_err(|reason| bad("ofp-listen", reason))?);
        }
    } else {
        let ports = match (tcp, ssl, has_identity) {
            (None, None, false) => OFP_PORTS.map(|port| (Transport::Tcp, port)).to_vec(),
            (None, None, true) => OFP_PORTS.map(|port| (Transport::Ssl, port)).to_vec(),
            (Some(tcp), None, false) => vec![(Transport::Tcp, tcp)],
            (Some(_), None, true) => {
                let reason = "there are ctl-privkey and ctl-cert, too: say ofp-ssl-listen-port, \
                              with this or in its place";
                return Err(bad("ofp-tcp-listen-port", reason));
            }
            (tcp, Some(ssl), _) => {
                let tcp = tcp.map(|port| (Transport::Tcp, port));
                tcp.into_iter().chain([(Transport::Ssl, ssl)]).collect()
            }
        };
        let hosts = conf.get(&OFP_LISTEN_HOST);
        if hosts.is_empty() {
            return Err(bad("ofp-listen-host", "there is no address in it"));
        }
        for host in hosts {
            let ip = transport::ip(&host).ok_or_else(|| {
                bad("ofp-listen-host", format!("{host:?} is no IPv4 or IPv6 address"))
            })?;
            let at = |&(transport, port)| TransportAddress {
                transport,
                addr: SocketAddr::new(ip, port),
            };
            addresses.extend(ports.iter().map(at));
        }
    }
    if !has_identity && addresses.iter().any(|address| address.transport == Transport::Ssl) {
        let option = if ssl.is_some() { "ofp-ssl-listen-port" } else { "ofp-listen" };
        return Err(bad(option, "TLS needs ctl-privkey and ctl-cert"));
    }
    for (n, address) in addresses.iter().enumerate() {
        let is_same = |other: &TransportAddress| {
            let datagrams = |address: &TransportAddress| address.transport == Transport::Udp;
            other.addr == address.addr && datagrams(other) == datagrams(address)
        };
        if address.addr.port() != 0 && addresses[..n].iter().any(is_same) {
            let option = if ssl.is_some() { "ofp-ssl-listen-port" } else { "ofp-listen" };
            return Err(bad(option, format!("{} is asked for twice", address.addr)));
        }
    }
    // `[::]` takes IPv4, too, unless it is known that another listener has that.
    addresses.sort_by_key(|address| address.addr.is_ipv6());
    Ok(addresses)
}

/// The switches to call.
///
/// # Errors
/// Which option is wrong, and why.
pub fn switch_addresses(conf: &Conf) -> Result<Vec<TransportAddress>, BadOption> {
    const NAME: &str = "ofp-switch-address-list";
    let mut addresses: Vec<TransportAddress> = Vec::new();
    for text in conf.get(&OFP_SWITCH_ADDRESS_LIST) {
        let address: TransportAddress = text.parse().map_err(|reason| bad(NAME, reason))?;
        match address.transport {
            Transport::Udp => {
                return Err(bad(
                    NAME,
                    format!("{text}: switches on UDP call, they are not called"),
                ));
            }
            Transport::Ssl if conf.get(&CA_CERTS).is_none() => {
                let reason = format!("{text}: without ca-certs nobody knows whose switch that is");
                return Err(bad(NAME, reason));
            }
            _ => {}
        }
        if !addresses.contains(&address) {
            addresses.push(address);
        }
    }
    Ok(addresses)
}

/// What TLS is to be set up with; `None`: it is not.
///
/// # Errors
/// Which option is wrong, and why.
pub fn tls_settings(conf: &Conf) -> Result<Option<TlsSettings>, BadOption> {
    let identity = match (conf.get(&CTL_PRIVKEY), conf.get(&CTL_CERT)) {
        (Some(key), Some(certificate)) => Some((key, certificate)),
        (None, None) => None,
        (Some(_), None) => return Err(bad("ctl-privkey", "it needs ctl-cert")),
        (None, Some(_)) => return Err(bad("ctl-cert", "it needs ctl-privkey")),
    };
    let ca_certs = conf.get(&CA_CERTS);
    if identity.is_none() {
        if ca_certs.is_none() {
            return Ok(None);
        }
        let calls = |address: TransportAddress| address.transport == Transport::Ssl;
        if !switch_addresses(conf)?.into_iter().any(calls) {
            return Err(bad("ca-certs", "it needs ctl-privkey and ctl-cert"));
        }
    }
    let min_version = match conf.get(&TLS_MIN_VERSION).as_str() {
        "1.3" => TlsVersion::V1_3,
        _ => TlsVersion::V1_2,
    };
    Ok(Some(TlsSettings { identity, ca_certs, ciphers: conf.get(&CIPHERS), min_version }))
}

/// Who may connect.
///
/// # Errors
/// Which option is wrong, and why.
pub fn accept_policy(conf: &Conf) -> Result<AcceptPolicy, BadOption> {
    let blocks = |option, texts: Vec<String>| {
        let parse = |text: &String| text.parse().map_err(|reason| bad(option, reason));
        texts.iter().map(parse).collect::<Result<Vec<_>, _>>()
    };
    Ok(AcceptPolicy {
        allow: blocks("ofp-accept-allow", conf.get(&OFP_ACCEPT_ALLOW))?,
        deny: blocks("ofp-accept-deny", conf.get(&OFP_ACCEPT_DENY))?,
        rate_per_minute: conf.get(&OFP_ACCEPT_RATE),
        hold_time: conf.get(&OFP_ACCEPT_HOLD_TIME),
        max_connections: conf.get(&OFP_MAX_CONNECTIONS),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conf(options: &[(&str, &str)]) -> Conf {
        let mut conf = Conf::new();
        for &(name, value) in options {
            let list = || value.split(',').map(str::to_owned).collect::<Vec<_>>();
            match name {
                "host" => conf.set(&OFP_LISTEN_HOST, list()),
                "tcp" => conf.set(&OFP_TCP_LISTEN_PORT, Some(value.parse().unwrap())),
                "ssl" => conf.set(&OFP_SSL_LISTEN_PORT, Some(value.parse().unwrap())),
                "listen" => conf.set(&OFP_LISTEN, list()),
                "switches" => conf.set(&OFP_SWITCH_ADDRESS_LIST, list()),
                "key" => conf.set(&CTL_PRIVKEY, Some(value.into())),
                "cert" => conf.set(&CTL_CERT, Some(value.into())),
                "ca" => conf.set(&CA_CERTS, Some(value.into())),
                "allow" => conf.set(&OFP_ACCEPT_ALLOW, list()),
                name => panic!("{name}"),
            };
        }
        conf
    }

    fn said<T>(result: Result<T, BadOption>) -> String {
        result.err().expect("it is refused").to_string()
    }

    #[test]
    fn ports_are_open_as_the_table_says() {
        const KEYS: [(&str, &str); 2] = [("key", "k"), ("cert", "c")];
        for (options, wanted) in [
            (&[][..], "tcp:0.0.0.0:6653 tcp:0.0.0.0:6633"),
            (&[("tcp", "0")], "tcp:0.0.0.0:6653 tcp:0.0.0.0:6633"),
            (&[("tcp", "1")], "tcp:0.0.0.0:1"),
            (&KEYS, "ssl:0.0.0.0:6653 ssl:0.0.0.0:6633"),
            (&[KEYS[0], KEYS[1], ("ssl", "2")], "ssl:0.0.0.0:2"),
            (&[KEYS[0], KEYS[1], ("tcp", "1"), ("ssl", "2")], "tcp:0.0.0.0:1 ssl:0.0.0.0:2"),
            (&[("host", "::,10.0.0.1"), ("tcp", "1")], "tcp:10.0.0.1:1 tcp:[::]:1"),
            (&[("host", "localhost"), ("tcp", "1")], "tcp:127.0.0.1:1"),
            (
                &[KEYS[0], KEYS[1], ("listen", "ssl:[::]:1,udp:[::]:1,tcp:10.0.0.1:1")],
                "tcp:10.0.0.1:1 ssl:[::]:1 udp:[::]:1",
            ),
        ] {
            let addresses = listening(&conf(options)).unwrap();
            let texts: Vec<String> = addresses.iter().map(ToString::to_string).collect();
            assert_eq!(texts.join(" "), wanted, "{options:?}");
        }
        for (options, reason) in [
            (&[KEYS[0], KEYS[1], ("tcp", "1")][..], "say ofp-ssl-listen-port"),
            (&[("ssl", "2")], "option ofp-ssl-listen-port: TLS needs ctl-privkey and ctl-cert"),
            (&[("ssl", "2"), ("tcp", "1")], "TLS needs"),
            (&[("listen", "ssl:[::1]:1")], "option ofp-listen: TLS needs"),
            (&[KEYS[0], KEYS[1], ("tcp", "1"), ("ssl", "1")], "0.0.0.0:1 is asked for twice"),
            (&[("listen", "tcp:[::1]:1,[::1]:1")], "[::1]:1 is asked for twice"),
            (&[("listen", "tcp:[::1]:1"), ("tcp", "1")], "leave out"),
            (&[("listen", "nonsense")], "\"nonsense\" is no address such as"),
            (&[("host", "switch.example")], "\"switch.example\" is no IPv4 or IPv6 address"),
        ] {
            let said = said(listening(&conf(options)));
            assert!(said.contains(reason), "{options:?}: {said}");
        }
    }

    #[test]
    fn half_a_set_up_of_tls_is_refused() {
        assert_eq!(tls_settings(&conf(&[])), Ok(None));
        for (options, reason) in [
            (&[("key", "k")][..], "option ctl-privkey: it needs ctl-cert"),
            (&[("cert", "c")], "option ctl-cert: it needs ctl-privkey"),
            (&[("ca", "a")], "option ca-certs: it needs"),
            (&[("ca", "a"), ("switches", "10.0.0.1:1")], "option ca-certs: it needs"),
        ] {
            let said = said(tls_settings(&conf(options)));
            assert!(said.starts_with(reason), "{said}");
        }
        let calling = conf(&[("ca", "a"), ("switches", "ssl:10.0.0.1:1")]);
        assert!(tls_settings(&calling).unwrap().is_some());
    }

    #[test]
    fn switches_to_call_are_read_once_each() {
        let twice = conf(&[("switches", "10.0.0.1:1,tcp:10.0.0.1:1,[::1]:2")]);
        assert_eq!(switch_addresses(&twice).unwrap().len(), 2);
        for (switches, reason) in [
            ("udp:10.0.0.1:1", "they are not called"),
            ("ssl:10.0.0.1:1", "without ca-certs"),
            ("::1:6653", "is no address such as"),
            ("switch.example:6653", "is no address such as"),
        ] {
            let said = said(switch_addresses(&conf(&[("switches", switches)])));
            assert!(said.contains(reason), "{said}");
        }
    }

    #[test]
    fn a_slip_in_a_block_names_its_option() {
        assert_eq!(
            said(accept_policy(&conf(&[("allow", "10.0.0.1/8")]))),
            "option ofp-accept-allow: \"10.0.0.1/8\" has bits after the first 8; say 10.0.0.0/8"
        );
    }
}
