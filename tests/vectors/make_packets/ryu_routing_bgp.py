"""What BGP carries: capabilities, path attributes and routes of every family Ryu has."""

from ryu.lib.packet import bgp

R1, R2 = "192.0.2.1", "192.0.2.2"
MAC = "00:00:5e:00:53:01"


def opens():
    def hello(*capabilities, **more):
        return bgp.BGPOpen(my_as=65001, bgp_identifier=R1, hold_time=180, opt_param=list(capabilities), **more)

    yield "bare", hello()
    kinds = {
        "multiprotocol": bgp.BGPOptParamCapabilityMultiprotocol(afi=1, safi=1),
        "route_refresh": bgp.BGPOptParamCapabilityRouteRefresh(),
        "cisco_route_refresh": bgp.BGPOptParamCapabilityCiscoRouteRefresh(),
        "enhanced_route_refresh": bgp.BGPOptParamCapabilityEnhancedRouteRefresh(),
        "graceful_restart": bgp.BGPOptParamCapabilityGracefulRestart(flags=8, time=120, tuples=[(1, 1, 0x80), (2, 128, 0)]),
        "four_octet_as": bgp.BGPOptParamCapabilityFourOctetAsNumber(as_number=4200000000),
        "carrying_label": bgp.BGPOptParamCapabilityCarryingLabelInfo(),
        "unknown_capability": bgp.BGPOptParamCapabilityUnknown(cap_code=200, cap_value=b"value"),
    }
    for name, one in kinds.items():
        yield name, hello(one)
    yield "all", hello(*kinds.values())
    yield "unknown_parameter", hello(bgp.BGPOptParamUnknown(type_=99, value=b"whatever"))


def attributes():
    yield "origin_incomplete", [bgp.BGPPathAttributeOrigin(2)]
    yield "as_path_empty", [bgp.BGPPathAttributeAsPath([])]
    yield "as_path_two_octets", [bgp.BGPPathAttributeAsPath([[65001, 65002], {65003}], as_pack_str="!H")]
    yield "as_path_four_octets", [bgp.BGPPathAttributeAsPath([[4200000000, 65002]], as_pack_str="!I")]
    yield "med", [bgp.BGPPathAttributeMultiExitDisc(4294967295)]
    yield "local_pref", [bgp.BGPPathAttributeLocalPref(100)]
    yield "atomic_aggregate", [bgp.BGPPathAttributeAtomicAggregate()]
    yield "aggregator", [bgp.BGPPathAttributeAggregator(as_number=65001, addr=R1)]
    yield "aggregator_four_octets", [bgp.BGPPathAttributeAggregator(as_number=4200000000, addr=R1)]
    yield "communities", [bgp.BGPPathAttributeCommunities(communities=[bgp.BGP_COMMUNITY_NO_EXPORT, 0xFDE90064])]
    yield "originator_id", [bgp.BGPPathAttributeOriginatorId(R1)]
    yield "cluster_list", [bgp.BGPPathAttributeClusterList([R1, R2])]
    yield "as4_path", [bgp.BGPPathAttributeAs4Path([[4200000000, 1]])]
    yield "as4_aggregator", [bgp.BGPPathAttributeAs4Aggregator(as_number=4200000000, addr=R1)]
    yield "pmsi_none", [bgp.BGPPathAttributePmsiTunnel(pmsi_flags=0, tunnel_type=0)]
    yield "pmsi_ingress", [bgp.BGPPathAttributePmsiTunnel(pmsi_flags=1, tunnel_type=6, label=b"\0\x06\x41", tunnel_id=bgp.PmsiTunnelIdIngressReplication(tunnel_endpoint_ip=R1))]
    yield "pmsi_unknown", [bgp.BGPPathAttributePmsiTunnel(pmsi_flags=0, tunnel_type=9, mpls_label=100, tunnel_id=bgp.PmsiTunnelIdUnknown(value=b"\1\2\3\4"))]
    yield "unknown", [bgp.BGPPathAttributeUnknown(flags=0xC0, type_=250, value=b"unknown")]
    yield "extended_length", [bgp.BGPPathAttributeUnknown(flags=0xD0, type_=251, value=bytes(300))]
    communities = {
        "two_octet_as": bgp.BGPTwoOctetAsSpecificExtendedCommunity(subtype=2, as_number=65001, local_administrator=100),
        "ipv4_address": bgp.BGPIPv4AddressSpecificExtendedCommunity(subtype=3, ipv4_address=R1, local_administrator=5),
        "four_octet_as": bgp.BGPFourOctetAsSpecificExtendedCommunity(subtype=2, as_number=4200000000, local_administrator=6),
        "opaque": bgp.BGPOpaqueExtendedCommunity(subtype=1, opaque=b"opaque"),
        "encapsulation": bgp.BGPEncapsulationExtendedCommunity(subtype=0x0C, tunnel_type=8),
        "mac_mobility": bgp.BGPEvpnMacMobilityExtendedCommunity(subtype=0, flags=1, sequence_number=9),
        "esi_label": bgp.BGPEvpnEsiLabelExtendedCommunity(subtype=1, flags=1, label=b"\0\x06\x41"),
        "es_import": bgp.BGPEvpnEsImportRTExtendedCommunity(subtype=2, es_import=MAC),
        "traffic_rate": bgp.BGPFlowSpecTrafficRateCommunity(as_number=65001, rate_info=125000.0),
        "traffic_action": bgp.BGPFlowSpecTrafficActionCommunity(action=3),
        "redirect": bgp.BGPFlowSpecRedirectCommunity(as_number=65001, local_administrator=7),
        "traffic_marking": bgp.BGPFlowSpecTrafficMarkingCommunity(dscp=46),
        "vlan_action": bgp.BGPFlowSpecVlanActionCommunity(actions_1=0x60, vlan_1=100, cos_1=3, actions_2=0, vlan_2=0, cos_2=0),
        "tpid_action": bgp.BGPFlowSpecTPIDActionCommunity(actions=0xC0, tpid_1=0x88A8, tpid_2=0x8100),
        "unknown": bgp.BGPUnknownExtendedCommunity(type_=0x9A, value=b"1234567"),
    }
    for name, one in communities.items():
        yield "extended_" + name, [bgp.BGPPathAttributeExtendedCommunities(communities=[one])]


