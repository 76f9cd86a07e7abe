//! Flow-mods with Nicira's actions, made up as text: the text's reader is held against ovs-ofctl by
//! `tests/ovs_text`, so here the bridge judges the bytes.

use ryu_sdn::ofproto::{FlowMod, V1_0, V1_3, Version, ovs};

use super::dice::Dice;

/// The entry of this number: no two have the same cookie, or the same match and priority.
pub(crate) fn flow(version: Version, dice: &mut Dice, n: u64) -> FlowMod {
    let table = if version == V1_0 { 0 } else { dice.roll(200) };
    let mut packet = dice.pick(&["ip", "tcp", "udp", "tcp,in_port=3,dl_vlan=5"]).to_owned();
    let actions = if dice.one_in(20) {
        // By itself, or beside a note.
        packet.push_str(",nw_dst=10.0.0.1");
        let id = dice.roll(1 << 31);
        let clauses = 2 + dice.roll(62);
        format!("conjunction({id},{}/{clauses})", 1 + dice.roll(clauses))
    } else {
        let first = action(version, dice, &packet);
        let list: Vec<String> = (0..dice.roll(3)).map(|_| action(version, dice, &packet)).collect();
        [vec![first], list, vec![format!("output:{}", 8 + dice.roll(500))]].concat().join(",")
    };
    let line = format!(
        "cookie={:#x},table={table},priority={},{packet},actions={actions}",
        0x2_0000_0000 + n,
        1_000 + n
    );
    ovs::parse_flow(version, &line).unwrap_or_else(|e| panic!("{version}: {line}: {e}"))
}

/// An action of Nicira's, as the kinds come in turn.
fn action(version: Version, dice: &mut Dice, packet: &str) -> String {
    let reg = format!("NXM_NX_REG{}", dice.roll(16));
    let other = format!("NXM_NX_REG{}", dice.roll(16));
    let (start, width) = (dice.roll(16), 1 + dice.roll(16));
    let bits = format!("{start}..{}", start + width - 1);
    let number = dice.roll(1 << width);
    let table = dice.roll(250);
    let port = 1 + dice.roll(60_000);
    let short = dice.roll(65_536);
    match dice.roll(30) {
        0 => format!("resubmit:{port}"),
        1 => format!("resubmit(,{table})"),
        2 => format!("resubmit({port},{table})"),
        3 => format!("load:{number:#x}->{reg}[{bits}]"),
        4 => format!("move:{reg}[{bits}]->{other}[{bits}]"),
        5 => "move:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[]".to_owned(),
        6 => format!("push:{reg}[{bits}],pop:{other}[{bits}]"),
        7 => format!("output:{reg}[]"),
        8 => format!("multipath(eth_src,{short},modulo_n,{},0,{reg}[0..15])", 1 + dice.roll(1_000)),
        9 => format!("multipath(symmetric_l4,50,hrw,12,0,{reg}[{start}..{}])", start + 15),
        10 => "note:00.11.22.33.44.55".to_owned(),
        11 => format!("controller(max_len={short},id={port})"),
        12 => format!("controller(reason=invalid_ttl,id={port})"),
        13 => "ct_clear".to_owned(),
        14 => "ct".to_owned(),
        15 => format!("ct(commit,zone={short})"),
        16 => format!("ct(commit,table={table},zone={reg}[{start}..{}])", start + 15),
        17 => format!("ct(commit,exec(load:{number:#x}->NXM_NX_CT_MARK[]))"),
        18 => format!("ct(commit,nat(src=10.0.0.1-10.0.0.9:{port}-{}))", port + 9),
        19 => format!("ct(table={table},nat)"),
        20 => format!("ct(commit,force,zone={short},nat(dst=10.0.0.7,random))"),
        21 if packet.contains("tcp") => format!("fin_timeout(idle_timeout={short},hard_timeout=9)"),
        22 => format!(
            "sample(probability={},collector_set_id={number},obs_domain_id=5,obs_point_id={port})",
            1 + short / 2
        ),
        23 => format!(
            "learn(table={},hard_timeout={short},priority={short},cookie={number:#x},\
             NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],load:NXM_OF_IN_PORT[]->{reg}[0..15],output:NXM_OF_IN_PORT[])",
            table.max(1)
        ),
        24 => format!(
            "learn(table={},idle_timeout={short},send_flow_rem,delete_learned,NXM_OF_VLAN_TCI[0..11],\
             reg5={number:#x},load:{number:#x}->{reg}[{bits}])",
            table.max(1)
        ),
        25 => format!("output(port={port},max_len={})", 100 + short),
        26 => "dec_ttl(1,2,3)".to_owned(),
        27 => format!("bundle(eth_src,{short},active_backup,ofport,members:4,8)"),
        28 => format!("bundle_load(eth_src,{short},hrw,ofport,{reg}[0..15],members:4,8)"),
        _ if version >= V1_3 => format!("set_field:{number:#x}->reg{}", dice.roll(16)),
        _ => format!("set_tunnel:{number:#x}"),
    }
}
