"""Where Ryu 4.34 reads a packet without complaint and wrongly: family, packet's name, why."""

FRAGMENT = "reads a later fragment as if its payload began with the upper protocol's header"
SIX_FLAGS = "keeps 6 of the flag bits: ECE, CWR and AE (NS) are lost"
HDR = "counts the header's length field in bytes, where RFC 8200 counts 8 bytes per unit"
NO_TYPE = "knows no routing header but type 3"
RA_FLAGS = "keeps M and O of the flags, loses H, preference and P (RFC 4191, 6275)"
NO_V6_CUT = "does not cut the payload at payload_length: padding of the frame becomes payload"

OPAQUE = "leaves an update with opaque LSAs unread (and writes nothing for them)"
COOKIE = "leaves the packet unread (short cookie echo chunk; in the bundle SACK and data behind it)"
NO_LSA = "leaves an update with a type 4 or 7 LSA unread: these classes have no parser"

NO_INDEX = "leaves the message unread: it wants an interface behind the address of every next hop (FRRouting's zapi_ipv4_route)"
NO_SOURCE = "leaves the message unread: it wants a source, which FRRouting's bfd_peer_sendmsg omits over one hop of IPv4"
NO_HOPS = "leaves the message unread: it takes what follows for next hops, though the message has none"
INDEX_6 = "leaves the message unread: it reads an address of 16 bytes as one of IPv4"
WIDE = "leaves the message unread: it has one byte of status, FRRouting's zebra_ptm_redistribute.c four"
TAIL = "does not see that the body is longer or shorter than its command has it"

WRONG = {
    "zebra": {
        **{
            f"scapy/zebra/v4/{name}": NO_INDEX
            for name in (
                "ipv4_route_two_hops", "ipv4_route_tag_mtu", "ipv6_route_two_hops", "ipv6_route_source",
                "ipv4_route_ipv6_hop", "lookup_mrib_mixed",
            )
        },
        **{f"scapy/zebra/v4/bfd_{name}_one_hop": NO_SOURCE for name in ("register", "update", "deregister")},
        "scapy/zebra/v4/ipv4_route_delete_no_hops": NO_HOPS,
        "scapy/zebra/v3/ipv4_route_no_hops": NO_HOPS,
        "scapy/zebra/v4/redistribute_ipv4_no_hops": NO_HOPS,
        "scapy/zebra/v4/nexthop_update_ipv6_hop": INDEX_6,
        "scapy/zebra/v4/import_check_update_ipv6_hop": INDEX_6,
        "scapy/zebra/v4/interface_bfd_update": WIDE,
        "scapy/zebra/v4/interface_bfd_update_ipv6": WIDE,
        "scapy/zebra/v3/ipv6_import_lookup": "goes on 4 bytes behind the start of an address of 16",
        "scapy/zebra/v3/router_id_too_long": TAIL,
        "scapy/zebra/v3/router_id_too_short": TAIL,
    },
    "l2": {
        "scapy/mpls/ipv6_inside": "takes whatever is below the bottom label for IPv4",
        "scapy/mpls/pseudowire": "takes whatever is below the bottom label for IPv4",
        "scapy/lldp/unknown_type": "leaves the whole frame unread at a TLV of a reserved type",
        "ryu/llc/information": "reads pf_bit of the I format wrongly (its value is lost on writing)",
        "scapy/llc/information_max_numbers": "reads pf_bit of the I format wrongly",
        "scapy/llc/supervisory_rej_8": "reads pf_bit of the S format wrongly",
    },
    "l3": {
        "scapy/icmpv6/neighbor_solicit_two_options": "reads one option only, the others become its data",
        "scapy/ipv4/fragment_middle": FRAGMENT,
        "scapy/ipv4/fragment_last_odd": FRAGMENT,
        "scapy/ipv4/fragment_far": FRAGMENT,
        "scapy/ipv6/fragment_last": FRAGMENT,
        "scapy/arp/protocol_of_16_bytes": "ignores hlen and plen: reads 6 and 4 bytes always",
        "scapy/arp/hardware_of_8_bytes": "ignores hlen and plen: reads 6 and 4 bytes always",
        "scapy/ipv6/hop_unknown_option": HDR,
        "scapy/ipv6/destination_home_address": HDR,
        "scapy/ipv6/routing_type0": NO_TYPE,
        "scapy/ipv6/routing_type0_empty": NO_TYPE,
        "scapy/ipv6/routing_type2_mobile": NO_TYPE,
        "scapy/ipv6/routing_type4_segments": NO_TYPE,
        "scapy/ipv6/chain_of_five": NO_TYPE,
        "scapy/ipv6/frame_padding_not_zero": NO_V6_CUT,
        **{
            "scapy/icmpv6/router_advert" + name: RA_FLAGS
            for name in ("", "_prefix_first", "_dns", "_route", "_unknown_option")
        },
    },
    "services": {
        "ryu/dhcp6/information_request_no_options": "cannot read a message without options",
        "scapy/dhcp6/no_options": "cannot read a message without options",
    },
    "routing": {
        "scapy/ospf/update_asbr_summary": NO_LSA,
        "scapy/ospf/update_nssa_external": NO_LSA,
        "scapy/ospf/update_all": NO_LSA,
        **{f"scapy/ospf/update_opaque_{scope}": OPAQUE for scope in ("link", "area", "as")},
        "scapy/bgp/reach_route_target_default": "leaves the update unread: it cannot read the default target of length 0",
        "scapy/bgp/reach_labelled_default": "takes the label of a default route for its address",
        "scapy/bgp/reach_ipv4_over_ipv6": "cuts a next hop of IPv6 into four of IPv4 (RFC 8950)",
        "scapy/bgp/reach_route_target_membership": "raises ValueError: its own check refuses the target it has read",
    },
    "l4": {
        "scapy/tcp/ecn_flags": SIX_FLAGS,
        "scapy/tcp/nonce_flag": SIX_FLAGS,
        "scapy/tcp/all_flags": SIX_FLAGS,
        "scapy/tcp/option_end_then_junk": "reads on behind the end of the option list (RFC 9293: padding)",
        "scapy/sctp/init_newer_params": "gives up all parameters at the first it does not know",
        "scapy/gre/pptp_version1": "takes the acknowledgment bit (RFC 2637) for part of the version",
        "scapy/sctp/unknown_chunk": "gives up all chunks at the first it does not know",
        "scapy/sctp/unknown_chunk_empty": "gives up all chunks at the first it does not know",
        "scapy/sctp/bundle": COOKIE,
        "scapy/sctp/cookie_echo_odd": COOKIE,
        "scapy/sctp/data_immediate": "has no field for the I bit (RFC 7053)",
    },
}