def flow_rules(version):
    """The components of a flow specification of IPv4 (4), IPv6 (6) or layer 2 (2)."""
    equal, above, last = 0x01, 0x03, 0x80

    def number(cls, *values):
        made = [cls(operator=equal, value=v) for v in values]
        made[-1].operator |= last
        return made

    if version == 2:
        rules = number(bgp.FlowSpecEtherType, 0x0800)
        rules += [bgp.FlowSpecSourceMac(addr=MAC, length=6), bgp.FlowSpecDestinationMac(addr="00:00:5e:00:53:02", length=6)]
        for cls, value in ((bgp.FlowSpecLLCDSAP, 0x42), (bgp.FlowSpecLLCSSAP, 0x42), (bgp.FlowSpecLLCControl, 3), (bgp.FlowSpecSNAP, 0x12345), (bgp.FlowSpecVLANID, 4095), (bgp.FlowSpecVLANCoS, 7), (bgp.FlowSpecInnerVLANID, 200), (bgp.FlowSpecInnerVLANCoS, 3)):
            rules += number(cls, value)
        return rules
    if version == 4:
        rules = [bgp.FlowSpecDestPrefix(addr="192.0.2.0", length=24), bgp.FlowSpecSrcPrefix(addr="10.0.0.0", length=9)]
        rules += number(bgp.FlowSpecIPProtocol, 6)
    else:
        rules = [bgp.FlowSpecIPv6DestPrefix(addr="2001:db8::", length=32, offset=0), bgp.FlowSpecIPv6SrcPrefix(addr="2001:db8:1::", length=48, offset=0)]
        rules += number(bgp.FlowSpecNextHeader, 17)
    rules += [bgp.FlowSpecPort(operator=above, value=1024), bgp.FlowSpecPort(operator=last | 0x45, value=2048)]
    for cls, values in ((bgp.FlowSpecDestPort, (80, 443)), (bgp.FlowSpecSrcPort, (53,)), (bgp.FlowSpecIcmpType, (8,)), (bgp.FlowSpecIcmpCode, (0,)), (bgp.FlowSpecTCPFlags, (2,)), (bgp.FlowSpecPacketLen, (1500,)), (bgp.FlowSpecDSCP, (46,))):
        rules += number(cls, *values)
    rules += number(bgp.FlowSpecFragment if version == 4 else bgp.FlowSpecIPv6Fragment, 2)
    if version == 6:
        rules += number(bgp.FlowSpecIPv6FlowLabel, 0x12345)
    return rules


