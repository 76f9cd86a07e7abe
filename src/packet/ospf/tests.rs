use super::super::{Kind, Packet};
use super::*;
use crate::wire::hex;

const UPDATE: &str = "0204004cc00002010000000196470000000000000000000000000001000a0201c0000201c000020180\
    0000010aff003003000002c0000202c00002010100000a0a000000ff00000003000014";

fn bytes(text: &str) -> Vec<u8> {
    hex::decode(text).expect("it is hex")
}

fn text(of: &[u8]) -> String {
    Ospf::parse(of).expect("a packet").0.to_string()
}

fn lsa<'a>(update: &Ospf<'a>) -> OspfLsa<'a> {
    let Ospf::LsUpd(update) = update else { panic!("an update, not {update:?}") };
    update.lsas.iter().next().expect("an LSA").expect("it can be read")
}

/// An update of one LSA of this type and body, with right checksums.
fn update(type_: u8, body: &str) -> Vec<u8> {
    let data = bytes(body).into();
    let lsa = OspfUnknownLsa { header: OspfLsaHeader::of_type(type_), data };
    let update = OspfLsUpd { lsas: vec![lsa.into()].into(), ..OspfLsUpd::default() };
    (Ospf::from(update) / []).to_bytes().expect("it fits")
}

#[test]
fn text_is_that_of_ryu() {
    assert_eq!(
        text(&bytes(UPDATE)),
        "OSPFLSUpd(area_id='0.0.0.1',au_type=0,authentication=0,checksum=38471,length=76,\
         lsas=[RouterLSA(flags=3,header=LSAHeader(adv_router='192.0.2.1',checksum=2815,\
         id_='192.0.2.1',length=48,ls_age=10,ls_seqnum=2147483649,options=2,type_=1),\
         links=[Link(data='192.0.2.1',id_='192.0.2.2',metric=10,tos=0,type_=1), \
         Link(data='255.0.0.0',id_='10.0.0.0',metric=20,tos=0,type_=3)])],\
         router_id='192.0.2.1',type_=4,version=2)"
    );
    let request = "02030030c000020100000001ebbd0000000000000000000000000001c0000201c0000201\
        000000050a000000c0000202";
    assert_eq!(
        text(&bytes(request)),
        "OSPFLSReq(area_id='0.0.0.1',au_type=0,authentication=0,checksum=60349,length=48,\
         lsa_requests=[Request(adv_router='192.0.2.1',id='192.0.2.1',type_=1), \
         Request(adv_router='192.0.2.2',id='10.0.0.0',type_=5)],router_id='192.0.2.1',type_=3,\
         version=2)"
    );
}

#[test]
fn checksums_are_verified() {
    let right = bytes(UPDATE);
    let verify = |of: &[u8]| Packet::parse_as(Kind::Ospf, of).verify();
    assert_eq!(verify(&right), Ok(()));
    // Authentication and the age of an LSA are not summed up; but the age is in the packet's sum.
    for at in (0..right.len()).filter(|at| !(16..24).contains(at)) {
        let mut wrong = right.clone();
        wrong[at] ^= 0x10;
        assert!(verify(&wrong).is_err(), "byte {at}");
    }
    let mut password = right.clone();
    password[16..24].copy_from_slice(b"password");
    assert_eq!(verify(&password), Ok(()));

    // An LSA whose own sum is wrong, in a packet whose sum is right.
    let mut wrong = right.clone();
    wrong[60] ^= 1;
    let sum = packet_checksum(&wrong);
    wrong[12..14].copy_from_slice(&sum.to_be_bytes());
    let Err(VerifyError::Wrong { offset, found, .. }) = verify(&wrong) else {
        panic!("it is wrong")
    };
    assert_eq!((offset, found), (28 + 16, 2815));
}

#[test]
fn digests_stand_behind_the_packet() -> Result<(), Box<dyn std::error::Error>> {
    let hello = OspfHello { au_type: Ospf::AU_CRYPTOGRAPHIC, ..OspfHello::default() };
    let mut bytes = (Ospf::from(hello) / [7; 16]).to_bytes()?;
    assert_eq!((&bytes[2..4], &bytes[12..14], bytes.len()), (&[0, 44][..], &[0, 0][..], 60));
    let packet = Packet::parse_as(Kind::Ospf, &bytes);
    assert_eq!((packet.payload().len(), packet.verify()), (16, Ok(())));
    // Whatever stands in the place of the checksum.
    bytes[12] = 1;
    assert_eq!(Packet::parse_as(Kind::Ospf, &bytes).verify(), Ok(()));
    Ok(())
}

/// RFC 1008 section 7 has it that a sum over bytes with their checksum is zero.
#[test]
fn fletcher_of_what_was_filled_in_is_zero() {
    let sums = |bytes: &[u8]| {
        bytes.iter().fold((0u32, 0u32), |(c0, c1), byte| {
            let c0 = (c0 + u32::from(*byte)) % 255;
            (c0, (c1 + c0) % 255)
        })
    };
    for size in [16, 17, 18, 250, 1000, 65_000] {
        for seed in 0..40usize {
            let mut lsa: Vec<u8> =
                (0..size).map(|at| (at * (seed + 3) + seed / 2 * at * at) as u8).collect();
            if seed == 0 {
                lsa.fill(0);
            }
            let sum = checksum::fletcher_checksum(&lsa, 14).to_be_bytes();
            lsa[14..16].copy_from_slice(&sum);
            assert_eq!(sums(&lsa), (0, 0), "{size} bytes, {seed}");
            assert!(!sum.contains(&0), "zero says that there is none");
        }
    }
}