def evpn_routes():
    dist = "65001:10"
    esis = [
        bgp.EvpnArbitraryEsi(value=b"arbitrary"), bgp.EvpnLACPEsi(mac_addr=MAC, port_key=7), bgp.EvpnL2BridgeEsi(mac_addr=MAC, priority=8),
        bgp.EvpnMacBasedEsi(mac_addr=MAC, local_disc=9), bgp.EvpnRouterIDEsi(router_id=R1, local_disc=10), bgp.EvpnASBasedEsi(as_number=65001, local_disc=11),
        bgp.EvpnUnknownEsi(type_=99, value=b"unknown.."),
    ]
    for esi in esis:
        yield "auto_discovery_" + type(esi).__name__, bgp.EvpnEthernetAutoDiscoveryNLRI(route_dist=dist, esi=esi, ethernet_tag_id=1, mpls_label=100)
    yield "mac_ip", bgp.EvpnMacIPAdvertisementNLRI(route_dist=dist, esi=esis[0], ethernet_tag_id=2, mac_addr=MAC, ip_addr=R1, mpls_labels=[100, 200])
    yield "mac_only_vni", bgp.EvpnMacIPAdvertisementNLRI(route_dist=dist, esi=bgp.EvpnArbitraryEsi(value=bytes(9)), ethernet_tag_id=0, mac_addr=MAC, ip_addr=None, vni=5000)
    yield "mac_ipv6", bgp.EvpnMacIPAdvertisementNLRI(route_dist=dist, esi=esis[0], ethernet_tag_id=2, mac_addr=MAC, ip_addr="2001:db8::1", mpls_labels=[100])
    yield "multicast", bgp.EvpnInclusiveMulticastEthernetTagNLRI(route_dist=dist, ethernet_tag_id=3, ip_addr=R1)
    yield "segment", bgp.EvpnEthernetSegmentNLRI(route_dist=dist, esi=esis[1], ip_addr=R1)
    yield "ip_prefix", bgp.EvpnIpPrefixNLRI(route_dist=dist, esi=esis[0], ethernet_tag_id=4, ip_prefix="10.1.0.0/16", gw_ip_addr=R1, mpls_label=300)
    yield "ip_prefix_ipv6", bgp.EvpnIpPrefixNLRI(route_dist=dist, esi=esis[0], ethernet_tag_id=4, ip_prefix="2001:db8:9::/48", gw_ip_addr="2001:db8::1", mpls_label=300)


def families():
    """Name, route family, next hop and routes."""
    v6 = "2001:db8::1"
    dists = [bgp.BGPTwoOctetAsRD(admin=65001, assigned=1), bgp.BGPIPv4AddressRD(admin=R1, assigned=2), bgp.BGPFourOctetAsRD(admin=4200000000, assigned=3)]
    yield "ipv4", bgp.RF_IPv4_UC, R1, [bgp.IPAddrPrefix(24, "10.0.1.0"), bgp.IPAddrPrefix(0, "0.0.0.0")]
    yield "ipv6", bgp.RF_IPv6_UC, v6, [bgp.IP6AddrPrefix(48, "2001:db8:1::"), bgp.IP6AddrPrefix(128, v6)]
    yield "ipv6_two_next_hops", bgp.RF_IPv6_UC, [v6, "fe80::1"], [bgp.IP6AddrPrefix(48, "2001:db8:1::")]
    yield "labelled_ipv4", bgp.RF_IPv4_MPLS, R1, [bgp.LabelledIPAddrPrefix(24, "10.0.1.0", labels=[100])]
    yield "labelled_ipv6", bgp.RF_IPv6_MPLS, v6, [bgp.LabelledIP6AddrPrefix(48, "2001:db8:1::", labels=[100])]
    yield "vpnv4", bgp.RF_IPv4_VPN, R1, [bgp.LabelledVPNIPAddrPrefix(24, "10.0.1.0", labels=[100], route_dist=str(d.admin) + ":" + str(d.assigned)) for d in dists]
    yield "vpnv4_two_labels", bgp.RF_IPv4_VPN, R1, [bgp.LabelledVPNIPAddrPrefix(24, "10.0.1.0", labels=[100, 200], route_dist="65001:1")]
    yield "vpnv6", bgp.RF_IPv6_VPN, v6, [bgp.LabelledVPNIP6AddrPrefix(48, "2001:db8:1::", labels=[100], route_dist="65001:1")]
    # No route target membership: its serializer raises AttributeError; scapy_routing.py types the bytes.
    for name, route in evpn_routes():
        yield "evpn_" + name, bgp.RF_L2_EVPN, R1, [route]
    yield "flowspec_ipv4", bgp.RF_IPv4_FLOWSPEC, [], [bgp.FlowSpecIPv4NLRI(rules=flow_rules(4))]
    yield "flowspec_ipv6", bgp.RF_IPv6_FLOWSPEC, [], [bgp.FlowSpecIPv6NLRI(rules=flow_rules(6))]
    yield "flowspec_vpnv4", bgp.RF_VPNv4_FLOWSPEC, [], [bgp.FlowSpecVPNv4NLRI(route_dist="65001:1", rules=flow_rules(4))]
    yield "flowspec_vpnv6", bgp.RF_VPNv6_FLOWSPEC, [], [bgp.FlowSpecVPNv6NLRI(route_dist="65001:1", rules=flow_rules(6))]
    yield "flowspec_l2vpn", bgp.RF_L2VPN_FLOWSPEC, [], [bgp.FlowSpecL2VPNNLRI(route_dist="65001:1", rules=flow_rules(2))]