#[test]
fn what_old_routers_say_by_type_of_service() -> Result<(), Box<dyn std::error::Error>> {
    // A link with two metrics more, and one with none.
    let links = "0000 0002 0a000000ff00000003020014 08000001 10000002 0a010000ffff00000300001e";
    let router = update(1, &links.replace(' ', ""));
    let (read, _) = Ospf::parse(&router)?;
    let OspfLsa::Router(found) = lsa(&read) else { panic!("a router") };
    let links = found.links.items()?;
    let metrics = links[0].tos_metrics.items()?;
    assert_eq!((metrics[1].tos, metrics[1].metric, links[1].metric), (16, 2, 30));

    let external = update(
        5,
        "ffff0000800000140000000000000009 08000005c000020100000007".replace(' ', "").as_str(),
    );
    let (read, _) = Ospf::parse(&external)?;
    let OspfLsa::AsExternal(found) = lsa(&read) else { panic!("a network outside") };
    assert_eq!(found.extnws.items()?[0].tag, 9);
    assert_eq!(found.tos_routes.items()?[0].fwd_addr.octets(), [192, 0, 2, 1]);
    Ok(())
}

#[test]
fn opaque_data_is_known_by_its_type() -> Result<(), Box<dyn std::error::Error>> {
    // An extended link with a TLV of 5 bytes in it, padded to 8.
    let link = OspfExtendedLinkTlv {
        link_type: OspfLink::P2P,
        link_id: [192, 0, 2, 2].into(),
        sub_tlvs: vec![
            OspfUnknownTlv { type_: 32768, length: None, value: vec![1, 2, 3, 4, 5].into() },
            OspfUnknownTlv { type_: 2, length: None, value: vec![9; 4].into() },
        ]
        .into(),
        ..OspfExtendedLinkTlv::default()
    };
    let header = OspfLsaHeader { opaque_type: 8, opaque_id: 3, ..OspfLsaHeader::of_type(11) };
    let body = OspfExtendedLinkBody { tlvs: vec![link.clone().into()].into() };
    let lsa_of = |data| OspfAsOpaqueLsa { header, data };
    let update =
        OspfLsUpd { lsas: vec![lsa_of(body.into()).into()].into(), ..OspfLsUpd::default() };
    let made = (Ospf::from(update) / []).to_bytes()?;
    assert_eq!(made.len(), 28 + 20 + 16 + 12 + 8);
    assert_eq!(Packet::parse_as(Kind::Ospf, &made).verify(), Ok(()));

    let (read, _) = Ospf::parse(&made)?;
    let OspfLsa::AsOpaque(found) = lsa(&read) else { panic!("an opaque LSA") };
    assert_eq!((found.header.opaque_type, found.header.opaque_id), (8, 3));
    let OspfOpaqueData::ExtendedLink(body) = found.data else { panic!("a link") };
    let OspfExtendedLink::Link(tlv) = &body.tlvs.items()?[0] else { panic!("a link") };
    assert_eq!(tlv.sub_tlvs.items()?, {
        let mut items = link.sub_tlvs.items()?;
        for (item, length) in items.iter_mut().zip([5, 4]) {
            item.length = Some(length);
        }
        items
    });

    // JSON says by the class what it is.
    let json = Packet::parse_as(Kind::Ospf, &made).to_json();
    assert_eq!(Packet::from_json(&json)?.to_bytes()?, made);
    assert!(json.to_string().contains("\"ASOpaqueLSA\""));
    Ok(())
}

#[test]
fn what_does_not_fit_is_refused() {
    let error = |of: &[u8]| {
        let err = Ospf::parse(of).expect_err("it does not fit");
        (err.offset, err.needed, err.available, err.imposed_by)
    };
    // Version 3 is another protocol.
    let mut other = bytes(UPDATE);
    other[0] = 3;
    assert_eq!(error(&other), (0, 3, 0, Some("version")));
    // A hello of 43 bytes, and half a neighbour.
    let hello = |size: usize| {
        let mut hello = (Ospf::from(OspfHello::default()) / [0; 8]).to_bytes().expect("it fits");
        hello[3] = size as u8;
        hello
    };
    assert_eq!(error(&hello(43)), (24, 20, 19, Some("length")));
    assert_eq!(error(&hello(46)), (44, 4, 2, Some("length")));
    // LSAs that are too short for their header, or for their type.
    let mut short = bytes(UPDATE);
    short[47] = 19;
    assert_eq!(error(&short), (28, 24, 19, Some("length")));
    let mut short = update(5, "ffff0000800000140000000000000009");
    short[47] = 35;
    assert_eq!(error(&short), (28, 36, 35, Some("length")));
}
